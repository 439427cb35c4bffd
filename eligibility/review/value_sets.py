"""Questions about value sets: nothing in them counts, they hold codes of another kind, several analytes in one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from eligibility.criteria.tree import KINDS, Test
from eligibility.qualitative import RESULT_SETS
from eligibility.review.question import Question, Reviewed, rule_of
from eligibility.tables import Tables
from eligibility.terminology import Mark, Row, Terminology, ValueSet
from eligibility.trial import Trial, value_sets_used

_DRUGS = frozenset({"rxnorm", "atc"})
_TREATMENTS = _DRUGS | {"icd-10-pcs", "cpt", "hcpcs"}
_DISEASES = frozenset({"icd-10-cm", "icd-10", "icd-9-cm", "snomed"})
_RESULTS = frozenset({"loinc"})
_CODED_IN = {
    **dict.fromkeys(("taking", "course", "daily_dose", "stable_dose"), (_DRUGS, "a drug")),
    **dict.fromkeys(("treatment", "washout"), (_TREATMENTS, "a drug or a procedure")),
    **dict.fromkeys(("condition", "duration"), (_DISEASES, "a diagnosis")),
    **dict.fromkeys(("measurement", "recorded"), (_RESULTS, "a result")),
}
_OF_THE_ENGINE = (*RESULT_SETS, "VS-NONE")  # read by the reader itself, whatever the trial
_COUNTS = (Mark.MEMBER, Mark.HISTORY, Mark.JUDGEMENT, Mark.UNKNOWN)
_NAMES = ("of", "judgement", "unknown", "diagnosis", "unreliable_with", "caveat_after")


def empty_or_look_alikes_only(reviewed: Reviewed) -> Iterator[Question]:
    """A set in which nothing counts: every patient is free of it, and nobody sees why."""
    for path, test in _of_kinds(reviewed):
        for word in _NAMES:
            for name in reviewed.sets_of(tuple(getattr(rule_of(test), word, ()))):
                wrong = _nothing_counts(reviewed.value_set(name))
                if wrong:
                    yield Question(f"{path}.{test.word}.{word}", f"{name} {wrong}", "add the codes that are meant")


def _nothing_counts(value_set: ValueSet) -> str:
    if not value_set.rows and not value_set.names:
        return "holds no code and no name"
    if not value_set.names and not any(row.mark in _COUNTS for row in value_set.rows):
        return "holds look-alikes only: codes that do not count"
    return ""


def set_of_another_kind(reviewed: Reviewed) -> Iterator[Question]:
    """A washout of a disease, a diagnosis of a drug: no record can match, and silence would decide."""
    for path, test in _of_kinds(reviewed):
        systems, what = _CODED_IN.get(test.word, (frozenset(), ""))
        for word in ("of", "judgement", "unknown") if systems else ():
            for name in reviewed.sets_of(tuple(getattr(rule_of(test), word, ()))):
                found = reviewed.value_set(name)
                if found.rows and not found.names and not found.has_rows_of(*systems):
                    coded = ", ".join(dict.fromkeys(row.system for row in found.rows))
                    yield Question(
                        f"{path}.{test.word}.{word}",
                        f"{name} holds no code of {what} ({coded})",
                        "name the set that is meant",
                    )


def several_analytes_in_one_measurement(reviewed: Reviewed) -> Iterator[Question]:
    """The newest result of either would decide for both: ALT and AST are two tests in an `all_of`."""
    for path, test in reviewed.written:
        if test.measurement is None:
            continue
        rows = [row for name in test.measurement.of for row in reviewed.value_set(name).rows]
        analytes = list(dict.fromkeys(filter(None, map(_analyte, rows))))
        if len(analytes) > 1:
            yield Question(
                f"{path}.measurement.of",
                f"results of {' and '.join(analytes[:3])} would stand for each other",
                "write one measurement each, in a group",
            )


def _analyte(row: Row) -> str:
    """The component of a LOINC name: "Alanine aminotransferase [Enzymatic activity/volume] in Serum" → alanine."""
    component, bracket, _ = row.display.partition(" [")
    if row.system != "loinc" or not bracket or row.mark is not Mark.MEMBER:
        return ""
    return component.lower().replace(",", " ").replace(".", " ").split(" ")[0]


def _of_kinds(reviewed: Reviewed) -> Iterator[tuple[str, Test]]:
    return ((path, test) for path, test in reviewed.written if test.word in KINDS)


def unused_value_sets(trials: Iterable[Trial], tables: Tables, terminology: Terminology) -> list[Question]:
    """Of a whole folder: sets that no trial, no shared table and no reader uses; somebody meant to."""
    used = {*_OF_THE_ENGINE, *_of_tables(tables)}
    for trial in trials:
        used |= set(value_sets_used(trial))
        used |= {name for criterion in trial.walk() for name in criterion.said.show}
    return [
        Question(f"value_sets/{name}.json", "no trial and no shared table uses it", "use it, or take it away")
        for name in sorted(set(terminology.value_sets) - used)
    ]


def _of_tables(tables: Tables) -> Collection[str]:
    """Every value set that a shared table names, whatever the table."""
    return set(re.findall(r"'(VS-[^']+)'", repr(tables)))
