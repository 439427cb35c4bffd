"""The registered clients of this service: read from a folder, one file each, and read again without ever getting worse.

A folder with one bad file is refused as a whole at start. Later a bad change is refused and the last good version stays
in force, because a typing error at noon must not shut a hospital out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import orjson
from pydantic import ValidationError

from cds_service import watching
from cds_service.concept_maps import BadConceptMap, load_concept_maps
from cds_service.definition_mistakes import explained, nearest
from cds_service.definition_text import DefinitionSyntaxError, read_definition
from cds_service.errors import BadSetting
from cds_service.smart.app import App, app_of, smart_key_files
from cds_service.trust.caller import Caller, caller_of
from cds_service.trust.client_file import ClientFile
from cds_service.trust.identity import BadKeyFile, Identity, identity_of, key_files

_ENDINGS = (".yaml", ".yml")


class ClientError(BadSetting):
    """A deployment file, or the folder of them, that cannot be used; one line a mistake, each with its place."""


@dataclass(frozen=True, slots=True)
class House:
    """What is here for files to name: trials that can be enabled, value sets to be discreet about, our own maps."""

    trials: Collection[str]
    value_sets: Collection[str] = ()
    maps: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Clients:
    """The clients in force, by their name. `folder` is where relative paths in their files start."""

    folder: Path
    by_name: Mapping[str, ClientFile]
    callers: Mapping[str, Caller] = field(default_factory=dict)

    def issued_by(self, issuer: str) -> tuple[ClientFile, ...]:
        """Those whose tokens come from this issuer: one, or several that differ by tenant."""
        return tuple(client for client in self.by_name.values() if client.issuer == issuer)

    @property
    def origins(self) -> frozenset[str]:
        return frozenset(origin for client in self.by_name.values() for origin in client.origins)


def read_clients(folder: Path, house: House) -> Clients:
    """Every deployment file of a folder, and the maps that they name. Raises ClientError with all their mistakes."""
    if not folder.is_dir():
        raise ClientError(f"CDS_CLIENTS: expected a folder of deployment files, found {str(folder)!r}")
    found: dict[str, ClientFile] = {}
    callers: dict[str, Caller] = {}
    mistakes: list[str] = []
    for path in sorted(one for one in folder.iterdir() if one.suffix in _ENDINGS):
        client = _read(path, mistakes)
        if client is not None:
            mistakes += [*_against_others(path.name, client, found), *_against_house(path.name, client, house)]
            found[client.client] = client
            callers[client.client] = _caller(path, client, house, mistakes)
    if mistakes:
        raise ClientError("\n".join(mistakes))
    if not found:
        raise ClientError(f"CDS_CLIENTS: no deployment file (*.yaml) in {str(folder)!r}")
    watching.CLIENT.know(found)
    return Clients(folder, found, callers)


def parse_client(text: str, file: str) -> ClientFile:
    """One deployment file. Raises ClientError: the place, what was found, what is expected."""
    try:
        content = read_definition(text)
        return ClientFile.model_validate_json(orjson.dumps(content))
    except DefinitionSyntaxError as error:
        raise ClientError(f"{file}: {error}") from None
    except ValidationError as error:
        raise ClientError("\n".join(explained(error, file, ""))) from None


def _read(path: Path, mistakes: list[str]) -> ClientFile | None:
    try:
        return parse_client(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        mistakes.append(f"{path.name}: cannot be read ({type(error).__name__})")
    except ClientError as error:
        mistakes.append(str(error))
    return None


def _caller(path: Path, client: ClientFile, house: House, mistakes: list[str]) -> Caller:
    """The client as a call sees it. Its maps stand beside our own, and may not contradict them."""
    discreet = frozenset(name for topic in client.discreet for name in sets_of(topic, house.value_sets))
    identity, app = _backend(path, client, mistakes), _app(path, client, mistakes)
    caller = replace(caller_of(client), discreet=discreet, backend=identity, app=app)
    if not client.concept_maps:
        return caller
    try:
        return replace(caller, maps=load_concept_maps((*house.maps, *map_paths(path.parent, client))))
    except BadConceptMap as mistake:
        mistakes += [f"{path.name}: concept_maps: {line}" for line in str(mistake).splitlines()]
        return caller


def _backend(path: Path, client: ClientFile, mistakes: list[str]) -> Identity | None:
    try:
        return identity_of(path.parent, client)
    except BadKeyFile as mistake:
        mistakes.append(f"{path.name}: fhir.backend.key_file: {mistake}")
        return None


def _app(path: Path, client: ClientFile, mistakes: list[str]) -> App | None:
    try:
        return app_of(path.parent, client)
    except BadKeyFile as mistake:
        mistakes.append(f"{path.name}: smart.key_file: {mistake}")
        return None


def map_paths(folder: Path, client: ClientFile) -> list[Path]:
    """Where a client's maps are: beside its file, unless it says otherwise."""
    return [folder / path for path in client.concept_maps]


