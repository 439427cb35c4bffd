"""What the README promises is there: commands, settings, files, the example of a trial."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

from cds_service.catalogue import load_catalogue
from cds_service.cli import parser
from cds_service.settings import TABLE

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, re.DOTALL)
COMMANDS = [line for _, block in BLOCKS for line in block.splitlines() if line.startswith("cds-service ")]


def test_the_settings_table_is_complete_and_true() -> None:
    rows = re.findall(r"^\| `(CDS_\w+)` \| (.*?) \| (.*?) \|$", README, re.MULTILINE)
    assert rows == [(row.name, f"`{row.default}`" if row.default else "", row.meaning) for row in TABLE]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shown_is_one(command: str) -> None:
    given = parser().parse_args(shlex.split(command)[1:])
    assert callable(given.command)


def test_each_kind_of_command_is_shown() -> None:
    assert {command.split()[1] for command in COMMANDS} == {"serve", "demo", "assess", "check", "fire"}


def test_the_make_targets_exist() -> None:
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b", README))
    assert {"demo", "test", "lint", "help"} <= named <= made


def test_the_links_lead_somewhere() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_the_counts_of_criteria_are_true() -> None:
    told = {
        nct: (int(i), int(e)) for nct, i, e in re.findall(r"(NCT\d{8}) \| (\d+) inclusion, (\d+) exclusion", README)
    }
    trials = load_catalogue().trials
    assert told == {trial.nct_id: (len(trial.inclusion), len(trial.exclusion)) for trial in trials}


def test_the_example_of_a_criterion_is_one_of_ours() -> None:
    [example] = [yaml.safe_load(block) for language, block in BLOCKS if language == "yaml"]
    text = (ROOT / "trials" / "cm313.yaml").read_text(encoding="utf-8")
    written = yaml.safe_load(text)["inclusion"]
    assert example[0] in written


def test_it_says_what_it_is_not() -> None:
    lowered = " ".join(README.lower().replace(">", " ").split())
    for limit in ("not a medical device", "not clinically validated", "the study team decides", "have not been run"):
        assert limit in lowered
