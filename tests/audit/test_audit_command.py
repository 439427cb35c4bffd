"""`cds-service audit` and `feedback purge` in the shell: what they print, what they take away, what they answer."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from cds_service.audit.decided import Decided
from cds_service.audit.entry import Called, content_of
from cds_service.cli import main
from cds_service.store import Store
from tests.store.conftest import KEY

CLIENT, OTHER = "example-hospital", "other-hospital"
NOW = datetime.now(UTC)
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, database: str) -> None:
    """The settings of a shell beside the service."""
    monkeypatch.setenv("CDS_DATABASE_URL", database)
    monkeypatch.setenv("CDS_AUDIT_KEY", KEY.decode())


def written(database: str, *statements: str, days: tuple[int, ...] = ()) -> None:
    """One row a number of days ago, about one person of each client in turn; then statements."""

    async def write() -> None:
        store = Store(database, KEY)
        await store.start()
        for n, ago in enumerate(days):
            decided = Decided("ann" if n % 2 else "bob", "Practitioner/lee")
            called = Called("s", OTHER if n == 2 else CLIENT, 200, 1.5, decided=decided)
            await store.audit.add(f"call-{n}", NOW - timedelta(days=ago), content_of(called, KEY))
        async with store.engine.begin() as connection:
            for statement in statements:
                await connection.execute(text(statement))
        await store.close()
        await asyncio.sleep(0.1)

    asyncio.run(write())


def told(capsys: Captured, *arguments: str) -> tuple[int, list[str], str]:
    status = main(["audit", *arguments])
    printed = capsys.readouterr()
    return status, printed.out.splitlines(), printed.err


def test_verify_says_that_all_is_well_and_where_the_chain_ends(database: str, capsys: Captured) -> None:
    assert told(capsys, "verify")[:2] == (0, ["0 rows: each as it was written", f"last row 0:{'0' * 64}"])
    written(database, days=(3, 2, 1))
    status, (verdict, head), _ = told(capsys, "verify")
    assert (status, verdict) == (0, "3 rows: each as it was written")
    assert re.fullmatch(r"last row 3:[0-9a-f]{64}", head)


def test_verify_names_a_row_that_was_touched(database: str, capsys: Captured) -> None:
    written(database, "update audit set content = '{}' where number = 2", days=(3, 2, 1))
    status, lines, _ = told(capsys, "verify")
    assert status == 1
    assert lines[:2] == ["row 2: this row was changed, moved or put in", "3 rows: 1 not as they were written"]


def test_verify_with_another_key_finds_every_row_changed(
    database: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(database, days=(3, 2))
    monkeypatch.setenv("CDS_AUDIT_KEY", "another" * 9)
    assert told(capsys, "verify")[:2][0] == 1


def test_a_noted_head_tells_of_rows_that_are_gone(database: str, capsys: Captured) -> None:
    written(database, days=(3, 2, 1))
    noted = told(capsys, "verify")[1][-1].removeprefix("last row ")
    assert told(capsys, "verify", "--noted", noted)[0] == 0
    written(database, "delete from audit where number = 3")
    assert told(capsys, "verify")[0] == 0
    status, lines, _ = told(capsys, "verify", "--noted", noted)
    assert (status, lines[0]) == (1, "row 2: the chain ends here; it was noted at 3")


def test_a_noted_head_is_read_as_it_was_printed(capsys: Captured) -> None:
    with pytest.raises(SystemExit):
        main(["audit", "verify", "--noted", "3"])
    assert "expected a number, a colon and 64 hexadecimal digits" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "calls"),
    [
        ((), ["call-0", "call-1", "call-2"]),
        (("--request", "call-1"), ["call-1"]),
        (("--client", CLIENT), ["call-0", "call-1"]),
        (("--client", CLIENT, "--patient", "bob"), ["call-0"]),
        (("--client", OTHER, "--patient", "bob"), ["call-2"]),
        (("--client", OTHER, "--patient", "ann"), []),
        (("--client", CLIENT, "--user", "Practitioner/lee"), ["call-0", "call-1"]),
        (("--client", CLIENT, "--user", "Practitioner/roe"), []),
    ],
)
def test_show_finds_rows_by_call_client_and_person(
    database: str, capsys: Captured, asked: tuple[str, ...], calls: list[str]
) -> None:
    written(database, days=(3, 2, 1))
    status, lines, _ = told(capsys, "show", *asked)
    assert (status, [json.loads(line)["request"] for line in lines]) == (0, calls)


def test_a_person_is_another_one_for_each_client(capsys: Captured) -> None:
    status, _, why = told(capsys, "show", "--patient", "bob")
    assert (status, "--patient and --user need --client" in why) == (2, True)


def test_purge_takes_away_what_is_older_than_the_setting_or_a_day(
    database: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(database, days=(400, 90, 1))
    assert told(capsys, "purge")[1][0].startswith("1 audit row from before")
    monkeypatch.setenv("CDS_AUDIT_DAYS", "30")
    assert told(capsys, "purge")[1][0].startswith("1 audit row from before")
    assert told(capsys, "verify")[1][0] == "3 rows, from number 3 on: each as it was written"
    assert told(capsys, "purge", "--before", f"{NOW:%Y-%m-%d}")[1][0].startswith("1 audit row from before")
    assert told(capsys, "purge", "--before", "2999-01-01")[0] == 0
    assert told(capsys, "verify")[0] == 0


def test_a_database_that_is_gone_is_told_in_a_sentence(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDS_DATABASE_URL", "sqlite:////no/such/folder/store.db")
    for command in ("verify", "show", "purge"):
        status, lines, why = told(capsys, command)
        assert (status, lines) == (2, [])
        assert "CDS_DATABASE_URL or CDS_DATA say which it is" in why
