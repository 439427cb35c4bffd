"""The page that explains the language says what the language does: its examples run, and no word is missing."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from examples_run import assessment_of, examples
from holding import TRIAL, held, shared
from record_of import ALLERGY_LIST, MEDICATION_LIST, PROBLEM_LIST, PROCEDURES, STUDIES_KEPT

from cds_service.catalogue import Catalogue, DefinitionError, load_catalogue, read_trial
from cds_service.data import trials_folder
from cds_service.definition_mistakes import words_of
from cds_service.definition_text import read_definition
from eligibility.criteria.tree import GROUPS, KINDS
from eligibility.review import QUESTIONS, review
from eligibility.silence import KEYS

PAGE = trials_folder() / "README.md"
TEXT = PAGE.read_text(encoding="utf-8")
WHOLE, KIND_BY_KIND, GROUPED, NAMES, STORIES = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
EVERYTHING_KEPT = (PROBLEM_LIST, MEDICATION_LIST, PROCEDURES, ALLERGY_LIST, STUDIES_KEPT)


@cache
def catalogue(folder: Path) -> Catalogue:
    """The example of the page as a trial of the shipped catalogue."""
    file = folder / "example.yaml"
    file.write_text(WHOLE, encoding="utf-8")
    trial = read_trial(file, *shared(), load_catalogue().terminology)
    return Catalogue((trial,), load_catalogue().terminology, shared()[0])


def test_the_whole_trial_is_one(tmp_path: Path) -> None:
    (trial,) = catalogue(tmp_path).trials
    assert [criterion.id for criterion in trial.criteria] == ["EX-I01", "EX-I02", "EX-I03", "EX-E01"]


def test_the_worked_examples_of_the_page_hold(tmp_path: Path) -> None:
    (tmp_path / "page.yaml").write_text(STORIES, encoding="utf-8")
    told = examples(tmp_path)
    assert len(told) == 2
    for example in told:
        assessed = assessment_of(example, catalogue(tmp_path))
        assert {name: assessed.result(name).verdict for name in example.expect} == dict(example.expect)
        assurances = {name: assessed.result(name).finding.assurance.value for name in example.assurance}
        assert assurances == dict(example.assurance)


def test_the_example_of_the_page_raises_no_question(tmp_path: Path) -> None:
    (trial,) = catalogue(tmp_path).trials
    assert [str(question) for question in review(trial, load_catalogue().terminology)] == []


def test_the_page_names_what_is_asked() -> None:
    """The kinds of questions, one line each; what each asks stands in its function."""
    asked = TEXT.split("## Questions")[1].split("\n## ")[0]
    rooms = {ask.__module__.rpartition(".")[2] for ask in QUESTIONS}
    told = {"header": "the trial", "sentences": "a sentence", "numbers": "numbers", "classes": "a test"}
    told |= {"against": "criteria", "windows": "window", "value_sets": "a value set", "silences": "silence"}
    assert rooms == set(told)
    assert [word for word in told.values() if word not in asked] == []


def written(block: str) -> list[str]:
    """The items of a list, each as it stands on the page."""
    items = re.split(r"^- ", block, flags=re.MULTILINE)[1:]
    return [re.sub(r"^  ", "", item, flags=re.MULTILINE) for item in items]


@pytest.mark.parametrize("test", [*written(KIND_BY_KIND), *written(GROUPED)], ids=lambda test: test.partition(":")[0])
def test_every_test_of_the_page_has_an_answer(test: str) -> None:
    verdicts = {held(test).split(" ")[0].split(";")[0], held(test, *EVERYTHING_KEPT).split(" ")[0].split(";")[0]}
    assert verdicts <= {"met", "not-met", "unknown", "judgement"}


def test_the_tests_of_the_page_show_each_kind_and_group() -> None:
    shown = {test.partition(":")[0] for test in (*written(KIND_BY_KIND), *written(GROUPED))}
    assert set(KINDS) <= shown
    assert {"decide", "count_of", "none_of"} <= shown


def test_the_facts_and_therapies_of_the_page_are_used(tmp_path: Path) -> None:
    facts = read_definition(NAMES)["facts"]
    rows = [f"{{id: X-E{n}, class: C, text: T., source: s, fact: {name}}}" for n, name in enumerate(facts)]
    head = "\n".join(f"{key}: {value}" for key, value in {**TRIAL, "anchor": "X-E0", "title": "{en: T}"}.items())
    file = tmp_path / "names.yaml"
    file.write_text(f"{head}\n{NAMES}\nexclusion: [{', '.join(rows)}]\n", encoding="utf-8")
    trial = read_trial(file, *shared(), load_catalogue().terminology)
    assert len(trial.header.therapies) == 4


@pytest.mark.parametrize("word", sorted(words_of() - {"prednisone_equivalents"}))
def test_every_word_of_the_language_stands_on_the_page(word: str) -> None:
    assert re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", TEXT)


@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_silence_is_explained(key: str) -> None:
    assert re.search(rf"^\|.*`{key}`.*\|", TEXT, re.MULTILINE)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_row(kind: str) -> None:
    assert f"\n| `{kind}` | " in TEXT


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_is_explained(group: str) -> None:
    assert f"`{group}" in TEXT or f"{group}:" in TEXT


def test_the_mistake_that_the_page_quotes_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "example.yaml"
    rows = "  - {id: EX-E02, class: C, text: T., source: s, age: {at_least: 3}}\n"
    rows += "  - {id: EX-E03, class: C, text: T., source: s, condition: {of: [VS-HFX]}}\n"
    file.write_text(WHOLE + rows, encoding="utf-8")
    with pytest.raises(DefinitionError) as error:
        read_trial(file, *shared(), load_catalogue().terminology)
    assert error.value.mistakes[0].removeprefix("example.yaml: ") in TEXT
