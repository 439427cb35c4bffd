"""`cds-service feedback`: what clinicians made of the cards, and the silences that follow; how these are ended."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson

from cds_service.arguments import ASSESSED, refused
from cds_service.asking import asked
from cds_service.cli_audit import add_before, start_of
from cds_service.settings import Settings

if TYPE_CHECKING:
    from cds_service.feedback.report import Kept
    from cds_service.store.store import Store


def add_feedback(command: argparse.ArgumentParser) -> None:
    """The arguments of `feedback`."""
    command.add_argument("--client", metavar="NAME", help="of this client only")
    command.add_argument("--format", choices=("text", "json"), default="text")
    command.set_defaults(command=_report)
    kinds = command.add_subparsers(metavar="lift ID | purge")
    lift = kinds.add_parser("lift", help="end a silence before its time")
    lift.add_argument("number", type=int, metavar="ID", help="its number in the report")
    lift.set_defaults(command=_lift)
    purge = kinds.add_parser("purge", help="take old reports and remembered cards away; a silence ends with its report")
    add_before(purge)
    purge.set_defaults(command=_purge)


def _report(given: argparse.Namespace) -> int:
    from cds_service.feedback.report import as_json, report
    from cds_service.feedback.report_text import as_text

    settings = Settings.from_environment()
    kept = asked(settings, lambda store: _kept(store, given.client))
    if isinstance(kept, str):
        return refused(kept)
    found = report(replace(kept, periods=_periods(settings)), datetime.now(UTC))
    if given.format == "json":
        sys.stdout.buffer.write(orjson.dumps(as_json(found)) + b"\n")
    else:
        print(as_text(found))
    return ASSESSED


def _lift(given: argparse.Namespace) -> int:
    lifted = asked(Settings.from_environment(), lambda store: store.feedback.lift(given.number, datetime.now(UTC)))
    if isinstance(lifted, str):
        return refused(lifted)
    if not lifted:
        return refused(f"there is no feedback of number {given.number}; `cds-service feedback` lists the silences")
    print(f"{given.number}: lifted")
    return ASSESSED


def _purge(given: argparse.Namespace) -> int:
    settings, now = Settings.from_environment(), datetime.now(UTC)
    before = start_of(given.before, settings, now)
    gone = asked(settings, lambda store: store.feedback.purge(before))
    if isinstance(gone, str):
        return refused(gone)
    print(f"{gone} {'report' if gone == 1 else 'reports'} from before {before:%Y-%m-%d %H:%M} UTC removed")
    return ASSESSED


async def _kept(store: Store, client: str | None) -> Kept:
    from cds_service.feedback.memory import usual_periods
    from cds_service.feedback.report import Kept

    return Kept(await store.feedback.all_sent(client), await store.feedback.all_heard(client), {}, usual_periods())


def _periods(settings: Settings) -> dict[str, dict[str, int]]:
    """The quiet periods of every registered client."""
    if settings.clients is None:
        return {}
    from cds_service.catalogue import load_catalogue
    from cds_service.feedback.memory import periods_of
    from cds_service.trust.clients import House, read_clients

    catalogue = load_catalogue()
    trials = tuple(trial.nct_id for trial in catalogue.trials)
    clients = read_clients(settings.clients, House(trials, tuple(catalogue.terminology.value_sets)))
    return {name: periods_of(caller) for name, caller in clients.callers.items()}
