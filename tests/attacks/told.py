"""Writes docs/security.md from its hand-written part and the table of attacks: `python -m tests.attacks.told`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.attacks.attack import LEAKED, Attack, Who
from tests.attacks.table import ATTACKS, CHAPTERS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security.md"
BY_HAND = Path(__file__).with_name("security.md")


def page() -> str:
    """The whole page."""
    written = BY_HAND.read_text(encoding="utf-8")
    for name, told in (("whos", _whos()), ("figures", _figures()), ("attacks", _tables())):
        written = written.replace(f"{{{name}}}", "\n".join(told))
    return written


def _whos() -> Iterator[str]:
    yield "| who | attacks tried |\n|---|---|"
    for who in Who:
        yield f"| {who.value} | {sum(attack.who is who for attack in ATTACKS)} |"


def _figures() -> Iterator[str]:
    yield f"{len(ATTACKS)} attacks, most of them in several spellings."


def _tables() -> Iterator[str]:
    for title, attacks in CHAPTERS:
        yield f"### {title}\n"
        yield "| attack | who, and how | what happens | never | what holds |\n|---|---|---|---|---|"
        yield from map(_row, attacks)
        yield ""


def _row(attack: Attack) -> str:
    never = "; ".join(one.said for one in attack.never if one is not LEAKED)
    cells = (
        f"[{attack.name}](../{tried_in(attack)})",
        f"{attack.who.value} {attack.how}",
        attack.must.said,
        never,
        f"[{attack.defence}](../{attack.defence})" if attack.defence.endswith(".py") else attack.defence,
    )
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def tried_in(attack: Attack) -> str:
    """The file in which it is tried."""
    return f"{attack.attempt.__module__.replace('.', '/')}.py"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
