"""The first minute: an embedded FHIR server over synthetic people, a chart page, and an EHR that opens a chart."""

from __future__ import annotations

from datetime import date
from typing import TextIO


def run_demo(
    port: int = 8080,
    as_of: date | None = None,
    *,
    once: bool = False,
    patient: str | None = None,
    out: TextIO | None = None,
) -> int:
    """Serves the demo on loopback until interrupted; with `once`, stops after the first chart's cards are printed.

    Unsigned calls are accepted here, and only loopback is listened to. The day defaults to CDS_AS_OF, else today;
    the other settings come from the environment as for `serve`.
    """
    # Not at the top: `fire` uses the search of this package, and needs no server for it.
    from cds_service.demo.run import run

    return run(port, as_of, once, patient, out)
