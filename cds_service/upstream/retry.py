"""Whether a reading that failed is worth one second try, and after which pause.

Only what tends to pass at once: no connection, one that broke, 502, 503, 504, and 429 where the server says when to
come back. Never a certificate or an address that is not called, and never what would not fit into the time left.
"""

from __future__ import annotations

import re
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

from cds_service.pinned import NotCalled

PAUSE = 0.1
_PASSING = frozenset((502, 503, 504))
_BUSY = 429
_BROKEN = (httpx2.ReadError, httpx2.WriteError, httpx2.RemoteProtocolError)


def pause_after_status(status: int, retry_after: str | None, now: datetime) -> float | None:
    """Seconds to wait before the second try; None where there is none. `Retry-After` is kept to in both its forms."""
    if status not in _PASSING and status != _BUSY:
        return None
    asked = _asked(retry_after, now)
    if asked is not None:
        return max(asked, PAUSE)
    return PAUSE if status in _PASSING and retry_after is None else None


def pause_after_trouble(trouble: Exception) -> float | None:
    """The same for a request that got no answer. Whoever kept silent until a time-out is not asked once more."""
    return PAUSE if kind_of(trouble) in ("connect", "broken") else None


def kind_of(trouble: BaseException) -> str:
    """What befell a request that got no answer, in a word for the figures."""
    met = _met(trouble)
    if any(isinstance(one, NotCalled) for one in met):
        return "address"
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in met):
        return "tls"
    if isinstance(trouble, httpx2.TimeoutException):
        return "timeout"
    if isinstance(trouble, httpx2.ConnectError):
        return "connect"
    return "broken" if isinstance(trouble, _BROKEN) else "unreachable"


def _asked(retry_after: str | None, now: datetime) -> float | None:
    """RFC 9110, 10.2.3: seconds, or the moment itself."""
    text = (retry_after or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return max((moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds(), 0.0)


def _met(trouble: BaseException) -> list[BaseException]:
    """The trouble and what it came from: the HTTP library wraps what its connections meet."""
    met = [trouble]
    while (below := met[-1].__cause__ or met[-1].__context__) is not None and below not in met:
        met.append(below)
    return met
