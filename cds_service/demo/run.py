"""Decides what `cds-service demo` does: start everything, open one chart, tell where to look, serve until stopped."""

from __future__ import annotations

import secrets
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TextIO

from cds_service.app import create_app, system_clock, today
from cds_service.demo.authorization import Authorization, own_app
from cds_service.demo.chart_page import HOOK, USER
from cds_service.demo.desk import Desk
from cds_service.demo.fixtures import load_cast, resources_of
from cds_service.demo.serving import HOST, address_of, listening, mount_demo, serving
from cds_service.demo.store import FhirStore
from cds_service.ehr import fire
from cds_service.settings import Settings
from cds_service.store import Store

FIRST_CHART = "nora"
DATABASE = "demo.db"


def run(port: int, as_of: date | None, once: bool, patient: str | None, out: TextIO | None) -> int:
    """See `cds_service.demo.run_demo`."""
    out = out or sys.stdout
    settings = replace(Settings.from_environment(), open=True, host=HOST)
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


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo as it is served: its address, its day and language, its FHIR server's resources, its database."""

    base: str
    desk: Desk
    fhir: FhirStore
    database: Path


@contextmanager
def standing(listener: socket.socket, settings: Settings, day: date) -> Iterator[Demo]:
    """The whole demo on this socket, for the stories as told on this day. What it keeps is gone with it."""
    base, desk = address_of(listener), Desk(day, settings.zone, moves=True)
    with tempfile.TemporaryDirectory(prefix="cds-service-demo-") as folder:
        database = Path(folder) / DATABASE
        store = Store(f"sqlite:///{database}", secrets.token_bytes(32))
        # The service reads the desk's clock, so that a day moved there is the service's day, too.
        told = replace(settings, as_of=None, report_url=base)
        app = create_app(told, clock=desk.clock, store=store, own_app=own_app(base))
        desk.locale, desk.speak = settings.locale, app.state.gate.speak
        fhir = FhirStore(resources_of(load_cast(day)), clock=desk.clock)
        grants = Authorization(base, now=lambda: desk.clock().timestamp())
        mount_demo(app, fhir, base, day, authorization=grants, desk=desk)
        with serving(app, listener):
            yield Demo(base, desk, fhir, database)


def _opened(listener: socket.socket, settings: Settings, once: bool, patient: str | None, out: TextIO) -> int:
    day = today(settings, system_clock)
    with standing(listener, settings, day) as demo:
        opened = patient or _first(demo.fhir)
        status = fire(demo.base, opened, fhir=f"{demo.base}/fhir", user=USER, hook=HOOK, out=out)
        if not once:
            _tell_addresses(demo.base, opened, day, out)
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
