"""The example of docs/terminology.md does what the page says."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from cds_service.cli import main, parser

PAGE = (Path(__file__).parents[2] / "docs" / "terminology.md").read_text(encoding="utf-8")
[MAP, RECORD] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = re.findall(r"^cds-service .*$", PAGE, re.MULTILINE)


def test_the_example_is_told_as_the_page_says(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "lab.json").write_text(MAP, encoding="utf-8")
    (tmp_path / "people.json").write_text(RECORD, encoding="utf-8")
    given = ["assess", str(tmp_path / "people.json"), "--concept-map", str(tmp_path / "lab.json")]
    assert main([*given, "--as-of", "2026-11-21", "--format", "json"]) == 0
    [person] = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    criteria = {one["id"]: one for assessment in person["assessments"] for one in assessment["criteria"]}
    said = {evidence["says"] for one in criteria.values() for evidence in one["evidence"]}
    promised = re.findall(r"`([^`]*\(mapped\)[^`]*)`", PAGE)
    assert len(promised) == 2
    assert set(promised) <= said
    assert criteria["CM313-I05"]["verdict"] == criteria["CART-I08"]["verdict"] == "met"


def test_without_the_map_nothing_of_it_is_believed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "people.json").write_text(RECORD, encoding="utf-8")
    assert main(["assess", str(tmp_path / "people.json"), "--as-of", "2026-11-21", "--format", "json"]) == 0
    [person] = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    criteria = {one["id"]: one["verdict"] for assessment in person["assessments"] for one in assessment["criteria"]}
    assert (criteria["CM313-I05"], criteria["CART-I05"]) == ("unknown", "unknown")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shown_is_one(command: str) -> None:
    assert callable(parser().parse_args(shlex.split(command)[1:]).command)
