"""Decides where the demo is served: on loopback only, in one process, at the port asked for or else at a free one."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from datetime import date

import uvicorn
from fastapi import FastAPI

from cds_service.demo.authorization import Authorization
from cds_service.demo.chart_page import DemoChart
from cds_service.demo.desk import Desk
from cds_service.demo.fhir_server import fhir_routes
from cds_service.demo.fixtures import load_stories
from cds_service.demo.paging import PAGE
from cds_service.demo.store import FhirStore
from cds_service.smart.app import LAUNCH

HOST = "127.0.0.1"


def mount_demo(
    app: FastAPI,
    store: FhirStore,
    base: str,
    as_of: date,
    *,
    page: int = PAGE,
    authorization: Authorization | None = None,
    desk: Desk | None = None,
) -> FastAPI:
    """Adds the embedded FHIR server at `/fhir`, what authorizes for it, and the charts at `/` to a CDS service.

    `desk` is given where the service reads its clock; without one the day stays `as_of`, whatever the service takes.
    """
    launches = any(getattr(route, "path", "") == LAUNCH for route in app.routes)
    chart = DemoChart(store, base, desk or Desk(as_of), load_stories(), launches)
    grants = authorization or Authorization(base)
    fhir = fhir_routes(store, day=as_of.isoformat(), page=page)
    app.router.routes.extend([*grants.routes(), *fhir, *chart.routes()])
    return app


@contextlib.contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """A socket at this port of loopback; at a free one when it is taken."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            listener.bind((HOST, 0))
        yield listener


def address_of(listener: socket.socket) -> str:
    """The address of whatever is served on this socket."""
    return f"http://{HOST}:{listener.getsockname()[1]}"


@contextlib.contextmanager
def serving(app: FastAPI, listener: socket.socket) -> Iterator[None]:
    """Runs the app on this socket in a thread of its own, from ready to stopped."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            thread.join(0.01)
        yield
    finally:
        server.should_exit = True
        thread.join()
