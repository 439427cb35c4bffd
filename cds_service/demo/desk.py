"""Where the demo's charts are opened: which day it is there, and which language is spoken.

Both hold for everybody who looks at this one demo, and for the service behind it: it reads the desk's clock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from cds_service.languages import LANGUAGES

FARTHEST = 365


@dataclass(slots=True)
class Desk:
    """A day that can be moved on from `start`, the day for which the stories are told.

    `moves` where the service reads this clock, and `speak` tells it the language; without them neither can be chosen.
    """

    start: date
    zone: tzinfo = UTC
    moves: bool = False
    speak: Callable[[str], None] | None = None
    locale: str = "en"
    days: int = 0

    @property
    def day(self) -> date:
        return self.start + timedelta(days=self.days)

    def clock(self) -> datetime:
        """The real time of the day, on the day of the desk: a demo left running over midnight stays true."""
        return datetime.combine(self.day, datetime.now(self.zone).timetz()).astimezone(UTC)

    def move(self, days: str) -> None:
        """So many days after the start; what is no such number leaves the day as it is."""
        if self.moves and days.isascii() and days.isdigit():
            self.days = min(int(days[:6]), FARTHEST)

    def choose(self, locale: str) -> None:
        if self.speak is not None and locale in LANGUAGES:
            self.locale = locale
            self.speak(locale)
