"""How arguments of the command line are read, and how the shell is told that something cannot be used."""

from __future__ import annotations

import argparse
import sys
from datetime import date, tzinfo

from cds_service.settings import zone_of

ASSESSED, UNUSABLE, INTERRUPTED = 0, 2, 130


def day(text: str) -> date:
    """A day of the calendar."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day of the calendar; write it like 2026-11-21") from None


def time_zone(text: str) -> tzinfo:
    """A time zone by its name."""
    try:
        return zone_of(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time zone; write it like Asia/Shanghai") from None


def port(text: str) -> int:
    """A port; 0 means any that is free."""
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; write a number from 0 to 65535")
    return int(text)


def refused(message: str) -> int:
    """Says why nothing was done; the exit status for it."""
    print(f"cds-service: {message}", file=sys.stderr)
    return UNUSABLE
