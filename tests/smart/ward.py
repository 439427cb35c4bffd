"""A registered hospital over real HTTP: the service, a FHIR server with the cast, an authorization server, browsers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import requests

from cds_service.app import create_app
from cds_service.demo.authorization import CLIENT_ID, Authorization
from cds_service.demo.fixtures import load_cast, resources_of
from cds_service.demo.serving import address_of, listening, mount_demo, serving
from cds_service.demo.store import FhirStore
from cds_service.settings import Settings
from cds_service.store import Store
from tests.trust.hospital import deployment

DAY = date(2026, 11, 21)
ORIGIN = "https://ehr.example.org"
SMART = {"client_id": CLIENT_ID}


class Watch:
    """The real time, which a test moves on."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Overheard(Authorization):
    """The authorization server, and the tokens it gave."""

    tokens: list[str] = field(default_factory=list)

    def _granted(self, held: dict[str, Any]) -> dict[str, Any]:
        told = super()._granted(held)
        self.tokens.append(told["access_token"])
        return told


@dataclass
class Ward:
    """Where a clinician sits. `folder` holds the deployment files, which are read again by `told_anew`."""

    base: str
    folder: Path
    clock: Watch
    grants: Overheard
    app: Any

    def told_anew(self, **changes: Any) -> None:
        """The hospital's file says something else from now on."""
        (self.folder / "example.yaml").write_text(client_file(self.base, **changes))
        self.app.state.gate.door.registry.reread(anyway=True)

    def reset(self) -> None:
        self.clock.ahead = timedelta()
        self.grants.user, self.grants.allowing, self.grants.scope = "Practitioner/doc", True, None
        self.told_anew()

    def launch_address(self, who: str = "ines", about: str = "") -> str:
        """The address that the EHR opens."""
        opened = requests.get(
            f"{self.base}/auth/open", {"patient": who, "about": about}, allow_redirects=False, timeout=10
        )
        return opened.headers["location"]

    def authorized(self, browser: requests.Session, who: str = "ines") -> str:
        """As far as the address with code and state, to which the browser is about to return."""
        at_launch = browser.get(self.launch_address(who), allow_redirects=False, timeout=10)
        return go(browser, at_launch)

    def report(self, browser: requests.Session, who: str = "ines", about: str = "") -> requests.Response:
        """The whole way."""
        return browser.get(self.launch_address(who, about), timeout=20)


def go(browser: requests.Session, answer: requests.Response) -> str:
    """One step: from an answer that sends the browser on, to where the next one sends it."""
    return browser.get(answer.headers["location"], allow_redirects=False, timeout=10).headers["location"]


def query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def client_file(base: str, **changes: Any) -> str:
    return deployment(
        **{
            "audience": base,
            "fhir": {"bases": [f"{base}/fhir"]},
            "smart": SMART,
            "origins": [ORIGIN],
            "deadline": 20,
            **changes,
        }
    )


@contextmanager
def working(folder: Path, store: Store | None = None) -> Iterator[Ward]:
    with listening(0) as listener:
        base, clock = address_of(listener), Watch()
        (folder / "example.yaml").write_text(client_file(base))
        grants = Overheard(base, user="Practitioner/doc")
        app = create_app(Settings(clients=folder, as_of=DAY), clock=clock, store=store)
        mount_demo(app, FhirStore(resources_of(load_cast(DAY))), base, DAY, authorization=grants)
        with serving(app, listener):
            yield Ward(base, folder, clock, grants, app)


Answer = requests.Response | httpx2.Response


def heading(answer: Answer) -> str:
    found = re.search("<h1>(.*?)</h1>", answer.text, re.DOTALL)
    return unescape(found[1]) if found else ""


def says(answer: Answer, status: int, told: str) -> None:
    """A plain page: what happened, what to do; nothing of a patient, a program or a token."""
    assert (answer.status_code, heading(answer)) == (status, told), answer.text
    assert re.search(r"<h1>.*?</h1>\s*<p>\w+", answer.text, re.DOTALL)
    assert not re.search("10⁹|eltrombopag|Traceback|Exception|CM313|Bearer|Examplesdottir", answer.text)
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
