"""What docs/integration.md tells somebody to type, to set and to look for is there; so it is for the other pages."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from cards.wording.en_smart import SMART
from cds_service.cli import parser
from cds_service.settings import TABLE, Settings
from tests.hapi.demo import surroundings

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "integration.md").read_text(encoding="utf-8")
TYPED = re.findall(r"\S*cds-service (?:load|fire|serve) [^\n`]+", PAGE)
OURS = {row.name for row in TABLE} | {"CDS_LOAD_TOKEN"}
"""Every variable that is read: the settings, and the token that `load` takes from the environment."""


@pytest.mark.parametrize("command", [one for one in TYPED if " URL " not in one])
def test_every_command_shown_is_one(command: str) -> None:
    assert callable(parser().parse_args(shlex.split(command)[1:]).command)


def test_load_and_fire_are_shown_for_a_server_elsewhere_and_for_containers() -> None:
    assert {tuple(shlex.split(one)[:2]) for one in TYPED} >= {
        (program, command) for program in ("cds-service", "/venv/bin/cds-service") for command in ("load", "fire")
    }


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.*")), ids=lambda path: path.name)
def test_every_variable_named_exists(page: Path) -> None:
    named = set(re.findall(r"\bCDS_[A-Z_]+\b", page.read_text(encoding="utf-8")))
    assert named - OURS == set()


def test_make_hapi_sets_only_what_exists_and_keeps_nothing() -> None:
    given = surroundings({"CDS_DATABASE_URL": "sqlite:///of-the-hospital.db"}, "http://127.0.0.1:1", "folder")
    assert set(given) <= OURS
    read = Settings.from_environment(given)
    assert (read.data, read.database_url, read.report_url) == ("folder", "", "http://127.0.0.1:1")


def test_what_a_launch_may_show_is_what_its_pages_say() -> None:
    table = PAGE.split("## 4.")[1].split("## 5.")[0]
    seen = re.findall(r"^\| ([A-Z][^|]+?) \|", table, re.MULTILINE)
    assert len(seen) == 6
    assert [one for one in seen if one not in SMART.values()] == []


def test_the_links_lead_somewhere() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", PAGE) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / "docs" / link).is_file()] == []
