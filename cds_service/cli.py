"""`cds-service`: what each command and argument of it means, and what the shell is told (see also `cli_ehr`)."""

from __future__ import annotations

import argparse
import io
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import orjson

from cds_service.arguments import ASSESSED, INTERRUPTED, UNUSABLE, day, port, refused, time_zone
from cds_service.catalogue import DefinitionError
from cds_service.cli_audit import add_audit
from cds_service.cli_ehr import add_client_key, add_fire, add_load
from cds_service.cli_feedback import add_feedback
from cds_service.errors import BadSetting
from cds_service.languages import LANGUAGES
from cds_service.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 when done, 1 when a check fails, 2 when the input or a setting cannot be used."""
    given = parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks µ or × still gets its report
    try:
        return int(given.command(given))
    except (BadSetting, DefinitionError) as problem:
        return refused(str(problem))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # `cds-service assess … | head`: whoever read has what they wanted
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ASSESSED


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(
        prog="cds-service",
        description="Tells, when a chart is opened, which clinical trial may fit the patient and why. "
        "Not a medical device; the study team decides.",
    )
    commands = root.add_subparsers(
        required=True, metavar="serve | demo | assess | check | fire | client-key | load | feedback | audit"
    )
    _add_serve(commands.add_parser("serve", help="run the CDS Hooks service"))
    _add_demo(commands.add_parser("demo", help="run service, FHIR server and chart page over synthetic people"))
    _add_assess(commands.add_parser("assess", help="assess the patients in FHIR files"))
    _add_check(commands.add_parser("check", help="review trial definitions and run their worked examples"))
    add_fire(commands.add_parser("fire", help="play an EHR: open a chart and print the cards"))
    add_client_key(commands.add_parser("client-key", help="make a test client's key and print its JWKS"))
    add_load(commands.add_parser("load", help="put the synthetic people, or FHIR files, on a FHIR server"))
    add_audit(commands.add_parser("audit", help="verify, show or purge what was written of each call"))
    add_feedback(commands.add_parser("feedback", help="what clinicians made of the cards, and who hears none for it"))
    return root


def _add_serve(command: argparse.ArgumentParser) -> None:
    command.add_argument("--open", action="store_true", help="accept unsigned calls (instead of CDS_CLIENTS)")
    command.add_argument("--host", help="address to listen on (default: CDS_HOST, else 127.0.0.1)")
    command.add_argument("--port", type=port, help="port to listen on (default: CDS_PORT, else 8080)")
    command.set_defaults(command=_serve)


def _add_demo(command: argparse.ArgumentParser) -> None:
    command.add_argument("--port", type=port, help="port on loopback (default: CDS_PORT, else 8080)")
    command.add_argument("--as-of", type=day, metavar="YYYY-MM-DD", help="the day (default: CDS_AS_OF, else today)")
    command.add_argument("--patient", help="whose chart is opened first")
    command.add_argument("--once", action="store_true", help="stop after the first chart's cards are printed")
    command.set_defaults(command=_demo)


def _add_assess(command: argparse.ArgumentParser) -> None:
    command.add_argument("paths", nargs="+", metavar="PATH", help="FHIR JSON or NDJSON; - reads standard input")
    command.add_argument("--trial", action="append", metavar="NCT…", help="this trial only (may be repeated)")
    command.add_argument("--as-of", type=day, metavar="YYYY-MM-DD", help="the day (default: CDS_AS_OF, else today)")
    command.add_argument("--start", type=day, metavar="YYYY-MM-DD", help="planned first dose (default: the day)")
    command.add_argument(
        "--time-zone",
        type=time_zone,
        metavar="ZONE",
        help="the hospital's time: what today is, and which days a time in Z may be (default: CDS_TIMEZONE, else UTC)",
    )
    _add_maps(command)
    command.add_argument("--format", choices=("text", "json"), default="text")
    command.add_argument("--locale", choices=sorted(LANGUAGES), help="language (default: CDS_LOCALE, else en)")
    command.set_defaults(command=_assess)


def _add_maps(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--concept-map",
        action="append",
        type=Path,
        metavar="FILE",
        help="FHIR ConceptMap of your own codes, or a folder of them (default: CDS_CONCEPT_MAPS; may be repeated)",
    )


def _add_check(command: argparse.ArgumentParser) -> None:
    command.add_argument("path", nargs="?", type=Path, metavar="PATH", help="a folder of trials, or one trial file")
    command.add_argument(
        "--examples",
        action="append",
        type=Path,
        metavar="PATH",
        help="worked examples (default: those beside the trials)",
    )
    command.add_argument(
        "--unmapped", nargs="+", metavar="FILE", help="instead, list the codes of FHIR files that nothing knows"
    )
    _add_maps(command)
    command.add_argument("--format", choices=("text", "json"), default="text", help="of --unmapped")
    command.add_argument("--no-examples", action="store_true", help="read and review only")
    command.add_argument("--strict", action="store_true", help="exit 1 when a question is open")
    command.set_defaults(command=_check)


def _serve(given: argparse.Namespace) -> int:
    settings = Settings.from_environment()
    settings = replace(settings, open=given.open or settings.open)
    if not settings.open and settings.clients is None:
        return refused("serve needs registered clients (CDS_CLIENTS, a folder); --open accepts unsigned calls instead")
    from cds_service.serving import serve

    return serve(settings, given.host or settings.host, settings.port if given.port is None else given.port)


def _demo(given: argparse.Namespace) -> int:
    from cds_service.demo import run_demo

    settings = Settings.from_environment()
    port = settings.port if given.port is None else given.port
    return run_demo(port, given.as_of or settings.as_of, once=given.once, patient=given.patient)


def _unmapped(given: argparse.Namespace) -> int:
    from cds_service.concept_maps import load_concept_maps
    from cds_service.expansion.starting import catalogue_for
    from cds_service.unmapped import unmapped
    from cds_service.unmapped_report import as_json, as_text

    settings = Settings.from_environment()
    maps = load_concept_maps(given.concept_map or settings.concept_maps)
    found = unmapped(given.unmapped, catalogue_for(settings).terminology, maps)
    if given.format == "json":
        sys.stdout.buffer.write(orjson.dumps(as_json(found)) + b"\n")
    else:
        print(as_text(found))
    for path, trouble in found.unusable:
        print(f"cds-service: {path}: {trouble.message}; {trouble.remedy}", file=sys.stderr)
    return ASSESSED if found.files else UNUSABLE


def _check(given: argparse.Namespace) -> int:
    if given.unmapped:
        return _unmapped(given)
    from cds_service.checking import check

    report = check(given.path, given.examples or (), run_examples=not given.no_examples)
    print(report.text)
    return report.status(strict=given.strict)


def _assess(given: argparse.Namespace) -> int:
    from cds_service.assessing import Question, assess_paths, chosen
    from cds_service.concept_maps import load_concept_maps
    from cds_service.expansion.starting import catalogue_for
    from cds_service.languages import wording_for
    from cds_service.text_report import Page, report

    settings = Settings.from_environment()
    catalogue = catalogue_for(settings)
    trials = chosen(catalogue, given.trial)
    if isinstance(trials, str):
        return refused(trials)
    zone = given.time_zone or settings.zone
    as_of = given.as_of or settings.as_of or datetime.now(zone).date()
    maps = load_concept_maps(given.concept_map or settings.concept_maps)
    question = Question(trials, as_of, given.start or as_of, maps, zone)
    names = {trial.nct_id: trial.short_name for trial in catalogue.trials}
    page = Page(shutil.get_terminal_size((100, 24)).columns, _in_colour(), names)
    wording = wording_for(catalogue, given.locale or settings.locale)
    assessed = 0
    for line in assess_paths(given.paths, question, catalogue, wording):
        assessed += "error" not in line
        if given.format == "json":
            sys.stdout.buffer.write(orjson.dumps(line) + b"\n")  # UTF-8 whatever the terminal's encoding (RFC 8259)
            sys.stdout.buffer.flush()
        else:
            print(report(line, page), file=sys.stderr if "error" in line else sys.stdout, flush=True)
    return ASSESSED if assessed else UNUSABLE


def _in_colour() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
