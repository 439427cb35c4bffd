"""The published rows of the value sets, and the FHIR ValueSets made of them: both directions, row by row.

`python tests/trials/value_set_rows.py` writes `trials/value_sets/` anew from `tests/trials/data/`. The format is
described in `trials/value_sets/README.md`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
FOLDER = Path(__file__).parents[2] / "trials" / "value_sets"
BASE = "https://cds-service.example/fhir"
WIDTH = 480  # a row stands on one line

SYSTEMS = {
    "SNOMED CT": "http://snomed.info/sct",
    "ICD-10-CM": "http://hl7.org/fhir/sid/icd-10-cm",
    "ICD-10 WHO": "http://hl7.org/fhir/sid/icd-10",
    "ICD-9-CM": "http://hl7.org/fhir/sid/icd-9-cm",
    "ICD-10-PCS": "http://www.cms.gov/Medicare/Coding/ICD10",
    "LOINC": "http://loinc.org",
    "RxNorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "ATC": "http://www.whocc.no/atc",
    "v3 ObservationInterpretation": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
    "IPS absent or unknown": "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips",
}
EXCLUDED = ("non-member", "negative")
ALARMS = {"alarm": "alarm-word", "alarm-abbreviation": "alarm-abbreviation"}
TOLD = ("note", "verification", "source")
Record = dict[str, str]


@cache
def published(name: str) -> list[Record]:
    """The lines of one file of `data/`."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def extension(name: str, **value: object) -> dict[str, Any]:
    return {"url": f"{BASE}/StructureDefinition/value-set-{name}", **value}


def regex_of(code: str, match: str) -> str:
    """What a terminology server needs to select the codes of a prefix (`D69.5`) or a range (`C00–C96`)."""
    if match == "prefix":
        return code.replace(".", "\\.") + ".*"
    first, last = code.split("–")
    low, high = int(first[1:]), int(last[1:])
    categories = "|".join(f"{number:02}" for number in range(low, high + 1))
    return f"{first[0]}({categories}).*"


def _told(row: Record, added: bool) -> list[dict[str, Any]]:
    told = [extension(key, valueString=row[key]) for key in TOLD if row[key]]
    return [*told, *([extension("added", valueBoolean=True)] if added else [])]


def _concept(row: Record, added: bool) -> dict[str, Any]:
    return {"code": row["code"], "display": row["display"], "extension": _told(row, added)}


def _exact(rows: list[Record], added: bool) -> dict[str, Any]:
    return {
        "extension": [extension("role", valueCode=rows[0]["role"])],
        "system": SYSTEMS[rows[0]["system"]],
        "concept": [_concept(row, added) for row in rows],
    }


def _family(row: Record, added: bool) -> dict[str, Any]:
    return {
        "extension": [
            extension("role", valueCode=row["role"]),
            extension(row["match"], valueString=row["code"]),
            extension("display", valueString=row["display"]),
            *_told(row, added),
        ],
        "system": SYSTEMS[row["system"]],
        "filter": [{"property": "code", "op": "regex", "value": regex_of(row["code"], row["match"])}],
    }


def _parts(rows: list[Record], added: bool) -> Iterator[dict[str, Any]]:
    exact = [row for row in rows if row["match"] == "exact"]
    for _, group in groupby(sorted(exact, key=_kind), key=_kind):
        yield _exact(list(group), added)
    for row in rows:
        if row["match"] != "exact":
            yield _family(row, added)


def _kind(row: Record) -> tuple[int, str]:
    return list(SYSTEMS).index(row["system"]), row["role"]


def _phrase(row: Record, added: bool) -> dict[str, Any]:
    if row["match"] in ALARMS:
        return extension(ALARMS[row["match"]] + ("-added" if added else ""), valueString=row["name"])
    told = [{"url": "text", "valueString": row["name"]}, {"url": "match", "valueCode": row["match"]}]
    return extension("phrase", extension=[*told, *([{"url": "added", "valueBoolean": True}] if added else [])])


