"""What an attack is: who tries what, what must happen, and what must not have happened, each of it checked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from tests.attacks.evidence import Evidence

Attempt = Callable[[Any], Awaitable[None]]


class Who(Enum):
    """Who attacks."""

    STRANGER = "a stranger on the network"
    THIEF = "a thief of a token"
    CLIENT = "a registered client that has gone bad"
    SERVER = "a FHIR server or its data"
    AUTHOR = "somebody who can write into a record"
    PAGE = "a web page in the clinician's browser"
    VIEWER = "another person with a browser"
    NETWORK = "somebody who controls DNS or stands on the line"
    INSIDER = "somebody with access to the database or the files"


@dataclass(frozen=True, slots=True)
class Must:
    """What must happen, in words, and whether it did."""

    said: str
    held: Callable[[Evidence], bool]


@dataclass(frozen=True, slots=True)
class Never:
    """What must not have happened, in words; `traces` are the traces of it that were found."""

    said: str
    traces: Callable[[Evidence], list[Any]]


def answered(*statuses: int) -> Callable[[Evidence], bool]:
    """There were answers, and all of them had one of these statuses."""
    return lambda evidence: bool(evidence.answers) and all(one.status in statuses for one in evidence.answers)


def status(code: int, said: str) -> Must:
    return Must(f"{code}: {said}", answered(code))


def _alike(evidence: Evidence) -> bool:
    """SEC-12: the same words for whatever is wrong, and the same work."""
    answers = [(one.status, one.body, one.headers.get("www-authenticate")) for one in evidence.answers]
    work = evidence.verifications == len(answers)
    return bool(answers) and work and set(answers) == {(401, evidence.unsigned, "Bearer")}


REFUSED = Must("401, in the words that every refusal has and after the same work", _alike)
ANSWERED = Must("the call is answered; what was not read is unknown", answered(200))

CARD = Never("a card", lambda evidence: evidence.cards)
SOCKET = Never("a connection from us to anywhere", lambda evidence: evidence.connected)
ELSEWHERE = Never("a connection to anybody but the hospital", lambda evidence: evidence.connected_elsewhere)
TOKEN = Never("a token sent to anybody but the hospital's FHIR server", lambda evidence: evidence.tokens_elsewhere)
ROW = Never("a row of a card, a report or feedback", lambda evidence: evidence.rows("card_sent", "report", "feedback"))
USED = Never("a token remembered as used", lambda evidence: evidence.rows("used_token"))
SENT_ON = Never("a redirect of the browser", lambda evidence: evidence.locations)
COOKIE = Never("a cookie", lambda evidence: evidence.cookies)
READABLE = Never("an answer that a page of this origin may read", lambda evidence: evidence.shared)
SHOWN = Never("anything of the patient in an answer", lambda evidence: evidence.shown)
LEAKED = Never("a token or anything of the patient in the log", lambda evidence: evidence.leaked)
"""Checked after every attack, so it stands in no row."""

NEVERS = (CARD, SOCKET, ELSEWHERE, TOKEN, ROW, USED, SENT_ON, COOKIE, READABLE, SHOWN, LEAKED)


@dataclass(frozen=True, slots=True)
class Attack:
    """One row of the threat model. `defence` names the place that refuses it; `stage` is where it is tried."""

    name: str
    who: Who
    how: str
    must: Must
    never: tuple[Never, ...]
    defence: str
    attempt: Attempt
    stage: str = "hospital"
