"""The use case of every hook: a gathered record, held against every open trial, becomes cards. No I/O from here on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any

from cards.discretion import discreetly
from cards.markdown import escape
from cards.render import Occasion, render_cards
from cards.wording.wording import Wording
from cds_service.catalogue import Catalogue
from cds_service.fhir.bundle import Json
from cds_service.fhir.gather import Gathered
from cds_service.fhir.local_codes import NO_MAPS, ConceptMaps
from cds_service.fhir.reader import Reading, ResourceIndex, begin
from cds_service.judged import Judged, Ready, Told
from cds_service.languages import wording_for
from cds_service.protocol import HookCall
from eligibility.assessment import Assessment, assess, may_speak, screen
from eligibility.record import PatientRecord
from eligibility.trial import Trial


@dataclass(frozen=True, slots=True)
class Screened:
    """The trials that were held against a record, and the occasion on which their cards are told."""

    assessments: tuple[Assessment, ...]
    record: PatientRecord
    occasion: Occasion
    wording: Wording
    considered: tuple[Trial, ...] = ()

    def told(self, quieted: Set[str] = frozenset()) -> Told:
        """The cards of all trials but these; a silence makes room for another trial."""
        heard = {
            self.occasion.uuid(one.trial.nct_id): one for one in self.assessments if one.trial.nct_id not in quieted
        }
        cards = render_cards(heard.values(), self.occasion, self.wording)
        return Told([card.as_json() for card in cards], {card.uuid: heard[card.uuid] for card in cards})


class Screening:
    """The open trials of a catalogue, the language their cards are written in, what the hospital's codes mean."""

    def __init__(self, catalogue: Catalogue, locale: str, maps: ConceptMaps = NO_MAPS) -> None:
        self.catalogue = catalogue
        self.maps = maps
        self.wording = wording_for(catalogue, locale, escape)
        self._wordings = {locale: self.wording}

    def cards(self, gathered: Gathered, call: HookCall, service: str, as_of: date) -> list[Json]:
        """The cards of one call, whatever feedback said before."""
        return self.judged(gathered, call, service, as_of).told().cards

    def judged(self, gathered: Gathered, call: HookCall, service: str, as_of: date) -> Judged:
        """What holds of this record. A trial that cannot speak is not assessed further (design §4, step 6)."""
        reading = self.begin(gathered, as_of, call.caller.maps, call.caller.zone)
        considered = tuple(trial for trial in self.catalogue.open_trials if call.caller.enables(trial.nct_id))
        trials = self._concerned(reading, as_of, considered)
        if not trials:
            reading.close()
            return Ready(considered=considered)
        record = reading.whole()
        speaking = [trial for trial in trials if screen(trial, record, as_of)]
        caller, wording = call.caller, self._spoken(call.caller.locale)
        assessments = [discreetly(assess(trial, record, as_of), record, caller.discreet, wording) for trial in speaking]
        occasion = Occasion(caller.name, service, call.instance, record.reference, caller.contacts, caller.suggestions)
        return Screened(tuple(assessments), record, occasion, wording, considered)

    def _spoken(self, locale: str) -> Wording:
        """The words of one language, made once."""
        if locale not in self._wordings:
            self._wordings[locale] = wording_for(self.catalogue, locale, escape)
        return self._wordings[locale]

    def _concerned(self, reading: Reading, as_of: date, trials: Iterable[Trial]) -> list[Trial]:
        """Those of the trials that may speak, as far as is seen before the results are read: for most charts none."""
        record = reading.without_results()
        return [trial for trial in trials if may_speak(trial, record, as_of)]

    def record(self, gathered: Gathered, as_of: date) -> PatientRecord:
        """FHIR JSON → PatientRecord."""
        return self.begin(gathered, as_of).whole()

    def begin(
        self, gathered: Gathered, as_of: date, maps: ConceptMaps | None = None, zone: tzinfo | None = None
    ) -> Reading:
        """The patient's own full addresses are names of the same person (G5)."""
        own = (gathered.patient["resourceType"], gathered.patient["id"])
        return begin(
            gathered.patient,
            gathered.resources,
            terminology=self.catalogue.terminology,
            as_of=as_of,
            resolve=_Resolver(gathered),
            holes=gathered.holes,
            maps=self.maps if maps is None else maps,
            zone=zone,
            aliases=frozenset(
                address for address, one in gathered.addressed.items() if (one["resourceType"], one.get("id")) == own
            ),
        )


class _Resolver:
    """The index of what is in hand, built when the first reference asks for it: most records hold none that does."""

    def __init__(self, gathered: Gathered) -> None:
        self._gathered = gathered
        self._index: ResourceIndex | None = None
        self._names: frozenset[str] | None = None

    def __call__(self, reference: str, referring: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if self._leads_nowhere(reference):
            return None
        if self._index is None:
            self._index = ResourceIndex(self._gathered.resources, self._gathered.addressed)
        return self._index(reference, referring)

    def _leads_nowhere(self, reference: str) -> bool:
        """Whether a plain `Type/id`, or an address ending so, names nothing in hand: told without any index."""
        if self._names is None:
            ids = (one.get("id") for one in self._gathered.resources)
            addresses = self._gathered.addressed
            ends = (address.strip().split("/_history/")[0].rstrip("/").rsplit("/", 1)[-1] for address in addresses)
            self._names = frozenset((*(name for name in ids if isinstance(name, str)), *ends))
        return _PLAIN.fullmatch(reference) is not None and reference.rsplit("/", 1)[-1] not in self._names


_PLAIN = re.compile(r"(?:https?://[^?#|]+/)?[A-Za-z]+/[A-Za-z0-9.\-]{1,64}")
