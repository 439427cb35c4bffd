"""Holds an answer against what its story expects: each difference with what was expected, what was found, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from cards.wording.wording import Wording
from cds_service.assessment_json import patient_json
from cds_service.examples.answers import Answer, day_of
from cds_service.examples.stories import Example
from cds_service.examples.text import ExampleError
from eligibility.assessment import Assessment, EligibilityStatus
from eligibility.trial import Trial

VERDICTS = ("met", "not-met", "unknown", "judgement")
ASSURANCES = ("explicit", "assumed")


@dataclass(frozen=True, slots=True)
class Difference:
    """One expectation that does not hold. `what` is a criterion, or what else a story may speak of."""

    story: str
    what: str
    expected: str
    found: str
    because: str = ""

    def __str__(self) -> str:
        why = f"; because: {self.because}" if self.because else ""
        return f"{self.story}: {self.what}: expected {self.expected}, found {self.found}{why}"


def differences(example: Example, answer: Answer, wording: Wording) -> list[Difference]:
    """Every expectation of the story that the answer does not fulfil, in the order of the story."""
    if answer.assessment is None:
        return list(_of_the_deceased(example))
    return [
        *_of_verdicts(example, answer.assessment, wording),
        *_of_the_trial(example, answer.assessment),
        *_of_notes(example, answer, wording),
    ]


def misspelt(example: Example, trial: Trial) -> Iterator[str]:
    """What a story expects that no answer could ever be: criteria that do not exist, words that are no verdict."""
    known = {criterion.id for criterion in trial.walk()}
    named = {*example.expect, *example.assurance, *example.eligible_from} - {"trial"}
    for name in sorted(named - known):
        yield f"{example.id}: no criterion '{name}' in {trial.nct_id}"
    yield from _words(example, VERDICTS, [one for wanted in example.expect.values() for one in _either(wanted)])
    yield from _words(example, ASSURANCES, list(example.assurance.values()))
    if example.status is not None:
        yield from _words(example, tuple(status.value for status in EligibilityStatus), [example.status])
    if not (named or example.status or example.speaks is not None or example.notes is not None):
        yield f"{example.id}: expects nothing; write `expect: {{criterion: verdict}}`"


def _words(example: Example, known: tuple[str, ...], said: list[str]) -> Iterator[str]:
    for word in said:
        if word not in known:
            yield f"{example.id}: found '{word}', expected one of {', '.join(known)}"


def _either(wanted: str | list[str]) -> list[str]:
    return wanted if isinstance(wanted, list) else [wanted]


def _of_the_deceased(example: Example) -> Iterator[Difference]:
    """Nothing is said of a deceased person (G12), so a story about one may only claim that."""
    if example.speaks is not False:
        yield Difference(example.id, "speaks", "an answer", "nothing is said of a deceased person")


def _of_verdicts(example: Example, assessed: Assessment, wording: Wording) -> Iterator[Difference]:
    for name, wanted in example.expect.items():
        result = assessed.result(name)
        if result.verdict not in _either(wanted):
            because = wording.because(result.finding)
            yield Difference(example.id, name, " or ".join(_either(wanted)), result.verdict, because)
    for name, sure in example.assurance.items():
        result = assessed.result(name)
        if result.finding.assurance.value != sure:
            because = wording.because(result.finding)
            yield Difference(example.id, f"{name} is", sure, result.finding.assurance.value, because)
    for name, day in example.eligible_from.items():
        lifts = assessed.eligible_from if name == "trial" else assessed.result(name).eligible_from
        if _day(lifts) != day:
            yield Difference(example.id, f"{name} eligible from", str(day), str(_day(lifts)))


def _of_the_trial(example: Example, assessed: Assessment) -> Iterator[Difference]:
    if example.status not in (None, assessed.status.value):
        yield Difference(example.id, "status", str(example.status), assessed.status.value)
    if example.speaks not in (None, assessed.speaks):
        yield Difference(example.id, "speaks", str(example.speaks).lower(), str(assessed.speaks).lower())


def _of_notes(example: Example, answer: Answer, wording: Wording) -> Iterator[Difference]:
    """Each text must stand in some data note; an empty list says that there is no note at all."""
    if example.notes is None:
        return
    told = notes_of(example, answer, wording)
    for words in example.notes:
        if not any(words in text for text in told):
            yield Difference(example.id, "notes", f"one with '{words}'", " · ".join(told) or "none")
    if not example.notes and told:
        yield Difference(example.id, "notes", "none", " · ".join(told))


def notes_of(example: Example, answer: Answer, wording: Wording) -> list[str]:
    """The data notes that `assess` prints beside this answer."""
    day = day_of(example, example.as_of)
    assessments = [answer.assessment] if answer.assessment else []
    whole: Mapping[str, list[Mapping[str, str]]] = patient_json("", answer.record, day, day, assessments, wording)
    return [note["text"] for note in whole["notes"]]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def known_trial(example: Example, trials: Mapping[str, Trial]) -> Trial:
    """The trial a story speaks of; an ExampleError when it is none of these."""
    if example.trial not in trials:
        raise ExampleError(f"{example.file}: no trial {example.trial} here; there are {', '.join(sorted(trials))}")
    return trials[example.trial]
