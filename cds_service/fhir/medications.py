"""Which intake of a drug a statement, order or administration records, and which of them record none (G5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from cds_service.fhir.dosage import as_needed, dose_of, single_dose
from cds_service.fhir.draft import Draft, NotUnderstood
from cds_service.fhir.drugs import Drug, drug_of
from cds_service.fhir.elements import Json, code_of, parts, reference_in, text_of
from cds_service.fhir.exposure_times import (
    Times,
    administration_times,
    dispense_times,
    order_times,
    statement_times,
)
from cds_service.fhir.never_given import says_never_given
from cds_service.fhir.none_known import kind_of, record_none_known
from cds_service.fhir.outcomes import documented
from cds_service.fhir.reasons import outcomes_as_reason, reasons_of
from cds_service.fhir.routes import route_of
from eligibility.record import Dose, Exposure, Hole, Intake, Route, Section, Source
from eligibility.terminology import Hits
from eligibility.when import When

_STATEMENT: Mapping[str, Intake] = {
    "active": Intake.ACTIVE,
    "completed": Intake.COMPLETED,
    "stopped": Intake.STOPPED,
    "on-hold": Intake.ON_HOLD,
    "intended": Intake.INTENDED,
    "not-taken": Intake.NOT_TAKEN,
    "unknown": Intake.UNKNOWN,
}
_REQUEST: Mapping[str, Intake] = {
    status: _STATEMENT[status] for status in ("active", "completed", "stopped", "on-hold", "unknown")
}
_ADMINISTRATION: Mapping[str, Intake] = {
    "in-progress": Intake.ACTIVE,
    "completed": Intake.COMPLETED,
    "stopped": Intake.STOPPED,
    "on-hold": Intake.ON_HOLD,
    "not-done": Intake.NOT_TAKEN,
    "unknown": Intake.UNKNOWN,
}
_DISPENSE: Mapping[str, Intake] = dict.fromkeys(  # whatever became of it, it tells of no intake
    ("preparation", "in-progress", "on-hold", "completed", "stopped", "unknown"), Intake.UNKNOWN
)
_STATUS = {
    "MedicationDispense": _DISPENSE,
    "MedicationStatement": _STATEMENT,
    "MedicationRequest": _REQUEST,
    "MedicationAdministration": _ADMINISTRATION,
}
_DOSAGE = {
    "MedicationDispense": "dosageInstruction",
    "MedicationStatement": "dosage",
    "MedicationRequest": "dosageInstruction",
    "MedicationAdministration": "dosage",
}
_ORDERS = frozenset(("order", "original-order", "reflex-order", "filler-order", "instance-order"))
_IDEAS = frozenset(("proposal", "option"))
_WITHDRAWN: Mapping[str, frozenset[str]] = {  # never taken, given or handed over; a statement has no such status
    "MedicationRequest": frozenset(("cancelled", "draft")),
    "MedicationDispense": frozenset(("cancelled", "declined")),
}
_REPORTERS = ("Patient", "RelatedPerson")


def retracted(resource: Json) -> bool:
    return code_of(resource.get("status")) == "entered-in-error"


@dataclass(frozen=True, slots=True)
class _Record:
    """What was read before the status: the drug decides whether this is a drug at all."""

    resource: Json
    reference: str
    drug: Drug
    hits: Hits


def read(resource: Json, reference: str, draft: Draft) -> None:
    drug = drug_of(resource, draft)
    kinds = (kind_of(concept, "medication", draft.terminology) for concept in drug.concepts)
    kind = next(filter(None, kinds), None)
    if kind:
        _none_known(kind, resource, reference, draft)
        return
    source = None if _withdrawn(resource) else source_of(resource)
    if source is None:
        return
    record = _Record(resource, reference, drug, drug.hits(draft))
    intake = _intake(resource)
    resolved = drug.resolved(draft)
    exposure = None
    if resolved or record.hits or intake is Intake.NOT_TAKEN:
        exposure = _exposure(record, source, intake, draft)  # one known ingredient is evidence, whatever the others are
    if resolved and exposure and not drug.recognised(draft):
        _unclassified(exposure, draft)
    if not resolved and intake is not Intake.NOT_TAKEN:
        raise NotUnderstood("unresolved-drug", label=None if drug.restricted else drug.label or None)


def _unclassified(exposure: Exposure, draft: Draft) -> None:
    """A name that no table of ours knows may be a brand of any drug: "takes no …" is unknown, and it is named."""
    label = None if exposure.restricted else exposure.label
    draft.note("unclassified-drug", reference=exposure.reference, **({"label": label} if label else {}))
    if exposure.intake is not Intake.NOT_TAKEN:
        until = _last_day(exposure)
        draft.holes.append(Hole(Section.MEDICATIONS, "unclassified-drug", exposure.reference, label=label, until=until))


def _last_day(exposure: Exposure) -> date | None:
    """The last day on which it can have been taken; None where it may still be."""
    if exposure.source is not Source.DISPENSE and exposure.intake not in (Intake.COMPLETED, Intake.STOPPED):
        return None
    if exposure.end is not None:
        return exposure.end.last
    told = exposure.asserted if exposure.source in (Source.STATEMENT, Source.REPORT) else None
    return told.last if told else None


def _withdrawn(resource: Json) -> bool:
    return code_of(resource.get("status")) in _WITHDRAWN.get(resource["resourceType"], ())


def _none_known(kind: str, resource: Json, reference: str, draft: Draft) -> None:
    """ "No known medications" or "no information" as a statement: an opener or closer of CW-MED, never a drug (G7)."""
    asserted = statement_times(resource, reference, draft).told
    if draft.past(asserted, reference) or asserted is None:
        record_none_known(kind, reference, asserted, draft)


def source_of(resource: Json) -> Source | None:
    """What kind of record it is; None for a proposal, an option or an order not to give the drug."""
    match resource.get("resourceType"):
        case "MedicationStatement":
            return Source.STATEMENT
        case "MedicationAdministration":
            return Source.ADMINISTRATION
        case "MedicationDispense":
            return Source.DISPENSE
    intent = code_of(resource.get("intent"))
    if resource.get("doNotPerform") is True or intent in _IDEAS:
        return None
    if intent in _ORDERS:
        return Source.ORDER
    if intent == "plan":
        return Source.REPORT if _is_report(resource) else Source.PLAN
    if intent == "directive":
        return Source.PLAN
    raise NotUnderstood("unreadable-status")


def _is_report(resource: Json) -> bool:
    """A plan that reports use: how self-reported and over-the-counter drugs are recorded in the United States."""
    if resource.get("reportedBoolean") is True or resource.get("reportedReference"):
        return True
    requester = resource.get("requester")
    kind = text_of(requester.get("type")) if isinstance(requester, Mapping) else ""
    segments = reference_in(requester).split("/")
    return kind in _REPORTERS or any(segment in _REPORTERS for segment in segments[:-1])


def _intake(resource: Json) -> Intake:
    table = _STATUS[resource["resourceType"]]
    status = code_of(resource.get("status"))
    if status not in table:
        raise NotUnderstood("unreadable-status")
    over = table[status] is Intake.STOPPED or (
        status == "completed" and resource["resourceType"] == "MedicationRequest"
    )
    return Intake.NOT_TAKEN if over and says_never_given(resource) else table[status]


def _times(record: _Record, source: Source, intake: Intake, draft: Draft) -> Times:
    resource, reference = record.resource, record.reference
    if source is Source.STATEMENT:
        return statement_times(resource, reference, draft, ongoing=intake is Intake.ACTIVE)
    if source is Source.ADMINISTRATION:
        return administration_times(resource, reference, draft)
    if source is Source.DISPENSE:
        return _dispensed(resource, reference, draft)
    over = intake in (Intake.COMPLETED, Intake.STOPPED)
    return order_times(resource, reference, draft, over, reported=source is Source.REPORT)


def _dispensed(resource: Json, reference: str, draft: Draft) -> Times:
    """A dispensing that was not completed tells no end: more of the drug may follow."""
    times = dispense_times(resource, reference, draft)
    return times if code_of(resource.get("status")) == "completed" else replace(times, end=None)


def _exposure(record: _Record, source: Source, intake: Intake, draft: Draft) -> Exposure | None:
    resource, reference, drug = record.resource, record.reference, record.drug
    noted = len(draft.notes)
    times = _times(record, source, intake, draft)
    if any(note.key == "unreadable-date" for note in draft.notes[noted:]):
        draft.hole(Section.MEDICATIONS, reference, NotUnderstood("unreadable"))  # taken, and nobody can say when
    if times.future:
        return None
    if intake in (Intake.COMPLETED, Intake.STOPPED) and times.end and times.end.first > draft.as_of:
        times = replace(times, end=None)  # it is over, so it ended on some day that is not told (G4)
    dosages = parts(resource, _DOSAGE[resource["resourceType"]])
    exposure = Exposure.of(
        _Details(resource, dosages, drug, source is Source.ADMINISTRATION, draft),
        reference=reference,
        label=drug.label,
        hits=record.hits,
        source=source,
        intake=intake,
        ingredients=drug.ingredients(draft),
        start=times.start,
        end=times.end,
        single=times.single,
        asserted=times.asserted,
        restricted=drug.restricted or draft.restricted(resource),
    )
    draft.exposures.append(exposure)
    if source in (Source.STATEMENT, Source.REPORT):
        _opens(exposure, times.told, draft)
    return exposure


@dataclass(frozen=True, slots=True)
class _Details:
    """How a drug is taken, what for and how it went: read when a rule asks."""

    resource: Json
    dosages: list[Json]
    drug: Drug
    given: bool
    draft: Draft

    def read(self, name: str) -> object:
        try:
            return _DETAILS[name](self)
        except self.draft.forgiven:  # whatever an odd resource provokes: it is written, and it cannot be read (G5)
            if name not in _UNREADABLE:
                raise AttributeError(name) from None
            return _UNREADABLE[name]

    def dose(self) -> Dose:
        return (single_dose if self.given else dose_of)(self.dosages, self.drug, self.draft)


_DETAILS: Mapping[str, Callable[[_Details], object]] = {
    "as_needed": lambda of: as_needed(of.dosages),
    "route": lambda of: route_of(of.dosages, of.drug, of.draft),
    "dose": _Details.dose,
    "reasons": lambda of: reasons_of(of.resource, of.draft)[0],
    "reason_stated": lambda of: reasons_of(of.resource, of.draft)[1],
    "outcomes": lambda of: documented(of.resource, "statusReason") | outcomes_as_reason(of.resource, of.draft),
}
_UNREADABLE: Mapping[str, object] = {
    "as_needed": True,
    "route": Route.UNSTATED,
    "dose": Dose(stated=True),
    "reasons": (),
    "reason_stated": True,
    "outcomes": frozenset(),
}


def _opens(exposure: Exposure, told: When | None, draft: Draft) -> None:
    """A statement of any valid status shows on which day the medication list was kept (CW-MED)."""
    when = told.until(draft.as_of) if told else None
    if when:
        draft.statements.append(when)
        draft.open("statements", exposure.reference)
