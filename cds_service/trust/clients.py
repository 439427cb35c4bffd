"""The registered clients of this service: read from a folder, one file each, and read again without ever getting worse.

A folder with one bad file is refused as a whole at start. Later a bad change is refused and the last good version stays
in force, because a typing error at noon must not shut a hospital out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson
from pydantic import ValidationError

from cds_service.definition_mistakes import explained, nearest
from cds_service.definition_text import DefinitionSyntaxError, read_definition
from cds_service.errors import BadSetting
from cds_service.trust.client_file import ClientFile

_ENDINGS = (".yaml", ".yml")


class ClientError(BadSetting):
    """A deployment file, or the folder of them, that cannot be used; one line a mistake, each with its place."""


@dataclass(frozen=True, slots=True)
class Clients:
    """The clients in force, by their name. `folder` is where relative paths in their files start."""

    folder: Path
    by_name: Mapping[str, ClientFile]

    def issued_by(self, issuer: str) -> tuple[ClientFile, ...]:
        """Those whose tokens come from this issuer: one, or several that differ by tenant."""
        return tuple(client for client in self.by_name.values() if client.issuer == issuer)

    @property
    def origins(self) -> frozenset[str]:
        return frozenset(origin for client in self.by_name.values() for origin in client.origins)


def read_clients(folder: Path, trials: Collection[str]) -> Clients:
    """Every deployment file of a folder. Raises ClientError with all mistakes of all files.

    `trials` are the registry numbers that can be enabled.
    """
    if not folder.is_dir():
        raise ClientError(f"CDS_CLIENTS: expected a folder of deployment files, found {str(folder)!r}")
    found: dict[str, ClientFile] = {}
    mistakes: list[str] = []
    for path in sorted(one for one in folder.iterdir() if one.suffix in _ENDINGS):
        client = _read(path, mistakes)
        if client is not None:
            mistakes += _against_others(path.name, client, found, trials)
            found[client.client] = client
    if mistakes:
        raise ClientError("\n".join(mistakes))
    if not found:
        raise ClientError(f"CDS_CLIENTS: no deployment file (*.yaml) in {str(folder)!r}")
    return Clients(folder, found)


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


def _against_others(
    file: str, client: ClientFile, others: Mapping[str, ClientFile], trials: Collection[str]
) -> Iterator[str]:
    if client.client in others:
        yield f"{file}: client: '{client.client}' is the name of another file's client too"
    for other in others.values():
        if (other.issuer, other.tenant) == (client.issuer, client.tenant):
            yield f"{file}: issuer: '{other.client}' has the same issuer and tenant; a token could be either's"
    for number in client.trials:
        if number not in trials:
            yield f"{file}: trials.{number}: no such trial here{nearest(number, trials)}"


@dataclass(slots=True)
class Registry:
    """The clients in force, and the reading again of changed files. `state` tells why a change was refused."""

    clients: Clients
    trials: Collection[str]
    refused: str = ""
    _seen: tuple[tuple[str, int, int], ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        self._seen = _stamps(self.clients.folder)

    def reread(self) -> bool:
        """Whether something changed and was taken over. Why a change was not stands in `refused` until the next one."""
        stamps = _stamps(self.clients.folder)
        if stamps == self._seen:
            return False
        self._seen = stamps
        try:
            self.clients, self.refused = read_clients(self.clients.folder, self.trials), ""
        except ClientError as error:
            self.refused = str(error)
            return False
        return True


def _stamps(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells that a file changed: its name, size, and time of change."""
    try:
        files = sorted(one for one in folder.iterdir() if one.suffix in _ENDINGS)
        return tuple((one.name, one.stat().st_size, one.stat().st_mtime_ns) for one in files)
    except OSError:
        return ()
