"""How the sections of a card share the room above its first further heading: earlier ones first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cards.wording.wording import Wording

GAP = "\n\n"


@dataclass(frozen=True, slots=True)
class Section:
    """A title and its lines. `open` ones are told in full below when they find no room above."""

    title: str
    lines: tuple[str, ...]
    open: bool = False
    flowing: bool = False

    def told(self, shown: int, wording: Wording) -> str:
        """The first lines, and how many more there are."""
        left = len(self.lines) - shown
        more = [wording.phrase("more" if shown else "all-below", n=left)] if left else []
        lines = [*self.lines[:shown], *more]
        return "\n".join([f"**{self.title}**", "", wording.joined(lines) if self.flowing else _bullets(lines)])

    def in_full(self) -> str:
        return "\n".join([f"#### {self.title}", "", _bullets(self.lines)])


def fill(sections: list[Section], room: int, wording: Wording) -> list[int]:
    """How many lines of each section are told above, in `room` characters; the longest list takes what is left."""
    shown = [0] * len(sections)
    taken = [len(section.told(0, wording)) + len(GAP) for section in sections]
    for index in sorted(range(len(sections)), key=lambda i: (sections[i].flowing, i == _longest(sections), i)):
        others = sum(taken) - taken[index]
        for told in range(1, len(sections[index].lines) + 1):
            length = len(sections[index].told(told, wording)) + len(GAP)
            if others + length <= room:
                shown[index], taken[index] = told, length
    return shown


def _longest(sections: list[Section]) -> int:
    return max(range(len(sections)), key=lambda i: len(sections[i].lines))


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
