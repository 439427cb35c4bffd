"""What a report says of the cast: standings, rows, steps, and what is left unnamed."""

from __future__ import annotations

import re
from collections import Counter

import orjson
import pytest

from cards.report import Report
from cards.report.unnamed import notes_told
from cards.wording.en_report import REPORT
from cds_service.catalogue import load_catalogue
from cds_service.report.page import FILTERS
from cds_service.trust.caller import Caller
from cds_service.trust.clients import sets_of
from eligibility.finding import Reason
from tests.cards.told import PEOPLE, changed, story
from tests.report.shown import note_of, page, report, report_of

CM, CAR = "NCT05694767", "NCT06352281"
TRIALS = (CM, CAR)
ALIVE = tuple(who for who in PEOPLE if who != "viktor")
EVERY_REPORT = [(who, trial) for who in ALIVE for trial in TRIALS]


# person, trial, what stands in the way, is missing, is for a person, what is signed off in any case
TALLIES = [
    ("bruno", CM, 0, 0, 0, 4),
    ("rosa", CM, 1, 0, 0, 4),
    ("ines", CM, 0, 1, 0, 4),
    ("nora", CM, 0, 1, 0, 4),
    ("olga", CM, 0, 1, 0, 4),
    ("stella", CM, 1, 0, 0, 4),
    ("bruno", CAR, 0, 0, 0, 6),
]


@pytest.mark.parametrize(("who", "trial", "blocks", "missing", "person", "sign_off"), TALLIES)
def test_the_tallies_are_those_of_the_story(
    who: str, trial: str, blocks: int, missing: int, person: int, sign_off: int
) -> None:
    told = Counter({tally.standing: tally.number for tally in report(who, trial).tallies})
    assert [told[one] for one in ("blocks", "missing", "person", "sign-off")] == [blocks, missing, person, sign_off]


@pytest.mark.parametrize(("who", "trial"), EVERY_REPORT)
def test_every_criterion_is_told_once_and_counted_once(who: str, trial: str) -> None:
    told = report(who, trial)
    [chosen] = [one for one in load_catalogue().trials if one.nct_id == trial]
    whole = [row for row in told.rows if not row.part]
    assert len(whole) == len(chosen.criteria) == told.criteria
    assert sum(tally.number for tally in told.tallies) == told.criteria
    assert [row.number for row in whole] == [
        *map(str, range(1, len(chosen.inclusion) + 1)),
        *map(str, range(1, len(chosen.exclusion) + 1)),
    ]


@pytest.mark.parametrize(("who", "trial"), EVERY_REPORT)
def test_no_id_no_code_and_no_word_of_ours_is_on_the_page(who: str, trial: str) -> None:
    shown = re.sub(r"<[^>]*>", " ", page(report(who, trial)))
    ids = {entry["resource"]["id"] for entry in orjson.loads(story(who))["entry"]}
    assert not [one for one in ids if re.search(rf"\b{re.escape(one)}\b", shown) and one != who]
    assert not re.search(r"\b(?:CM313|CART)-[IE]\d|\bVS-[A-Z]|Condition/|Observation/|Patient/", shown)
    assert "unknown" not in shown.split()
    assert not re.search(r"\{\w+\}|…}|None\b(?! in| \w)", shown)


# person, sentence of a criterion, verdict, what the record says, where it is recorded
ROWS = [
    ("rosa", "The last rituximab dose", "not met", "last on 12 Sep 2026", "recorded administration"),
    ("ines", "Platelets below 30", "cannot tell", "older than 2 days", "result"),
    ("bruno", "Has HIV.", "exclusion absent", "within 90 days", "result"),
    ("bruno", "18 years or older.", "met", "46 years old", ""),
    ("olga", "Takes an antiplatelet drug.", "cannot tell", "Aspirin 325 mg", "medication statement"),
]


@pytest.mark.parametrize(("who", "sentence", "verdict", "because", "where"), ROWS)
def test_a_row_holds_sentence_verdict_and_evidence(
    who: str, sentence: str, verdict: str, because: str, where: str
) -> None:
    [row] = [row for row in report(who, CM).rows if row.text.startswith(sentence)]
    assert (row.verdict, because in row.because) == (verdict, True), row
    assert where in [one.where for one in row.evidence] or (not where and not row.evidence)


def test_assumed_is_marked_and_never_counted_as_recorded() -> None:
    shown = page(report("rosa", CM))
    assumed = [row for row in report("rosa", CM).rows if row.standing == "assumed"]
    assert len(assumed) == shown.count(f"<em>{REPORT['assumed']}</em>") > 20
    assert REPORT["assumed-why"] in shown