def value_set(name: str, title: str, chinese: str) -> dict[str, Any]:
    """The FHIR ValueSet of one set, from the published rows and from ours."""
    made: dict[str, list[Any]] = {"phrases": [], "include": [], "exclude": []}
    for suffix in ("", "-added"):
        rows = [row for row in published(f"value-sets{suffix}") if row["value_set"] == name]
        made["include"] += _parts([row for row in rows if row["role"] not in EXCLUDED], bool(suffix))
        made["exclude"] += _parts([row for row in rows if row["role"] in EXCLUDED], bool(suffix))
        names = [row for row in published(f"value-set-names{suffix}") if row["value_set"] == name]
        made["phrases"] += [_phrase(row, bool(suffix)) for row in names]
    return {
        "resourceType": "ValueSet",
        "id": name,
        **({"extension": made["phrases"]} if made["phrases"] else {}),
        "url": f"{BASE}/ValueSet/{name}",
        "name": name.replace("-", "_"),
        "title": title,
        "_title": {"extension": [_translation("zh", chinese)]},
        "status": "active",
        "experimental": True,
        "compose": {key: made[key] for key in ("include", "exclude") if made[key]},
    }


def _translation(language: str, content: str) -> dict[str, Any]:
    told = [{"url": "lang", "valueCode": language}, {"url": "content", "valueString": content}]
    return {"url": "http://hl7.org/fhir/StructureDefinition/translation", "extension": told}


def _value(part: dict[str, Any], name: str) -> Any:
    url = f"{BASE}/StructureDefinition/value-set-{name}"
    held = [entry for entry in part.get("extension", ()) if entry["url"] == url]
    return next((value for entry in held for key, value in entry.items() if key.startswith("value")), None)


def rows_of(resource: dict[str, Any], added: bool) -> list[Record]:
    """The rows a ValueSet states, read back from its JSON alone."""
    parts = [*resource["compose"]["include"], *resource["compose"].get("exclude", ())]
    return [row for part in parts for row in _rows_of_part(resource["id"], part, added)]


def _rows_of_part(name: str, part: dict[str, Any], added: bool) -> Iterator[Record]:
    system = next(key for key, uri in SYSTEMS.items() if uri == part["system"])
    for entry in part.get("concept", [part]):
        if bool(_value(entry, "added")) is added:
            match = "exact" if "concept" in part else "prefix" if _value(part, "prefix") else "range"
            yield {
                "value_set": name,
                "system": system,
                "code": entry.get("code") or _value(part, match),
                "match": match,
                "role": _value(part, "role"),
                "display": entry.get("display") or _value(part, "display"),
                **{key: _value(entry, key) or "" for key in TOLD},
            }


def names_of(resource: dict[str, Any], added: bool) -> list[Record]:
    """The names and alarm words a ValueSet states, read back from its JSON alone."""
    return [row for row, ours in _names(resource) if ours is added]


def _names(resource: dict[str, Any]) -> Iterator[tuple[Record, bool]]:
    for entry in resource.get("extension", ()):
        parts = {part["url"]: next(v for k, v in part.items() if k != "url") for part in entry.get("extension", ())}
        alarm = next((match for match, kind in ALARMS.items() if f"value-set-{kind}" in entry["url"]), None)
        text, match = parts.get("text", entry.get("valueString")), parts.get("match", alarm)
        ours = parts.get("added", entry["url"].endswith("-added"))
        yield {"value_set": resource["id"], "name": text, "match": match}, ours


def laid_out(value: Any, indent: int = 0) -> str:
    """JSON in which whatever fits on one line stands on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + indent <= WIDTH or not isinstance(value, dict | list):
        return flat
    pad = " " * (indent + 2)
    if isinstance(value, dict):
        lines = [f"{pad}{json.dumps(key)}: {laid_out(item, indent + 2)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + "\n" + " " * indent + "}"
    return "[\n" + ",\n".join(pad + laid_out(item, indent + 2) for item in value) + "\n" + " " * indent + "]"


def write(folder: Path) -> Iterable[Path]:
    """One file a value set; files of sets that are no more are left to their owner."""
    for row in published("value-set-titles"):
        path = folder / f"{row['value_set']}.json"
        path.write_text(laid_out(value_set(row["value_set"], row["title"], row["zh"])) + "\n", encoding="utf-8")
        yield path


if __name__ == "__main__":
    print(f"{len(list(write(FOLDER)))} value sets written to {FOLDER}")  # noqa: T201
