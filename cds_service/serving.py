"""`cds-service serve`: the service alone, on the address it is told."""

from __future__ import annotations

import contextlib
import signal
import socket
import sys

import uvicorn

from cds_service import log
from cds_service.app import create_app
from cds_service.settings import Settings
from cds_service.store.starting import store_for

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
    with listener:
        _tell(settings, host, listener.getsockname()[1])
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # uvicorn finishes, then raises it once more
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
    return 0


def _server(settings: Settings) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            create_app(settings, store=store_for(settings)),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_SECONDS_TO_FINISH,
        )
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
