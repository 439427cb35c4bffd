"""What the client sent for each prefetch key, in the four states of CDS Hooks (PREF-5 to PREF-9).

Absent: not satisfied, to be fetched. `null`: searched, nothing there. OperationOutcome: tried and refused, not to be
asked for again. Else a resource or a Bundle, perhaps the first of several pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from cds_service.errors import MalformedCall
from cds_service.fhir.bundle import Page, read_page


class State(Enum):
    """How a key came. UNUSABLE is a value that is no FHIR resource: as good as absent."""

    ABSENT = "absent"
    NOTHING = "nothing"
    REFUSED = "refused"
    SENT = "sent"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class Sent:
    state: State
    page: Page | None = None


def sent(prefetch: Mapping[str, Any], key: str) -> Sent:
    """What came for `key`. A refusal may still carry resources (an OperationOutcome among the entries)."""
    if key not in prefetch:
        return Sent(State.ABSENT)
    value = prefetch[key]
    if value is None:
        return Sent(State.NOTHING)
    page = read_page(value)
    if page is None:
        return Sent(State.UNUSABLE)
    if page.failed and not page.resources and not page.more:
        return Sent(State.REFUSED)
    return Sent(State.SENT, page)


def check_patient(prefetch: Mapping[str, Any], patient_id: str) -> None:
    """PREF-13: a `patient` that is somebody else is refused, since every result after it would be somebody else's."""
    came = sent(prefetch, "patient").page
    patients = [resource for resource in came.resources if resource["resourceType"] == "Patient"] if came else []
    if patients and not any(resource.get("id") == patient_id for resource in patients):
        raise MalformedCall("prefetch.patient is not the patient of context.patientId (PREF-13)")
