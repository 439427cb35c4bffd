"""Every worked example, held against the trials as shipped; and that the examples themselves can be trusted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from value_set_rows import SYSTEMS as VALUE_SET_SYSTEMS
from value_set_rows import published
from worked import HERE, Example, ExampleError, answer, example_files, load_examples, read_yaml

from cds_service.catalogue import load_catalogue

VERDICTS = {"met", "not-met", "unknown", "judgement"}
ROOT = Path(__file__).parents[2]
SYSTEMS = {
    "http://hl7.org/fhir/sid/icd-10-cm",
    "http://hl7.org/fhir/sid/icd-10",
    "http://hl7.org/fhir/sid/icd-9-cm",
    "http://www.cms.gov/Medicare/Coding/ICD10",
    "http://snomed.info/sct",
    "http://loinc.org",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://www.whocc.no/atc",
}


def _all() -> Iterator[Example | Path]:
    """The examples; a file that cannot be read stands for itself, so that it fails alone."""
    for path in example_files():
        try:
            yield from load_examples(path)
        except ExampleError:
            yield path


ALL = list(_all())
EXAMPLES = [each for each in ALL if isinstance(each, Example)]


def _name(each: Example | Path) -> str:
    return each.id if isinstance(each, Example) else each.stem


@cache
def _trials() -> Mapping[str, Any]:
    return {trial.nct_id: trial for trial in load_catalogue().trials}


@pytest.mark.parametrize("example", ALL, ids=_name)
def test_the_trial_says_what_the_example_expects(example: Example | Path) -> None:
    if isinstance(example, Path):
        load_examples(example)  # says what is wrong with the file
        pytest.fail("read at last")
    found = _found(example)
    assert found == _expected(example, found)


def _found(example: Example) -> dict[str, Any]:
    """The answer, as far as the example asks for it."""
    assessed = answer(example).assessment
    if assessed is None:
        return {"speaks": False}
    results = {name: assessed.result(name) for name in _asked(example)}
    found: dict[str, Any] = {name: results[name].verdict for name in example.expect}
    found |= {f"{name} is": results[name].finding.assurance.value for name in example.assurance}
    found |= {f"{name} from": _day(results[name].eligible_from) for name in example.eligible_from if name != "trial"}
    if "trial" in example.eligible_from:
        found["trial from"] = _day(assessed.eligible_from)
    if example.status is not None:
        found["status"] = assessed.status.value
    if example.speaks is not None:
        found["speaks"] = assessed.speaks
    return found


def _expected(example: Example, found: Mapping[str, Any]) -> dict[str, Any]:
    """The same questions with the answers that the example gives; of several accepted verdicts, the one found."""
    wanted: dict[str, Any] = {
        name: found[name] if isinstance(verdict, list) and found.get(name) in verdict else verdict
        for name, verdict in example.expect.items()
    }
    wanted |= {f"{name} is": assurance for name, assurance in example.assurance.items()}
    wanted |= {f"{name} from": day for name, day in example.eligible_from.items()}
    if example.status is not None:
        wanted["status"] = example.status
    if example.speaks is not None:
        wanted["speaks"] = example.speaks
    return wanted


def _asked(example: Example) -> set[str]:
    return {*example.expect, *example.assurance, *example.eligible_from} - {"trial"}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


# ---- the examples themselves -----------------------------------------------------------------------------------------


FILES = sorted({example.file for example in EXAMPLES})


@pytest.mark.parametrize("file", FILES)
def test_examples_expect_something_of_criteria_that_exist(file: str) -> None:
    for example in (each for each in EXAMPLES if each.file == file):
        known = {criterion.id for criterion in _trials()[example.trial].criteria} | {"CART-I06a", "CART-I06b"}
        said = {verdict for each in example.expect.values() for verdict in (each if isinstance(each, list) else [each])}
        assert _asked(example) or example.status or example.speaks is not None, example.name
        assert _asked(example) <= known, example.name
        assert said <= VERDICTS, example.name
        assert set(example.assurance.values()) <= {"explicit", "assumed"}, example.name


@pytest.mark.parametrize("file", FILES)
def test_examples_are_fhir_json_whose_codes_and_dates_are_text(file: str) -> None:
    text = re.compile(r"\.(code|system|display|text|reference|status|url|\w*(Date|DateTime|On)|start|end)$")
    for example in (each for each in EXAMPLES if each.file == file):
        odd = [f"{path} = {value!r}" for path, value in _leaves(example.bundle) if text.search(path)]
        assert [each for each in odd if not each.endswith(("'", '"'))] == [], f"{example.name}: write it in quotes"


@pytest.mark.parametrize("path", example_files(), ids=lambda path: path.stem)
def test_the_codes_of_the_examples_stand_in_the_value_sets(path: Path) -> None:
    """A typing error in a code would make an example pass or fail for the wrong reason."""
    assert sorted(_strange(path) - set(_outside())) == []


def test_a_code_outside_all_value_sets_is_there_on_purpose() -> None:
    assert sorted(set(_outside()) - {code for path in example_files() for code in _strange(path)}) == []
    assert all(_outside().values())


@cache
def _outside() -> Mapping[str, str]:
    """Codes that stand in stories and in no value set, and why."""
    return dict(read_yaml(HERE / "fragments" / "outside-codes.yaml"))


@cache
def _strange(path: Path) -> frozenset[str]:
    used = {code for example in load_examples(path) for code in _codings(example.bundle)}
    return frozenset(code for system, code in used if system in SYSTEMS and not _listed(system, code)) - {"x"}


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _leaves(one, f"{path}.{key}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _leaves(one, f"{path}[{number}]")
    else:
        yield path, value


def _codings(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if isinstance(value.get("system"), str) and isinstance(value.get("code"), str):
            yield value["system"], value["code"]
        for one in value.values():
            yield from _codings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _codings(one)


@cache
def _rows() -> Mapping[str, frozenset[str]]:
    """System → codes and stems of all published rows, ICD without dots; a range stands as its three-character stems."""
    rows: dict[str, set[str]] = {}
    for row in [*published("value-sets"), *published("value-sets-added")]:
        first, _, last = row["code"].replace(".", "").partition("–")
        stems = [f"{first[0]}{number:02}" for number in range(int(first[1:]), int(last[1:]) + 1)] if last else [first]
        rows.setdefault(VALUE_SET_SYSTEMS.get(row["system"], row["system"]), set()).update(stems)
    return {system: frozenset(codes) for system, codes in rows.items()}


def _listed(system: str, code: str) -> bool:
    """Whether some row is this code or a stem of it. WHO and Chinese codes may lean on the American ones (rule 8)."""
    plain = code.upper().replace(".", "")
    systems = [system, "http://hl7.org/fhir/sid/icd-10-cm"] if system.endswith("icd-10") else [system]
    known = set().union(*(_rows().get(each, frozenset()) for each in systems))
    if "icd" in system or "atc" in system:
        return any(plain[:length] in known for length in range(3, len(plain) + 1))
    return plain in known
