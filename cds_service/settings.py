"""Every setting of the service: its name in the environment, its default, its meaning.

`TABLE` is the one list; the README's table and the reading of the environment both come from it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cds_service.errors import BadSetting

PREFIX = "CDS_"
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+")
_TRUE = frozenset(("1", "true", "yes", "on"))
_FALSE = frozenset(("0", "false", "no", "off"))


def _truth(text: str) -> bool:
    if text.casefold() not in _TRUE | _FALSE:
        raise ValueError("expected yes or no")
    return text.casefold() in _TRUE


def _whole(least: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text) < least:
            raise ValueError(f"expected a whole number of at least {least}")
        return int(text)

    return read


def _port(text: str) -> int:
    number = _whole(0)(text)
    if number > 65535:
        raise ValueError("expected a port, 0 to 65535")
    return number


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 60:
        raise ValueError("expected seconds, more than 0 and at most 60")
    return seconds


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("expected a day such as 2026-11-21") from None


def _zone(text: str) -> str:
    zone_of(text)
    return text


def _level(text: str) -> str:
    if text.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("expected DEBUG, INFO, WARNING or ERROR")
    return text.upper()


def _replay(text: str) -> str:
    if text.lower() not in ("lenient", "strict"):
        raise ValueError("expected lenient or strict")
    return text.lower()


def _origins(text: str) -> frozenset[str]:
    found = frozenset(one.strip() for one in text.split(",") if one.strip())
    if not all(_ORIGIN.fullmatch(one) for one in found):
        raise ValueError("expected origins such as https://sandbox.example.org")
    return found


def zone_of(name: str) -> tzinfo:
    """The time zone of this name; UTC needs no zone data on the machine."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("expected a time zone such as Asia/Shanghai") from None


def _paths(text: str) -> tuple[Path, ...]:
    """Several are separated as in PATH; whether they can be read is found out where they are."""
    return tuple(Path(part.strip()) for part in text.split(os.pathsep) if part.strip())


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("expected an address such as https://terminology.hospital.example/fhir")
    return text.rstrip("/")


def _own_address(text: str) -> str:
    parts = urlsplit(_address(text))
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise ValueError("expected an https address such as https://cds.hospital.example")
    if parts.path.strip("/") or parts.username:
        raise ValueError("expected an address without a path, such as https://cds.hospital.example")
    return text.rstrip("/")


