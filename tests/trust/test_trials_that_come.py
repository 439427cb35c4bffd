"""A client may enable a trial as soon as its definition is here, whichever of the two files was changed first."""

from __future__ import annotations

from pathlib import Path

from cds_service.trust.clients import House, Registry, read_clients
from tests.trust.hospital import deployment

BEFORE = House(("NCT05694767", "NCT06352281"))
AFTER = House((*BEFORE.trials, "NCT00000001"))


def enabling(folder: Path, *trials: str) -> None:
    (folder / "example.yaml").write_text(deployment(trials={trial: {} for trial in trials}))


def enabled(registry: Registry) -> set[str]:
    return set(registry.clients.by_name["example-hospital"].trials)


def test_the_clients_file_first(folder: Path) -> None:
    registry = Registry(read_clients(folder, BEFORE), BEFORE)
    enabling(folder, "NCT05694767", "NCT00000001")
    assert not registry.reread()
    assert "NCT00000001: no such trial here" in registry.refused
    registry.moved(AFTER)
    assert registry.reread()
    assert enabled(registry) == {"NCT05694767", "NCT00000001"}
    assert registry.refused == ""


def test_a_trial_that_goes_leaves_the_clients_as_they_were(folder: Path) -> None:
    enabling(folder, "NCT05694767", "NCT00000001")
    registry = Registry(read_clients(folder, AFTER), AFTER)
    registry.moved(BEFORE)
    assert not registry.reread()
    assert "NCT00000001: no such trial here" in registry.refused
    assert enabled(registry) == {"NCT05694767", "NCT00000001"}
    assert not registry.reread()
