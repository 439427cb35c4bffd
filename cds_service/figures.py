"""Which figures an answer adds to: how its keys came, what its cards say, why criteria stayed unknown."""

from __future__ import annotations

from collections.abc import Iterator

from cards.wording.wording import is_restricted
from cds_service import watching
from cds_service.fhir import reading
from cds_service.protocol import Answer
from eligibility.assessment import Assessment
from eligibility.finding import Finding

_HOW = {"sent": "used", "nothing": "null", "absent": "absent", "fetched": "fetched"}
_SAID_NO = frozenset((*reading.SAID_NO, reading.NOT_IN_SCOPE, reading.NOT_ALLOWED, reading.NO_TOKEN))
_LATE = frozenset((reading.OUT_OF_TIME, reading.UNREACHABLE, reading.MORE_PAGES, reading.RESTING))
_NOT_READ = _SAID_NO | {reading.NOT_SENT, reading.SUPPRESSED}
_STALE = ("-stale", "-faded", "-older")
_UNDATED = ("-when-unknown", "-undated", "undated-diagnosis", "-end-unknown")
_ABSENT = ("never-", "no-", "nothing-", "not-on-record", "list-not-kept", "sex-unstated", "-none", "-not-recorded")


def answered(client: str, answer: Answer, seconds: float) -> None:
    """Count an answer to a hook call."""
    watching.observe("call_seconds", seconds, client=client)
    for key, state in answer.keys.items():
        watching.count("prefetch_key", key=key, how=how(state))
    for trial in answer.quieted:
        watching.count("quieted", trial=trial)
    decided = answer.decided
    for assessment in decided.assessments if decided else ():
        trial = assessment.trial.nct_id
        if decided is not None and trial in decided.cards:
            watching.count("cards", trial=trial, standing=assessment.status.value)
        for group in _groups(assessment):
            watching.count("unknowns", trial=trial, group=group)


def how(state: str) -> str:
    """How a prefetch key came, by the state that `fhir.reading` tells of it."""
    came, _, reason = state.partition(", ")
    if not reason or came == "absent":
        return _HOW.get(came, watching.OTHER)
    return "refused" if reason in _SAID_NO else "partial"


def _groups(assessment: Assessment) -> Iterator[str]:
    return (group_of(one.finding) for one in assessment.results if one.verdict == "unknown")


def group_of(finding: Finding) -> str:
    """Why something stayed unknown, as one of few kinds."""
    key = finding.reason.key
    if is_restricted(finding):
        return "restricted"
    if key == "hole":
        why = finding.reason.given.get("why")
        return "not-in-time" if why in _LATE else "not-read" if why in _NOT_READ else "not-understood"
    if key.endswith(_STALE):
        return "stale"
    if key.endswith(_UNDATED):
        return "undated"
    return "not-recorded" if key.startswith(_ABSENT) or key.endswith(_ABSENT) else watching.OTHER
