"""Assessments become cards: which trials speak, in what order, at most three."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from cards.card import Card, Coding, Link, Source, card_uuid
from cards.detail import detail
from cards.markdown import clean
from cards.override import REASONS
from cards.standing import Standings
from cards.suggestion import Asked, suggestions
from cards.summary import summary
from cards.wording.wording import Wording
from eligibility.assessment import Assessment

MOST = 3
REGISTRY = "https://clinicaltrials.gov/study/"
CLINICIANS = ("Practitioner/", "PractitionerRole/")
_LOUDEST_FIRST = ("eligible", "potential-candidate", "ineligible")


@dataclass(frozen=True, slots=True)
class Occasion:
    """The call a card answers; who called is part of every identity. `contacts`: NCT number → local study contact.

    `accepts` are the resource types that the client takes from a suggestion; without any, none is made.
    """

    client: str
    service: str
    hook_instance: str
    patient: str
    contacts: Mapping[str, str] = field(default_factory=dict)
    accepts: frozenset[str] = frozenset()

    def uuid(self, trial: str) -> str:
        """The identity of the card of one trial (CARD-1)."""
        return card_uuid(self.client, self.service, self.hook_instance, self.patient, trial)


def may_read(user: str) -> bool:
    """Whether cards are for this viewer: a patient or a relative is told by a clinician, not by a card (CTX-1)."""
    return user.startswith(CLINICIANS)


def render_cards(assessments: Iterable[Assessment], occasion: Occasion, wording: Wording) -> tuple[Card, ...]:
    """One card for each trial that speaks (G12b), what is nearest to enrolment first."""
    speaking = [(assessment, Standings.of(assessment)) for assessment in assessments if assessment.speaks]
    speaking.sort(key=_nearest)
    return tuple(_card(assessment, standings, occasion, wording) for assessment, standings in speaking[:MOST])


def nearest_first(assessments: Iterable[Assessment]) -> list[Assessment]:
    """The order of cards, for trials that have none, too."""
    return [one for one, _ in sorted(((one, Standings.of(one)) for one in assessments), key=_nearest)]


def _nearest(pair: tuple[Assessment, Standings]) -> tuple[int, int, str]:
    assessment, standings = pair
    return (
        _LOUDEST_FIRST.index(assessment.status.value),
        len(standings.in_the_way) + len(standings.missing) + len(standings.person),
        assessment.trial.nct_id,
    )


def _card(assessment: Assessment, standings: Standings, occasion: Occasion, wording: Wording) -> Card:
    trial = assessment.trial
    plain = replace(wording, quote=clean, own=clean)
    registered = REGISTRY + trial.nct_id
    uuid = occasion.uuid(trial.nct_id)
    asked = Asked(uuid, occasion.patient, occasion.accepts, occasion.contacts.get(trial.nct_id))
    return Card(
        uuid=uuid,
        summary=summary(assessment, standings, wording),
        source=Source(plain.phrase("source", trial=trial.short_name), registered),
        detail=detail(assessment, standings, wording, asked.contact),
        suggestions=suggestions(assessment, standings, asked, wording),
        links=(Link(plain.phrase("link", trial=trial.short_name), registered),),
        override_reasons=tuple(
            Coding(reason.system, reason.code, plain.phrase(f"override-{reason.code}")) for reason in REASONS
        ),
    )
