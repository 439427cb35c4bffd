"""Which ordinary test settles a missing result: what a haematologist would order in any case (G13, class `care`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cards.card import Coding

LOINC = "http://loinc.org"


@dataclass(frozen=True, slots=True)
class Order:
    """One test or panel. `key` names its wording (`order-blood-count`).

    `settles` are the value sets it answers; a hyphen at the end stands for a family of them.
    """

    key: str
    settles: tuple[str, ...]
    coding: Coding

    def answers(self, value_set: str) -> bool:
        return any(value_set == one or (one.endswith("-") and value_set.startswith(one)) for one in self.settles)


# Panels by the LOINC numbers of their orders; single tests by a number of their own value set.
ORDERS: tuple[Order, ...] = (
    Order("blood-count", ("VS-PLT", "VS-PLT-CLUMP", "VS-HGB"), Coding(LOINC, "58410-2")),
    Order("liver-panel", ("VS-ALT", "VS-AST", "VS-BILI"), Coding(LOINC, "24325-3")),
    Order("renal-panel", ("VS-CREAT", "VS-EGFR"), Coding(LOINC, "24362-6")),
    Order("hiv-test", ("VS-HIV-",), Coding(LOINC, "56888-1")),
    Order("hepatitis-b-antigen", ("VS-HBSAG",), Coding(LOINC, "5196-1")),
    Order("hepatitis-b-core", ("VS-HBC",), Coding(LOINC, "13952-7")),
    Order("hepatitis-c-antibody", ("VS-HCV-",), Coding(LOINC, "13955-0")),
)


def orders_for(value_sets: Iterable[str]) -> Iterator[Order]:
    """The orders that answer these sets, each once, in the order of the table; what none answers a person settles."""
    wanted = frozenset(value_sets)
    return (order for order in ORDERS if any(order.answers(one) for one in wanted))