def test_a_wait_is_told_with_the_day_on_which_it_ends() -> None:
    told = report("rosa", CM)
    assert told.chart is not None
    assert "until 13 Dec 2026" in told.chart.told
    assert any("Lifts on 13 Dec 2026" in line for step in told.steps for line in step.lines)
    assert ("The last rituximab dose was more than 3 months before the first dose", "13 Dec 2026") in [
        row for table in told.chart.tables for row in table.rows
    ]


def test_a_day_that_is_only_the_latest_possible_one_is_told_so() -> None:
    """Nobody knows when the last infusion was: what is open is never told as if it stood in the way until a day."""
    told = report("matteo", CM)
    assert told.chart is not None
    [row] = [row for row in told.rows if row.text.startswith("The last rituximab dose")]
    assert row.verdict == "cannot tell"
    assert row.lifts == "No longer open from 13 Feb 2027 at the latest, if nothing else changes."
    for text in (told.chart.told, told.chart.wide, told.chart.narrow):
        assert "13 Feb 2027 at the latest" in text
    assert ("The last rituximab dose was more than 3 months before the first dose", "13 Feb 2027 at the latest") in [
        line for table in told.chart.tables for line in table.rows
    ]


def test_an_ambiguous_sentence_is_shown_with_its_reading() -> None:
    readings = {one.text: one.reading for one in report("rosa", CM).readings}
    assert "Calendar months" in readings["The last rituximab dose was more than 3 months before the first dose."]


def test_what_was_not_recognised_is_told_without_its_id() -> None:
    assert report("rosa", CM).unread == ("A problem was not recognised: Migraine.",)


def test_the_note_says_what_the_page_says_first() -> None:
    told = report("rosa", CM)
    lines = note_of(told).splitlines()
    assert lines[0] == told.headline
    assert "13 Dec 2026" in note_of(told)
    assert lines[-1] == told.made
    assert "<" not in note_of(told)


def labelled(resource: dict) -> None:  # type: ignore[type-arg]
    """The HIV result becomes a restricted one."""
    if "HIV" in orjson.dumps(resource).decode():
        resource["meta"] = {
            "security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]
        }


def unnamed(told: Report) -> None:
    text = page(told) + note_of(told)
    assert not re.search("HIV|human immunodeficiency", text, re.IGNORECASE)
    hidden = [row for row in told.rows if not row.role]
    assert hidden
    assert told.rows[-len(hidden) :] == tuple(hidden)
    assert not any(row.evidence or row.because or row.settles for row in hidden)
    assert not any(row.number for row in told.rows)  # a gap would name it


def test_a_restricted_result_is_named_nowhere() -> None:
    unnamed(report_of(changed("bruno", labelled), CM))


def test_a_topic_that_the_hospital_leaves_unnamed_is_named_nowhere() -> None:
    sets = frozenset(sets_of("HIV", tuple(load_catalogue().terminology.value_sets)))
    unnamed(report_of(story("bruno"), CM, caller=Caller(discreet=sets)))


# remark, is the hospital discreet, what is left of it (None: it is not told)
REMARKS = [
    (Reason.of("unclassified-drug", reference="M/1", label="Triumeq"), False, {"reference", "label"}),
    (Reason.of("unclassified-drug", reference="M/1", label="Triumeq"), True, {"reference"}),
    (Reason.of("unclassified-drug", reference="M/9", label="Triumeq"), False, None),
    (Reason.of("unclassified-problem", label="Stage B"), True, set()),
    (Reason.of("newer-preliminary", label="HIV", value="Positive"), True, None),
    (Reason.of("newer-preliminary", label="Platelets", value="20"), False, {"label", "value"}),
    (Reason.of("result-refused", reference="O/1", label="Platelets"), True, {"reference", "label"}),
    (Reason.of("result-refused", reference="O/9", label="Platelets"), True, None),
    (Reason.of("onsets-disagree"), True, set()),
]


@pytest.mark.parametrize(("remark", "discreet", "left"), REMARKS)
def test_a_remark_on_the_data_names_nothing_that_is_to_be_left_unnamed(
    remark: Reason, discreet: bool, left: set[str] | None
) -> None:
    told = list(notes_told([remark], frozenset({"M/9", "O/9"}), discreet))
    assert [set(note.given) for note in told] == ([] if left is None else [left])


def test_a_restricted_treatment_is_not_drawn() -> None:
    def labelled_rituximab(resource: dict) -> None:  # type: ignore[type-arg]
        if resource["resourceType"] == "MedicationAdministration":
            resource["meta"] = {"security": [{"code": "R"}]}

    told = report_of(changed("rosa", labelled_rituximab), CM)
    assert told.chart is not None
    assert not re.search("rituximab 500|Rituximab:", told.chart.wide + told.chart.told, re.IGNORECASE)


def test_every_filter_of_the_page_has_its_name() -> None:
    assert {f"filter-{one}" for one in FILTERS} <= set(REPORT)
