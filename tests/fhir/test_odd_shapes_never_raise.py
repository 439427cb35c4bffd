"""Whatever stands where an element belongs, a record comes back, and the other resources are in it (invariant 3)."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from fhir_raw import (
    PATIENT,
    administration,
    allergy,
    condition,
    observation,
    order,
    procedure,
    quantity,
    read,
    statement,
    taking_part,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cds_service.fhir.draft import EVERYTHING

RANGE = [{"low": quantity(150), "high": quantity(400), "type": {"text": "normal"}, "age": {"low": quantity(18, "a")}}]
DOSAGE = {
    "text": "1 tablet",
    "sequence": 1,
    "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d", "boundsPeriod": {"start": "2026"}}},
    "route": {"text": "oral"},
    "asNeededBoolean": False,
    "doseAndRate": [{"doseQuantity": quantity(20, "mg")}],
}
FULL: dict[str, dict[str, Any]] = {
    "condition": condition(
        "odd", onsetAge=quantity(30, "a"), abatementPeriod={"start": "2020"}, recordedDate="2019",
        verificationStatus={"coding": [{"code": "confirmed"}]}, category=[{"coding": [{"code": "problem-list-item"}]}],
        meta={"security": [{"code": "R"}], "versionId": "1"}, modifierExtension=[],
    ),
    "observation": observation(
        "odd", issued="2026-11-12T08:00:00Z", referenceRange=RANGE, interpretation=[{"text": "low"}],
        component=[{"code": {"text": "x"}, "valueString": "5"}], hasMember=[{"reference": "#m"}],
        contained=[observation("m")],
    ),
    "statement": statement(
        "odd", effectivePeriod={"start": "2026-10", "end": "2026-11"}, dateAsserted="2026-11-01", dosage=[DOSAGE],
        reasonCode=[{"text": "ITP"}], reasonReference=[{"reference": "Condition/x"}], statusReason=[{"text": "rash"}],
        note=[{"text": "relapse"}],
    ),
    "order": order(
        "odd", authoredOn="2026-11-01", dosageInstruction=[DOSAGE], requester={"reference": "Patient/ines"},
        dispenseRequest={"validityPeriod": {"start": "2026-11-01"}}, medicationReference={"reference": "#med"},
        contained=[
            {"resourceType": "Medication", "id": "med", "ingredient": [{"itemReference": {"reference": "#med"}}]}
        ],
    ),
    "administration": administration("odd", effectiveDateTime="2026-11-01", dosage={"dose": quantity(500, "mg")}),
    "procedure": procedure("odd", performedPeriod={"start": "2026"}, outcome={"text": "unsuccessful"}),
    "allergy": allergy(
        "odd", criticality="high", reaction=[{"severity": "severe", "manifestation": [{"text": "rash"}]}]
    ),
    "study": taking_part("odd", period={"start": "2026-01-01"}),
    "list": {
        "resourceType": "List", "id": "odd", "subject": {"reference": "Patient/ines"}, "status": "current",
        "mode": "working", "code": {"coding": [{"system": "http://loinc.org", "code": "11450-4"}]}, "entry": [{}],
    },
    "consent": {
        "resourceType": "Consent", "id": "odd", "patient": {"reference": "Patient/ines"}, "status": "active",
        "scope": {"coding": [{"code": "research"}]}, "provision": {"type": "deny", "period": {"end": "2030"}},
    },
    "flag": {
        "resourceType": "Flag", "id": "odd", "subject": {"reference": "Patient/ines"}, "status": "active",
        "code": {"text": "No research contact"},
    },
}  # fmt: skip

ODD = [
    None, "", " ", "x", 0, -1, 1.5, True, False, [], {}, [None], [[]], [{}], {"x": 1}, ["a", 1], 10**40,
    {"coding": "x"}, {"coding": [None, 1, "x", {}]}, {"coding": [{"system": 1, "code": 2, "display": 3}]},
    {"reference": 5}, {"reference": "#"}, {"value": {}}, {"start": 1, "end": []}, [{"code": []}],
    "2026-02-30", "1e999999999",
]  # fmt: skip


def paths(value: Any, so_far: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a resource, outer ones first."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, part in inner for place in [(*so_far, key), *paths(part, (*so_far, key))]]


def with_odd(resource: dict[str, Any], place: tuple[Any, ...], odd: Any) -> dict[str, Any]:
    changed = copy.deepcopy(resource)
    target: Any = changed
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = odd
    return changed


@pytest.mark.parametrize("kind", sorted(FULL))
def test_one_odd_element_costs_at_most_its_resource(kind):
    healthy = condition("healthy")
    for place in paths(FULL[kind]):
        for odd in ODD:
            record = read(with_odd(FULL[kind], place, odd), healthy)
            assert "Condition/healthy" in [one.reference for one in record.conditions], (place, odd)


def test_an_odd_patient_costs_the_patients_own_facts_only():
    full = PATIENT | {
        "deceasedBoolean": False,
        "active": True,
        "link": [{"type": "replaces", "other": {"reference": "Patient/old"}}],
        "_birthDate": {"extension": [{"url": "x"}]},
        "identifier": [{"system": "a", "value": "b"}],
    }
    for place in paths(full):
        for odd in ODD if place != ("id",) else ():
            record = read(condition("healthy"), patient=with_odd(full, place, odd))
            assert record.conditions, (place, odd)


NAMES = ["coding", "code", "text", "value", "reference", "start", "x"]
json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["coding", "code", "text", "value", "reference", "start", "x"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(kind=st.sampled_from(sorted(FULL)), data=st.data())
def test_any_json_in_any_element_gives_a_record(kind, data):
    resource = dict(FULL[kind])
    for element in data.draw(st.lists(st.sampled_from(sorted(set(resource) - {"resourceType"})), max_size=3)):
        resource[element] = data.draw(json)
    assert read(resource, condition("healthy")).conditions


@pytest.mark.parametrize("element", ["code", "subject", "id", "onsetPeriod", "category", "contained", "meta"])
@pytest.mark.parametrize("name", ["deep", None])
def test_hundreds_of_levels_cost_their_resource_only(element, name):
    deep: Any = "x"
    for _ in range(900):
        deep = {"coding": [deep]} if element == "code" else [deep]
    healthy = condition("healthy", onsetDateTime="2020")
    record = read(condition(name, **{element: deep}), condition(name, **{element: [deep]}), healthy)
    assert "Condition/healthy" in [one.reference for one in record.conditions]


def test_things_that_are_no_resources_are_passed_over():
    record = read(None, "x", 5, [], {}, {"resourceType": None}, {"resourceType": "Encounter"}, condition())  # type: ignore[arg-type]
    assert [one.reference for one in record.conditions] == ["Condition/c1"]


class Unforeseen(dict[str, Any]):
    """An element that trips the reader in a way nobody thought of."""

    def get(self, name: str, default: Any = None) -> Any:
        return 1 // 0 if name == "recordedDate" else super().get(name, default)


def test_what_nobody_foresaw_costs_its_resource_and_is_seen_by_tests():
    """G5; the service forgives its own mistakes so that no record is lost, and no test does."""
    odd, healthy = Unforeseen(condition("odd")), condition("healthy", onsetDateTime="2020")
    forgiving = read(odd, healthy, forgiven=EVERYTHING)
    assert [one.reference for one in forgiving.conditions] == ["Condition/healthy"]
    assert [(hole.reason, hole.reference) for hole in forgiving.holes] == [("unreadable", "Condition/odd")]
    with pytest.raises(ZeroDivisionError):
        read(odd, healthy)
