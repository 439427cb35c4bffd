"""Deployment files: the worked example is read, mistakes are told with their place, a bad change changes nothing."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from cds_service.trust.clients import ClientError, House, Registry, parse_client, read_clients

EXAMPLE = (Path(__file__).parents[2] / "docs" / "clients" / "example-hospital.yaml").read_text(encoding="utf-8")
HOUSE = House(("NCT05694767", "NCT06352281"), ("VS-HIV-DX", "VS-HIV-PREP", "VS-TB"))


def changed(old: str, new: str) -> str:
    assert old in EXAMPLE
    return EXAMPLE.replace(old, new)


def test_the_worked_example_says_what_its_comments_promise() -> None:
    client = parse_client(EXAMPLE, "example.yaml")
    assert (client.client, client.deadline, client.zone.tzname(None)) == ("example-hospital", Decimal("4.0"), None)
    assert client.fhir.bases == ("https://fhir.ehr.example.org/r4",)
    contact = client.contact("NCT05694767")
    assert contact is not None
    assert contact.role == "study nurse"
    assert client.contact("NCT06352281") is None
    assert (client.quiet.settled, client.quiet.not_suitable, client.suggestions) == (
        180,
        30,
        ("Task", "ServiceRequest"),
    )


@pytest.mark.parametrize("seconds", ["4", "4.0", '"4"'])
def test_seconds_may_be_written_as_they_are_spoken(seconds: str) -> None:
    assert parse_client(changed("deadline: 4.0", f"deadline: {seconds}"), "example.yaml").deadline == Decimal(4)


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("client: example-h", "client: Example H", "client: found \"Example Hospital\", expected small letters"),
        ("issuer: https://ehr.example.org ", "isuer: https://ehr.example.org ", "isuer: no 'isuer' here"),
        ("https://fhir.ehr.example.org/r4", "http://fhir.ehr.example.org/r4", "fhir.bases[0]: "),
        ("https://fhir.ehr.example.org/r4", "https://u:p@fhir.ehr.example.org/r4", "fhir.bases[0]: "),
        ("https://fhir.ehr.example.org/r4", "https://fhir.ehr.example.org/r4?x=1", "fhir.bases[0]: "),
        ("deadline: 4.0", "deadline: soon", "deadline: "),
        ("deadline: 4.0", "deadline: 0", "deadline: "),
        ("deadline: 4.0", "deadline: 31", "deadline: "),
        ("Europe/Berlin", "Europe/Atlantis", "time_zone: found \"Europe/Atlantis\", expected a time zone"),
        ("language: en", "language: tlh", "language: found \"tlh\", expected one of en, zh-Hans"),
        ("viewers: [Practitioner,", "viewers: [Nurse,", "viewers[0]: found \"Nurse\", expected one of"),
        ("NCT06352281: {}", "NCT0635228: {}", "trials: "),
        ("not_now: 7", "not_now: seven", "quiet.not_now: found \"seven\", expected a whole number"),
        ("not_now: 7", "not_now: -1", "quiet.not_now: "),
        ("[Task, ServiceRequest]", "[Medication]", "suggestions[0]: found \"Medication\", expected one of"),
        ("origins: [https://ehr.example.org]", "origins: [\"*\"]", "origins[0]: found \"*\", expected an origin"),
        ("origins: [https://ehr.example.org]", "origins: [https://ehr.example.org/page]", "origins[0]: "),
        ("keys:\n  url:", "keys:\n  jwks: {keys: []}\n  url:", "keys: "),
        ("language: en\n", "language: en\nlanguage: en\n", "'language' is written twice"),
        ("discreet: []", "discreet: []\nsmart: {}", "smart.client_id: is missing"),
        ("discreet: []", "discreet: []\nsmart: {client_id: a, key_id: k}", "smart: `key_file` and `key_id` together"),
        ("discreet: []", "discreet: []\nsmart: {client_id: a, secret: s}", "smart.secret: no 'secret' here"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(old: str, new: str, said: str) -> None:
    with pytest.raises(ClientError) as told:
        parse_client(changed(old, new), "example.yaml")
    assert f"example.yaml: {said}" in str(told.value)


def test_two_clients_whose_tokens_could_be_either_s_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(EXAMPLE)
    (tmp_path / "b.yaml").write_text(changed("client: example-hospital ", "client: other-hospital "))
    with pytest.raises(ClientError, match=r"b\.yaml: issuer: 'example-hospital' has the same issuer and tenant"):
        read_clients(tmp_path, HOUSE)
    tenant = changed("client: example-hospital ", "client: other-hospital ").replace(
        "# tenant: ward-7", "tenant: ward-7"
    )
    (tmp_path / "b.yaml").write_text(tenant)
    clients = read_clients(tmp_path, HOUSE)
    assert [one.client for one in clients.issued_by("https://ehr.example.org")] == [
        "example-hospital",
        "other-hospital",
    ]


def test_a_trial_that_is_not_here_cannot_be_enabled(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(changed("NCT06352281: {}", "NCT06352282: {}"))
    with pytest.raises(
        ClientError, match=r"a\.yaml: trials\.NCT06352282: no such trial here; did you mean 'NCT06352281'"
    ):
        read_clients(tmp_path, HOUSE)


@pytest.mark.parametrize("folder", ["missing", "."])
def test_no_folder_or_no_file_is_a_mistake(tmp_path: Path, folder: str) -> None:
    with pytest.raises(ClientError, match="CDS_CLIENTS: "):
        read_clients(tmp_path / folder, HOUSE)


def test_a_bad_change_leaves_the_last_good_version_in_force(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(EXAMPLE)
    registry = Registry(read_clients(tmp_path, HOUSE), HOUSE)
    assert registry.reread() is False
    path.write_text(changed("deadline: 4.0", "deadline: soonest"))
    assert (registry.reread(), "deadline" in registry.refused) == (False, True)
    assert registry.clients.by_name["example-hospital"].deadline == 4
    path.write_text(changed("deadline: 4.0", "deadline: 2.5 "))
    assert (registry.reread(), registry.refused) == (True, "")
    assert registry.clients.by_name["example-hospital"].deadline == Decimal("2.5")
