"""By whom a call is made, and what follows from it: whose day, which language, which trials, whom to telephone.

In open mode nobody signs, and the settings of the process stand in for a deployment file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from cds_service.fhir.local_codes import ConceptMaps
from cds_service.settings import Settings
from cds_service.smart.app import App
from cds_service.trust.client_file import ClientFile, Contact
from cds_service.trust.identity import Identity

OPEN = "open"
"""The client of a call that nobody signed; part of every card's identity."""

PROFESSIONALS = frozenset(("Practitioner", "PractitionerRole"))
TAKEN_BY_ALL = frozenset(("Task", "ServiceRequest"))


@dataclass(frozen=True, slots=True)
class Caller:
    """One client for the length of one call.

    `trials` is None where every open trial may speak, `maps` where the client's own codes are those of the service.
    `discreet` holds names of value sets.
    """

    name: str = OPEN
    zone: tzinfo = UTC
    deadline: float = 4.0
    locale: str = "en"
    viewers: frozenset[str] = PROFESSIONALS
    trials: frozenset[str] | None = None
    contacts: Mapping[str, str] = field(default_factory=dict)
    suggestions: frozenset[str] = TAKEN_BY_ALL
    discreet: frozenset[str] = frozenset()
    maps: ConceptMaps | None = None
    backend: Identity | None = None
    app: App | None = None
    file: ClientFile | None = None

    @property
    def registered(self) -> bool:
        return self.file is not None

    def enables(self, nct_id: str) -> bool:
        return self.trials is None or nct_id in self.trials


NOBODY_IN_PARTICULAR = Caller()


def unsigned(settings: Settings, app: App | None = None) -> Caller:
    """Whoever calls in open mode; `app` where an EHR beside us, that of the demo, may launch us."""
    return Caller(zone=settings.zone, deadline=settings.deadline, locale=settings.locale, app=app)


def caller_of(client: ClientFile) -> Caller:
    """A registered client, by its deployment file."""
    contacts = {number: spoken(one.contact) for number, one in client.trials.items() if one.contact}
    return Caller(
        name=client.client,
        zone=client.zone,
        deadline=float(client.deadline),
        locale=client.language,
        viewers=frozenset(client.viewers),
        trials=frozenset(client.trials),
        contacts=contacts,
        suggestions=frozenset(client.suggestions),
        file=client,
    )


def spoken(contact: Contact) -> str:
    """A contact as the card says it: name, role, telephone, hours, as far as the file gives them."""
    return ", ".join(part for part in (contact.name, contact.role, contact.telephone, contact.hours) if part)
