"""`cds-service audit`: whether the rows still stand as they were written, what they say, and the end of old ones."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import orjson

from cds_service.arguments import ASSESSED, day, refused
from cds_service.asking import asked
from cds_service.settings import Settings

if TYPE_CHECKING:
    from cds_service.audit.chain import Anchor, AuditRow, Check
    from cds_service.store.store import Store

BROKEN = 1
_NOTED = re.compile(r"(\d{1,9}):([0-9a-f]{64})")


def add_audit(command: argparse.ArgumentParser) -> None:
    """The arguments of `audit`."""
    kinds = command.add_subparsers(required=True, metavar="verify | show | purge")
    verify = kinds.add_parser("verify", help="hold every row against the chain of hashes")
    verify.add_argument("--noted", type=_noted, metavar="NUMBER:HASH", help="the last row that was printed before")
    verify.set_defaults(command=_verify)
    show = kinds.add_parser("show", help="print rows, one JSON object a line")
    show.add_argument("--request", metavar="NAME", help="of the call of this X-Request-ID only")
    show.add_argument("--client", metavar="NAME", help="of this client only")
    show.add_argument("--patient", metavar="ID", help="about this patient of the client only")
    show.add_argument("--user", metavar="TYPE/ID", help="by this user of the client only")
    show.set_defaults(command=_show)
    purge = kinds.add_parser("purge", help="take old rows away")
    add_before(purge)
    purge.set_defaults(command=_purge)


def add_before(command: argparse.ArgumentParser) -> None:
    """The argument that says which rows are old."""
    command.add_argument(
        "--before", type=day, metavar="YYYY-MM-DD", help="rows of earlier days, UTC (default: CDS_AUDIT_DAYS ago)"
    )


def start_of(before: date | None, settings: Settings, now: datetime) -> datetime:
    """The moment before which rows are old."""
    if before is None:
        return now - timedelta(days=settings.audit_days)
    return datetime.combine(before, time(), UTC)


def _noted(text: str) -> Anchor:
    from cds_service.audit.chain import Anchor

    found = _NOTED.fullmatch(text)
    if not found:
        raise argparse.ArgumentTypeError("expected a number, a colon and 64 hexadecimal digits, as verify prints them")
    return Anchor(int(found[1]), found[2])


def _verify(given: argparse.Namespace) -> int:
    check = asked(Settings.from_environment(), lambda store: store.audit.verify(given.noted))
    if isinstance(check, str):
        return refused(check)
    for line in _told(check):
        print(line)
    return BROKEN if check.flaws else ASSESSED


def _told(check: Check) -> list[str]:
    flaws = [f"row {flaw.number}: {flaw.what}" for flaw in check.flaws]
    rows = f"{check.rows} {'row' if check.rows == 1 else 'rows'}"
    start = f", from number {check.anchor.number + 1} on" if check.anchor.number else ""
    verdict = f"{len(flaws)} not as they were written" if flaws else "each as it was written"
    return [*flaws, f"{rows}{start}: {verdict}", f"last row {check.at}"]


def _show(given: argparse.Namespace) -> int:
    if (given.patient or given.user) and not given.client:
        return refused("--patient and --user need --client: the same person is another one for each client")
    found = asked(Settings.from_environment(), lambda store: _print(store, given))
    return refused(found) if isinstance(found, str) else ASSESSED


async def _print(store: Store, given: argparse.Namespace) -> int:
    shown = 0
    async for row in _chosen(store, given):
        line = {"number": row.number, "at": row.at, "request": row.call, **row.told}
        sys.stdout.buffer.write(orjson.dumps(line) + b"\n")
        shown += 1
    sys.stdout.buffer.flush()
    return shown


async def _chosen(store: Store, given: argparse.Namespace) -> AsyncIterator[AuditRow]:
    from cds_service.store.pseudonym import pseudonym

    people = {"patient": given.patient and f"Patient/{given.patient}", "user": given.user}
    wanted: dict[str, Any] = {"client": given.client} if given.client else {}
    wanted |= {who: pseudonym(store.key, given.client, text) for who, text in people.items() if text}
    async for page in store.audit.rows():
        for row in page:
            told = row.told
            named = given.request is None or row.call == given.request
            if named and all(told.get(name) == value for name, value in wanted.items()):
                yield row


def _purge(given: argparse.Namespace) -> int:
    settings, now = Settings.from_environment(), datetime.now(UTC)
    before = start_of(given.before, settings, now)
    gone = asked(settings, lambda store: store.audit.purge(before, now))
    if isinstance(gone, str):
        return refused(gone)
    print(f"{gone} audit {'row' if gone == 1 else 'rows'} from before {before:%Y-%m-%d %H:%M} UTC removed")
    return ASSESSED
