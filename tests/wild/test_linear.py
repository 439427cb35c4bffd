"""A record four times as large costs four times as much, whatever is in it: function calls are counted, not seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from cds_service.assessment_json import patient_json
from cds_service.catalogue import load_catalogue
from cds_service.documents import read_document
from cds_service.languages import wording_for
from eligibility.assessment import assess
from tests.reading import record_in
from tests.wild.chart import (
    CHART,
    PLATELET_CODE,
    SNOMED,
    WHO,
    Json,
    medication,
    platelets,
    problem,
    referring,
    taking,
    text_of,
)

TODAY = date(2026, 11, 21)
SMALL, TIMES = 120, 4
PREDNISONE: Json = {"text": "prednisone 5 mg oral tablet"}
STEROIDS = ("prednisone", "dexamethasone", "methylprednisolone", "hydrocortisone")


def day(back: int) -> str:
    return (TODAY - timedelta(days=back + 1)).isoformat()


def order(n: int, drug: Json = PREDNISONE, **more: Any) -> Json:
    said = {"resourceType": "MedicationRequest", "id": f"o{n}", "status": "active", "intent": "order", "subject": WHO}
    return {**said, "medicationCodeableConcept": drug, "authoredOn": day(n), **more}


def given(n: int) -> Json:
    said = {"resourceType": "MedicationAdministration", "id": f"g{n}", "status": "completed", "subject": WHO}
    dose = {"dosage": {"dose": {"value": n, "unit": "mg"}}}
    return {**said, "medicationCodeableConcept": PREDNISONE, "effectiveDateTime": day(n // 9), **dose}


def daily(milligrams: int) -> list[Json]:
    timing = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}
    return [{"timing": timing, "doseAndRate": [{"doseQuantity": {"value": milligrams, "unit": "mg"}}]}]


def ended(n: int) -> Json:
    return taking(f"e{n}", PREDNISONE, status="completed", effectivePeriod={"start": day(n + 9), "end": day(n)})


def member(n: int) -> Json:
    return platelets(f"m{n}", day(n))


def to(reference: str) -> Json:
    return {"reference": reference}


def study(n: int) -> list[Json]:
    said = {"resourceType": "ResearchSubject", "id": f"{n}", "individual": WHO, "status": "on-study"}
    named = {"resourceType": "ResearchStudy", "id": f"{n}", "title": f"Rituximab in disease {n}"}
    return [{**said, "study": {"reference": f"ResearchStudy/{n}"}}, named]


SHAPES: dict[str, Callable[[int], list[Json]]] = {
    "the same result": lambda n: [platelets(f"{i}") for i in range(n)],
    "results of one day, one issued after the other": lambda n: [
        platelets(f"{i}", issued=f"2026-11-20T10:{i // 60:02}:{i % 60:02}Z") for i in range(n)
    ],
    "results of one day that differ in a range": lambda n: [
        platelets(f"{i}", referenceRange=[{"low": {"value": i}}]) for i in range(n)
    ],
    "a result a day": lambda n: [platelets(f"{i}", day(i)) for i in range(n)],
    "a panel and what it contains": lambda n: [
        platelets("p", hasMember=[{"reference": f"#m{i}"} for i in range(n)], contained=[member(i) for i in range(n)])
    ],
    "a result of many components": lambda n: [
        platelets("c", component=[{"code": PLATELET_CODE, "valueQuantity": {"value": i}} for i in range(n)])
    ],
    "diagnoses that differ in their end": lambda n: [problem(f"{i}", abatementDateTime=day(i)) for i in range(n)],
    "problems nobody knows": lambda n: [problem(f"{i}", f"oddity {i}") for i in range(n)],
    "problems of nobody": lambda n: [problem(f"{i}", subject=None) for i in range(n)],
    "versions of one problem": lambda n: [problem("one", meta={"versionId": f"{i}"}) for i in range(n)],
    "drugs nobody knows": lambda n: [taking(f"{i}", {"text": f"oddimab {i}"}) for i in range(n)],
    "a statement a day": lambda n: [taking(f"{i}", PREDNISONE, dateAsserted=day(i)) for i in range(n)],
    "half taken, half ended": lambda n: [
        one for i in range(n // 2) for one in (taking(f"{i}", PREDNISONE, dateAsserted=day(i)), ended(i))
    ],
    "an order a day": lambda n: [order(i) for i in range(n)],
    "orders that differ in the dose": lambda n: [
        order(i, authoredOn=day(1), dosageInstruction=daily(i + 1)) for i in range(n)
    ],
    "orders of many steroids": lambda n: [order(i, {"text": STEROIDS[i % 4]}) for i in range(n)],
    "doses given": lambda n: [given(i) for i in range(n)],
    "order, dose given and statement": lambda n: [
        one for i in range(n // 3) for one in (order(i), given(i), taking(f"{i}", PREDNISONE, dateAsserted=day(i)))
    ],
    "reasons that it contains": lambda n: [
        order(1, contained=[problem(f"{i}") for i in range(n)], reasonReference=[to(f"#{i}") for i in range(n)])
    ],
    "references by urn that lead nowhere": lambda n: [referring(f"urn:uuid:{i}", identity=f"{i}") for i in range(n)],
    "copies of one Medication": lambda n: [
        one for i in range(n) for one in (medication("m", code=PREDNISONE), referring("Medication/m", identity=f"{i}"))
    ],
    "Medications made of each other": lambda n: [
        referring("Medication/a", identity="x"),
        medication("a", *["Medication/b"] * n),
        medication("b", *["Medication/a"] * n),
    ],
    "studies": lambda n: [one for i in range(n) for one in study(i)],
    "codings of one problem": lambda n: [
        problem(code={"coding": [{"system": "urn:x", "code": f"{i}", "display": f"oddity {i}"} for i in range(n)]})
    ],
    "a code of many characters": lambda n: [problem(code={"coding": [{"system": SNOMED, "code": "x1 " * n}]})],
    "words of a problem": lambda n: [problem("x", "no immune thrombocytopenia " * (20 * n))],
    "words of a drug": lambda n: [taking("x", {"text": "no rituximab, " * n})],
    "words of a reason": lambda n: [order(1, reasonCode=[{"text": "no relapse " * (20 * n)}])],
    "Chinese words": lambda n: [
        problem("x", "否认免疫性血小板减少症，" * (20 * n)), taking("y", {"text": "否认利妥昔单抗" * n})
    ],
}  # fmt: skip


def calls(shape: Callable[[int], list[Json]], size: int) -> int:
    """How many functions, C functions included, are called from the text of a file to the answer."""
    catalogue, words = load_catalogue(), wording_for(load_catalogue())
    text = text_of(*CHART[:2], *shape(size))
    counted = 0

    def count(_: object, event: str, __: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        record = record_in(text, TODAY)
        found = [assess(trial, record, TODAY) for trial in catalogue.trials]
        patient_json("-", record, TODAY, TODAY, found, words)
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize("shape", list(SHAPES.values()), ids=list(SHAPES))
def test_work_grows_no_faster_than_the_record(shape: Callable[[int], list[Json]]) -> None:
    calls(shape, 4)  # what is kept between records is kept now
    basis, small, large = calls(shape, 4), calls(shape, SMALL), calls(shape, SMALL * TIMES)
    assert large - basis <= 1.25 * TIMES * max(small - basis, 1000)


def test_a_file_of_many_people_costs_what_its_people_cost() -> None:
    """An Organization is nobody's: it is not handed to each of them."""
    people = [{"resourceType": "Patient", "id": f"p{n}"} for n in range(50)]
    shared = [{"resourceType": "Organization", "id": f"{n}"} for n in range(50)]
    found = list(read_document(text_of(*people, *shared)))
    assert [len(one.resources) for one in found] == [1] * 50  # type: ignore[union-attr]
