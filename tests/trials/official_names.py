"""What the official names of ICD-10-CM's codes say by themselves, written to `trials/icd-10-names.yaml`.

`python tests/trials/official_names.py` writes the file anew, after a change of the value sets or their alarm words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import simple_icd_10_cm as cm

from cds_service.terminology import load_terminology

FOLDER = Path(__file__).parents[2] / "trials"
FILE = FOLDER / "icd-10-names.yaml"
HEAD = """\
# Which alarm words the official names of ICD-10-CM hold (a code's own, its inclusion terms, those of the categories
# above it), for codes of our value sets and beyond the sets of their rows: a text that says no more than the official
# name asks nothing. Value set → stems of codes. Made by `python tests/trials/official_names.py`.
"""
WIDTH = 120


@cache
def codes() -> dict[str, None]:
    """Categories and the codes below them."""
    return {code: None for code in cm.get_all_codes() if cm.is_category(code) or cm.is_subcategory(code)}


@cache
def called(code: str) -> tuple[str, ...]:
    return (cm.get_description(code), *cm.get_inclusion_term(code))


def names(code: str) -> tuple[str, ...]:
    """What a code is called, alone and by the categories above it."""
    above = [one for one in cm.get_ancestors(code) if one in codes() and one != code]
    return tuple(name for one in (code, *above) for name in called(one))


def alarming() -> Mapping[str, list[str]]:
    """Set → the stems of all codes in our sets whose names alarm it, though no row of the code speaks of it."""
    terminology = load_terminology(FOLDER)
    rows = {code: terminology.by_code("icd-10-cm", code) for code in codes()}
    found: dict[str, set[str]] = {}
    for code in codes():
        if rows[code]:
            heard = {name for text in names(code) for name in terminology.heard(text)}
            for name in heard - rows[code].keys():
                found.setdefault(name, set()).add(code)
    return {name: sorted(_stems(name, found[name], rows)) for name in sorted(found)}


def _stems(name: str, held: set[str], rows: Mapping[str, Mapping[str, object]]) -> Iterable[str]:
    """The shortest codes that stand for these: nothing below them needs the question after all."""

    def covers(stem: str) -> bool:
        below = (stem, *cm.get_descendants(stem))
        return stem in rows and all(code in held or not rows[code] or name in rows[code] for code in below)

    tops = {min((code, *filter(covers, cm.get_ancestors(code))), key=len) for code in held}
    return (stem for stem in tops if not any(stem != other and stem.startswith(other) for other in tops))


def laid_out(stems: Mapping[str, list[str]]) -> str:
    lines = [HEAD]
    for name, held in stems.items():
        line = f"{name}: ["
        for place, stem in enumerate(held):
            item = stem + ("]" if place == len(held) - 1 else ", ")
            if len(line) + len(item) > WIDTH:
                lines.append(line.rstrip())
                line = "  "
            line += item
        lines.append(line)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    FILE.write_text(laid_out(alarming()), encoding="utf-8")
    print(f"{FILE} written")  # noqa: T201
