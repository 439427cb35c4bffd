"""Which patients a file holds, which of its resources may be theirs, and what was missing from it (G5)."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cds_service.contents import Contents, Resource, Unusable, items, parse_contents
from cds_service.fhir.copies import newest_copies
from cds_service.fhir.elements import name_of
from cds_service.fhir.reader import READ, ResourceIndex
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
    copies: dict[str, list[tuple[str | None, Resource]]] = {}
    for address, resource in contents.entries:
        if resource["resourceType"] == "Patient":
            copies.setdefault(name_of(resource), []).append((address, resource))
    if not copies:
        yield _no_patient(contents)
        return
    index = ResourceIndex(contents.entries)
    holes = tuple(Hole(section, reason) for section in Section for reason in sorted(contents.missing))
    patients = {name: _newest(sent) for name, sent in copies.items()}
    aliases = {name: _addresses(sent) | _replaced(patients[name]) for name, sent in copies.items()}
    theirs = _sorted_out(contents, {name: {name, *map(_plain, aliases[name])} for name in patients})
    for name, patient in patients.items():
        yield PatientFile(patient, tuple(theirs[name]), index, holes, aliases[name])


def _newest(sent: list[tuple[str | None, Resource]]) -> Resource:
    """A Patient may come on every page: of several copies the newest version counts, in any order (invariant 5)."""
    [(_, newest)] = newest_copies(resource for _, resource in sent)
    return newest


def _addresses(sent: list[tuple[str | None, Resource]]) -> frozenset[str]:
    """Every address under which a Patient was sent is a name of that person."""
    return frozenset(address for address, _ in sent if address)


def _sorted_out(contents: Contents, names: Mapping[str, set[str]]) -> dict[str, list[Resource]]:
    """Each resource to the person of the file it is about; what names none of them may be anyone's (G5).

    Of those only what a record is made of: an export holds thousands of Organizations, and people too.
    """
    owners: dict[str, list[str]] = {}
    for person, known_as in names.items():
        for alias in known_as:
            owners.setdefault(alias, []).append(person)
    theirs: dict[str, list[Resource]] = {person: [] for person in names}
    for _, resource in contents.entries:
        anyone = names if resource["resourceType"] in READ else ()
        for person in owners.get(_subject(resource), anyone):
            theirs[person].append(resource)
    return theirs


def _no_patient(contents: Contents) -> Unusable:
    if contents.entries:
        return Unusable("there is no Patient in it", "add the Patient resource that the others are about")
    if "refused" in contents.missing:
        return Unusable("it holds an OperationOutcome and no Patient", "the server refused: fetch the record again")
    if "not-fhir" in contents.missing:
        return Unusable("JSON, but no FHIR (no resourceType)", "give a FHIR R4 Bundle or a list of FHIR resources")
    return Unusable("an empty Bundle or list: there is no Patient in it", "add the patient's resources")


def _replaced(patient: Resource) -> frozenset[str]:
    """The ids that this Patient replaces: the same person (G5)."""
    links = [link for link in items(patient.get("link")) if isinstance(link, dict) and link.get("type") == "replaces"]
    others = [link["other"].get("reference") for link in links if isinstance(link.get("other"), dict)]
    return frozenset(other for other in others if isinstance(other, str))


def _subject(resource: Resource) -> str:
    """Whom a resource is about, in the form in which people are looked up; empty where it does not say."""
    if resource["resourceType"] == "Patient":
        return name_of(resource)
    about = resource.get("subject") or resource.get("patient") or resource.get("individual")
    reference = about.get("reference") if isinstance(about, dict) else None
    return _plain(reference) if isinstance(reference, str) else ""


def _plain(reference: str) -> str:
    bare = reference.strip().split("/_history/")[0].rstrip("/")
    return bare.lower() if bare[:4].lower() == "urn:" else "/".join(bare.split("/")[-2:])