def _setting(default: Any, meaning: str, read: Callable[[str], Any] = str, *, shown: bool = True) -> Any:
    return field(default=default, repr=shown, metadata={"meaning": meaning, "read": read})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What can be set. An empty variable counts as not set."""

    as_of: date | None = _setting(  # noqa: RUF009 — `_setting` is dataclasses.field with a meaning
        None, "the day every chart is judged on, for demos and tests (default: today)", _day
    )
    timezone: str = _setting(
        "UTC", "the hospital's time, such as Asia/Shanghai: what today is, and which days a time in `Z` may be", _zone
    )
    locale: str = _setting("en", "language of the cards and reports: en, or zh-Hans (Simplified Chinese)")
    open: bool = _setting(False, "accept unsigned calls, and read from whatever fhirServer a call names", _truth)
    origins: frozenset[str] = _setting(
        frozenset(), "in open mode: browser pages that may call, by origin, separated by commas", _origins
    )
    clients: Path | None = _setting(  # noqa: RUF009 — as above
        None,
        "folder of deployment files, one for each registered client (docs/clients); read again when one changes",
        Path,
    )
    replay: str = _setting(
        "lenient", "strict: answer 503 while the memory of used tokens cannot be reached (docs/security.md)", _replay
    )
    data: str = _setting(".", "folder of what is kept: the database and its key, where no others are named")
    database_url: str = _setting(
        "", "database: sqlite:///PATH or postgresql://… (default: the file cds-service.db in CDS_DATA)", shown=False
    )
    audit_key: str = _setting(
        "", "key of the pseudonyms of patients and users (default: made once, kept in CDS_DATA)", shown=False
    )
    audit_days: int = _setting(
        365, "days for which `audit purge` and `feedback purge` leave rows where they are given no day", _whole(1)
    )
    allow_open_fhir: bool | None = _setting(
        None,
        "read from a fhirServer without an access token, as open test servers allow (default: as CDS_OPEN)",
        _truth,
    )
    deadline: float = _setting(
        4.0, "seconds for reading from the FHIR server; what is missing then is unknown", _seconds
    )
    max_body: int = _setting(8 * 1024 * 1024, "largest hook call accepted, in bytes", _whole(1))
    max_answer: int = _setting(16 * 1024 * 1024, "largest answer of a FHIR server read, decoded, in bytes", _whole(1))
    max_pages: int = _setting(20, "most pages read of one search", _whole(1))
    max_entries: int = _setting(5_000, "most resources read of one search", _whole(1))
    max_record: int = _setting(20_000, "most resources read for one patient", _whole(1))
    max_medications: int = _setting(
        50, "most Medication resources read for one patient, newest orders first", _whole(0)
    )
    parallel: int = _setting(8, "most requests to the FHIR server at the same time, for one call", _whole(1))
    parallel_server: int = _setting(
        64, "most requests to one FHIR server at the same time, over all calls of this process", _whole(1)
    )
    rest: float = _setting(
        3.0, "seconds for which a FHIR server that left three calls in a row unanswered is not asked", _seconds
    )
    in_flight: int = _setting(
        128, "most calls answered at the same time; more are answered 503 with Retry-After", _whole(1)
    )
    at_work: int = _setting(
        24, "most calls answered at the same time that do not wait for an EHR; more are answered 503 as well", _whole(1)
    )
    send_seconds: float = _setting(
        10.0, "seconds within which a caller must have sent the head of a call, and again its body; else 408", _seconds
    )
    trials: Path | None = _setting(  # noqa: RUF009 — as above
        None,
        "folder of trial definitions (default: those shipped); read again when a file changes, never for the worse",
        Path,
    )
    terminology_url: str = _setting(
        "",
        "FHIR R4 terminology server that is asked once, at start, for codes to add (docs/terminology.md)",
        _address,
    )
    terminology_cache: Path | None = _setting(  # noqa: RUF009 — as above
        None, "folder for that server's answers, used when it does not answer", Path
    )
    concept_maps: tuple[Path, ...] = _setting(
        (),
        "FHIR ConceptMaps of your own codes: files, or folders of them, separated as in PATH (docs/terminology.md)",
        _paths,
    )
    ca_file: Path | None = _setting(  # noqa: RUF009 — as above
        None,
        "PEM file of certificate authorities that FHIR servers and key addresses may have, beside the machine's own",
        Path,
    )
    host: str = _setting("127.0.0.1", "address that serve and demo listen on")
    port: int = _setting(8080, "port that serve and demo listen on", _port)
    report_url: str = _setting(
        "",
        "our own https address for browsers; with it, cards link to a report page (docs/report.md; default: no link)",
        _own_address,
    )
    metrics_port: int | None = _setting(
        None, "port of loopback for GET /metrics, in Prometheus form, of this process (default: none)", _port
    )
    otel: bool = _setting(
        False, "send spans of calls to OTEL_EXPORTER_OTLP_ENDPOINT, without patient data (extra otel)", _truth
    )
    log_level: str = _setting("INFO", "least severe log line written: DEBUG, INFO, WARNING or ERROR", _level)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """The settings of this process; a value that cannot be read is refused by name, with what is expected."""
        given = os.environ if environ is None else environ
        values = {}
        for spec in fields(cls):
            name = PREFIX + spec.name.upper()
            text = given.get(name, "").strip()
            if text:
                values[spec.name] = _read(name, text, spec.metadata["read"])
        return cls(**values)

    @property
    def zone(self) -> tzinfo:
        return zone_of(self.timezone)

    @property
    def reads_without_token(self) -> bool:
        return self.open if self.allow_open_fhir is None else self.allow_open_fhir


def _read(name: str, text: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(text)
    except ValueError as problem:
        raise BadSetting(f"{name}: {problem}, found {text!r}") from None


@dataclass(frozen=True, slots=True)
class Documented:
    """One row of the settings table."""

    name: str
    default: str
    meaning: str


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return "yes" if default else "no"
    return "" if default in (None, (), frozenset()) else str(default)


TABLE: tuple[Documented, ...] = tuple(
    Documented(PREFIX + spec.name.upper(), _shown(spec.default), spec.metadata["meaning"]) for spec in fields(Settings)
)
