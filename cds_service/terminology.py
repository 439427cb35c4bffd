"""The terminology of a trials folder: value sets, drug names and the differences of the WHO's ICD-10."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

from cds_service.definition_text import QuickLoader
from cds_service.expansion.rules import FILE as EXPANSIONS
from cds_service.expansion.rules import Rule, read_rules
from cds_service.value_sets import ValueSetError, load_value_sets
from eligibility.terminology import Ingredient, Terminology, ValueSet, canonical_code

INGREDIENTS = "ingredients.yaml"
WHO_DIFFERENCES = "icd-10-who.yaml"
OFFICIAL_NAMES = "icd-10-names.yaml"
Expand = Callable[[Sequence[ValueSet], Sequence[Rule]], tuple[ValueSet, ...]]


def load_terminology(
    folder: Path | Traversable, expand: Expand | None = None, beside: Sequence[ValueSet] = ()
) -> Terminology:
    """Everything `trials/` says about codes and names; a mistake is a ValueSetError with file and place.

    `expand` adds what a terminology server knows beyond that; `beside` are sets that trials from elsewhere bring.
    """
    value_sets = (*load_value_sets(folder / "value_sets"), *beside)
    names = [value_set.name for value_set in value_sets]
    for twice in (name for name in names if names.count(name) > 1):
        raise ValueSetError(f"{twice}.json", "id", twice, "a name that no other value set has")
    rules = _expansions(folder, value_sets)
    held = expand(value_sets, rules) if expand else value_sets
    return Terminology(held, load_ingredients(folder / INGREDIENTS), _who_lacks(folder), _official_names(folder))


def _expansions(folder: Path | Traversable, value_sets: tuple[ValueSet, ...]) -> tuple[Rule, ...]:
    """The rules of expansion of a folder; it may do without."""
    file = folder / EXPANSIONS
    return read_rules(_yaml(file), value_sets) if file.is_file() else ()


def load_ingredients(file: Path | Traversable) -> tuple[Ingredient, ...]:
    """The ingredient table; a brand of a combination is known to each of its ingredients."""
    whole = _yaml(file)
    drugs, brands = _table(file, whole, "ingredients"), _table(file, whole, "combinations")
    for brand, parts in brands.items():
        for place, part in enumerate(parts if isinstance(parts, list) else [parts]):
            if part not in drugs:
                raise ValueSetError(file.name, f"combinations.{brand}[{place}]", part, "a name under ingredients")
    known = [
        _ingredient(file.name, name, {} if told is None else told, [b for b, parts in brands.items() if name in parts])
        for name, told in drugs.items()
    ]
    return (*known, *_others(file, whole))


def _others(file: Path | Traversable, whole: Mapping[str, Any]) -> Iterator[Ingredient]:
    """Drugs that no value set holds: a line of spellings each, the first of which is the name."""
    lines = whole.get("others", [])
    if not isinstance(lines, list):
        raise ValueSetError(file.name, "others", lines, "a list of lists of spellings")
    for place, line in enumerate(lines):
        name, *spellings = _texts(file.name, f"others[{place}]", line or None) or [""]
        if not name:
            raise ValueSetError(file.name, f"others[{place}]", line, "a list of spellings, at least one")
        yield Ingredient(name, tuple(spellings))


def _ingredient(file: str, name: str, told: Any, brands: list[str]) -> Ingredient:
    path = f"ingredients.{name}"
    if not isinstance(told, Mapping) or not told.keys() <= {"names", "atc", "prednisone_equivalent"}:
        raise ValueSetError(file, path, told, "names, atc and prednisone_equivalent, each at most once")
    names, codes = _texts(file, f"{path}.names", told.get("names")), _texts(file, f"{path}.atc", told.get("atc"))
    return Ingredient(
        name,
        tuple(names),
        tuple(("atc", canonical_code("atc", code)) for code in codes),
        _fraction(file, f"{path}.prednisone_equivalent", told.get("prednisone_equivalent")),
        tuple(brands),
    )


def _texts(file: str, path: str, found: object) -> list[str]:
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(each, str) and each.strip() for each in found):
        raise ValueSetError(file, path, found, "a list of texts")
    return found


def _fraction(file: str, path: str, found: object) -> Fraction | None:
    if found is None:
        return None
    try:
        value = Fraction(found) if isinstance(found, str) else Fraction(0)
    except (ValueError, ZeroDivisionError):
        value = Fraction(0)
    if value <= 0:
        raise ValueSetError(file, path, found, 'an exact fraction in quotes, such as "5/4"')
    return value


def _who_lacks(folder: Path | Traversable) -> frozenset[str]:
    file = folder / WHO_DIFFERENCES
    whole = _yaml(file)
    codes = [*_texts(file.name, "lacks", whole.get("lacks")), *_table(file, whole, "means_otherwise")]
    return frozenset(canonical_code("icd-10", code) for code in codes)


def _official_names(folder: Path | Traversable) -> Mapping[str, tuple[str, ...]]:
    """Which alarms the official names of codes raise by themselves; a folder may do without."""
    file = folder / OFFICIAL_NAMES
    if not file.is_file():
        return {}
    whole = _yaml(file)
    return {name: tuple(_texts(file.name, name, codes)) for name, codes in whole.items()}


def _table(file: Path | Traversable, whole: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = whole.get(key, {})
    if not isinstance(found, Mapping):
        raise ValueSetError(file.name, key, found, "a table of names")
    return found


def _yaml(file: Path | Traversable) -> Mapping[str, Any]:
    try:
        whole = yaml.load(file.read_text(encoding="utf-8"), QuickLoader)  # noqa: S506 - a SafeLoader
    except FileNotFoundError:
        raise ValueSetError(file.name, "", None, "a YAML file") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueSetError(file.name, "", str(error).splitlines()[0], "well-formed YAML") from error
    if not isinstance(whole, Mapping):
        raise ValueSetError(file.name, "", whole, "a table")
    return whole
