"""Answers of a terminology server on disk, one file a question; what cannot be read is as good as not there."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import orjson

from cds_service.expansion.server import Found


class Cache:
    """A folder, made when first written to. The name of a file is the key of its question (`Rule.key`)."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def get(self, key: str) -> tuple[Found, ...] | None:
        if self.folder is None:
            return None
        try:
            content = orjson.loads((self.folder / f"{key}.json").read_bytes())
            return tuple(Found(_text(code), _text(display)) for code, display in content["codes"])
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def put(self, key: str, value_set: str, found: Sequence[Found]) -> bool:
        """Whole or not at all; False where the folder cannot be written."""
        if self.folder is None:
            return True
        content = {"value_set": value_set, "codes": [[one.code, one.display] for one in found]}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._write(f"{key}.json", orjson.dumps(content))
        except OSError:
            return False
        return True

    def _write(self, name: str, content: bytes) -> None:
        assert self.folder is not None  # noqa: S101 — `put` asked
        handle, beside = tempfile.mkstemp(dir=self.folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.replace(beside, self.folder / name)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(beside)
            raise


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
