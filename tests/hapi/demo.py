"""`make hapi`: a real HAPI with the cast, the service reading it, each chart opened once; then all is stopped."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import requests

from cds_service.demo.fixtures import story_files
from cds_service.ehr import fire
from cds_service.load import Loading, load
from cds_service.settings import Settings
from tests.hapi.real_hapi import running_hapi
from tests.ports import free_port

ROOT = Path(__file__).parents[2]


@contextmanager
def running_service() -> Iterator[str]:
    """The service as a process of its own, reading the FHIR server that a call names. What it keeps is gone with it."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="cds-service-hapi-") as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "cds_service", "serve", "--open", "--port", str(port)],
            cwd=ROOT,
            env=surroundings(os.environ, base, folder),
        )
        try:
            _until_ready(base, process)
            yield base
        finally:
            process.terminate()
            process.wait(timeout=20)


def surroundings(own: Mapping[str, str], base: str, folder: str) -> dict[str, str]:
    """The service's settings: a database of its own, so that no earlier feedback silences a card; links to reports.

    Log lines would stand between the cards; CDS_LOG_LEVEL=INFO brings them back.
    """
    kept = {"CDS_DATA": folder, "CDS_DATABASE_URL": "", "CDS_AUDIT_KEY": ""}
    return {"CDS_LOG_LEVEL": "WARNING", **own, **kept, "CDS_REPORT_URL": base, "CDS_DEADLINE": "20"}


def today() -> date:
    """The day on which the service will judge, for which the stories are loaded."""
    settings = Settings.from_environment()
    return settings.as_of or datetime.now(settings.zone).date()


def _until_ready(base: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise SystemExit("the service did not start")
        try:
            if requests.get(f"{base}/readyz", timeout=2).status_code == 200:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise SystemExit("the service did not become ready")


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--once", action="store_true", help="stop when every chart has been opened")
    asked.add_argument("--prefetch", action="store_true", help="send prefetch; else the service reads HAPI itself")
    given = asked.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _run(once=given.once, prefetch=given.prefetch)
    except KeyboardInterrupt:
        print("Stopped.")
        return 0


def _run(*, once: bool, prefetch: bool) -> int:
    print("Starting HAPI (the first time it is built, which downloads about 230 MB) …", flush=True)
    with running_hapi() as base:
        failed = load(Loading(base), today(), sys.stdout, sys.stderr)
        with running_service() as service:
            for path in story_files():
                failed |= fire(service, path.stem, fhir=base, prefetch=prefetch, out=sys.stdout)
            if not once:
                print(f"FHIR server: {base}\nService: {service}/cds-services\nInterrupt stops both.", flush=True)
                signal.pause()
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
