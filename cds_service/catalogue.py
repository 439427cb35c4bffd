"""Reads `trials/` into Trials; refuses a bad file with the path to the mistake, what was found and what is expected."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from cds_service.beside import ADDITIONS, additions_beside, value_sets_beside, with_additions
from cds_service.data import trials_folder
from cds_service.definition_checks import mistakes_of, mistakes_of_shared
from cds_service.definition_mistakes import explained
from cds_service.definition_text import DefinitionSyntaxError, read_definition
from cds_service.examples.places import ENDING as EXAMPLES
from cds_service.expansion.rules import FILE as EXPANSIONS
from cds_service.terminology import (
    INGREDIENTS,
    OFFICIAL_NAMES,
    WHO_DIFFERENCES,
    Expand,
    load_ingredients,
    load_terminology,
)
from cds_service.value_sets import ValueSetError
from eligibility import ENGINE
from eligibility.criteria.tree import Test
from eligibility.tables import Tables
from eligibility.terminology import Terminology
from eligibility.trial import Definition, Facts, Place, Trial, build, value_sets_used

SHARED = "shared.yaml"
_NO_TRIALS = frozenset({SHARED, INGREDIENTS, WHO_DIFFERENCES, OFFICIAL_NAMES, EXPANSIONS, ADDITIONS})
Model = TypeVar("Model", bound=BaseModel)


class DefinitionError(ValueError):
    """One or more mistakes in the definitions; each line names file, place, what was found and what is expected."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


@dataclass(frozen=True)
class Catalogue:
    """The trials of a folder, open or not, with the terminology and the tables they share."""

    trials: tuple[Trial, ...]
    terminology: Terminology
    tables: Tables

    @property
    def open_trials(self) -> tuple[Trial, ...]:
        return tuple(trial for trial in self.trials if trial.open)


def load_catalogue(folder: Path | Traversable | None = None) -> Catalogue:
    """The trials of `folder` (by default those shipped with the service); raises DefinitionError."""
    return _shipped() if folder is None else read_catalogue(folder)


@lru_cache(maxsize=1)
def _shipped() -> Catalogue:
    return read_catalogue(trials_folder())


def read_catalogue(
    folder: Path | Traversable, extra: Iterable[Path] = (), only: Path | None = None, expand: Expand | None = None
) -> Catalogue:
    """`extra` adds trial files from elsewhere that use the folder's shared tables and value sets, and those beside
    them (`cds_service.beside`); `only` reads one.

    `expand` adds to the value sets before anything is made of them, so each trial's `definition` tells the difference.
    """
    extra = list(extra)
    brought = list(dict.fromkeys(file.parent for file in extra))
    try:
        terminology = load_terminology(folder, expand, value_sets_beside(brought))
    except ValueSetError as error:
        raise DefinitionError([str(error)]) from error
    tables, facts = read_shared(folder, brought)
    _refuse(SHARED, mistakes_of_shared(tables, facts, terminology))
    files = [f for f in folder.iterdir() if _is_trial(f.name)]
    if only is not None and only.name not in _NO_TRIALS:
        files = [only]
    trials: list[Trial] = []
    mistakes: list[str] = []
    for file in sorted([*files, *extra], key=lambda f: f.name):
        try:
            trials.append(read_trial(file, tables, facts, terminology))
        except DefinitionError as error:
            mistakes += error.mistakes
    mistakes += _twice(trials)
    if mistakes:
        raise DefinitionError(mistakes)
    return Catalogue(tuple(trials), terminology, tables)


def _is_trial(name: str) -> bool:
    return name.endswith(".yaml") and not name.endswith(EXAMPLES) and name not in _NO_TRIALS