def sets_of(topic: str, value_sets: Collection[str]) -> tuple[str, ...]:
    """The value sets of a topic: `VS-HIV-DX` is one set; `HIV` is VS-HIV and all of VS-HIV-…."""
    name = topic.strip().upper()
    stem = name if name.startswith("VS-") else f"VS-{name}"
    return tuple(sorted(one for one in value_sets if one == stem or one.startswith(f"{stem}-")))


def _against_others(file: str, client: ClientFile, others: Mapping[str, ClientFile]) -> Iterator[str]:
    if client.client in others:
        yield f"{file}: client: '{client.client}' is the name of another file's client too"
    for other in others.values():
        if (other.issuer, other.tenant) == (client.issuer, client.tenant):
            yield f"{file}: issuer: '{other.client}' has the same issuer and tenant; a token could be either's"
        if client.smart and other.smart and not set(client.fhir.bases).isdisjoint(other.fhir.bases):
            yield f"{file}: smart: '{other.client}' is launched from the same FHIR server; a launch could be either's"


def _against_house(file: str, client: ClientFile, house: House) -> Iterator[str]:
    for number in client.trials:
        if number not in house.trials:
            yield f"{file}: trials.{number}: no such trial here{nearest(number, house.trials)}"
    for place, topic in enumerate(client.discreet):
        if not sets_of(topic, house.value_sets):
            yield f"{file}: discreet[{place}]: no value set of this topic{nearest(topic, house.value_sets)}"


@dataclass(slots=True)
class Registry:
    """The clients in force, and the reading again of changed files. `refused` tells why a change was refused."""

    clients: Clients
    house: House
    refused: str = ""
    _seen: tuple[tuple[str, int, int], ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        self._seen = _stamps(self.clients)

    def moved(self, house: House) -> None:
        """The files are held against another house from now on, at the next look even where none changed."""
        self.house, self._seen = house, ()

    def reread(self, *, anyway: bool = False) -> bool:
        """Whether files changed and were taken over. Why a change was not stands in `refused` until the next one."""
        stamps = _stamps(self.clients)
        if stamps == self._seen and not anyway:
            return False
        self._seen = stamps
        try:
            self.clients, self.refused = read_clients(self.clients.folder, self.house), ""
        except ClientError as error:
            self.refused = str(error)
            return False
        self._seen = _stamps(self.clients)  # the maps that the new version names, too
        return True


def _stamps(clients: Clients) -> tuple[tuple[str, int, int], ...]:
    """What tells that a file changed, or a map that is named in one: its name, size, and time of change."""
    folder = clients.folder
    maps = [path for client in clients.by_name.values() for path in map_paths(folder, client)]
    keys = [path for client in clients.by_name.values() for path in key_files(folder, client)]
    keys += [path for client in clients.by_name.values() for path in smart_key_files(folder, client)]
    try:
        files = [one for one in folder.iterdir() if one.suffix in _ENDINGS]
        files += keys
        files += [file for path in maps for file in (path.glob("*.json") if path.is_dir() else [path])]
        return tuple((str(one), one.stat().st_size, one.stat().st_mtime_ns) for one in sorted(files))
    except OSError:
        return ()
