"""What a hospital's deployment file says (design §6): one YAML file a client, every word of it checked at start.

The file is read like a trial definition: everything is text but whole numbers, `true` and `false`. A mistake is told
with its path in the file, what was found, what is expected. `docs/clients/example-hospital.yaml` is a worked example.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import tzinfo
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from cds_service.fhir.address import Base
from cds_service.languages import LANGUAGES
from cds_service.settings import zone_of
from cds_service.trust.keys import KeySet, read_key_set

Viewer = Literal["Practitioner", "PractitionerRole", "Patient", "RelatedPerson"]
Suggested = Literal["Task", "ServiceRequest", "ResearchSubject"]

_CLIENT = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")
_NCT = re.compile(r"NCT\d{8}\Z")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+\Z")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
LONGEST_DEADLINE = 30


def _https(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme == "http" and parts.hostname in _LOOPBACK:
        return address  # a test on one machine
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.fragment:
        raise ValueError("an https address such as https://ehr.example.org/fhir")
    return address


def _base(address: str) -> str:
    _https(address)
    if Base.of(address) is None:
        raise ValueError("a FHIR base address without query, such as https://ehr.example.org/fhir/r4")
    return address.rstrip("/")


def _origin(text: str) -> str:
    if not _ORIGIN.match(text):
        raise ValueError("an origin: scheme and host, no path, such as https://ehr.example.org")
    return text


def _seconds(text: object) -> object:
    """Seconds may be written 4, "4.0" or 4.5 (which YAML hands over as text here)."""
    if isinstance(text, int) and not isinstance(text, bool):
        return Decimal(text)
    if not isinstance(text, str):
        return text
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError("seconds, such as 4.0") from None


Https = Annotated[str, AfterValidator(_https)]
FhirBaseAddress = Annotated[str, AfterValidator(_base)]
Origin = Annotated[str, AfterValidator(_origin)]
Days = Annotated[int, Field(ge=0, le=3650)]


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Keys(_Written):
    """Where the client's public keys come from: fetched from `url`, or written out in the file."""

    url: Https | None = None
    jwks: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Keys:
        if (self.url is None) == (self.jwks is None):
            raise ValueError("either `url` (an address of a JSON Web Key Set) or `jwks` (the set itself)")
        if self.jwks is not None and not self.written.by_kid:
            raise ValueError("a set with a key for ES384 (P-384) or RS384 (RSA from 2,048 bits) that has a `kid`")
        return self

    @cached_property
    def written(self) -> KeySet:
        """The keys written out in the file."""
        return read_key_set(self.jwks)


class Backend(_Written):
    """SMART Backend Services: how we get a token of our own where a call brings none (`private_key_jwt`)."""

    token_url: Https
    client_id: str = Field(min_length=1)
    key_file: str = Field(min_length=1)
    key_id: str = Field(min_length=1)
    algorithm: Literal["ES384", "RS384"] = "ES384"
    scope: str = "system/*.rs"


class Fhir(_Written):
    """The FHIR servers that calls of this client may name, and nothing else."""

    bases: tuple[FhirBaseAddress, ...] = Field(min_length=1)
    private_network: bool = False
    without_token: bool = False
    backend: Backend | None = None


class Smart(_Written):
    """As which app its EHR launches us (SMART App Launch): with a key a confidential app, without one a public one."""

    client_id: str = Field(min_length=1, max_length=200)
    key_file: str | None = Field(default=None, min_length=1)
    key_id: str | None = Field(default=None, min_length=1)
    algorithm: Literal["ES384", "RS384"] = "ES384"

    @model_validator(mode="after")
    def _both_or_none(self) -> Smart:
        if (self.key_file is None) != (self.key_id is None):
            raise ValueError("`key_file` and `key_id` together, or none of the two")
        return self


class Contact(_Written):
    """Whom the clinician calls: the local study team."""

    name: str = Field(min_length=1, max_length=100)
    role: str = Field(default="", max_length=100)
    telephone: str = Field(default="", max_length=40)
    hours: str = Field(default="", max_length=100)


class EnabledTrial(_Written):
    """A trial that may speak at this hospital."""

    contact: Contact | None = None


class Quiet(_Written):
    """For how many days each kind of override keeps a trial silent."""

    not_now: Days = 7
    not_my_patient: Days = 7
    not_interested: Days = 180
    settled: Days = 180
    not_suitable: Days = 30


class ClientFile(_Written):
    """One registered client of ours: who it is, what it may do, how its people are spoken to."""

    client: str
    issuer: str = Field(min_length=1)
    keys: Keys
    audience: Https
    tenant: str | None = None
    fhir: Fhir
    smart: Smart | None = None
    deadline: Annotated[Decimal, BeforeValidator(_seconds)] = Field(default=Decimal(4), gt=0, le=LONGEST_DEADLINE)
    time_zone: str = "UTC"
    language: str = "en"
    viewers: tuple[Viewer, ...] = ("Practitioner", "PractitionerRole")
    trials: dict[str, EnabledTrial] = Field(min_length=1)
    quiet: Quiet = Quiet()
    discreet: tuple[str, ...] = ()
    suggestions: tuple[Suggested, ...] = ()
    concept_maps: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()

    @field_validator("client")
    @classmethod
    def _short_name(cls, name: str) -> str:
        if not _CLIENT.match(name):
            raise ValueError("small letters, digits and hyphens, such as example-hospital")
        return name

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            zone_of(name)
        except ValueError:
            raise ValueError("a time zone such as Asia/Shanghai") from None
        return name

    @field_validator("language")
    @classmethod
    def _known_language(cls, code: str) -> str:
        if code not in LANGUAGES:
            raise ValueError(f"one of {', '.join(sorted(LANGUAGES))}")
        return code

    @field_validator("trials")
    @classmethod
    def _registry_numbers(cls, trials: Mapping[str, EnabledTrial]) -> Mapping[str, EnabledTrial]:
        for number in trials:
            if not _NCT.match(number):
                raise ValueError(f"registry numbers, NCT and eight digits (found '{number}')")
        return trials

    @property
    def zone(self) -> tzinfo:
        return zone_of(self.time_zone)

    def contact(self, nct_id: str) -> Contact | None:
        """The local study team of a trial, where the file names one."""
        enabled = self.trials.get(nct_id)
        return enabled.contact if enabled else None
