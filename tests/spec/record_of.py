"""Short ways to write the record of a story, so that a table reads as statements about eligibility.

Records are the decision core's own values: no FHIR, no files. Every story is read on 21 November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from eligibility.quantity import Amount, ReferenceRange
from eligibility.record import (
    Allergy,
    Answer,
    Condition,
    Dose,
    Exposure,
    Hole,
    Intake,
    Observation,
    Openers,
    PatientRecord,
    Procedure,
    Result,
    Route,
    Section,
    Source,
    Standing,
    Study,
)
from eligibility.terminology import Hits, Mark
from eligibility.when import When

TODAY = date(2026, 11, 21)
MARKS = {
    "": Mark.MEMBER, "judgement": Mark.JUDGEMENT, "unknown": Mark.UNKNOWN, "history": Mark.HISTORY,
    "negative": Mark.NEGATIVE, "never": Mark.NON_MEMBER,
}  # fmt: skip
Entry = Condition | Observation | Exposure | Procedure | Allergy | Study


# ---- days ----------------------------------------------------------------------------------------------------


def on(text: str) -> When:
    """A day, month or year as written in a record; two of them with `..` between are an interval."""
    if ".." in text:
        first, last = text.split("..")
        return When(on(first).first, on(last).last)
    year, *rest = map(int, text.split("-"))
    if len(rest) == 2:
        return When.on(date(year, *rest))
    month = rest[0] if rest else None
    following = date(year + 1, 1, 1) if month in (None, 12) else date(year, month + 1, 1)
    return When(date(year, month or 1, 1), following - timedelta(days=1))


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


# ---- entries of a record -------------------------------------------------------------------------------------


def sets(text: str) -> Hits:
    """`VS-HF`, or `VS-HF:judgement VS-MI` for codes that carry a mark."""
    pairs = [word.partition(":") for word in text.split()]
    return {name: MARKS[mark] for name, _, mark in pairs}


def _whens(given: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {key: on(value) if key in names and isinstance(value, str) else value for key, value in given.items()}


def problem(of: str, standing: str = "current", **given: Any) -> Condition:
    label = given.pop("label", of.split(":")[0].split(" ")[0] or "something else")
    said = _whens(given, "onset", "recorded", "abatement")
    return Condition("", label, sets(of), Standing(standing), **{"abated": "abatement" in said, **said})


def drug(of: str, intake: str = "active", source: str = "statement", **given: Any) -> Exposure:
    """An exposure; `dose: 20` is mg a day, `reasons` are texts like `sets`, the ingredient is the drug's set."""
    said = _whens(given, "start", "end", "asserted")
    if "dose" in said and not isinstance(said["dose"], Dose):
        said["dose"] = Dose(daily=Fraction(str(said["dose"])), stated=True)
    if "route" in said:
        said["route"] = Route(said["route"])
    if "reasons" in said:
        said |= {"reasons": tuple(sets(text) for text in said["reasons"]), "reason_stated": True}
    said["ingredients"] = frozenset(said.pop("ingredients", of.split(":")[0].split(" ")[0]).split())
    said["outcomes"] = frozenset(said.pop("outcomes", "").split())
    return Exposure("", said.pop("label", of or "something"), sets(of), Source(source), Intake(intake), **said)


def order(of: str, **given: Any) -> Exposure:
    return drug(of, source="order", **given)


def dose_given(of: str, day: str, **given: Any) -> Exposure:
    return drug(of, "completed", "administration", **{"start": day, "end": day, "single": True, **given})


def procedure(of: str, day: str | None = None, done: bool | None = True, **given: Any) -> Procedure:
    said = dict(given)
    if "reasons" in said:
        said |= {"reasons": tuple(sets(text) for text in said["reasons"]), "reason_stated": True}
    said["outcomes"] = frozenset(said.pop("outcomes", "").split())
    return Procedure("", of, sets(of), done, on(day) if day else None, **said)


def allergy(substance: str, **given: Any) -> Allergy:
    said = {"hits": sets(given.pop("of", "VS-ALLERGY")), **given}
    said.setdefault("graded", bool(said.get("severe")))
    return Allergy("", substance, substance=substance, **said)


def study(status: str, **given: Any) -> Study:
    said = _whens(given, "start", "end")
    said["hits"] = sets(said.pop("of", ""))
    return Study("", said.pop("label", "another study"), status, **said)


