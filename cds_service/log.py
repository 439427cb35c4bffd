"""What is logged, and how: one JSON object a line, made of the named facts below and nothing else.

Invariant 8: no patient data, no token, no address. The signature of `event` is the list of what may be said.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson

_LOG = logging.getLogger("cds_service")
# At INFO or DEBUG these write every address they call, patient id and all, or every value they store.
_TALKATIVE = ("httpx2", "httpcore2", "httpx", "httpcore", "aiosqlite", "psycopg", "sqlalchemy")


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        return orjson.dumps(said, default=str).decode()


def silence_talkative() -> None:
    """Keep the HTTP client's own loggers from writing addresses with patient ids, and a log that fails from telling."""
    logging.raiseExceptions = False  # it would print what it could not write, and the error that was being told
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def configure(level: str = "INFO") -> None:
    """Write the service's log lines to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line())
    _LOG.handlers = [handler]
    _LOG.setLevel(level)
    _LOG.propagate = False
    silence_talkative()


def event(
    name: str,
    *,
    request: str,
    service: str | None = None,
    status: int | None = None,
    milliseconds: float | None = None,
    keys: Mapping[str, str] | None = None,
    entries: int | None = None,
    holes: Mapping[str, int] | None = None,
    fetched: int | None = None,
    cards: int | None = None,
    quieted: int | None = None,
    client: str | None = None,
    why: str | None = None,
    audit: str | None = None,
    level: int = logging.INFO,
) -> None:
    """One line. `keys` says how each prefetch key was obtained, `holes` how many of which kind were left.

    `quieted` is how many trials feedback kept silent, `audit` where the row of the call stands in the chain.
    """
    if not _LOG.isEnabledFor(level):
        return
    facts = {
        "request": request,
        "service": service,
        "status": status,
        "milliseconds": milliseconds,
        "keys": keys,
        "entries": entries,
        "holes": holes,
        "fetched": fetched,
        "cards": cards,
        "quieted": quieted,
        "client": client,
        "why": why,
        "audit": audit,
    }
    _LOG.log(level, name, extra={"facts": {key: value for key, value in facts.items() if value is not None}})


def terminology(
    *, asked: int, answered: int, cached: int, as_shipped: int, added: int, trouble: Mapping[str, int], level: int
) -> None:
    """What a terminology server added at start: value sets asked for, answered, from the cache, as shipped; codes."""
    facts = {
        "asked": asked,
        "answered": answered,
        "cached": cached,
        "as_shipped": as_shipped,
        "added": added,
        "trouble": trouble,
    }
    _LOG.log(level, "terminology", extra={"facts": facts})


def trust(
    name: str,
    *,
    why: str | None = None,
    number: int | None = None,
    stale: bool | None = None,
    level: int = logging.WARNING,
) -> None:
    """What befell the registered clients' files, keys, or the memory of used tokens: never a token, never a call."""
    facts = {"why": why, "number": number, "stale": stale}
    _LOG.log(level, name, extra={"facts": {key: value for key, value in facts.items() if value is not None}})


def trials(name: str, *, why: str | None = None, number: int | None = None, level: int = logging.WARNING) -> None:
    """What befell the files of trial definitions; they hold nobody's data."""
    facts = {"why": why, "number": number}
    _LOG.log(level, name, extra={"facts": {key: value for key, value in facts.items() if value is not None}})


def connection(status: int) -> None:
    """A caller who sent no whole request: nothing of it is known."""
    _LOG.log(logging.INFO, "not-a-call", extra={"facts": {"status": status}})


def upstream(name: str, *, client: str, level: int = logging.WARNING) -> None:
    """What befell the reading from a client's FHIR server as a whole: never an address."""
    _LOG.log(level, name, extra={"facts": {"client": client}})


def store(name: str, *, why: str | None = None, number: int | None = None, level: int = logging.WARNING) -> None:
    """What befell the database: never what stands in it."""
    facts = {"why": why, "number": number}
    _LOG.log(level, name, extra={"facts": {key: value for key, value in facts.items() if value is not None}})


def failure(request: str, error: BaseException) -> None:
    """An unforeseen error: its type and where it arose. Its message may quote the record, so it is left out."""
    places = [
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
    ]
    facts = {"request": request, "error": type(error).__name__, "at": places[-6:]}
    _LOG.error("failed", extra={"facts": facts})
