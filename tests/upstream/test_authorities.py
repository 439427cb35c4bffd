"""CDS_CA_FILE: authorities of a hospital's own stand beside those of the machine; a file that holds none is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme

from cds_service.errors import BadSetting
from cds_service.pinned import trusting


def test_its_authorities_are_added(tmp_path: Path) -> None:
    path = tmp_path / "own.pem"
    trustme.CA(organization_name="Hospital of our own").cert_pem.write_to_path(path)
    context = trusting(path)
    assert context is not None
    assert context.check_hostname
    assert "Hospital of our own" in str(context.get_ca_certs())


def test_without_a_file_the_machine_decides() -> None:
    assert trusting(None) is None


@pytest.mark.parametrize(
    ("content", "said"), [(None, "cannot be read"), (b"no key", "is no file of certificates"), (b"", "is no file of")]
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "own.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadSetting, match=f"^CDS_CA_FILE: '.*own.pem' {said}"):
        trusting(path)
