"""Which facts of a reason are words of the engine, value sets, days with a preposition, or amounts of the record."""

from __future__ import annotations

from collections.abc import Mapping

from eligibility.finding import Fact

ENGINE_FACTS = frozenset(
    {"key", "section", "why", "intake", "outcome", "scale", "side", "asked", "how", "before", "grade", "grade_limit"}
)
OWN_FACTS = frozenset({"gender", "equivalent"})
SET_FACTS = frozenset({"sets", "about"})
PLACED_FACTS = frozenset({"at", "last", "begun", "changed"})  # days told with their preposition
BEGUN_FACTS = frozenset({"since", "start"})
AMOUNTS = frozenset({"value", "limit", "grey_to", "uln", "bracket", "total", "weight", "preliminary"})


def is_own(label: str) -> bool:
    """Whether we gave an entry its name: those made of the Patient."""
    return label in ("birth date", "sex")


def given(facts: Mapping[str, Fact]) -> set[str]:
    """The facts that say something: what is missing, empty, zero or false does not. A name may be empty and is told."""
    return {name for name, fact in facts.items() if fact or (name == "label" and fact == "")}
