"""The rules of CDS Hooks as data (rules.yaml), and the tests that carry the marker of each."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("rules.yaml")
IDENTITY = re.compile(r"(GEN|DISC|REQ|CTX|PREF|FHIR|RESP|CARD|FB|SEC|EXT)-\d+")
KINDS = ("tested", "coped", "because")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `kind` is how it is held, `said` what there is to say about that."""

    id: str
    level: str
    text: str
    of: str
    version: str
    kind: str
    said: str

    @property
    def binds_the_service(self) -> bool:
        return self.of == "service" and self.level in ("M", "S")


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter of the specification."""

    title: str
    source: str
    rules: tuple[Rule, ...]


@cache
def sections() -> tuple[Section, ...]:
    content = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    return tuple(
        Section(one["title"], one["source"], tuple(_rule(name, said) for name, said in one["rules"].items()))
        for one in content.values()
    )


def rules() -> dict[str, Rule]:
    return {rule.id: rule for section in sections() for rule in section.rules}


def _rule(name: str, said: Mapping[str, object]) -> Rule:
    known = {"level", "text", "of", "version", *KINDS}
    [kind] = [kind for kind in KINDS if kind in said]
    if set(said) - known:
        raise ValueError(f"{name}: {sorted(set(said) - known)}")
    text = "" if kind == "tested" else str(said[kind])
    return Rule(
        name, str(said["level"]), str(said["text"]), str(said.get("of", "service")), str(said.get("version", "")), kind,
        text,
    )  # fmt: skip


@dataclass(frozen=True, order=True, slots=True)
class Held:
    """A test: its file, from the root of the repository, and its name."""

    file: str
    name: str


@cache
def marked() -> Mapping[str, tuple[Held, ...]]:
    """Rule → the tests that carry its marker, in the order of their files."""
    found: dict[str, set[Held]] = defaultdict(set)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "mark.rule(" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for rule in _named(node.decorator_list):
                    found[rule].add(Held(path.relative_to(ROOT).as_posix(), node.name))
    return {rule: tuple(sorted(tests)) for rule, tests in sorted(found.items())}


def _named(decorators: list[ast.expr]) -> Iterator[str]:
    for one in decorators:
        if isinstance(one, ast.Call) and ast.unparse(one.func) == "pytest.mark.rule":
            for argument in one.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value