_AMOUNT = re.compile(
    r"(?P<sign><=|>=|<|>)?\s*(?P<number>\d+(?:\.\d+)?)(?:\s*-\s*(?P<to>\d+(?:\.\d+)?))?(?:\s+(?P<unit>.*))?$"
)


def amount(text: str) -> Amount:
    """`25 10*9/L`, `<5 10*9/L`, `55-60 %`, or a number without a unit."""
    found = _AMOUNT.match(text)
    assert found, text
    number, unit = Fraction(found["number"]), found["unit"] or ""
    if found["to"]:
        return Amount(number, Fraction(found["to"]), unit)
    zero = Fraction(0)
    return {
        None: Amount.exactly(number, unit),
        "<": Amount(zero, number, unit, True, True),
        "<=": Amount(zero, number, unit, True, False),
        ">": Amount(number, None, unit, True),
        ">=": Amount(number, None, unit),
    }[found["sign"]]


def result(of: str, value: str, day: str | None = ago(0), **given: Any) -> Observation:
    """A result: an amount, `positive`, `negative`, `unclear`, `unreadable`, or a coded answer (`codes=`, `means=`)."""
    codes, means = frozenset(given.pop("codes", "").split()), sets(given.pop("means", ""))
    answers = {answer.value: answer for answer in Answer}
    if value in answers:
        read = Result(value, answer=answers[value])
    elif _AMOUNT.match(value):
        read = Result(value, amount(value))
    else:
        read = Result(value, hits=means, codes=codes, readable=value != "unreadable")
    uln = given.pop("uln", None)
    if uln is not None:
        given["ranges"] = (ReferenceRange(high=amount(uln)),)
    when = on(day).until(TODAY) or on(day) if day is not None else None  # cut at today, as a reader hands it
    instant = given.pop("instant", None)
    if when is not None and instant is not None:
        when = replace(when, instant=instant)
    return Observation("", given.pop("label", of.split(":")[0]), sets(of), read, when, **given)


@dataclass(frozen=True)
class Kept:
    """A list that is kept in this record (what opens a key of G7)."""

    key: str
    closed_by: str | None = None


PROBLEM_LIST = Kept("problem-list")
MEDICATION_LIST = Kept("medication-list")
PROCEDURES = Kept("procedure-history")
ALLERGY_LIST = Kept("allergy-list")
STUDIES_KEPT = Kept("research-history")
_OPENERS = {
    "problem-list": "problem_list", "medication-list": "medication_list", "procedure-history": "procedures",
    "allergy-list": "allergies", "research-history": "studies",
}  # fmt: skip


def hole(section: str, reason: str = "no-code", **given: Any) -> Hole:
    """Something of this section that was not read or not understood."""
    of = given.pop("of", None)
    return Hole(Section(section), reason, sets=frozenset(of.split()) if of else None, **given)


@dataclass(frozen=True)
class Person:
    """Patient and Openers fields of a story; they replace the defaults."""

    changes: Mapping[str, Any]


def patient(**changes: Any) -> Person:
    return Person(_whens(changes, "born"))


Item = Entry | Kept | Hole | Person


def record_of(*items: Item) -> PatientRecord:
    """The record of a woman born on 15 June 1980, with these entries; each gets a reference of its own."""
    named: list[Any] = [
        replace(item, reference=item.reference or f"{type(item).__name__}/{n}") if isinstance(item, Entry) else item
        for n, item in enumerate(items)
    ]
    observations: dict[str, list[Observation]] = {}
    for item in named:
        for name in item.hits if isinstance(item, Observation) else ():
            observations.setdefault(name, []).append(item)
    changes: dict[str, Any] = {"born": on("1980-06-15"), "gender": "female"}
    openers: dict[str, Any] = {_OPENERS[item.key]: True for item in named if isinstance(item, Kept)}
    for item in named:
        if isinstance(item, Person):
            changes |= item.changes
    openers |= {key: changes.pop(key) for key in list(changes) if key in {field.name for field in fields(Openers)}}
    return PatientRecord(
        "Patient/p",
        conditions=_those(named, Condition),
        observations={name: tuple(held) for name, held in observations.items()},
        exposures=_those(named, Exposure),
        procedures=_those(named, Procedure),
        allergies=_those(named, Allergy),
        studies=_those(named, Study),
        holes=_those(named, Hole),
        openers=Openers(**openers),
        **changes,
    )


def _those(items: list[Any], kind: type[Any]) -> tuple[Any, ...]:
    return tuple(item for item in items if isinstance(item, kind))
