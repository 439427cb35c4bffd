"""`cds-service serve`: the service alone, on the address it is told."""

from __future__ import annotations

import contextlib
import math
import signal
import socket
import sys
import time
from types import FrameType

import uvicorn

from cds_service import log, tracing, watching
from cds_service.app import create_app
from cds_service.connection import bounded
from cds_service.settings import Settings
from cds_service.store.starting import store_for
from cds_service.traffic import Traffic

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_SECONDS_TO_FINISH = 10


def serve(settings: Settings, host: str, port: int) -> int:
    """Serves until stopped: registered clients, or, where the settings are open, whoever calls."""
    log.configure(settings.log_level)
    server = _server(settings)  # trials, maps and terminology are read before anybody is told an address
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        _say(f"cannot listen on {host}, port {port} ({_why(error)}); choose others with --host and --port")
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a stop before uvicorn listens for it ends well, too
    with listener, contextlib.ExitStack() as beside, contextlib.suppress(KeyboardInterrupt):
        if not _watched(settings, beside):
            return 2
        _tell(settings, host, listener.getsockname()[1])
        # uvloop takes in one connection a turn of each socket: under load the others would wait unseen, none refused.
        server.run(sockets=[listener, *(listener.dup() for _ in range(_TAKEN_AT_ONCE - 1))])
    return 0


def _watched(settings: Settings, beside: contextlib.ExitStack) -> bool:
    """Figures and spans, as the settings ask for them; whether the port of the figures is free."""
    if settings.otel:
        beside.callback(tracing.exporting())
    if settings.metrics_port is None:
        return True
    try:
        port, stop = watching.told(settings.metrics_port)
    except OSError as error:
        place = f"{watching.LOOPBACK}, port {settings.metrics_port}"
        _say(f"cannot tell figures on {place} ({_why(error)}); choose another with CDS_METRICS_PORT")
        return False
    beside.callback(stop)
    _say(f"figures on http://{watching.LOOPBACK}:{port}/metrics")
    return True


_TAKEN_AT_ONCE = 128


class Draining(uvicorn.Server):
    """On SIGTERM the calls in hand are answered, others refused with 503; then the process ends, with status 0."""

    def __init__(self, config: uvicorn.Config, traffic: Traffic) -> None:
        super().__init__(config)
        self._traffic = traffic
        self._ends = math.inf

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first SIGTERM drains; a second one, or Ctrl-C, takes uvicorn's own shorter way."""
        if sig != signal.SIGTERM or self._traffic.stopping:
            super().handle_exit(sig, frame)
            return
        self._traffic.stopping = True
        self._ends = time.monotonic() + _SECONDS_TO_FINISH

    async def on_tick(self, counter: int) -> bool:
        """Called ten times a second."""
        if self._traffic.stopping and (not self._traffic.in_flight or time.monotonic() > self._ends):
            self.should_exit = True
        return await super().on_tick(counter)


def _server(settings: Settings) -> uvicorn.Server:
    app = create_app(settings, store=store_for(settings))
    return Draining(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_SECONDS_TO_FINISH,
            http=bounded(settings.send_seconds),
            ws="none",
        ),
        app.state.traffic,
    )


def _tell(settings: Settings, host: str, port: int) -> None:
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    _say(f"serving http://{address}/cds-services until stopped (Ctrl-C)")
    if settings.open and host not in _LOOPBACK:
        _say(f"unsigned calls are accepted from whoever reaches {address}")
    if settings.as_of is not None:
        _say(f"every chart is judged as of {settings.as_of} (CDS_AS_OF)")


def _why(error: OSError) -> str:
    return str(error.strerror).split(" (while", 1)[0]  # Python adds the address, which is said already


def _say(message: str) -> None:
    print(f"cds-service: {message}", file=sys.stderr, flush=True)
