"""`cds-service check`: reads trial definitions and tells what is in them; a mistake is told with its place."""

from __future__ import annotations

from pathlib import Path

from cds_service.catalogue import SHARED, Catalogue, DefinitionError, read_catalogue
from cds_service.data import trials_folder
from eligibility.trial import Trial


def check(path: Path | None) -> str:
    """A folder of trials, or one trial file that uses its folder's shared tables (else those shipped with us)."""
    return "\n".join(_told(trial) for trial in _read(path).trials)


def _read(path: Path | None) -> Catalogue:
    if path is None:
        return read_catalogue(trials_folder())
    if path.is_dir():
        if not (path / SHARED).is_file():
            raise DefinitionError([f"{path}: no {SHARED} in this folder; name the folder of the trials, or one file"])
        return read_catalogue(path)
    if not path.is_file():
        raise DefinitionError([f"{path}: no such file; name a folder of trials, or one trial file"])
    if (path.parent / SHARED).is_file():
        return read_catalogue(path.parent, only=path)
    return read_catalogue(trials_folder(), [path])


def _told(trial: Trial) -> str:
    counted = f"{len(trial.inclusion)} inclusion and {len(trial.exclusion)} exclusion criteria"
    return f"{trial.short_name} ({trial.nct_id}, {trial.header.status}): {counted}; definition {trial.definition}"
