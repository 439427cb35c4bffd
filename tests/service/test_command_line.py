"""`cds-service` beside `assess`: serve refuses what is not safe, check names the place of a mistake."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import sys
from pathlib import Path
from subprocess import PIPE, Popen
from threading import Timer
from typing import Any
from urllib.request import urlopen

import pytest

from cds_service.cli import main, parser
from cds_service.data import trials_folder

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CDS_AS_OF", "CDS_OPEN", "CDS_PORT"):
        monkeypatch.delenv(name, raising=False)


def test_the_commands_are_those_of_the_documentation() -> None:
    assert "serve | demo | assess | check | fire" in parser().format_help()


@pytest.mark.parametrize("as_of", [None, "2026-11-21"])
def test_serve_does_not_start_for_just_anyone(
    as_of: str | None, monkeypatch: pytest.MonkeyPatch, capfd: Captured
) -> None:
    if as_of:
        monkeypatch.setenv("CDS_AS_OF", as_of)
    assert main(["serve"]) == 2
    assert "--open" in capfd.readouterr().err


def served(*arguments: str, **environment: str) -> tuple[str, dict[str, Any], int]:
    """What `serve` says as it starts, what discovery answers, and the exit status when it is asked to stop."""
    command = [sys.executable, "-m", "cds_service", "serve", "--open", "--port", "0", *arguments]
    told = []
    with Popen(command, stderr=PIPE, text=True, env=os.environ | environment) as process:
        patience = Timer(60, process.kill)  # a start that says nothing ends the test, not the day
        patience.start()
        try:
            assert process.stderr is not None
            told.append(process.stderr.readline())
            port = re.search(r":(\d+)/cds-services", told[0])
            assert port, told
            with urlopen(f"http://127.0.0.1:{port[1]}/cds-services", timeout=30) as answer:
                discovered = json.load(answer)
            process.send_signal(signal.SIGTERM)
            told.append(process.stderr.read())
        except BaseException:
            process.kill()
            raise
        finally:
            patience.cancel()
    return "".join(told), discovered, process.returncode


def test_serve_is_open_when_told_so_and_ends_when_asked() -> None:
    told, discovered, status = served(CDS_AS_OF="2026-11-21")
    assert [service["hook"] for service in discovered["services"]] == ["patient-view"]
    assert "judged as of 2026-11-21" in told
    assert "unsigned calls are accepted from" not in told
    assert status == 0


def test_serve_warns_when_others_can_reach_it() -> None:
    told, _, _ = served("--host", "0.0.0.0")
    assert "unsigned calls are accepted from whoever reaches" in told


def test_a_port_that_is_taken_is_named(capfd: Captured) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--open", "--port", str(port)]) == 2
    assert f"port {port}" in capfd.readouterr().err


def test_a_port_is_a_port(capfd: Captured) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["serve", "--open", "--port", "70000"])
    assert stopped.value.code == 2
    assert "no port" in capfd.readouterr().err


def test_check_tells_what_is_in_the_definitions(capfd: Captured) -> None:
    assert main(["check", "--no-examples"]) == 0
    out = capfd.readouterr().out
    assert "CM313 (NCT05694767, active): 23 inclusion and 36 exclusion criteria" in out
    assert "CAR-T (NCT06352281, active): 11 inclusion and 35 exclusion criteria" in out


@pytest.fixture
def trials(tmp_path: Path) -> Path:
    return Path(shutil.copytree(trials_folder(), tmp_path / "trials"))


def test_a_mistake_is_named_with_file_place_and_what_is_expected(trials: Path, capfd: Captured) -> None:
    file = trials / "cm313.yaml"
    file.write_text(file.read_text().replace("age: {at_least: 18}", "age: {at_leest: 18}", 1))
    assert main(["check", str(trials)]) == 2
    err = capfd.readouterr().err
    assert "cm313.yaml: inclusion[0]" in err
    assert "at_leest" in err
    assert "did you mean 'at_least'?" in err


def test_one_file_can_be_checked_beside_the_shipped_tables(trials: Path, tmp_path: Path, capfd: Captured) -> None:
    alone = tmp_path / "third.yaml"
    alone.write_text((trials / "cm313.yaml").read_text().replace("NCT05694767", "NCT99999999"))
    assert main(["check", str(alone)]) == 0
    assert "NCT99999999" in capfd.readouterr().out


@pytest.mark.parametrize("path", ["absent", "."])
def test_check_says_what_it_wants_to_be_given(path: str, tmp_path: Path, capfd: Captured) -> None:
    assert main(["check", str(tmp_path / path)]) == 2
    assert "trials" in capfd.readouterr().err


def test_fire_at_nothing_is_a_sentence(capfd: Captured) -> None:
    assert main(["fire", "http://127.0.0.1:9", "ines"]) == 2
    out = capfd.readouterr()
    assert "Traceback" not in out.out + out.err
    assert out.out + out.err


def test_fire_takes_the_patient_by_name_and_our_own_service_by_default() -> None:
    by_name = ["fire", "--fhir", "https://ehr.example/fhir", "--patient", "ines"]
    in_order = ["fire", "http://127.0.0.1:8080", "ines", "--fhir", "https://ehr.example/fhir"]
    given, ordered = (vars(parser().parse_args(arguments)) for arguments in (by_name, in_order))
    assert (given["service"], given["named"] or given["patient"]) == (ordered["service"], ordered["patient"])


def test_one_file_of_a_folder_is_checked_alone(trials: Path, capfd: Captured) -> None:
    (trials / "cart.yaml").write_text("nothing of a trial")
    assert main(["check", str(trials / "cm313.yaml")]) == 0
    assert "CAR-T" not in capfd.readouterr().out
    assert main(["check", str(trials / "cart.yaml")]) == 2
    assert "cart.yaml" in capfd.readouterr().err