def _read(file: Path | Traversable) -> Mapping[str, Any]:
    try:
        content = read_definition(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise DefinitionError(
            [f"{file.name}: cannot be read ({type(error).__name__}); expected a UTF-8 text file"]
        ) from None
    except DefinitionSyntaxError as error:
        raise DefinitionError([f"{file.name}: {error}"]) from None
    if not isinstance(content, Mapping):
        found = {list: "a list", type(None): "nothing"}.get(type(content), "a text")
        raise DefinitionError([f"{file.name}: found {found}, expected names with values, such as `id: X`"])
    return content


def read_shared(folder: Path | Traversable, brought: Iterable[Path] = ()) -> tuple[Tables, dict[str, Test]]:
    """The tables and named facts that every trial of the folder may use, with what folders from elsewhere bring."""
    file = folder / SHARED
    content = dict(_read(file))
    for added in additions_beside(brought):
        content, twice = with_additions(content, _read(added))
        if twice:
            raise DefinitionError([f"{added.name}: {twice}: stands in {SHARED} already; choose another name"])
    facts = _valid(Facts, {"facts": content.pop("facts", {})}, file.name, "")
    factors = {
        drug.name: drug.prednisone_equivalent
        for drug in load_ingredients(folder / INGREDIENTS)
        if drug.prednisone_equivalent is not None
    }
    tables = _valid(Tables, {**content, "prednisone_equivalents": factors}, file.name, "")
    return tables, dict(facts.facts)


def read_trial(file: Path | Traversable, tables: Tables, shared: Mapping[str, Test], terminology: Terminology) -> Trial:
    """One trial file, held against the tables, facts and value sets it may use; raises DefinitionError."""
    content = dict(_read(file))
    inclusion, exclusion = _criteria(content, "inclusion", file.name), _criteria(content, "exclusion", file.name)
    header = _valid(Definition, content, file.name, "")
    redefined = sorted(set(header.facts) & set(shared))
    if redefined:
        raise DefinitionError([f"{file.name}: facts.{redefined[0]}: stands in {SHARED} already; choose another name"])
    mistakes: list[str] = []
    for role, written in (("inclusion", inclusion), ("exclusion", exclusion)):
        for n, one in enumerate(written):
            try:
                build(header, [one], [], tables, shared)
            except ValidationError as error:
                mistakes += explained(error, file.name, f"{role}[{n}]")
    if mistakes:
        raise DefinitionError(mistakes)
    trial = build(header, inclusion, exclusion, tables, shared)
    _refuse(file.name, mistakes_of(trial, terminology))
    return replace(trial, definition=_definition(content, inclusion, exclusion, trial, terminology))


def _refuse(file: str, places: list[Place]) -> None:
    if places:
        raise DefinitionError(f"{file}: {place.path}: {place.message}" for place in places)


def _criteria(content: dict[str, Any], role: str, file: str) -> list[Mapping[str, Any]]:
    written = content.pop(role, [])
    if not isinstance(written, list) or not all(isinstance(one, Mapping) for one in written):
        raise DefinitionError([f"{file}: {role}: expected a list of criteria"])
    return written


def _twice(trials: list[Trial]) -> list[str]:
    numbers = [trial.nct_id for trial in trials]
    return [f"{number}: two files define this trial" for number in sorted(set(numbers)) if numbers.count(number) > 1]


def _valid(model: type[Model], content: Mapping[str, Any], file: str, path: str) -> Model:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise DefinitionError(explained(error, file, path)) from None


def _definition(
    content: Mapping[str, Any],
    inclusion: list[Mapping[str, Any]],
    exclusion: list[Mapping[str, Any]],
    trial: Trial,
    terminology: Terminology,
) -> str:
    """The hash that names what a verdict was made with: the trial, its value sets, the shared tables, the engine."""
    used = [repr(terminology.value_sets[name]) for name in sorted(value_sets_used(trial))]
    whole = json.dumps([content, inclusion, exclusion], sort_keys=True, ensure_ascii=False, default=str)
    parts = (whole, *used, repr(trial.tables), repr(sorted(trial.shared_facts.items())), ENGINE)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]
