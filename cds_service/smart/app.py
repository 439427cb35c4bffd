"""As which app we are launched, and from where: a client's deployment file seen by SMART App Launch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cds_service.fhir.address import Base
from cds_service.reach import Reach
from cds_service.trust.client_file import ClientFile
from cds_service.trust.identity import THIS_MACHINE, Identity, private_key

LAUNCH, CALLBACK, REPORT = "/smart/launch", "/smart/callback", "/smart/report/"


@dataclass(frozen=True, slots=True)
class App:
    """Us, as an app of one client's EHR. `base` is our public address, `signing` our key where we have one there."""

    client_id: str
    base: str
    servers: tuple[Base, ...]
    private_network: bool = False
    framed_by: frozenset[str] = frozenset()
    signing: Identity | None = field(default=None, repr=False)

    @property
    def launch_url(self) -> str:
        return self.base + LAUNCH

    @property
    def redirect_uri(self) -> str:
        return self.base + CALLBACK

    def launched_from(self, iss: str) -> bool:
        """Whether this is the address of one of its servers: the same origin and path, nothing below or beside it."""
        asked = Base.of(iss)
        return asked is not None and any((one.origin, one.path) == (asked.origin, asked.path) for one in self.servers)

    def reach(self) -> Reach:
        """Loopback only where the file itself names a server there."""
        return Reach(private=self.private_network, loopback=any(one.origin[1] in THIS_MACHINE for one in self.servers))


def app_of(folder: Path, client: ClientFile) -> App | None:
    """The app that this client launches, if any. Raises BadKeyFile."""
    smart = client.smart
    if smart is None:
        return None
    base = client.audience.rstrip("/")
    servers = tuple(one for one in map(Base.of, client.fhir.bases) if one is not None)
    signing = None
    for file in smart_key_files(folder, client):
        key = private_key(file, smart.algorithm)
        reach = Reach(private=client.fhir.private_network)
        signing = Identity("", smart.client_id, smart.key_id or "", smart.algorithm, "", reach, key)
    return App(smart.client_id, base, servers, client.fhir.private_network, frozenset(client.origins), signing)


def smart_key_files(folder: Path, client: ClientFile) -> Iterator[Path]:
    """Where the private key of the app is, if it has one: beside the deployment file, unless it says otherwise."""
    if client.smart is not None and client.smart.key_file is not None:
        yield folder / client.smart.key_file
