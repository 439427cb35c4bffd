"""The container files are parsed, since they cannot be run here: names, ports, health checks, settings that exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from cds_service.cli import parser
from cds_service.settings import TABLE, Settings

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
DATABASES = ("cds-db", "hapi-db")


def test_service_hapi_and_a_database_for_each() -> None:
    assert set(SERVICES) == {"cds-service", "hapi", *DATABASES}
    assert SERVICES["hapi"]["image"].startswith("hapiproject/hapi:v8.")


@pytest.mark.parametrize("name", SERVICES)
def test_images_are_pinned(name: str) -> None:
    image = SERVICES[name].get("image")
    assert (image is None) == ("build" in SERVICES[name])
    assert image is None or re.search(r":v?\d", image)


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_waited_for_exists_and_has_a_health_check(name: str) -> None:
    for awaited, how in SERVICES[name].get("depends_on", {}).items():
        assert "healthcheck" in SERVICES[awaited]
        assert how == {"condition": "service_healthy"}


def test_only_what_has_a_shell_or_python_is_asked_for_its_health() -> None:
    assert {name for name, one in SERVICES.items() if "healthcheck" in one} == {"cds-service", *DATABASES}


def test_ports_are_on_loopback_and_differ() -> None:
    ports = [port for one in SERVICES.values() for port in one.get("ports", [])]
    assert all(port.startswith("127.0.0.1:") for port in ports)
    outside = [port.split(":")[1] for port in ports]
    assert sorted(outside) == ["8080", "8081"]


def test_every_setting_exists_and_can_be_read() -> None:
    given = {name: str(value) for name, value in SERVICES["cds-service"]["environment"].items()}
    assert set(given) <= {row.name for row in TABLE}
    assert Settings.from_environment(given).open is True


@pytest.mark.parametrize("database", DATABASES)
def test_who_uses_a_database_names_it_as_it_is(database: str) -> None:
    made = SERVICES[database]["environment"]
    user = next(one for one in SERVICES.values() if database in one.get("depends_on", {}))
    addresses = [str(value) for value in user["environment"].values() if f"{database}:5432" in str(value)]
    assert len(addresses) == 1
    assert addresses[0].endswith(f"@{database}:5432/{made['POSTGRES_DB']}") or addresses[0].endswith(
        f"//{database}:5432/{made['POSTGRES_DB']}"
    )


def test_the_image_runs_a_command_that_exists_as_nobody_in_particular() -> None:
    command = re.search(r"^CMD \[(.*)\]$", DOCKERFILE, re.MULTILINE)
    assert command is not None
    words = [word.strip().strip('"') for word in command[1].split(",")]
    assert words[0].endswith("/cds-service")
    assert parser().parse_args(words[1:]).command
    assert re.search(r"^USER (?!root)\w+$", DOCKERFILE, re.MULTILINE)


def test_the_image_copies_what_is_there() -> None:
    copied = [
        line.split()[1:-1] for line in DOCKERFILE.splitlines() if line.startswith("COPY ") and "--from" not in line
    ]
    assert [name for names in copied for name in names if not (ROOT / name).exists()] == []
