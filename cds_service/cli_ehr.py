"""The commands that play the other side: an EHR that opens a chart, its key, people put on its FHIR server."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import datetime
from pathlib import Path

from cds_service.arguments import ASSESSED, day, refused
from cds_service.settings import Settings

OUR_OWN = "http://127.0.0.1:8080"


def add_fire(command: argparse.ArgumentParser) -> None:
    """The arguments of `fire`."""
    command.add_argument(
        "service",
        metavar="URL",
        nargs="?",
        default=OUR_OWN,
        help=f"base address of a CDS Hooks service, or of one of its services (default: {OUR_OWN})",
    )
    command.add_argument("patient", nargs="?", help="the Patient's id (not needed for a file with one Patient)")
    command.add_argument("--patient", dest="named", metavar="ID", help="the same, by name")
    source = command.add_mutually_exclusive_group()
    source.add_argument("--fhir", metavar="URL", help="FHIR R4 base from which the prefetch is read")
    source.add_argument("--file", type=Path, metavar="PATH", help="FHIR file from which the prefetch is read")
    command.add_argument("--no-prefetch", action="store_true", help="send no prefetch; the service reads for itself")
    command.add_argument("--whole", action="store_true", help="follow next links before sending")
    command.add_argument("--token", help="access token for --fhir; it is passed on to the service, as an EHR does")
    command.add_argument("--hook", default="patient-view")
    command.add_argument("--user", default="Practitioner/demo", help="who opens the chart")
    _add_signing(command)
    command.set_defaults(command=_fire)


def _add_signing(command: argparse.ArgumentParser) -> None:
    command.add_argument("--key", type=Path, metavar="FILE", help="sign the calls with this private key (PEM)")
    command.add_argument("--issuer", metavar="URI", help="with --key: `iss` of the tokens")
    command.add_argument("--kid", default="test", help="with --key: the key's name in the JWKS (default: test)")
    command.add_argument("--audience", metavar="URL", help="with --key: public base address, where it is another")


def add_client_key(command: argparse.ArgumentParser) -> None:
    """The arguments of `client-key`."""
    command.add_argument("file", type=Path, metavar="FILE", help="where the private key is written (PEM)")
    command.add_argument("--kid", default="test", help="the key's name in the JWKS (default: test)")
    command.set_defaults(command=_client_key)


def add_load(command: argparse.ArgumentParser) -> None:
    """The arguments of `load`."""
    command.add_argument("base", metavar="URL", help="FHIR R4 base address")
    command.add_argument("paths", nargs="*", metavar="PATH", help="FHIR JSON or NDJSON (default: the synthetic people)")
    command.add_argument("--as-of", type=day, metavar="YYYY-MM-DD", help="the day the stories end on (default: today)")
    command.add_argument("--told-on", type=day, metavar="YYYY-MM-DD", help="the day for which PATH is written")
    command.add_argument("--token", default=os.environ.get("CDS_LOAD_TOKEN"), help="access token (or CDS_LOAD_TOKEN)")
    command.add_argument("--dry-run", action="store_true", help="say what would be written, and write nothing")
    command.add_argument("--overwrite", action="store_true", help="replace resources that were not loaded by us")
    command.set_defaults(command=_load)


def _fire(given: argparse.Namespace) -> int:
    from cds_service.ehr import fire
    from cds_service.ehr.problem import EhrProblem
    from cds_service.ehr.signing import signing_with

    if given.key and not given.issuer:
        return refused("fire --key needs --issuer, the client's `iss`")
    try:
        signing = signing_with(given.key, given.issuer, given.kid, given.audience) if given.key else None
    except EhrProblem as problem:
        return refused(f"{problem.what}: {problem.remedy}")
    return fire(
        given.service,
        given.named or given.patient,
        fhir=given.fhir,
        file=given.file,
        prefetch=not given.no_prefetch,
        whole=given.whole,
        hook=given.hook,
        user=given.user,
        token=given.token,
        signing=signing,
        out=sys.stdout,
    )


def _client_key(given: argparse.Namespace) -> int:
    from cds_service.ehr.problem import EhrProblem
    from cds_service.ehr.signing import make_client_key

    try:
        print(make_client_key(given.file, given.kid))
    except EhrProblem as problem:
        return refused(f"{problem.what}: {problem.remedy}")
    return ASSESSED


def _load(given: argparse.Namespace) -> int:
    from cds_service.load import Loading, load

    settings = Settings.from_environment()
    asked = Loading(
        given.base,
        tuple(given.paths),
        given.as_of or settings.as_of,
        given.told_on,
        given.token,
        given.dry_run,
        given.overwrite,
    )
    today = datetime.now(settings.zone).date()
    return load(asked, today, sys.stdout, sys.stderr if sys.stderr.isatty() else None)
