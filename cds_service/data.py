"""Where the trials and the synthetic people lie: beside the code in a checkout, inside the package in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def trials_folder() -> Path:
    """The trial definitions, their shared tables and value sets."""
    return _folder("trials")


def fixtures_folder() -> Path:
    """The synthetic people and sample hook calls."""
    return _folder("fhir_fixtures")


def _folder(name: str) -> Path:
    packed = _PACKAGE / "_data" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name
