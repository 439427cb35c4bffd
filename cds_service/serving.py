"""`cds-service serve`: the service alone, on the address it is told."""

from __future__ import annotations

import sys
from dataclasses import replace

import uvicorn

from cds_service import log
from cds_service.app import create_app
from cds_service.settings import Settings

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_SECONDS_TO_FINISH = 10


def serve(settings: Settings, host: str, port: int) -> int:
    """Serves until stopped. Unsigned calls are accepted, which `--open` has asked for."""
    if host not in _LOOPBACK:
        print(f"cds-service: unsigned calls are accepted from whoever reaches {host}:{port}", file=sys.stderr)
    if settings.as_of is not None:
        print(f"cds-service: every chart is judged as of {settings.as_of} (CDS_AS_OF)", file=sys.stderr)
    log.configure(settings.log_level)
    uvicorn.run(
        create_app(replace(settings, open=True)),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
    )
    return 0
