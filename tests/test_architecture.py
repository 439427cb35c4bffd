"""The numbered invariants of docs/architecture.md that only the source itself can show."""

from __future__ import annotations

import ast
import re
import statistics
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("eligibility", "cards", "cds_service")
LONGEST_FILE, LONGEST_MEDIAN = 300, 120
ALLOWED = {  # package → packages of ours it may import
    "eligibility": {"eligibility"},
    "cards": {"cards", "eligibility"},
    "cds_service": set(PACKAGES),
}


@cache
def sources(*folders: str) -> tuple[tuple[Path, ast.Module], ...]:
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return tuple((path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths)


def imported(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("package", PACKAGES)
def test_arrows_point_down(package: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, module in sources(package)
        for name in imported(module)
        if name.split(".")[0] in PACKAGES and name.split(".")[0] not in ALLOWED[package]
    ]
    assert not wrong, wrong


PURE_CORE = {
    "__future__", "ast", "bisect", "calendar", "collections", "dataclasses", "datetime", "decimal", "enum", "fractions",
    "functools", "itertools", "math", "operator", "re", "string", "types", "typing", "unicodedata", "pydantic",
}  # fmt: skip
PURE_CARDS = PURE_CORE | {"urllib", "uuid"}


@pytest.mark.parametrize(("package", "known"), [("eligibility", PURE_CORE), ("cards", PURE_CARDS)])
def test_the_pure_packages_use_nothing_that_touches_the_world(package: str, known: set[str]) -> None:
    """Invariants 1 and 2: a list of what they may use is shorter, and safer, than a list of what they may not."""
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, module in sources(package)
        for name in imported(module)
        if name.split(".")[0] not in known | ALLOWED[package]
    ]
    assert not wrong, wrong


IMPURE = {"today", "now", "utcnow", "uuid1", "uuid4", "random", "open", "environ", "getenv", "print", "input"}


@pytest.mark.parametrize("package", ["eligibility", "cards"])
def test_no_clock_no_chance_no_file_no_output(package: str) -> None:
    """Invariant 13: import contracts alone miss `date.today()`. Attributes of our own that share a name are none."""
    wrong = []
    for path, module in sources(package):
        for node in ast.walk(module):
            name = node.func if isinstance(node, ast.Call) else None
            called = name.id if isinstance(name, ast.Name) else name.attr if isinstance(name, ast.Attribute) else ""
            touched = (
                node.attr if isinstance(node, ast.Attribute) and node.attr in ("environ", "today", "uuid4") else ""
            )
            if called in IMPURE or touched:
                wrong.append(f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}: {called or touched}")
    assert not wrong, wrong


def test_the_impure_names_would_be_found() -> None:
    module = ast.parse("from datetime import date\nday = date.today()\nprint(open('x'))")
    called = {
        n.func.id if isinstance(n.func, ast.Name) else n.func.attr for n in ast.walk(module) if isinstance(n, ast.Call)
    }
    assert called == {"today", "print", "open"}


def test_only_r4b_of_fhir_resources_is_used() -> None:
    """The top level of fhir.resources is R5, which refuses R4."""
    everything = sources(*PACKAGES, "tests", "benchmarks")
    names = [name for _, module in everything for name in imported(module) if name.split(".")[0] == "fhir"]
    assert names, "the fixtures are checked with fhir.resources somewhere"
    assert not [name for name in names if not name.startswith("fhir.resources.R4B")]


def test_file_lengths() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path, _ in sources(*PACKAGES)}
    assert not {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > LONGEST_FILE}
    assert statistics.median(lengths.values()) <= LONGEST_MEDIAN


def test_function_lengths() -> None:
    lengths = [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for _, module in sources(*PACKAGES)
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert statistics.median(lengths) <= 8
    assert sum(length > 40 for length in lengths) <= len(lengths) // 100


def test_each_module_says_in_one_sentence_what_it_decides() -> None:
    silent = [str(path.relative_to(ROOT)) for path, module in sources(*PACKAGES) if not ast.get_docstring(module)]
    assert not silent


NAMED = re.compile(r"\b(?:CM313|CART|CAR-T)-?[IE]\d\d|\bNCT\d{8}\b|\bCM313\b|\bCAR-?T\b", re.IGNORECASE)


def test_no_criterion_and_no_trial_is_named_in_the_code() -> None:
    """A parameter or branch that stands for one criterion, trial or id is a failure; docstrings may cite."""
    wrong = []
    for path, module in sources(*PACKAGES):
        cited = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
        for node in ast.walk(module):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in cited:
                if NAMED.search(node.value):
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}: {node.value[:60]}")
            elif isinstance(node, ast.Name | ast.Attribute | ast.arg):
                name = getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "arg", "")
                if re.search(r"cm313|cart_|car_t|nct\d", name, re.IGNORECASE):
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}: {name}")
    assert not wrong, wrong


def test_locks_hold_hashes_and_no_addresses() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        pinned = re.findall(r"^[a-z0-9][a-z0-9._-]*==", text, re.MULTILINE)
        assert len(pinned) > 30, lock
        assert text.count("--hash=sha256:") >= len(pinned), lock
        assert "://" not in text, lock
        assert "--index-url" not in text, lock


def test_the_runtime_is_pinned_alike_in_both_locks() -> None:
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^([a-z0-9._-]+==\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def test_the_numbered_invariants_name_tests_that_exist() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    invariants = text.split("## Invariants")[1].split("\n## ")[0]
    assert [int(n) for n in re.findall(r"^(\d+)\. ", invariants, re.MULTILINE)] == list(range(1, 16))
    named = set(re.findall(r"`(tests/[\w/.-]+\.py)(?:::(\w+))?`", text))
    assert len(named) >= 10
    for path, test in named:
        assert (ROOT / path).is_file(), path
        assert not test or f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), f"{path}::{test}"


def test_python_is_as_new_as_the_project_says() -> None:
    assert sys.version_info >= (3, 11)
    assert 'requires-python = ">=3.11"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
