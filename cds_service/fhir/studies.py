"""In which studies the patient is or was, and whether research contact is not wanted (CART-E35, rule G12b)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cds_service.fhir.draft import Draft, NotUnderstood
from cds_service.fhir.elements import Json, code_of, part, parts, reference_in, text_of
from eligibility.record import Study
from eligibility.terminology import Concept

STATUSES = frozenset(
    [
        "candidate",
        "eligible",
        "follow-up",
        "ineligible",
        "not-registered",
        "off-study",
        "on-study",
        "on-study-intervention",
        "on-study-observation",
        "pending-on-study",
        "potential-candidate",
        "screening",
        "withdrawn",
    ]
)
_NCT = re.compile(r"NCT\d{8}", re.IGNORECASE)


def retracted(resource: Json) -> bool:
    return code_of(resource.get("status")) == "entered-in-error"  # no code of R4, but seen; it states no participation


def read(resource: Json, reference: str, draft: Draft) -> None:
    status = code_of(resource.get("status"))
    if status not in STATUSES:
        raise NotUnderstood("unreadable-status")
    link = part(resource, "study") or {"reference": resource.get("study")}
    study = draft.follow(reference_in(link), resource) or {}
    names = list(_names(link, study))
    if not names:
        raise NotUnderstood("no-code")
    period = draft.period(resource.get("period"), reference)
    draft.past(period.start, reference)  # a day that has not come is told (G3)
    draft.studies.append(
        Study(
            reference=reference,
            label=text_of(study.get("title")) or text_of(link.get("display")) or names[0],
            status=status,
            hits=draft.terminology.drug(Concept((), " · ".join(names))),
            identifiers=frozenset(names) | {number.upper() for name in names for number in _NCT.findall(name)},
            start=period.start,
            end=period.end,
            restricted=draft.restricted(resource, study),
        )
    )
    draft.open("studies", reference)


def _names(link: Json, study: Json) -> Iterator[str]:
    """Everything a study is called: its identifiers, its reference, its title, its name on paper."""
    identifiers = (*parts(study, "identifier"), part(link, "identifier"))
    written = (text_of(identifier.get("value")) for identifier in identifiers)
    words = (reference_in(link), text_of(link.get("display")), text_of(study.get("title")))
    yield from dict.fromkeys(name for name in (*written, *words) if name)
