"""Where the time of a call goes: the steps of a hook call one by one, as the service takes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from time import process_time_ns

import orjson

from benchmarks.bodies import Body
from benchmarks.chart import AS_OF
from cards.render import Occasion, render_cards
from cds_service.catalogue import Catalogue
from cds_service.fhir.gather import gather
from cds_service.fhir.queries import queries
from cds_service.protocol import read_call
from cds_service.screening import Screening
from cds_service.trust.caller import OPEN
from eligibility.assessment import assess, may_speak, screen

PHASES = ("parse", "gather", "read", "screen", "results", "assess", "render", "answer")


async def phases(catalogue: Catalogue, calls: Iterable[Body]) -> dict[str, dict[str, float]]:
    """Milliseconds of CPU time by kind of person and step, on average."""
    asked = queries(catalogue.terminology.value_sets)
    screening = Screening(catalogue, "en")
    taken: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for body in calls:
        marks = [process_time_ns()]
        call = read_call(orjson.loads(body.content), "patient-view")
        marks.append(process_time_ns())
        gathered = await gather(asked, call.prefetch, call.context["patientId"], AS_OF)
        marks.append(process_time_ns())
        reading = screening.begin(gathered, AS_OF)
        before = reading.without_results()
        marks.append(process_time_ns())
        concerned = [trial for trial in catalogue.open_trials if may_speak(trial, before, AS_OF)]
        marks.append(process_time_ns())
        record = reading.whole() if concerned else before
        marks.append(process_time_ns())
        assessments = [assess(trial, record, AS_OF) for trial in concerned if screen(trial, record, AS_OF)]
        marks.append(process_time_ns())
        occasion = Occasion(OPEN, "service", call.instance, record.reference)
        cards = [card.as_json() for card in render_cards(assessments, occasion, screening.wording)]
        marks.append(process_time_ns())
        orjson.dumps({"cards": cards})
        marks.append(process_time_ns())
        reading.close()
        for phase, begun, ended in zip(PHASES, marks, marks[1:], strict=False):
            taken[body.kind][phase].append(ended - begun)
    return {kind: {phase: sum(spent) / len(spent) / 1e6 for phase, spent in of.items()} for kind, of in taken.items()}
