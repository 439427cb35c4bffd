"""The shipped trials: every criterion of the protocols once, by its own words, in data alone."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path

import pytest

from cards.wording.en import ENGLISH
from cds_service.catalogue import load_catalogue
from eligibility.criteria.tree import GROUPS, KINDS, Test
from eligibility.trial import Criterion, Trial
from eligibility.written import written_tests

ROOT = Path(__file__).parents[2]
TRIALS = {trial.header.id: trial for trial in load_catalogue().trials}


def numbered(prefix: str, last: int) -> list[str]:
    return [f"{prefix}{n:02}" for n in range(1, last + 1)]


IDS = {
    "CM313": [*numbered("CM313-I", 23), *numbered("CM313-E", 36)],
    "CART": [*numbered("CART-I", 11), *numbered("CART-E", 35)],
}
CLASSES = {  # criteria.md §4
    ("CM313", "inclusion"): {"C": 12, "P": 8, "A": 3},
    ("CM313", "exclusion"): {"C": 18, "P": 15, "J": 3},
    ("CART", "inclusion"): {"C": 3, "P": 2, "J": 2, "A": 4},
    ("CART", "exclusion"): {"C": 17, "P": 17, "J": 1},
}
ALL = [criterion for trial in TRIALS.values() for criterion in trial.walk()]
in_each_trial = pytest.mark.parametrize("name", IDS)
of_each_criterion = pytest.mark.parametrize("criterion", ALL, ids=lambda criterion: criterion.id)


@in_each_trial
def test_every_criterion_stands_once_and_in_the_order_of_the_protocol(name: str) -> None:
    assert [criterion.id for criterion in TRIALS[name].criteria] == IDS[name]
    assert len(IDS[name]) == {"CM313": 59, "CART": 46}[name]


def test_one_criterion_has_two_named_parts() -> None:
    parts = {
        criterion.id: [part.id for part in criterion.members]
        for trial in TRIALS.values()
        for criterion in trial.criteria
    }
    assert {name: ids for name, ids in parts.items() if ids} == {"CART-I06": ["CART-I06a", "CART-I06b"]}


@pytest.mark.parametrize("name, role", CLASSES)
def test_the_classes_are_those_of_the_table(name: str, role: str) -> None:
    assert Counter(c.cls for c in TRIALS[name].criteria if c.role == role) == CLASSES[name, role]


def test_the_parts_have_the_classes_of_the_table() -> None:
    assert {c.id: c.cls for c in ALL if c.id[-1].isalpha()} == {"CART-I06a": "C", "CART-I06b": "P"}


@of_each_criterion
def test_a_criterion_is_a_sentence_a_source_and_one_test(criterion: Criterion) -> None:
    assert re.fullmatch(r"[A-Z0-9].*\.", criterion.text), "a sentence"
    assert criterion.source.startswith(criterion.role)
    assert criterion.test.word in (*KINDS, *GROUPS)


@of_each_criterion
def test_administrative_sentences_are_never_tested_and_others_are(criterion: Criterion) -> None:
    if criterion.cls == "A":
        assert criterion.test.word == "always"
    if criterion.test.word == "always":
        assert criterion.cls in "AJ"


def test_the_anchor_is_the_index_disease() -> None:
    for trial in TRIALS.values():
        assert [c.id for c in trial.criteria if c.said.index_disease] == [trial.header.anchor]


# ---- in our words --------------------------------------------------------------------------------------------


def _runs(text: str) -> set[str]:
    """Every run of nine words, as ten digits of its hash."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    runs = (" ".join(words[n : n + 9]) for n in range(len(words) - 8))
    return {hashlib.sha256(run.encode()).hexdigest()[:10] for run in runs}


def _published() -> set[str]:
    lines = (Path(__file__).parent / "data" / "published-runs.txt").read_text(encoding="utf-8").splitlines()
    return {run for line in lines if not line.startswith("#") for run in line.split()}


@of_each_criterion
def test_sentences_are_worded_by_us(criterion: Criterion) -> None:
    """No nine words in a row of what a definition prints stand so in the published protocol."""
    resolve = criterion.said.resolve
    for text in (criterion.text, criterion.reading or "", resolve.text if resolve else ""):
        assert _runs(text) & _published() == set()


# ---- the language --------------------------------------------------------------------------------------------


def _kinds_of(trial: Trial) -> set[str]:
    own = {test.word for _, test in written_tests(trial)}
    shared = {inner.word for fact in _reached(trial) for inner in fact.walk()}
    return (own | shared) & set(KINDS)


def _reached(trial: Trial) -> list[Test]:
    """The shared facts that a trial uses, by way of others or not."""
    waiting = [test.fact for _, test in written_tests(trial) if test.fact is not None]
    found: dict[str, Test] = {}
    while waiting:
        name = waiting.pop()
        if name in trial.shared_facts and name not in found:
            found[name] = trial.shared_facts[name]
            waiting += [test.fact for test in found[name].walk() if test.fact is not None]
    return list(found.values())


def test_there_are_as_many_kinds_as_the_language_needs() -> None:
    assert 15 <= len(KINDS) <= 25
    assert set().union(*map(_kinds_of, TRIALS.values())) == set(KINDS)


@pytest.mark.parametrize(
    "name, unused",
    [
        ("CM313", {"course", "allergy", "other_trial"}),  # CM313 asks neither for courses, allergies nor other trials
        ("CART", {"washout", "daily_dose"}),  # CART has no washout by date and no limit of a dose
    ],
)
def test_both_trials_speak_the_same_language(name: str, unused: set[str]) -> None:
    assert set(KINDS) - _kinds_of(TRIALS[name]) == unused


def test_a_shared_fact_is_used_by_some_trial() -> None:
    used = {id(fact) for trial in TRIALS.values() for fact in _reached(trial)}
    shared = next(iter(TRIALS.values())).shared_facts
    assert [name for name, fact in shared.items() if id(fact) not in used] == []


# ---- no trial in the code ------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["eligibility", "cards", "cds_service"])
def test_no_trial_and_no_criterion_is_known_to_the_code(folder: str) -> None:
    """A trial is data: neither registry numbers nor ids of criteria stand in a statement."""
    numbers = [trial.nct_id for trial in TRIALS.values()]
    ids = re.compile(rf"{'|'.join(numbers)}|\b(CM313|CART)(-[IE]\d\d)?\b")
    found = {str(path.relative_to(ROOT)): hits for path in _sources(folder) if (hits := ids.findall(_code(path)))}
    assert found == {}


def _sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def _code(path: Path) -> str:
    """The source without its docstrings and comments, which may tell where a rule comes from."""
    text = re.sub(r'"""(?:.|\n)*?"""', "", path.read_text(encoding="utf-8"))
    return re.sub(r"#.*", "", text)


# ---- words of the definitions --------------------------------------------------------------------------------


@of_each_criterion
def test_a_remedy_of_a_definition_has_words(criterion: Criterion) -> None:
    resolve = criterion.said.resolve
    assert resolve is None or (resolve.kind in ENGLISH.remedies and resolve.text.endswith("."))


def test_what_is_shown_to_a_person_is_a_list_or_a_value_set() -> None:
    sets = load_catalogue().terminology.value_sets
    shown = {word for criterion in ALL for word in criterion.said.show}
    assert shown
    assert shown - {"problem-list", "recent-treatment"} <= set(sets)
