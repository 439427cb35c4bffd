"""A terminology server small enough to see through: it evaluates the two filters we use over a few concepts.

`python -m tests.terminology.term_server` serves it on a port of its own and prints which. The concepts are made up;
their codes begin with 999.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

SNOMED, RXNORM = "http://snomed.info/sct", "http://www.nlm.nih.gov/research/umls/rxnorm"

# SNOMED CT: code → name and parent.
HIERARCHY: Mapping[str, tuple[str, str]] = {
    "2897005": ("Immune thrombocytopenia", ""),
    "99900001": ("Chronic immune thrombocytopenia", "2897005"),
    "99900002": ("Chronic refractory immune thrombocytopenia", "99900001"),
    "19307009": ("Drug-induced immune thrombocytopenia", "2897005"),
    "99900003": ("Quinine thrombocytopenia", "19307009"),
    "99900004": ("Immune thrombocytopenia due to an infection", "2897005"),
    "363346000": ("Malignant neoplastic disease", ""),
    "99900010": ("Malignant tumor of the appendix", "363346000"),
    "99900011": ("Basal cell carcinoma of the ear", "363346000"),
    "99900012": ("Leukemia in remission", "363346000"),
    "84114007": ("Heart failure", ""),
    "22298006": ("Myocardial infarction", ""),
    "73211009": ("Diabetes mellitus", ""),
    "11687002": ("Gestational diabetes mellitus", "73211009"),
    "99900020": ("Gestational diabetes class B", "11687002"),
    "59282003": ("Pulmonary embolism", ""),
    "86406008": ("Human immunodeficiency virus infection", ""),
}
# RxNorm: code → name and ingredients.
DRUGS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "99910001": ("prednisone 7 MG Oral Tablet", ("8640",)),
    "99910002": ("Sterapred", ("8640",)),  # its name does not hold the ingredient's
    "99910003": ("prednisolone 0.1 % Ophthalmic Suspension", ("8638",)),
    "99910004": ("aspirin 75 MG / atorvastatin 10 MG Oral Capsule", ("1191", "83367")),
}


def answer(parameters: Mapping[str, Any], drugs: Mapping[str, tuple[str, tuple[str, ...]]] = DRUGS) -> dict[str, Any]:
    """What `ValueSet/$expand` answers."""
    given = {one["name"]: one for one in parameters["parameter"]}
    compose = given["valueSet"]["resource"]["compose"]
    excluded = set(_selected(compose.get("exclude", []), drugs))
    found = sorted(set(_selected(compose["include"], drugs)) - excluded)
    start, count = given["offset"]["valueInteger"], given["count"]["valueInteger"]
    return value_set(found[start : start + count], len(found), drugs)


def value_set(
    found: Iterable[tuple[str, str]], total: int | None, drugs: Mapping[str, tuple[str, tuple[str, ...]]] = DRUGS
) -> dict[str, Any]:
    """An expansion of these (system, code)."""
    names = {code: name for code, (name, _) in {**HIERARCHY, **drugs}.items()}
    contains = [{"system": system, "code": code, "display": names.get(code, code)} for system, code in found]
    expansion = {"contains": contains, **({"total": total} if total is not None else {})}
    return {"resourceType": "ValueSet", "status": "active", "expansion": expansion}


def outcome(code: str) -> dict[str, Any]:
    return {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": code}]}


def _selected(
    parts: Iterable[Mapping[str, Any]], drugs: Mapping[str, tuple[str, tuple[str, ...]]]
) -> list[tuple[str, str]]:
    found = []
    for part in parts:
        [told] = part["filter"]
        if (told["property"], told["op"]) == ("concept", "is-a"):
            found += [(SNOMED, code) for code in HIERARCHY if told["value"] in _above(code)]
        elif (told["property"], told["op"]) == ("has_ingredient", "="):
            wanted = told["value"].removeprefix("CUI:")
            found += [(RXNORM, code) for code, (_, made_of) in drugs.items() if wanted in made_of]
    return found


def _above(code: str) -> list[str]:
    """A concept and all that it is a kind of."""
    return [code, *_above(HIERARCHY[code][1])] if code in HIERARCHY else []


class _Answering(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        parameters = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps(answer(parameters)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/fhir+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


if __name__ == "__main__":
    with HTTPServer(("127.0.0.1", 0), _Answering) as server:
        print(server.server_address[1], flush=True)  # noqa: T201 — whoever started it reads this
        server.serve_forever()
