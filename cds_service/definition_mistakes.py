"""How a mistake in a definition is told: the place, what was found, what is expected, and the nearest word."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from eligibility.criteria.limits import LIMITS
from eligibility.criteria.panel_states import PanelTest
from eligibility.criteria.tree import GROUPS, KINDS, CriterionReference, Test
from eligibility.criteria.words import Therapy
from eligibility.tables import Tables
from eligibility.trial import CriterionText, Definition, Place

_LIMIT = 'a number and a unit in quotes, such as "30 10*9/L"'
_EXPECTED = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "string_type": "a text; a number needs quotes",
    "tuple_type": "a list in brackets, such as [VS-HF]",
    "list_type": "a list",
    "dict_type": "names with values, such as {en: …}",
    "dataclass_type": 'a span in words, such as "2 weeks"',
    "dataclass_exact_type": 'a span in words, such as "2 weeks"',
    "model_type": "its parameters by name, such as {of: [VS-HF]}",
}


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?` when some known word is spelt nearly so."""
    near = get_close_matches(word, sorted(known), 1, 0.75)
    return f"; did you mean '{near[0]}'?" if near else ""


def unknown_names(path: str, names: Iterable[str], known: Collection[str], what: str) -> Iterator[Place]:
    """A place for each name that stands for nothing."""
    for name in names:
        if name not in known:
            yield Place(path, f"found '{name}', expected a known {what}{nearest(name, known)}")


def explained(error: ValidationError, file: str, path: str) -> list[str]:
    """pydantic's errors, one line a place; where several kinds of value are allowed, what each expects."""
    told: dict[str, list[str]] = {}
    for detail in error.errors():
        steps = [step for step in detail["loc"] if not _is_choice(step)]
        told.setdefault(place(path, steps), []).append(_told(detail))
    return [f"{file}: {where}: {_either(said)}" for where, said in told.items()]


def _is_choice(step: int | str) -> bool:
    """pydantic names the alternative it tried among the steps."""
    return isinstance(step, str) and ("[" in step or step in ("Span", "str", "int"))


def _either(said: list[str]) -> str:
    """One sentence of several about the same value: they begin alike."""
    first, *others = said
    return " or ".join([first, *(one.partition("expected ")[2] or one for one in others)])


def place(path: str, location: Iterable[int | str]) -> str:
    """`exclusion[2].condition.of`: the way to a mistake, as it is written in the file."""
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += f".{step}" if path else step
    return path or "the file"


def shown(found: object) -> str:
    text = json.dumps(found, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _told(detail: Any) -> str:
    kind, word = detail["type"], str(detail["loc"][-1]) if detail["loc"] else ""
    if kind == "extra_forbidden":
        return f"no '{word}' here{nearest(word, words_of())}"
    if kind == "missing":
        return "is missing"
    found = detail.get("input")
    if kind.startswith("value_error"):
        said = str(detail["msg"].removeprefix("Value error, "))
        return f"found {shown(found)}, expected {said}" if isinstance(found, str | int) else said
    if kind == "literal_error":
        return f"found {shown(found)}, expected {_choices(detail)}"
    expected = _LIMIT if word in LIMITS and kind == "string_type" else _EXPECTED.get(kind, detail["msg"])
    return f"found {shown(found)}, expected {expected}"


def _choices(detail: Any) -> str:
    choices: str = detail["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
    told = f"one of {choices}" if "," in choices else f"`{choices}`"
    return told + nearest(str(detail.get("input")), choices.split(", "))


def words_of() -> set[str]:
    """Every word that may be a key somewhere in a definition, or in `shared.yaml`."""
    kinds = [_rule_of(kind) for kind in KINDS]
    models: tuple[type[BaseModel], ...] = (
        Test,
        Definition,
        CriterionText,
        CriterionReference,
        Therapy,
        PanelTest,
        Tables,
        *kinds,
    )
    fields = [(name, field.alias) for model in models for name, field in model.model_fields.items()]
    return {alias or name for name, alias in fields} | set(GROUPS)


def _rule_of(kind: str) -> type[BaseModel]:
    """The model of a kind: the one class in `Rule | None`."""
    (rule,) = [t for t in Test.model_fields[kind].annotation.__args__ if t is not type(None)]  # type: ignore[union-attr]
    return rule  # type: ignore[no-any-return]
