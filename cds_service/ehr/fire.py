"""Decides what `cds-service fire` does: play an EHR that opens a chart, from discovery to the printed cards."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TextIO

import requests

from cds_service.ehr.chart_file import ChartFile, read_chart_file
from cds_service.ehr.plain import plain_line
from cds_service.ehr.prefetch import Fetch, Prefetch
from cds_service.ehr.problem import EhrProblem
from cds_service.ehr.signing import Signing
from cds_service.ehr.told import issues, tell_card, tell_prefetch
from cds_service.ehr.visit import Ehr, Visit, offered, visit
from cds_service.ehr.wire import FhirBase, new_session, service_address

_ID = re.compile(r"[A-Za-z0-9\-._]{1,64}\Z")
_USER = re.compile(r"(Practitioner|PractitionerRole|Patient|RelatedPerson)/[A-Za-z0-9\-._]{1,64}\Z")


def fire(
    service_url: str,
    patient_id: str | None = None,
    *,
    fhir: str | None = None,
    file: Path | str | None = None,
    prefetch: bool = True,
    whole: bool = False,
    hook: str = "patient-view",
    user: str = "Practitioner/demo",
    token: str | None = None,
    signing: Signing | None = None,
    out: TextIO,
) -> int:
    """Calls every service offered for the hook and prints its cards; 0 when all answered with cards, else 2.

    The record comes from a FHIR base or from a file; without a patient id, from a file with one Patient. `whole`
    follows next links before sending; else the service gets first pages, as most EHRs send them. `token` is the
    FHIR access token the EHR would pass on, `signing` how it signs its calls of the service.
    """
    told = _Told(out)
    try:
        with new_session(signing) as session:
            chart = read_chart_file(str(file)) if file is not None else None
            context = _context(patient_id, chart, user)
            source = _source(session, chart, fhir, token) if prefetch else None
            base, wanted = service_address(service_url)
            ehr = Ehr(source, whole, fhir, token)
            for service in offered(session, base, hook, wanted):
                told.opening(f"{hook} for Patient/{context['patientId']}", f"{base}/cds-services/{service['id']}")
                told.visit(visit(session, base, service, hook, context, ehr, told.sending))
    except EhrProblem as problem:
        told.say(f"{problem.what}: {problem.remedy}")
        return 2
    return told.status


def _context(patient_id: str | None, chart: ChartFile | None, user: str) -> dict[str, str]:
    if not _USER.match(user):
        raise EhrProblem(f"{user!r} is not a user", "write it like Practitioner/demo")
    known = chart.patients() if chart else []
    if patient_id is None and len(known) == 1:
        [patient_id] = known
    own_id = (patient_id or "").removeprefix("Patient/")
    if not _ID.match(own_id):
        raise EhrProblem("Whose chart is opened is not clear", "name the Patient's id")
    if chart and own_id not in known:
        raise EhrProblem(f"The file holds no Patient {own_id!r}", f"it holds {', '.join(known[:20])}")
    return {"userId": user, "patientId": own_id}


def _source(session: requests.Session, chart: ChartFile | None, fhir: str | None, token: str | None) -> Fetch | None:
    if chart is not None:
        return chart.fetch
    return FhirBase(session, fhir, token).fetch if fhir else None


class _Told:
    """What is printed, step by step, and the exit status it amounts to."""

    def __init__(self, out: TextIO) -> None:
        self._out, self.status = out, 0
        self._width = shutil.get_terminal_size((100, 24)).columns if out.isatty() else 100

    def say(self, *lines: str) -> None:
        print(*lines, sep="\n", file=self._out, flush=True)

    def opening(self, what: str, where: str) -> None:
        self.say(f"{what} → {where}", "")

    def sending(self, _service: str, prefetch: Prefetch | None) -> None:
        self.say(*(["Prefetch:", *tell_prefetch(prefetch, self._width)] if prefetch else ["Prefetch: none sent"]), "")

    def visit(self, visited: Visit) -> None:
        cards = visited.cards
        if cards is None:
            self.status = 2
            reasons = issues(visited.answer) or ["It gave no OperationOutcome."]
            self.say(f"The service answered HTTP {visited.status} without cards.", *map(plain_line, reasons), "")
            return
        self.say({0: "No cards.", 1: "1 card."}.get(len(cards), f"{len(cards)} cards."), "")
        for card in cards:
            self.say(*tell_card(card, self._width), "")
