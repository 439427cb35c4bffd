"""`check --unmapped`: which codes nothing knows, by frequency, and never a word of a patient."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cds_service.cli import main
from cds_service.fhir.local_codes import NO_MAPS, ConceptMaps
from cds_service.unmapped import Section, unmapped
from cds_service.unmapped_report import as_json, as_text
from tests.spec.terms import shipped
from tests.terminology.test_local_codes import DX, LAB, MAPS, RX, coded, condition, order, result

SNOMED = "http://snomed.info/sct"
PEOPLE: list[Any] = [
    {"resourceType": "Patient", "id": "p", "birthDate": "1980-06-15", "name": [{"family": "Secretname"}]},
    condition(coded(DX, "H-17", "Secretname's own words")),
    condition(coded(DX, "H-17", "ITP")),
    condition(coded(DX, "H-18", text="Secretname")),
    condition(coded(SNOMED, "32273002")),
    condition(coded(SNOMED, "37796009", "Migraine")),
    condition({"text": "Secretname fell"}),
    condition({"text": "ITP"}),
    condition(coded(None, "4711")),
    condition(coded(DX, "Secretname had it")),
    condition(coded("Secretname system", "H-17")),
    result(coded(LAB, "PLT"), valueQuantity={"value": 12}),
    result(coded("http://loinc.org", "5196-1"), valueCodeableConcept=coded(LAB, "POS")),
    result(coded("http://loinc.org", "2951-2", "Sodium"), valueCodeableConcept=coded(LAB, "WHATEVER")),
    order(medicationCodeableConcept=coded(RX, "4711")),
    order(medicationCodeableConcept=coded(RX, "9", "prednisone 5 mg")),
    {"resourceType": "Medication", "id": "m", "ingredient": [{"itemCodeableConcept": coded(RX, "4711")}]},
]


def sections(tmp_path: Path, maps: ConceptMaps = NO_MAPS) -> dict[str, Section]:
    file = tmp_path / "people.json"
    file.write_text(json.dumps(PEOPLE), encoding="utf-8")
    found = unmapped([str(file)], shipped(), maps)
    assert (found.files, found.resources, found.unusable) == (1, len(PEOPLE), [])
    return found.sections


def listed(section: Section, *, public: bool = False) -> list[tuple[str, int, int]]:
    return [(one.code, one.seen, one.not_understood) for one in section.ranked(public=public)]


def test_codes_are_listed_by_frequency_in_their_section(tmp_path: Path) -> None:
    found = sections(tmp_path)
    # "ITP" beside H-17 is understood by its words, and so is prednisone beside 9
    assert listed(found["conditions"]) == [("H-17", 2, 1), ("H-18", 1, 1)]
    assert listed(found["conditions"], public=True) == [("37796009", 1, 1)]
    assert listed(found["observations"]) == [("PLT", 1, 1)]
    assert listed(found["observations"], public=True) == [("2951-2", 1, 1)]
    assert listed(found["answers"]) == [("POS", 1, 1)]  # the answer to sodium is not asked for
    assert listed(found["medications"]) == [("4711", 2, 2), ("9", 1, 0)]


def test_what_is_no_code_is_counted(tmp_path: Path) -> None:
    found = sections(tmp_path)["conditions"]
    assert (found.entries, found.words_only, found.words_not_understood) == (10, 2, 1)
    assert (found.without_system, found.not_shown) == (1, 2)


def test_what_a_map_translates_is_no_longer_listed(tmp_path: Path) -> None:
    found = sections(tmp_path, MAPS)
    assert listed(found["conditions"]) == [("H-18", 1, 1)]
    assert found["conditions"].ranked(public=False)[0].in_map == "wider"
    assert [listed(found[name]) for name in ("observations", "answers")] == [[], []]
    assert listed(found["medications"]) == [("9", 1, 0)]


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_word_of_a_patient_is_told(tmp_path: Path, form: str) -> None:
    file = tmp_path / "people.json"
    file.write_text(json.dumps(PEOPLE), encoding="utf-8")
    found = unmapped([str(file)], shipped(), NO_MAPS)
    told = as_text(found) if form == "text" else json.dumps(as_json(found), ensure_ascii=False)
    for word in ("Secretname", "own words", "fell", "prednisone", "1980"):
        assert word not in told
    assert "Sodium" in told  # the name of a public code


@pytest.mark.parametrize("form", ["list", "bundle", "ndjson", "ndjson of bundles"])
def test_files_are_read_as_assess_reads_them(tmp_path: Path, form: str, capfd: pytest.CaptureFixture[str]) -> None:
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in PEOPLE]}
    written = {
        "list": json.dumps(PEOPLE),
        "bundle": json.dumps(bundle),
        "ndjson": "\n".join(map(json.dumps, PEOPLE)),
        "ndjson of bundles": f"{json.dumps(bundle)}\n{json.dumps({'resourceType': 'Bundle', 'type': 'collection'})}",
    }
    file = tmp_path / "people"
    file.write_text(written[form], encoding="utf-8")
    assert main(["check", "--unmapped", str(file), "--format", "json"]) == 0
    told = json.loads(capfd.readouterr().out)
    assert told["resources"] == len(PEOPLE)
    assert [one["code"] for one in told["sections"][0]["local"]] == ["H-17", "H-18"]


def test_a_file_that_cannot_be_used_costs_only_itself(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    good = tmp_path / "good.json"
    good.write_text(json.dumps(PEOPLE), encoding="utf-8")
    assert main(["check", "--unmapped", str(tmp_path / "absent.json"), str(good)]) == 0
    out, err = capfd.readouterr()
    assert "absent.json: no such file" in err
    assert re.search(rf" 2×, 1 not understood +{DX}\|H-17\n", out)
    assert main(["check", "--unmapped", str(tmp_path / "absent.json")]) == 2


def test_the_map_on_the_command_line_counts(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    people, mapped = tmp_path / "people.json", tmp_path / "map.json"
    people.write_text(json.dumps(PEOPLE), encoding="utf-8")
    target = {"code": "32273002", "equivalence": "equal"}
    group = {"source": DX, "target": SNOMED, "element": [{"code": "H-17", "target": [target]}]}
    mapped.write_text(json.dumps({"resourceType": "ConceptMap", "group": [group]}), encoding="utf-8")
    assert main(["check", "--unmapped", str(people), "--concept-map", str(mapped)]) == 0
    assert "|H-17" not in capfd.readouterr().out
