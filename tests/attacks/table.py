"""The threat model as a table: every attack that is tried, by what it is on."""

from __future__ import annotations

from tests.attacks import bodies, keys, launches, pages, records, servers, shown, tokens, wire
from tests.attacks.attack import Attack

CHAPTERS: tuple[tuple[str, tuple[Attack, ...]], ...] = (
    ("Who may call: forged tokens", tokens.FORGED),
    ("Who may call: times", tokens.TIMES),
    ("Who may call: tokens used again", tokens.REPEATED),
    ("Whose keys", keys.ATTACKS),
    ("Whom we call", servers.SERVERS),
    ("What those we call answer", servers.ANSWERS),
    ("What is sent", bodies.BODIES),
    ("Feedback", bodies.FEEDBACKS),
    ("Reports in a browser", pages.REPORTS),
    ("What is shown", shown.ATTACKS),
    ("What is kept", records.ATTACKS),
    ("Launches from a chart", launches.ATTACKS),
    ("Pages, paths and addresses", pages.ORIGINS_AND_PATHS),
    ("Below HTTP", wire.ATTACKS),
)
ATTACKS: tuple[Attack, ...] = tuple(attack for _, attacks in CHAPTERS for attack in attacks)
