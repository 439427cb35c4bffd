"""The use case of every hook: a gathered record, held against every open trial, becomes cards. No I/O from here on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from cards.markdown import escape
from cards.render import Occasion, render_cards
from cds_service.catalogue import Catalogue
from cds_service.fhir.bundle import Json
from cds_service.fhir.gather import Gathered
from cds_service.fhir.reader import ResourceIndex, read_record
from cds_service.languages import wording_for
from cds_service.protocol import HookCall
from eligibility.assessment import assess, screen
from eligibility.record import PatientRecord

UNREGISTERED = "open"  # the client of a call that nobody signed; part of every card's identity


class Screening:
    """The open trials of a catalogue, and the language their cards are written in."""

    def __init__(self, catalogue: Catalogue, locale: str) -> None:
        self.catalogue = catalogue
        self.wording = wording_for(catalogue, locale, escape)

    def cards(self, gathered: Gathered, call: HookCall, service: str, as_of: date) -> list[Json]:
        """The cards of one call. A trial that cannot speak is not assessed further (design §4, step 6)."""
        record = self.record(gathered, as_of)
        speaking = [trial for trial in self.catalogue.trials if screen(trial, record, as_of)]
        assessments = [assess(trial, record, as_of) for trial in speaking]
        occasion = Occasion(UNREGISTERED, service, call.instance, record.reference)
        return [card.as_json() for card in render_cards(assessments, occasion, self.wording)]

    def record(self, gathered: Gathered, as_of: date) -> PatientRecord:
        return read_record(
            gathered.patient,
            gathered.resources,
            terminology=self.catalogue.terminology,
            as_of=as_of,
            resolve=ResourceIndex(gathered.resources, gathered.addressed),
            holes=gathered.holes,
            aliases=names_of(gathered.patient, gathered.addressed),
        )


def names_of(patient: Json, addressed: Mapping[str, Json]) -> frozenset[str]:
    """Every reference that means this person: its own, by fullUrl, and those this Patient replaces (G5)."""
    names = {f"Patient/{patient['id']}"}
    names |= {url for url, resource in addressed.items() if resource is patient}
    links = patient.get("link")
    for link in links if isinstance(links, list) else ():
        other = link.get("other") if isinstance(link, dict) and link.get("type") == "replaces" else None
        reference = other.get("reference") if isinstance(other, dict) else None
        if isinstance(reference, str) and reference:
            names.add(reference)
    return frozenset(names)
