"""Trust, as far as the other tests of it leave something out: TLS, who is served at all, what is read before that."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cds_service.cli import main
from cds_service.errors import BadSetting
from cds_service.settings import Settings
from cds_service.trust.clients import ClientError, parse_client
from tests.service.calling import SERVICE, hook_call
from tests.trust.hospital import Clock, KeysAddress, Signed, deployment

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.rule("SEC-1")
@pytest.mark.rule("GEN-1")
@pytest.mark.parametrize(
    "change",
    [
        {"keys": {"url": "http://ehr.example.org/jwks.json"}},
        {"fhir": {"bases": ["http://fhir.ehr.example.org/r4"]}},
        {"fhir": {"bases": ["ftp://fhir.ehr.example.org/r4"]}},
    ],
    ids=("keys", "FHIR", "another scheme"),
)
def test_a_client_is_registered_with_addresses_of_tls_only(change: dict[str, Any]) -> None:
    assert parse_client(deployment(), "example.yaml")
    with pytest.raises(ClientError, match=r"expected .*http"):
        parse_client(deployment(**change), "example.yaml")


@pytest.mark.rule("SEC-3")
def test_nobody_is_served_unverified_unless_told_to(capsys: pytest.CaptureFixture[str]) -> None:
    assert Settings().open is False
    assert main(["serve", "--port", "0"]) == 2
    assert "CDS_CLIENTS" in capsys.readouterr().err


@pytest.mark.rule("SEC-3")
@pytest.mark.rule("SEC-4")
@pytest.mark.rule("SEC-15")
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/cds-services"), ("POST", SERVICE), ("POST", f"{SERVICE}/feedback"), ("POST", "/cds-services/none")],
)
async def test_who_does_not_sign_learns_nothing_and_nothing_is_read(tmp_path: Path, method: str, path: str) -> None:
    (tmp_path / "example.yaml").write_text(deployment())
    keys = KeysAddress()
    signed = Signed(tmp_path, Clock(NOW), keys)
    call = hook_call({}, access=True, fhirServer="https://fhir.ehr.example.org/r4")
    answer = await signed.http.request(method, path, json=call if method == "POST" else None)
    assert answer.status_code == 401
    assert answer.json()["issue"][0]["diagnostics"] == "this service answers signed calls of registered clients only"
    assert keys.asked == []
    assert signed.gate.door is not None
    await signed.gate.door.keys.close()


@pytest.mark.rule("SEC-15")
async def test_a_registered_client_reads_its_own_servers_only(tmp_path: Path) -> None:
    (tmp_path / "example.yaml").write_text(deployment())
    keys = KeysAddress()
    signed = Signed(tmp_path, Clock(NOW), keys)
    body = hook_call({}, access=True, fhirServer="https://fhir.other.example.org/r4")
    answer = await signed.post(signed.token(), body=body)
    assert answer.status_code == 412
    assert [one for one in keys.asked if "other" in one] == []
    assert signed.gate.door is not None
    await signed.gate.door.keys.close()


@pytest.mark.rule("SEC-14")
def test_any_origin_is_no_origin() -> None:
    with pytest.raises(BadSetting):
        Settings.from_environment({"CDS_ORIGINS": "*"})
