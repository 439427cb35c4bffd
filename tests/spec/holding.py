"""Holds a record against one test written in the definition language, and says the answer in a word or two.

The day of reading is also the day of the first dose unless a story says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

import pytest
from record_of import TODAY, Item, record_of

from cds_service.catalogue import read_shared
from cds_service.data import trials_folder
from cds_service.definition_text import read_definition
from eligibility.assessment import CriterionResult, assess
from eligibility.criteria.tree import Test
from eligibility.tables import Tables
from eligibility.trial import Definition, build

TRIAL: dict[str, Any] = {
    "id": "T", "nct_id": "NCT99999999", "protocol": "none", "title": {"en": "A trial of the specification"},
    "status": "active", "short_name": "T", "anchor": "X",
}  # fmt: skip
SAYS = {"id": "X", "class": "C", "text": "The statement.", "source": "none"}


@cache
def shared() -> tuple[Tables, Mapping[str, Test]]:
    """The tables and facts of `trials/shared.yaml`, as shipped."""
    return read_shared(trials_folder())


def tables() -> Tables:
    return shared()[0]


def result_of(
    written: str,
    *items: Item,
    role: str = "exclusion",
    header: str = "{}",
    as_of: date = TODAY,
    start: date | None = None,
) -> CriterionResult:
    """One criterion, its test written in the definition language, held against a record of these items."""
    said = {**SAYS, **read_definition(written)}
    definition = Definition.model_validate({**TRIAL, **read_definition(header)})
    criteria = ([said], []) if role == "inclusion" else ([], [said])
    trial = build(definition, *criteria, *shared())
    return assess(trial, record_of(*items), as_of, start).results[0]


def held(written: str, *items: Item, **given: Any) -> str:
    """The verdict in words: `met`, `not-met assumed`, `not-met; 2026-12-01` (the first favourable day)."""
    found = result_of(written, *items, **given)
    assumed = " assumed" if found.finding.assumed else ""
    day = f"; {found.eligible_from}" if found.eligible_from else ""
    return f"{found.verdict}{assumed}{day}"


def because(written: str, *items: Item, **given: Any) -> str:
    """The key of the reason."""
    return result_of(written, *items, **given).finding.reason.key


def stories(*rows: tuple[Any, ...], names: str = "items, answer") -> Callable[[Any], Any]:
    """A table: a name, the entries of the record, and what the test must answer."""
    twice = {row[0] for row in rows if sum(row[0] == other[0] for other in rows) > 1}
    assert not twice, twice
    return pytest.mark.parametrize(names, [row[1:] for row in rows], ids=[row[0] for row in rows])
