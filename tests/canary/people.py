"""People whose every word is found nowhere else: names, numbers, values, drugs, tokens, comments.

Whatever of them turns up in a log, a figure, an error or a file was let out by us.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from tests.cards.told import story

Json = dict[str, Any]
BIRD = "Zyqqanary"  # part of everything that is a word


@dataclass(frozen=True)
class Canary:
    """`number` makes this person's words differ from the next one's."""

    number: int

    @property
    def secrets(self) -> tuple[str, ...]:
        """What is theirs: each stands somewhere in a call about them."""
        return (
            self.patient, self.family, self.given, self.record_number, self.telephone, self.street, self.drug,
            self.problem, self.note, self.value, self.user, self.token,
        )  # fmt: skip

    @property
    def patient(self) -> str:
        return f"zyqq-pat-{self.number}77"

    @property
    def user(self) -> str:
        return f"zyqq-doc-{self.number}77"

    @property
    def family(self) -> str:
        return f"{BIRD}{self.number}son"

    @property
    def given(self) -> str:
        return f"Wiltrud{BIRD}{self.number}"

    @property
    def record_number(self) -> str:
        return f"MRN-ZYQQ-{self.number}4711"

    @property
    def telephone(self) -> str:
        return f"+99 555 70{self.number} 4711 09"

    @property
    def street(self) -> str:
        return f"{BIRD}gasse {self.number}"

    @property
    def drug(self) -> str:
        return f"{BIRD.lower()}mab {self.number}"

    @property
    def problem(self) -> str:
        return f"{BIRD} fever {self.number}"

    @property
    def note(self) -> str:
        return f"told by the {BIRD} herself {self.number}"

    @property
    def value(self) -> str:
        return f"21.{self.number}7350917"

    @property
    def token(self) -> str:
        return f"zyqq-token-{self.number}-abcdefgh"

    @property
    def comment(self) -> str:
        """Of the clinician, in feedback: kept in the database on purpose, and nowhere else."""
        return f"Quuxwort {self.number}: has moved away"

    def resources(self) -> list[Json]:
        """One of the cast for whom cards are due, under this name, with more that is theirs alone."""
        told = orjson.loads(story("selma").replace(b"Patient/selma", f"Patient/{self.patient}".encode()))
        found = [entry["resource"] for entry in told["entry"]]
        for one in found:
            if one["resourceType"] == "Patient":
                one |= self._person()
            else:
                one["note"] = [{"text": self.note}]
        subject = {"reference": f"Patient/{self.patient}", "display": f"{self.given} {self.family}"}
        return [*found, *self._more(subject)]

    def _person(self) -> Json:
        return {
            "id": self.patient,
            "name": [{"family": self.family, "given": [self.given]}],
            "identifier": [{"system": "urn:hospital", "value": self.record_number}],
            "telecom": [{"system": "phone", "value": self.telephone}],
            "address": [{"line": [self.street]}],
            "text": {"status": "generated", "div": f"<div>{self.given} {self.family}</div>"},
        }

    def _more(self, subject: Json) -> Iterator[Json]:
        shared = {"subject": subject, "note": [{"text": self.note}]}
        yield {
            "resourceType": "Observation", "id": f"zyqq-o-{self.number}", "status": "final", **shared,
            "code": {"coding": [{"system": "http://loinc.org", "code": "777-3"}]},
            "effectiveDateTime": "2026-11-21T07:00:00+01:00",
            "valueQuantity": {"value": float(self.value), "unit": "10*9/L", "code": "10*9/L"},
        }  # fmt: skip
        yield {
            "resourceType": "MedicationStatement", "id": f"zyqq-m-{self.number}", "status": "active", **shared,
            "medicationCodeableConcept": {"text": self.drug}, "dateAsserted": "2026-11-20",
        }  # fmt: skip
        yield {
            "resourceType": "Condition", "id": f"zyqq-c-{self.number}", **shared, "code": {"text": self.problem},
            "clinicalStatus": {"coding": [{"code": "active"}]}, "onsetDateTime": "2026-99-99",
        }  # fmt: skip

    def call(self, server: str | None = None, prefetch: Mapping[str, Any] | None = None) -> Json:
        """A chart is opened: with everything prefetched, or with a server to read from."""
        body: Json = {
            "hook": "patient-view",
            "hookInstance": f"7d0c1b9e-0000-4000-8000-{self.number:012d}",
            "context": {"userId": f"Practitioner/{self.user}", "patientId": self.patient},
        }
        if server is not None:
            access = {"access_token": self.token, "token_type": "Bearer", "expires_in": 300, "subject": "cds"}
            return {**body, "fhirServer": server, "fhirAuthorization": {**access, "scope": "patient/*.read"}}
        return {**body, "prefetch": self.prefetched() if prefetch is None else prefetch}

    def prefetched(self) -> Json:
        return {
            "patient": next(one for one in self.resources() if one["resourceType"] == "Patient"),
            **{key: searchset(self.resources(), kind) for key, kind in KEYS},
        }

    def feedback(self, card: str) -> Json:
        reason = {"code": "patient-refuses", "display": self.note}
        return {
            "feedback": [{
                "card": card, "outcome": "overridden", "outcomeTimestamp": "2026-11-21T12:00:00Z",
                "overrideReason": {"reason": reason, "userComment": self.comment},
            }]
        }  # fmt: skip


KEYS = (
    ("conditions", "Condition"), ("statements", "MedicationStatement"), ("requests", "MedicationRequest"),
    ("administrations", "MedicationAdministration"), ("procedures", "Procedure"), ("allergies", "AllergyIntolerance"),
    ("studies", "ResearchSubject"), ("lists", "List"), ("laboratory", "Observation"), ("counts", "Observation"),
    ("infections-1", "Observation"), ("infections-2", "Observation"), ("status", "Observation"),
)  # fmt: skip


def searchset(resources: list[Json], kind: str) -> Json:
    entries = [{"resource": one} for one in resources if one["resourceType"] == kind]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entries}


def written(secret: str) -> Iterator[bytes]:
    """Every way in which it could stand in a file: as it is, escaped, in hex, in UTF-16, in base64."""
    plain = secret.encode()
    yield plain
    yield secret.replace(" ", "%20").replace("/", "%2F").encode()
    yield secret.replace(" ", "+").encode()
    yield plain.hex().encode()
    yield secret.encode("utf-16-le")
    for shift in range(3):  # base64 writes three bytes at a time; its ends depend on what stands around
        whole = base64.b64encode(b"\0" * shift + plain)
        yield whole[4 if shift else 0 : (len(plain) + shift) // 3 * 4]


def found(where: bytes, secrets: tuple[str, ...]) -> list[str]:
    """Which of the secrets stand there, in any spelling."""
    lowered = where.lower()
    return [one for one in secrets if any(way in where or way.lower() in lowered for way in written(one))]
