"""The installed wheel behaves as the checkout, and nothing but our packages lands in site-packages."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ASSESS = ("assess", str(ROOT / "fhir_fixtures" / "patients" / "ines.json"), "--as-of", "2026-11-21", "--format", "json")


def run(*command: str | Path, cwd: Path) -> bytes:
    quiet = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CDS_"))}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=quiet, capture_output=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of what a checkout holds, so that nothing is written into this one."""
    out = tmp_path_factory.mktemp("wheel")
    run(
        sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", out, ROOT,
        cwd=out,
    )  # fmt: skip
    [built] = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel; its dependencies are those of this one, lent by a path file."""
    home = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", home / "venv", cwd=home)
    python = home / "venv" / "bin" / "python"
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        wheel,
        cwd=home,
    )
    # A path file in a lent folder is not read, so the checkout's own editable install does not come along.
    [site] = (home / "venv" / "lib").glob("python*/site-packages")
    (site / "lent.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    return home


def test_the_wheel_holds_three_packages_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    top = {name.split("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {"eligibility", "cards", "cds_service"}
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name]


def test_everything_that_travels_is_in_it(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder, packed in (
        ("trials", "cds_service/_data/trials"),
        ("fhir_fixtures", "cds_service/_data/fhir_fixtures"),
    ):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file():
                assert f"{packed}/{path.relative_to(ROOT / folder).as_posix()}" in names
    for path in (ROOT / "cds_service").rglob("*"):
        if path.is_file() and path.suffix in (".html", ".css", ".js", ".json"):
            assert path.relative_to(ROOT).as_posix() in names


def test_the_installed_service_does_not_read_the_checkout(installed: Path) -> None:
    code = "import cds_service.data as d, cards; print(d.trials_folder(), d.fixtures_folder(), cards.__file__)"
    told = run(installed / "venv" / "bin" / "python", "-c", code, cwd=installed).decode().split()
    assert all(path.startswith(str(installed)) for path in told), told


def test_it_assesses_as_the_checkout_does(installed: Path) -> None:
    there = run(installed / "venv" / "bin" / "cds-service", *ASSESS, cwd=installed)
    here = run(sys.executable, "-m", "cds_service", *ASSESS, cwd=ROOT)
    assert b'"patient":"Patient/ines"' in here
    assert there == here


def test_its_trials_pass_the_check(installed: Path) -> None:
    assert b"NCT05694767" in run(installed / "venv" / "bin" / "cds-service", "check", cwd=installed)
