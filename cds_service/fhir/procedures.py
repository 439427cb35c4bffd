"""Which procedures were done, or expressly not done, and when they ended (rules G4, G5)."""

from __future__ import annotations

from cds_service.fhir.concepts import concept_of, says_nothing
from cds_service.fhir.draft import Draft, NotUnderstood
from cds_service.fhir.elements import Json, code_of
from cds_service.fhir.none_known import kind_of, record_none_known
from cds_service.fhir.outcomes import documented, outcomes_of
from cds_service.fhir.reasons import outcomes_as_reason, reasons_of
from cds_service.fhir.timing import ending
from eligibility.foreign_code import sets_of_foreign_codes
from eligibility.record import Procedure
from eligibility.terminology import Concept, Hits, Mark
from eligibility.unspecific import may_be

_DONE: dict[str, bool | None] = {
    "completed": True,
    "in-progress": True,
    "stopped": True,
    "not-done": False,
    "unknown": None,
}
_PLANNED = frozenset(("preparation", "on-hold"))


def retracted(resource: Json) -> bool:
    return code_of(resource.get("status")) == "entered-in-error"


def read(resource: Json, reference: str, draft: Draft) -> None:
    concept = concept_of(resource.get("code"))
    if says_nothing(concept):
        raise NotUnderstood("no-code")
    kind = kind_of(concept, "procedure", draft.terminology)
    status = code_of(resource.get("status"))
    if kind:
        record_none_known(kind, reference, None, draft)
    elif status not in _DONE and status not in _PLANNED:
        raise NotUnderstood("unreadable-status")
    elif status in _DONE:
        _procedure(resource, concept, reference, _DONE[status], draft)


def _procedure(resource: Json, concept: Concept, reference: str, done: bool | None, draft: Draft) -> None:
    reasons, stated = reasons_of(resource, draft)
    performed = ending(resource, "performed", reference, draft)
    if "performedPeriod" in resource and performed and done:
        performed = performed.until(draft.as_of) or performed  # what goes on ends today at the earliest we can say
    outcome = outcomes_of(concept_of(resource.get("outcome")))
    draft.procedures.append(
        Procedure(
            reference=reference,
            label=concept.label,
            hits=_hits(concept, draft),
            done=done,
            performed=draft.past(performed, reference),
            reasons=reasons,
            reason_stated=stated,
            outcomes=outcome | documented(resource, "statusReason") | outcomes_as_reason(resource, draft),
            restricted=draft.restricted(resource),
        )
    )
    if done:
        draft.open("procedures", reference)


def _hits(concept: Concept, draft: Draft) -> Hits:
    """Its sets by code or name; a code of a system that we do not know leaves open the set it looks to be of.

    So do words that do not say of what the transfusion or the transplant was.
    """
    known = draft.terminology.procedure(concept)
    if draft.terminology.finding(concept):
        return known
    foreign = () if known else sorted(sets_of_foreign_codes(concept, draft.terminology.by_code))
    return {**may_be(concept), **dict.fromkeys(foreign, Mark.UNKNOWN), **known}
