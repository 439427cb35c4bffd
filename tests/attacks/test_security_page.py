"""The table covers what it promises, and docs/security.md tells it as it is."""

from __future__ import annotations

import re

import pytest

from cds_service.settings import TABLE
from tests.attacks.attack import Attack, Who
from tests.attacks.table import ATTACKS
from tests.attacks.told import PAGE, ROOT, page, tried_in

WRITTEN = PAGE.read_text(encoding="utf-8")


def test_the_page_is_fresh() -> None:
    assert page() == WRITTEN, "run: python -m tests.attacks.told"


def test_there_are_enough_and_no_two_have_one_name() -> None:
    names = [attack.name for attack in ATTACKS]
    assert len(set(names)) == len(names) >= 100


@pytest.mark.parametrize("who", Who, ids=[who.name for who in Who])
def test_everybody_who_may_attack_does(who: Who) -> None:
    assert [attack for attack in ATTACKS if attack.who is who]


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name for attack in ATTACKS])
def test_what_holds_and_where_it_is_tried_exist(attack: Attack) -> None:
    assert (ROOT / tried_in(attack)).is_file()
    assert (ROOT / attack.defence).is_file() or attack.defence.startswith("the ")


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", WRITTEN)
    assert len(links) > 200
    assert not [link for link in links if not (PAGE.parent / link).exists()]


def test_every_setting_named_exists() -> None:
    named = set(re.findall(r"\bCDS_[A-Z_]+\b", WRITTEN))
    assert {"CDS_REPLAY", "CDS_SEND_SECONDS", "CDS_IN_FLIGHT"} <= named <= {row.name for row in TABLE}
