"""Which patients a file holds, which of its resources may be theirs, and what was missing from it (G5)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cds_service.contents import Contents, Resource, Unusable, items, parse_contents
from cds_service.fhir.reader import ResourceIndex
from eligibility.record import Hole, Section

LARGEST = 512 * 1024 * 1024
STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class PatientFile:
    """One person of a file: the Patient, the resources that may be theirs, and what was missing from the file."""

    patient: Resource
    resources: tuple[Resource, ...]
    resolve: ResourceIndex
    holes: tuple[Hole, ...] = ()
    aliases: frozenset[str] = frozenset()


def read_source(path: str) -> bytes:
    """The bytes of a file, or of standard input for `-`."""
    try:
        data = sys.stdin.buffer.read(LARGEST + 1) if path == STANDARD_INPUT else _read_file(Path(path))
    except FileNotFoundError:
        raise Unusable("no such file", "check the path") from None
    except IsADirectoryError:
        raise Unusable("this is a folder", f"name the files in it, such as {path.rstrip('/')}/*.json") from None
    except PermissionError:
        raise Unusable("the file may not be read", "give this user permission to read it") from None
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        raise Unusable(f"the file cannot be read ({type(error).__name__})", "check the path") from None
    if len(data) > LARGEST:
        raise Unusable(f"larger than {LARGEST // 2**20} MiB", "split it: one file a patient, or NDJSON in parts")
    return data


def _read_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def read_document(data: bytes) -> Iterator[PatientFile | Unusable]:
    """Every patient of a text, in its order; where each line is a Bundle, every line is a document of its own."""
    for contents in parse_contents(data):
        if isinstance(contents, Unusable):
            yield contents
        else:
            yield from _patients(contents)


def _patients(contents: Contents) -> Iterator[PatientFile | Unusable]:
    patients: dict[str, Resource] = {}
    for resource in contents.resources:
        if resource["resourceType"] == "Patient":
            patients.setdefault(reference_of(resource, contents), resource)
    if not patients:
        yield _no_patient(contents)
        return
    index = ResourceIndex(contents.resources, contents.addresses)
    holes = tuple(Hole(section, reason) for section in Section for reason in sorted(contents.missing))
    names = {reference: _names(patient, contents) for reference, patient in patients.items()}
    for reference, patient in patients.items():
        others = {name for other in names if other != reference for name in names[other]} - names[reference]
        theirs = tuple(resource for resource in contents.resources if subject_of(resource) not in others)
        yield PatientFile(patient, theirs, index, holes, names[reference])


def _no_patient(contents: Contents) -> Unusable:
    if contents.resources:
        return Unusable("there is no Patient in it", "add the Patient resource that the others are about")
    if "refused" in contents.missing:
        return Unusable("it holds an OperationOutcome and no Patient", "the server refused: fetch the record again")
    if "not-fhir" in contents.missing:
        return Unusable("JSON, but no FHIR (no resourceType)", "give a FHIR R4 Bundle or a list of FHIR resources")
    return Unusable("an empty Bundle or list: there is no Patient in it", "add the patient's resources")


def _names(patient: Resource, contents: Contents) -> frozenset[str]:
    """Every reference that means this person: its own, by fullUrl, and the ids that this Patient replaces (G5)."""
    full = {_relative(url) for url, resource in contents.addresses.items() if resource is patient}
    links = [link for link in items(patient.get("link")) if isinstance(link, dict) and link.get("type") == "replaces"]
    others = [link.get("other") for link in links]
    replaced = {
        _relative(other["reference"])
        for other in others
        if isinstance(other, dict) and isinstance(other.get("reference"), str)
    }
    return frozenset({reference_of(patient, contents)} | full | replaced)


def subject_of(resource: Resource) -> str | None:
    """Whom a resource is about, as `Patient/id` where it can be cut to that; None where it does not say."""
    if resource["resourceType"] == "Patient":
        return f"Patient/{resource.get('id')}"
    for name in ("subject", "patient", "individual"):
        about = resource.get(name)
        reference = about.get("reference") if isinstance(about, dict) else None
        if isinstance(reference, str):
            return _relative(reference)
    return None


def _relative(reference: str) -> str:
    head, found, rest = reference.strip().partition("Patient/")
    return f"Patient/{rest.split('/')[0]}" if found and (not head or head.startswith("http")) else reference.strip()


def reference_of(patient: Resource, contents: Contents) -> str:
    """`Patient/id`; one without an id goes by its fullUrl."""
    if isinstance(patient.get("id"), str) and patient["id"]:
        return f"Patient/{patient['id']}"
    return next((url for url, resource in contents.addresses.items() if resource is patient), "Patient")
