"""Decides what `cds-service demo` does: start everything, open one chart, tell where to look, serve until stopped."""

from __future__ import annotations

import signal
import socket
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import TextIO

from cds_service.app import create_app, system_clock, today
from cds_service.demo.authorization import own_app
from cds_service.demo.chart_page import HOOK, USER
from cds_service.demo.fixtures import load_cast, resources_of
from cds_service.demo.serving import HOST, address_of, listening, mount_demo, serving
from cds_service.demo.store import FhirStore
from cds_service.ehr import fire
from cds_service.settings import Settings

FIRST_CHART = "nora"


def run(port: int, as_of: date | None, once: bool, patient: str | None, out: TextIO | None) -> int:
    """See `cds_service.demo.run_demo`."""
    out = out or sys.stdout
    settings = replace(Settings.from_environment(), open=True, host=HOST)
    # One day for the people and the service, so that a demo left running over midnight stays true.
    settings = replace(settings, as_of=as_of or today(settings, system_clock))
    if not once:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)
    try:
        with listening(port) as listener:
            if port not in (0, listener.getsockname()[1]):
                print(f"Port {port} is taken; using a free one.", file=out)
            return _opened(listener, settings, once, patient, out)
    except KeyboardInterrupt:
        print("Stopped.", file=out)
        return 0


def _opened(listener: socket.socket, settings: Settings, once: bool, patient: str | None, out: TextIO) -> int:
    base, day = address_of(listener), today(settings, system_clock)
    store = FhirStore(resources_of(load_cast(day)), clock=lambda: datetime.combine(day, time(), UTC))
    app = mount_demo(create_app(replace(settings, report_url=base), own_app=own_app(base)), store, base, day)
    with serving(app, listener):
        opened = patient or _first(store)
        status = fire(base, opened, fhir=f"{base}/fhir", user=USER, hook=HOOK, out=out)
        if not once:
            _tell_addresses(base, opened, day, out)
            threading.Event().wait()
    return status


def _first(store: FhirStore) -> str:
    known = [patient["id"] for patient in store.of_type("Patient")]
    return FIRST_CHART if FIRST_CHART in known or not known else known[0]


def _tell_addresses(base: str, opened: str, day: date, out: TextIO) -> None:
    print(
        f"Charts     {base}/  (this one: {base}/chart/{opened})",
        f"Discovery  {base}/cds-services",
        f"FHIR R4    {base}/fhir",
        f"Day        {day.isoformat()}",
        "Stop with Ctrl-C.",
        sep="\n",
        file=out,
        flush=True,
    )
