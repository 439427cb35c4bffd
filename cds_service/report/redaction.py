"""Keeps the addresses of reports and launches out of the web server's own log, however it is started and set up."""

from __future__ import annotations

import logging
import re

_ADDRESS = re.compile(r"/(report/|smart/(?:launch|callback|report))[^\s\"']+")
_LOGGERS = ("uvicorn.access", "uvicorn.error", "gunicorn.access", "hypercorn.access")


def redacted(text: str) -> str:
    return _ADDRESS.sub(r"/\1…", text)


class _Redacting(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(redacted(one) if isinstance(one, str) else one for one in record.args)
        elif isinstance(record.args, dict):
            record.args = {name: redacted(one) if isinstance(one, str) else one for name, one in record.args.items()}
        if isinstance(record.msg, str):
            record.msg = redacted(record.msg)
        return True


_FILTER = _Redacting()


def keep_out_of_logs() -> None:
    """May be called again: a filter is added once."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)
