"""Which addresses are a FHIR server's own: token and requests never leave its origin and path (FHIR-8, invariant 9)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote, urljoin, urlsplit

from cds_service.fhir.queries import PATIENT_TOKEN

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Base:
    """The base address of one FHIR server: scheme, host, port and path prefix."""

    url: str
    origin: tuple[str, str, int]
    path: str

    @classmethod
    def of(cls, address: str) -> Base | None:
        """The base that `address` names; None unless it is plain http(s) without user, query or fragment."""
        parts = _parts(address.rstrip("/"))
        return None if parts is None or parts[2] or "\\" in address else cls(address.rstrip("/"), parts[0], parts[1])

    def filled(self, template: str, patient_id: str) -> str:
        """The address of a prefetch template for this patient."""
        return f"{self.url}/{template.replace(PATIENT_TOKEN, quote(patient_id, safe=''))}"

    def own(self, link: str, seen_from: str) -> str | None:
        """An address this server gave us, made absolute; None when it leads elsewhere.

        A path prefix ends at a slash: `/fhir` owns `/fhir?page=2` and `/fhir/Condition`, not `/fhirX`. Dot segments,
        written plainly or escaped, are refused rather than followed.
        """
        try:
            address = urljoin(seen_from, link)
        except ValueError:
            return None
        parts = _parts(address)
        if parts is None or parts[0] != self.origin or "\\" in address or _climbs(parts[1]):
            return None
        return address if parts[1] == self.path or parts[1].startswith(f"{self.path}/") else None

    def relative(self, reference: str) -> str:
        """A reference into this server as `Type/id`; any other reference as it stands."""
        prefix = f"{self.url}/"
        return reference[len(prefix) :] if reference.startswith(prefix) else reference


def _climbs(path: str) -> bool:
    """A segment of dots however it is escaped, once or twice, and with path parameters, which some servers cut off."""
    plain = path
    for _ in range(3):
        plain = unquote(plain)
    segments = plain.replace("\\", "/").split("/")
    return any(segment.partition(";")[0].strip() in (".", "..") for segment in segments)


def _parts(address: str) -> tuple[tuple[str, str, int], str, str] | None:
    """Origin, path, and query with fragment; None when it is no http(s) address we would call."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None or parts.fragment:
        return None
    if any(character.isspace() or not character.isprintable() for character in address):
        return None
    host = parts.hostname.rstrip(".")
    return (parts.scheme, host, _PORTS[parts.scheme] if port is None else port), parts.path.rstrip("/"), parts.query
