"""What is known of servers: each client has breakers of its own, and each change of one is counted."""

from __future__ import annotations

import logging

import pytest

from cds_service.upstream.servers import Servers, Sparing
from cds_service.watching import WATCH

ONE, OTHER = "https://one.example/fhir", "https://other.example/fhir"


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def servers(seconds: Seconds) -> Servers:
    return Servers(Sparing(failures=1, rest=3.0), seconds)


def silent(servers: Servers, client: str, base: str) -> None:
    assert servers.admits(client, base)
    servers.heard(client, base, requests=3, answers=0)


def test_a_server_rests_for_the_client_that_it_did_not_answer(servers: Servers) -> None:
    silent(servers, "hospital", ONE)
    asked = {(client, base): servers.admits(client, base) for client in ("hospital", "clinic") for base in (ONE, OTHER)}
    assert [name for name, admitted in asked.items() if not admitted] == [("hospital", ONE)]


def test_one_answer_of_many_is_enough(servers: Servers) -> None:
    assert servers.admits("hospital", ONE)
    servers.heard("hospital", ONE, requests=12, answers=1)
    assert servers.admits("hospital", ONE)


def test_a_call_that_asked_nothing_tells_nothing(servers: Servers, seconds: Seconds) -> None:
    silent(servers, "hospital", ONE)
    seconds.now = 3.0
    assert servers.admits("hospital", ONE)
    servers.heard("hospital", ONE, requests=0, answers=0)
    assert servers.admits("hospital", ONE)


def test_the_breakers_kept_are_bounded(servers: Servers) -> None:
    """In open mode a stranger may name any address; the oldest are forgotten."""
    for number in range(1_500):
        silent(servers, "open", f"https://{number}.example")
    assert servers.admits("open", "https://0.example")
    assert not servers.admits("open", "https://1499.example")


def test_changes_are_counted_and_logged_without_an_address(
    servers: Servers, seconds: Seconds, caplog: pytest.LogCaptureFixture
) -> None:
    def shown(figure: str, **labels: str) -> float:
        return WATCH.registry.get_sample_value(figure, labels) or 0.0

    opened = shown("cds_breaker_state_total", client="open", state="open")
    caplog.set_level(logging.WARNING, logger="cds_service")
    silent(servers, "open", ONE)
    assert shown("cds_breaker_state_total", client="open", state="open") == opened + 1
    assert shown("cds_breaker_open", client="open") == 1
    seconds.now = 3.0
    assert servers.admits("open", ONE)
    servers.heard("open", ONE, requests=1, answers=1)
    assert shown("cds_breaker_open", client="open") == 0
    assert [record.getMessage() for record in caplog.records] == ["breaker-open", "breaker-half-open", "breaker-closed"]
    assert "one.example" not in caplog.text
