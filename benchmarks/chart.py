"""What one generated resource looks like: as EHRs send them, with identifiers, visits, performers and ranges."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from benchmarks.codes import (
    ATC,
    HL7,
    ICD_10_CM,
    LOINC,
    RXNORM,
    SNOMED,
    UCUM,
    Drug,
    Json,
    Problem,
    Test,
)  # fmt: skip

AS_OF = date(2026, 11, 21)  # the day on which the generated charts are read


def concept(text: str, *codings: tuple[str, str, str]) -> Json:
    return {"coding": [{"system": s, "code": c, "display": d} for s, c, d in codings], "text": text}


def own(system: str, code: str) -> Json:
    return {"coding": [{"system": HL7 + system, "code": code, "display": code.replace("-", " ").capitalize()}]}


def quantity(value: float, unit: str) -> Json:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


@dataclass
class Chart:
    """One person's resources, each with ids, values and dates of its own."""

    rng: Random
    patient: str
    resources: dict[str, list[Json]] = field(default_factory=dict)

    def day(self, back: int) -> str:
        return (AS_OF - timedelta(days=back)).isoformat()

    def moment(self, back: int) -> str:
        rng = self.rng
        return f"{self.day(back)}T{rng.randint(6, 18):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}+01:00"

    def identity(self) -> str:
        return f"{self.rng.getrandbits(128):032x}"

    def keep(self, key: str, resource: Json) -> Json:
        self.resources.setdefault(key, []).append(resource)
        return resource

    def _begun(self, kind: str, back: int) -> Json:
        return {
            "resourceType": kind,
            "id": self.identity(),
            "meta": {
                "versionId": str(self.rng.randint(1, 9)),
                "lastUpdated": self.moment(back),
            },
            "identifier": [{"system": "https://ehr.example/id", "value": self.identity()[:12]}],
        }

    def _who(self) -> Json:
        return {"reference": f"Patient/{self.patient}"}

    def _visit(self) -> Json:
        return {"reference": f"Encounter/{self.identity()[:16]}"}

    def _doctor(self) -> Json:
        return {"reference": f"Practitioner/{self.identity()[:16]}", "display": "Dr. Invented Physician"}

    def person(self, gender: str, born: str) -> Json:
        who = self._begun("Patient", 30)
        return who | {
            "id": self.patient,
            "active": True,
            "name": [{"use": "official", "family": "Person", "given": ["Generated"]}],
            "gender": gender,
            "birthDate": born,
        }

    def result(self, key: str, test: Test, back: int, value: float | None = None) -> Json:
        """A number within its range, unless it is given."""
        code, name, low, high, unit = test
        shown = round(self.rng.uniform(low, high), 1) if value is None else value
        flag = "L" if shown < low else "H" if shown > high else "N"
        return self._observed(key, code, name, back) | {
            "valueQuantity": quantity(shown, unit),
            "interpretation": [own("v3-ObservationInterpretation", flag)],
            "referenceRange": [{"low": quantity(low, unit), "high": quantity(high, unit)}],
        }

    def answer(self, key: str, code: str, name: str, back: int) -> Json:
        """A negative serology."""
        return self._observed(key, code, name, back) | {
            "valueCodeableConcept": concept("Negative", (SNOMED, "260385009", "Negative (qualifier value)"))
        }

    def _observed(self, key: str, code: str, name: str, back: int) -> Json:
        category = "laboratory" if key != "status" else "vital-signs"
        return self._begun("Observation", back) | {
            "status": "final",
            "category": [own("observation-category", category)],
            "code": concept(name, (LOINC, code, name)),
            "subject": self._who(),
            "encounter": self._visit(),
            "effectiveDateTime": self.moment(back),
            "issued": self.moment(back),
            "performer": [{"reference": f"Organization/{self.identity()[:16]}", "display": "Invented Laboratory"}],
        }

    def problem(self, problem: Problem, back: int, *, over: bool = False, listed: bool = True) -> Json:
        snomed, icd, name = problem
        written = self._begun("Condition", back) | {
            "clinicalStatus": own("condition-clinical", "resolved" if over else "active"),
            "verificationStatus": own("condition-ver-status", "confirmed"),
            "category": [own("condition-category", "problem-list-item" if listed else "encounter-diagnosis")],
            "code": concept(name, (SNOMED, snomed, name), (ICD_10_CM, icd, name)),
            "subject": self._who(),
            "encounter": self._visit(),
            "onsetDateTime": self.day(back),
            "recordedDate": self.day(back),
            "recorder": self._doctor(),
        }
        return written | ({"abatementDateTime": self.day(max(back - 20, 1))} if over else {})

    def _drug(self, drug: Drug) -> Json:
        rxnorm, atc, name = drug
        return concept(name, (RXNORM, rxnorm, name), (ATC, atc, name))

    def _dosage(self) -> Json:
        return {
            "text": "1 tablet by mouth once daily",
            "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}, "code": {"text": "daily"}},
            "route": concept("Oral", (SNOMED, "26643006", "Oral route")),
            "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}],
        }

    def statement(self, drug: Drug, first: int, last: int | None = None, why: Problem | None = None) -> Json:
        period = {"start": self.day(first)} | ({"end": self.day(last)} if last is not None else {})
        reason = {"reasonCode": [concept(why[2], (SNOMED, why[0], why[2]), (ICD_10_CM, why[1], why[2]))]} if why else {}
        return self._begun("MedicationStatement", 5) | {
            "status": "active" if last is None else "completed",
            "medicationCodeableConcept": self._drug(drug),
            "subject": self._who(),
            "context": self._visit(),
            "effectivePeriod": period,
            "dateAsserted": self.day(self.rng.randint(1, 9)),
            "informationSource": self._who(),
            "dosage": [self._dosage()],
            **reason,
        }

    def order(self, drug: Drug, back: int) -> Json:
        return self._begun("MedicationRequest", back) | {
            "status": "completed",
            "intent": "order",
            "category": [own("medicationrequest-category", "community")],
            "medicationCodeableConcept": self._drug(drug),
            "subject": self._who(),
            "encounter": self._visit(),
            "authoredOn": self.moment(back),
            "requester": self._doctor(),
            "dosageInstruction": [self._dosage()],
            "dispenseRequest": {
                "validityPeriod": {"start": self.day(back), "end": self.day(max(back - 30, 1))},
                "numberOfRepeatsAllowed": 0,
                "quantity": {"value": 30, "unit": "tablet"},
            },
        }

    def given(self, drug: Drug, back: int) -> Json:
        return self._begun("MedicationAdministration", back) | {
            "status": "completed",
            "medicationCodeableConcept": self._drug(drug),
            "subject": self._who(),
            "context": self._visit(),
            "effectiveDateTime": self.moment(back),
            "performer": [{"actor": self._doctor()}],
            "dosage": {"text": "1 tablet", "route": concept("Oral", (SNOMED, "26643006", "Oral route"))},
        }

    def procedure(self, code: str, name: str, back: int) -> Json:
        return self._begun("Procedure", back) | {
            "status": "completed",
            "code": concept(name, (SNOMED, code, name)),
            "subject": self._who(),
            "encounter": self._visit(),
            "performedPeriod": {"start": self.moment(back), "end": self.moment(back)},
            "performer": [{"actor": self._doctor()}],
        }

    def no_allergy(self, back: int) -> Json:
        return self._begun("AllergyIntolerance", back) | {
            "clinicalStatus": own("allergyintolerance-clinical", "active"),
            "verificationStatus": own("allergyintolerance-verification", "confirmed"),
            "code": concept("No known allergies", (SNOMED, "716186003", "No known allergy (situation)")),
            "patient": self._who(),
            "recordedDate": self.day(back),
        }

    def no_more_studies(self, back: int) -> Json:
        return self._begun("ResearchSubject", back) | {
            "status": "off-study",
            "period": {"start": self.day(back), "end": self.day(max(back - 90, 1))},
            "study": {"reference": f"ResearchStudy/{self.identity()[:16]}", "display": "Invented diary study"},
            "individual": self._who(),
        }

    def listed_problems(self, problems: list[Json]) -> Json:
        return self._begun("List", 3) | {
            "status": "current",
            "mode": "working",
            "code": concept("Problem list", (LOINC, "11450-4", "Problem list - Reported")),
            "subject": self._who(),
            "entry": [{"item": {"reference": f"Condition/{one['id']}"}} for one in problems],
        }
