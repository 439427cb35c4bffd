"""Which treatments the picture shows beneath the counts, and how they are grouped: one lane a group, in this order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from eligibility.coding import Mark

COUNTS = "VS-PLT"
UNIT = "10*9/L"


@dataclass(frozen=True, slots=True)
class Lane:
    """A group of treatments; `key` names its wording (`lane-steroid`), `sets` are the value sets it holds."""

    key: str
    sets: tuple[str, ...]


# An entry stands in the first lane that fits: what a clinician looks for by name comes before its wider group.
LANES: tuple[Lane, ...] = (
    Lane("steroid", ("VS-STEROID",)),
    Lane("tpo", ("VS-TPORA",)),
    Lane("ivig", ("VS-IVIG",)),
    Lane("anti-d", ("VS-ANTID",)),
    Lane("rituximab", ("VS-RTX",)),
    Lane("anti-cd20", ("VS-CD20",)),
    Lane("anti-cd38", ("VS-CD38",)),
    Lane("syk", ("VS-SYK",)),
    Lane("immunosuppressant", ("VS-IS-NAMED", "VS-IS-OTHER")),
    Lane("other-itp", ("VS-ITP-OTHER-MAINT", "VS-OTHER-RESCUE")),
    Lane("antiplatelet", ("VS-APT", "VS-P2Y12")),
    Lane("anticoagulant", ("VS-ANTICOAG",)),
    Lane("nsaid", ("VS-NSAID",)),
    Lane("transfusion", ("VS-PLT-TX",)),
    Lane("splenectomy", ("VS-SPLENECTOMY",)),
)
ORDER: Mapping[str, int] = {lane.key: place for place, lane in enumerate(LANES)}
_SAYS_SO = (Mark.MEMBER, Mark.JUDGEMENT)


def lane_of(hits: Mapping[str, Mark], asked: Set[str]) -> str | None:
    """The group of an entry, as far as the trial asks for it at all."""
    for lane in LANES:
        if any(hits.get(name) in _SAYS_SO for name in lane.sets if name in asked):
            return lane.key
    return None


def first_lane(sets: Iterable[str]) -> str | None:
    """The group of the first of these sets that has one."""
    named = frozenset(sets)
    return next((lane.key for lane in LANES if named.intersection(lane.sets)), None)
