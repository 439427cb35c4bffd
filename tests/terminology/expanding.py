"""A start of the service with a terminology server behind the HTTP edge: which sets came of it, and what went wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import httpx
import respx
import yaml

from cds_service.data import trials_folder
from cds_service.expansion.cache import Cache
from cds_service.expansion.rules import FILE, Rule, read_rules
from cds_service.expansion.server import TerminologyServer, connection
from cds_service.expansion.starting import Expansion
from cds_service.terminology import load_ingredients
from cds_service.value_sets import load_value_sets
from eligibility.terminology import Terminology, ValueSet
from tests.terminology.term_server import answer

BASE = "https://terminology.example/fhir"
ADDRESS = f"{BASE}/ValueSet/$expand"
Speaks = Callable[[httpx.Request], httpx.Response]


class Start(NamedTuple):
    """What one start made of the server's answers."""

    sets: tuple[ValueSet, ...]
    trouble: Mapping[str, int]
    from_cache: int

    @property
    def terminology(self) -> Terminology:
        return Terminology(self.sets, load_ingredients(trials_folder() / "ingredients.yaml"))

    def codes_added_to(self, name: str) -> list[str]:
        [now] = [held for held in self.sets if held.name == name]
        [before] = [held for held in shipped_sets() if held.name == name]
        assert now.rows[: len(before.rows)] == before.rows  # nothing removed, nothing changed
        return [row.code for row in now.rows[len(before.rows) :]]


@cache
def shipped_sets() -> tuple[ValueSet, ...]:
    return load_value_sets(trials_folder() / "value_sets")


@cache
def rules() -> tuple[Rule, ...]:
    return read_rules(yaml.safe_load((trials_folder() / FILE).read_text(encoding="utf-8")), shipped_sets())


def rule(name: str, system: str = "snomed") -> Rule:
    """The rule that adds members of one system to a set."""
    [found] = [one for one in rules() if (one.value_set, one.system, one.mark.value) == (name, system, "member")]
    return found


def speaking(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json=answer(json.loads(request.content)))


def start(mock: respx.Router, *asked: Rule, speaks: Speaks = speaking, folder: Path | None = None) -> Start:
    """Asks for these rules (all, where none is named)."""
    mock.post(ADDRESS).mock(side_effect=speaks)
    with connection() as http:
        expansion = Expansion(TerminologyServer(BASE, http), Cache(folder))
        sets = expansion.of(shipped_sets(), asked or rules())
    return Start(sets, expansion.trouble, expansion.from_cache)
