"""How a mistake in a definition is told: the place, what was found, what is expected, and the nearest word."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from cds_service.definition_words import MEANT, WRITTEN
from eligibility.criteria.limits import LIMITS
from eligibility.criteria.panel_states import PanelTest
from eligibility.criteria.tree import GROUPS, KINDS, CriterionReference, Test
from eligibility.criteria.words import Therapy
from eligibility.tables import Tables
from eligibility.trial import CriterionText, Definition, Place

_CODE = re.compile(r"^[A-Z]?\d[\dA-Z.-]*$")
_A_CODE = "; codes stand in value sets, never in a trial"
_LIMIT = 'a number and a unit in quotes, such as "30 10*9/L"'
_EXPECTED = {
    "int_type": "a whole number, without quotes or unit",
    "int_from_float": "a whole number, without quotes or unit",
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
    """`; did you mean …?` when some known word is spelt nearly so, or is what people call it elsewhere."""
    spelt = {name.casefold(): name for name in sorted(known)}
    folded = word.casefold()
    near = [MEANT[folded]] if MEANT.get(folded) in spelt.values() else get_close_matches(folded, sorted(spelt), 1, 0.75)
    return f"; did you mean '{spelt.get(near[0], near[0])}'?" if near else ""


def unknown_names(path: str, names: Iterable[str], known: Collection[str], what: str) -> Iterator[Place]:
    """A place for each name that stands for nothing."""
    for name in names:
        if name not in known:
            near = nearest(name, known) or (_A_CODE if what.startswith("value set") and _CODE.match(name) else "")
            yield Place(path, f"found '{name}', expected a known {what}{near}")


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
    steps = list(location)
    for n, step in enumerate(steps):
        if step == "test" and isinstance(steps[n - 1], int):
            continue  # a row of a table is `verdict: test`, and the model's own name for its half stands nowhere
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
        return _unknown_word(word, detail)
    if kind == "missing":
        return "is missing"
    found = detail.get("input")
    if kind.startswith("value_error"):
        said = str(detail["msg"].removeprefix("Value error, "))
        return f"found {shown(found)}, expected {said}" if isinstance(found, str | int) else said
    if kind == "literal_error":
        return f"found {shown(found)}, expected {_choices(detail)}"
    return f"found {shown(found)}, expected {_expected(kind, word, detail)}"


def _unknown_word(word: str, detail: Any) -> str:
    """A word that no such thing has: the nearest of those that fit there, else all of them; else of the language."""
    kind = next((step for step in reversed(detail["loc"][:-1]) if step in KINDS), None)
    if kind is None or detail["loc"][-2] != kind:
        said = nearest(word, words_of() - {word})
        fact = "" if said or detail.get("input") else f"; a fact is written `fact: {word}`"
        return f"no '{word}' here{said}{fact}"
    fitting = _names_of(_rule_of(kind))
    return f"no '{word}' here" + (nearest(word, fitting) or f"; {kind} has {', '.join(sorted(fitting))}")


def _expected(kind: str, word: str, detail: Any) -> str:
    if word in LIMITS and kind == "string_type":
        return _LIMIT
    said: str = _EXPECTED.get(kind, detail["msg"])
    start, _, example = said.partition("such as ")
    return f"{start}such as {WRITTEN[word]}" if example and word in WRITTEN else said


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
    return {name for model in models for name in _names_of(model)} | {*GROUPS, "inclusion", "exclusion"}


def _names_of(model: type[BaseModel]) -> set[str]:
    """The words a model has, as they are written."""
    return {field.alias or name for name, field in model.model_fields.items()}


def _rule_of(kind: str) -> type[BaseModel]:
    """The model of a kind: the one class in `Rule | None`."""
    (rule,) = [t for t in Test.model_fields[kind].annotation.__args__ if t is not type(None)]  # type: ignore[union-attr]
    return rule  # type: ignore[no-any-return]
