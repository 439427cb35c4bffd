"""Which ConceptMaps can be used: every mistake is told with file, place, what was found and what to do."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cds_service.app import create_app
from cds_service.cli import main
from cds_service.concept_maps import MOST_MISTAKES, BadConceptMap, load_concept_maps
from cds_service.fhir.local_codes import NO_MAPS
from cds_service.settings import Settings
from eligibility.coding import Coding

LAB, DX = "https://hospital.example/lab", "https://hospital.example/dx"


def row(code: str, target: str | None = "777-3", equivalence: str = "equivalent", **more: object) -> dict[str, Any]:
    said = {"equivalence": equivalence, **({"code": target} if target else {}), **more}
    return {"code": code, "target": [said]}


def group(*rows: Any, source: object = LAB, target: object = "http://loinc.org", **more: object) -> dict[str, Any]:
    return {"source": source, "target": target, "element": list(rows), **more}


def concept_map(*groups: Any, **more: object) -> dict[str, Any]:
    return {"resourceType": "ConceptMap", "status": "active", "group": list(groups), **more}


def written(folder: Path, content: object, name: str = "lab.json") -> Path:
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


def test_equal_and_equivalent_rows_translate(tmp_path: Path) -> None:
    rows = (row("PLT", display="Platelets"), row("PLT2", "26515-7", "equal"))
    maps = load_concept_maps([written(tmp_path, concept_map(group(*rows)))])
    assert maps.meanings(LAB, "PLT") == (Coding("loinc", "777-3", "Platelets"),)
    assert maps.meanings(f" {LAB} ", " PLT2 ") == (Coding("loinc", "26515-7"),)
    assert (
        maps.meanings(LAB, "plt")
        == maps.meanings(DX, "PLT")
        == maps.meanings("", "PLT")
        == maps.meanings(None, "PLT")
        == ()
    )


@pytest.mark.parametrize(
    "equivalence",
    ["relatedto", "wider", "subsumes", "narrower", "specializes", "inexact", "unmatched", "disjoint"],
)
def test_every_other_equivalence_is_known_and_translates_nothing(tmp_path: Path, equivalence: str) -> None:
    maps = load_concept_maps([written(tmp_path, concept_map(group(row("PLT", "777-3", equivalence))))])
    assert maps.meanings(LAB, "PLT") == ()
    assert maps.equivalence(LAB, "PLT") == equivalence


def test_a_code_may_mean_something_in_several_systems(tmp_path: Path) -> None:
    groups = (
        group(row("H-17", "32273002"), source=DX, target="http://snomed.info/sct"),
        group(row("H-17", "D69.3"), source=DX, target="urn:oid:2.16.840.1.113883.6.90"),
    )
    maps = load_concept_maps([written(tmp_path, concept_map(*groups))])
    assert maps.meanings(DX, "H-17") == (Coding("icd-10-cm", "D69.3"), Coding("snomed", "32273002"))


def test_maps_of_a_folder_and_of_several_files_are_one(tmp_path: Path) -> None:
    (tmp_path / "maps").mkdir()
    written(tmp_path / "maps", concept_map(group(row("A"))), "a.json")
    written(tmp_path / "maps", concept_map(group(row("B"), row("A"))), "b.json")
    alone = written(tmp_path, concept_map(group(row("C"))), "c.json")
    maps = load_concept_maps([tmp_path / "maps", alone])
    assert sorted(code for _, code in maps.targets) == ["A", "B", "C"]


def test_no_file_is_no_map() -> None:
    assert load_concept_maps([]) is NO_MAPS


WRONG = [
    ("{", "not JSON (line 1"),
    ([], "resourceType: found []; one ConceptMap a file"),
    ({"resourceType": "ValueSet"}, 'resourceType: found "ValueSet"'),
    (concept_map(group(row("A")), status="retired"), 'status: found "retired"'),
    ({"resourceType": "ConceptMap"}, "group: found nothing"),
    (concept_map(), "group: found []"),
    (concept_map("x"), 'group[0]: found "x"; write an object'),
    (concept_map(group(row("A"), source=None)), "group[0].source: found nothing; write the address of your own"),
    (concept_map(group(row("A"), source=7)), "group[0].source: found 7"),
    (concept_map(group(row("A"), source="http://snomed.info/sct/900000000000207008")), "reads these codes itself"),
    (concept_map(group(row("A"), target=None)), "group[0].target: found nothing; write one of"),
    (concept_map(group(row("A"), target=LAB)), f'group[0].target: found "{LAB}"; write one of'),
    (concept_map(group()), "group[0].element: found []"),
    (concept_map(group(row("A"), unmapped={"mode": "fixed", "code": "777-3"})), "group[0].unmapped: found"),
    (concept_map(group(row(""))), 'group[0].element[0].code: found ""'),
    (concept_map(group({"target": [{"equivalence": "equal", "code": "777-3"}]})), "element[0].code: found nothing"),
    (concept_map(group({"code": "A"})), "element[0].target: found nothing; write its target, or one with equivalence"),
    (concept_map(group({"code": "A", "target": []})), "element[0].target: found []"),
    (concept_map(group({"code": "A", "target": [{"code": "777-3"}]})), "target[0].equivalence: found nothing"),
    (concept_map(group(row("A", equivalence="same"))), 'target[0].equivalence: found "same"; write one of'),
    (
        concept_map(group({"code": "A", "target": [{"code": "777-3", "relationship": "equivalent"}]})),
        "relationship is FHIR R5",
    ),
    (concept_map(group(row("A", None))), "target[0].code: found nothing"),
    (concept_map(group(row("A", dependsOn=[{"property": "x", "value": "y"}]))), "target[0].dependsOn"),
    # duplicates that disagree
    (concept_map(group(row("A"), row("A", "32623-1"))), "A is 32623-1 of http://loinc.org here and 777-3"),
    (concept_map(group(row("A"), row("A", None, "unmatched"))), "A is without an equivalent in http://loinc.org here"),
]


@pytest.mark.parametrize("content, told", WRONG, ids=[told for _, told in WRONG])
def test_a_mistake_is_told(tmp_path: Path, content: object, told: str) -> None:
    with pytest.raises(BadConceptMap, match=re.escape(told)) as refusal:
        load_concept_maps([written(tmp_path, content)])
    assert str(refusal.value).startswith("lab.json: ")


def test_files_that_disagree_are_both_named(tmp_path: Path) -> None:
    one = written(tmp_path, concept_map(group(row("A"))), "one.json")
    other = written(tmp_path, concept_map(group(row("A", "32623-1"))), "other.json")
    with pytest.raises(BadConceptMap, match=r"^other.json: .*777-3 of http://loinc.org in one.json: group\[0\]"):
        load_concept_maps([one, other])


def test_spellings_of_one_code_agree(tmp_path: Path) -> None:
    rows = (row("A", "D69.3"), row("A", "d693"))
    target = "http://hl7.org/fhir/sid/icd-10-cm"
    maps = load_concept_maps([written(tmp_path, concept_map(group(*rows, source=DX, target=target)))])
    assert maps.meanings(DX, "A") == (Coding("icd-10-cm", "D69.3"),)


def test_all_mistakes_are_told_at_once_up_to_a_number(tmp_path: Path) -> None:
    rows = [row(f"A{n}", equivalence="same") for n in range(MOST_MISTAKES + 5)]
    with pytest.raises(BadConceptMap) as refusal:
        load_concept_maps([written(tmp_path, concept_map(group(*rows)))])
    lines = str(refusal.value).splitlines()
    assert len(lines) == MOST_MISTAKES + 1
    assert lines[-1] == "… and 5 more"


@pytest.mark.parametrize("name, told", [("absent.json", "no such file"), ("empty", "no *.json in this folder")])
def test_a_path_that_leads_to_no_map_is_told(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadConceptMap, match=re.escape(told)):
        load_concept_maps([tmp_path / name])


def test_the_service_does_not_start_with_a_map_it_cannot_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, concept_map(group(row("A", equivalence="same"))))
    monkeypatch.setenv("CDS_CONCEPT_MAPS", str(file))
    settings = Settings.from_environment()
    assert settings.concept_maps == (file,)
    with pytest.raises(BadConceptMap):
        create_app(settings)
    assert main(["serve", "--open", "--port", "0"]) == 2
    assert "lab.json: group[0].element[0].target[0].equivalence" in capfd.readouterr().err
