"""The invariants of docs/architecture.md that show when people are assessed: whole, with holes, shuffled."""

from __future__ import annotations

import ast
import pickle
import random
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import orjson
import pytest

from cds_service.assessment_json import with_parts
from cds_service.catalogue import load_catalogue
from cds_service.data import fixtures_folder
from eligibility.assessment import Assessment, CriterionResult, EligibilityStatus, assess, screen
from eligibility.record import Hole, PatientRecord, Section
from eligibility.truth import Truth
from tests.reading import record_in

ROOT = Path(__file__).parents[1]
DAY = date(2026, 11, 21)
PEOPLE = tuple(path.stem for path in sorted((fixtures_folder() / "patients").glob("*.json")))
everyone = pytest.mark.parametrize("who", PEOPLE)


def record_of(data: bytes, *holes: Hole) -> PatientRecord:
    return record_in(data, DAY, holes=holes)


def story(who: str) -> bytes:
    return (fixtures_folder() / "patients" / f"{who}.json").read_bytes()


@cache
def record(who: str) -> PatientRecord:
    return record_of(story(who))


def assessed(held: PatientRecord) -> list[Assessment]:
    return [assess(trial, held, DAY) for trial in load_catalogue().trials]


def results(held: PatientRecord) -> Iterator[CriterionResult]:
    for assessment in assessed(held):
        yield from with_parts(assessment.results)


@everyone
def test_a_verdict_names_its_evidence_or_the_list_in_which_nothing_was_found(who: str) -> None:
    """Invariant 4."""
    for result in results(record(who)):
        finding = result.finding
        if finding.truth.open or result.criterion.cls in ("A", "J"):
            continue
        assert finding.evidence or finding.reason.given.get("key") or finding.reason.key == "nothing-recorded", (
            result.criterion.id,
            finding.reason,
        )


@everyone
def test_a_status_names_what_makes_it_so(who: str) -> None:
    """Invariant 4."""
    for assessment in assessed(record(who)):
        counted = [result for result in assessment.results if result.criterion.cls in ("C", "P")]
        blocking = any(result.blocking for result in assessment.results)
        open_ = any(result.open for result in counted)
        expected = EligibilityStatus.INELIGIBLE if blocking else EligibilityStatus.ELIGIBLE
        if open_ and not blocking:
            expected = EligibilityStatus.POTENTIAL_CANDIDATE
        assert assessment.status is expected


@everyone
def test_the_order_of_entries_changes_nothing(who: str) -> None:
    """Invariant 5."""
    bundle = orjson.loads(story(who))
    told = assessed(record(who))
    for seed in range(3):
        random.Random(seed).shuffle(bundle["entry"])
        assert assessed(record_of(orjson.dumps(bundle))) == told


@pytest.mark.rule("G5")
@pytest.mark.parametrize("who", ["bruno", "clara", "diego", "greta", "paula", "timo"])
@pytest.mark.parametrize("section", list(Section))
def test_a_hole_only_ever_takes_certainty_away(who: str, section: Section) -> None:
    """Invariant 11: what was assumed from a section's silence becomes unknown; what is explicit stands."""
    whole = {result.criterion.id: result for result in results(record(who))}
    torn = {result.criterion.id: result for result in results(record_of(story(who), Hole(section, "refused")))}
    for name, before in whole.items():
        after = torn[name]
        if after.verdict != before.verdict:
            assert after.open, (name, before.verdict, after.verdict)
            assert after.finding.truth is Truth.MISSING or before.open, name


@pytest.mark.parametrize("who", ["bruno", "clara", "diego", "timo"])
def test_with_everything_refused_nothing_is_assumed(who: str) -> None:
    """Invariant 11."""
    holes = tuple(Hole(section, "refused") for section in Section)
    torn = [result for result in results(record_of(story(who), *holes)) if not result.open]
    assert not [result.criterion.id for result in torn if result.finding.assumed and not result.finding.evidence]


@everyone
def test_a_trial_speaks_exactly_when_assess_says_so(who: str) -> None:
    """G12b: screening is a short cut and never a second opinion."""
    for assessment in assessed(record(who)):
        assert screen(assessment.trial, record(who), DAY) or not assessment.speaks


def test_trials_records_and_assessments_travel_between_processes() -> None:
    """Invariant 12."""
    catalogue = load_catalogue()
    held = record("bruno")
    assert pickle.loads(pickle.dumps(held)) == held
    for trial, assessment in zip(catalogue.trials, assessed(held), strict=True):
        travelled = pickle.loads(pickle.dumps(trial))
        assert travelled.definition == trial.definition
        assert [r.verdict for r in assess(travelled, held, DAY).results] == [r.verdict for r in assessment.results]
        assert pickle.loads(pickle.dumps(assessment)).status is assessment.status


def test_no_floating_point_in_the_decision_core() -> None:
    """Invariant 6."""
    wrong = []
    for path in sorted((ROOT / "eligibility").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
            if literal or (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float"):
                wrong.append(f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}")
    assert not wrong, wrong


def test_what_the_published_text_does_not_say_is_absent() -> None:
    """Invariant 14: neither phase nor telephone nor sponsor stands in the published texts."""
    for path in sorted((ROOT / "trials").glob("*.yaml")):
        keys = {line.split(":")[0] for line in path.read_text(encoding="utf-8").splitlines() if line[:1].isalpha()}
        assert not keys & {"phase", "telephone", "phone", "sponsor", "start_date", "status_date", "contact"}, path
