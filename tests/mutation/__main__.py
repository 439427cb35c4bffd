"""`python -m tests.mutation [name…]`: mutates the rules, file group by file group, and tells what no test noticed.

Each group is copied to `target/mutants/<name>` and mutated there by `mutmut`, against the tests that decide it, so that
the tree stays as it is. Tables are printed; survivors are told one by one with what was changed in them.
"""

# ruff: noqa: T201 — it prints its table
from __future__ import annotations

import argparse
import configparser
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORK = ROOT / "target" / "mutants"
COPIED = ("eligibility", "cards", "cds_service", "trials", "fhir_fixtures", "tests", "pyproject.toml")
WANTED = 85  # per cent
SURVIVED, UNTESTED = (0,), (5, 33)
NOT_RUN: tuple[int | None, ...] = (None, 2, 34)
SPEC = "tests/spec/test_"
BARE = os.environ | {
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"
}  # none is needed to decide, and each costs every mutant time


@dataclass(frozen=True)
class Group:
    """Source files, and the tests that are to notice when one of them decides otherwise."""

    sources: tuple[str, ...]
    tests: tuple[str, ...]


STORIES = "tests/mutation/stories.py"
KINDS = tuple(
    path.relative_to(ROOT).as_posix()
    for name in ("kind_*", "groups", "latest_result", "needs", "silence", "therapies")
    for path in sorted(ROOT.glob(f"{SPEC}{name}.py"))
)
GROUPS: Mapping[str, Group] = {
    "truth": Group(("eligibility/truth.py",), (SPEC + "truth.py",)),
    "when": Group(("eligibility/when.py",), (SPEC + "when.py", SPEC + "imprecision.py", SPEC + "kind_age.py")),
    "quantity": Group(("eligibility/quantity.py",), (SPEC + "quantity.py", SPEC + "units.py")),
    "terminology": Group(
        ("eligibility/terminology.py",),
        tuple(SPEC + f"{name}.py" for name in ("terminology", "drug_words", "words_of_a_diagnosis", "result_words")),
    ),
    "kinds": Group(("eligibility/criteria/*.py",), (STORIES, *KINDS)),
}


def prepared(place: Path, group: Group) -> None:
    """A copy of what the tests need, and mutmut's settings beside it."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for part in COPIED:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, place / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, place)
    settings = configparser.ConfigParser()
    settings["mutmut"] = {
        "source_paths": "eligibility",
        "only_mutate": "\n".join(group.sources),
        "also_copy": "\n".join(part for part in COPIED if part not in ("tests", "eligibility")),
        "pytest_add_cli_args_test_selection": "\n".join(group.tests),
        "pytest_add_cli_args": "\n".join(("-c", "setup.cfg", "-p", "no:cacheprovider")),
        # A fresh process for every mutant, forked after the tests are loaded and before any has run.
        "process_isolation": "forkserver",
        "use_git_change_detection": "false",
        "track_dependencies": "false",
    }
    settings["tool:pytest"] = {"markers": "rule(id): the rule that the test holds"}
    with (place / "setup.cfg").open("w", encoding="utf-8") as file:
        settings.write(file)


def run(place: Path, children: int, sample: int | None) -> None:
    """Until every mutant was run: what stops mutmut halfway (a mutant that ends its process) costs that mutant only."""
    before = None
    if sample is not None:
        _mutmut(place, children, "none.of.these")  # makes the mutants, and runs none
    while True:
        waiting = [mutant for _, mutant, code in outcomes(place, sample) if code in NOT_RUN]
        if waiting == before or (before is not None and not waiting):
            return
        _mutmut(place, children, *(waiting if sample is not None else ()))
        before = waiting


def _mutmut(place: Path, children: int, *mutants: str) -> None:
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(children), *mutants]
    with (place / "log.txt").open("ab") as log:
        subprocess.run(command, cwd=place, env=BARE, stdout=log, stderr=subprocess.STDOUT, check=False)


def outcomes(place: Path, sample: int | None = None) -> Iterator[tuple[str, str, int | None]]:
    """File, mutant, and with which code its tests ended; `sample` mutants of each file, the same in every run."""
    for path in sorted((place / "mutants").rglob("*.meta")):
        file = path.relative_to(place / "mutants").with_suffix("").as_posix()
        found = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"].items()
        for mutant, code in sorted(found, key=_drawn)[:sample]:
            yield file, mutant, code


def _drawn(mutant_and_code: tuple[str, int | None]) -> bytes:
    return hashlib.sha256(mutant_and_code[0].encode()).digest()


def told(place: Path, sample: int | None) -> bool:
    """Prints a row for each file, and keeps what survived; whether enough was noticed."""
    by_file: dict[str, list[tuple[str, int | None]]] = {}
    for file, mutant, code in outcomes(place, sample):
        by_file.setdefault(file, []).append((mutant, code))
    enough = bool(by_file)
    with (place / "survivors.txt").open("w", encoding="utf-8") as file_of_survivors:
        for file, found in by_file.items():
            alive = [mutant for mutant, code in found if code in SURVIVED + UNTESTED]
            waiting = sum(code in NOT_RUN for _, code in found)
            killed = len(found) - len(alive) - waiting
            share = 100 * killed / len(found)
            enough = enough and share >= WANTED
            print(
                f"{file:<44}{killed:>5} of {len(found):<5}{share:6.1f} %" + (f"  {waiting} not run" if waiting else "")
            )
            for mutant in alive:
                file_of_survivors.write(_shown(place, mutant))
    return enough


def _shown(place: Path, mutant: str) -> str:
    command = [sys.executable, "-m", "mutmut", "show", mutant]
    shown = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    return f"## {mutant}\n{shown.stdout}\n"


def main(names: list[str], children: int, goes_on: bool, sample: int | None) -> int:
    unknown = [name for name in names if name not in GROUPS]
    if unknown:
        print(f"no group {', '.join(unknown)}; there are {', '.join(GROUPS)}", file=sys.stderr)
        return 2
    enough = True
    for name in names or GROUPS:
        place = WORK / name
        if not (goes_on and place.exists()):
            prepared(place, GROUPS[name])
        run(place, children, sample)
        enough = told(place, sample) and enough
    print(f"survivors, each with what was changed: {WORK.relative_to(ROOT)}/*/survivors.txt")
    return 0 if enough else 1


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("names", nargs="*", help=f"groups: {', '.join(GROUPS)}")
    asked.add_argument("--children", type=int, default=max(1, (os.cpu_count() or 2) - 1))
    asked.add_argument("--go-on", action="store_true", help="keep the copies, and run only what was not run yet")
    asked.add_argument("--sample", type=int, help="so many mutants of each file, drawn by their names (default: all)")
    given = asked.parse_args()
    raise SystemExit(main(given.names, given.children, given.go_on, given.sample))
