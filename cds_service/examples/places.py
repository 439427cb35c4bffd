"""Where worked examples lie: beside their trial as `<trial>.examples.yaml`, in a folder `examples`, or as named.

The trials shipped with a checkout have theirs in `tests/trials`; an installed package carries none.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cds_service.data import trials_folder
from cds_service.examples.text import ExampleError

ENDING = ".examples.yaml"
FOLDER = "examples"


def example_files(folder: Path) -> list[Path]:
    """The files of one folder, in the order of their names; `fragments/` holds pieces and no stories."""
    return sorted(folder.glob("*.yaml"))


def named_files(paths: Iterable[Path]) -> list[Path]:
    """Files as named, and those of named folders; an ExampleError when a path is neither, or holds none."""
    found: list[Path] = []
    for path in paths:
        files = example_files(path) if path.is_dir() else [path] if path.is_file() else []
        if not files:
            raise ExampleError(f"{path}: no worked examples here; name a YAML file, or a folder of such files")
        found += files
    return list(dict.fromkeys(found))


def files_beside(trials: Path) -> list[Path]:
    """The examples of a folder of trials, or of one trial file: `<trial>.examples.yaml` and `examples/` beside it."""
    folder = trials if trials.is_dir() else trials.parent
    mine = f"*{ENDING}" if trials.is_dir() else f"{trials.stem}{ENDING}"
    beside = [*sorted(folder.glob(mine)), *example_files(folder / FOLDER)]
    if folder.resolve() == trials_folder().resolve():
        beside += example_files(folder.parent / "tests" / "trials")
    return beside
