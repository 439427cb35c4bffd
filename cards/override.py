"""Why a card may be put aside (CARD-19): HL7's reasons where they fit, a few of our own where they do not.

Each reason says what feedback makes of it: whom it quiets, and for which of the client's periods.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

HL7 = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"  # CARD-20
OURS = "urn:cds-service:override-reason"


class Quiets(Enum):
    """What stays silent after a reason, and for whom."""

    CLINICIAN_PATIENT = "this clinician, this patient"
    CLINICIAN_TRIAL = "this clinician, this trial"
    PATIENT_TRIAL = "everyone, this patient and trial"
    CLINICIAN_PATIENT_TRIAL = "this clinician, patient and trial"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its code, what it quiets, and the name of the period in the client's file (`quiet`)."""

    system: str
    code: str
    quiets: Quiets
    period: str = ""


REASONS: tuple[Reason, ...] = (
    Reason(HL7, "patient-refuses", Quiets.PATIENT_TRIAL, "settled"),
    Reason(OURS, "already-screened", Quiets.PATIENT_TRIAL, "settled"),
    Reason(OURS, "already-enrolled", Quiets.PATIENT_TRIAL, "settled"),
    Reason(HL7, "patient-ineligible", Quiets.CLINICIAN_PATIENT_TRIAL, "not_suitable"),
    Reason(HL7, "inappropriate-recipient", Quiets.CLINICIAN_PATIENT, "not_my_patient"),
    Reason(HL7, "wrong-time-workflow", Quiets.CLINICIAN_PATIENT, "not_now"),
    Reason(OURS, "not-interested", Quiets.CLINICIAN_TRIAL, "not_interested"),
    Reason(HL7, "need-more-info", Quiets.NOTHING),
)


def reason_of(system: str, code: str) -> Reason | None:
    """Our reading of a reported reason; None for a code of the client's own (FB-6), which quiets nothing."""
    return next((reason for reason in REASONS if (reason.system, reason.code) == (system, code)), None)
