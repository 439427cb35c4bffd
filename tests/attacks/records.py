"""Attacks on what is kept: somebody reads the database, changes it, or writes into the folders that are read again."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import Any

from cds_service.audit.chain import Anchor
from tests.attacks.attack import COOKIE, SHOWN, Attack, Must, Never, Who, answered, status
from tests.attacks.evidence import Evidence
from tests.attacks.pages import link, opened
from tests.attacks.stage import FEEDBACK, PATIENT, Hospital
from tests.trust.hospital import deployment

CHAIN = "cds_service/audit/chain.py"
HANDLE = "cds_service/report/handle.py"
CLIENTS = "cds_service/trust/clients.py"


def _kept(stage: Hospital) -> bytes:
    return b"".join(path.read_bytes() for path in stage.folder.glob("store.db*"))


async def _reading(stage: Hospital) -> None:
    """Whoever has the file has keyed hashes, sealed reports, identifiers of used tokens."""
    _, key = await link(stage)
    token = stage.token()
    await stage.send(token)
    body = {"feedback": [{"card": "c1", "outcome": "overridden", "outcomeTimestamp": "2026-11-21T12:00:00Z"}]}
    await stage.send(stage.token(FEEDBACK), body, FEEDBACK)
    held = _kept(stage)
    assert b"used_token" in held
    found = [word for word in (*PATIENT, *stage.evidence.secrets, key, "Practitioner/doc", "Avatrombopag", "selma")
             if word.encode() in held]  # fmt: skip
    assert found == []


def changed(statement: str) -> Callable[[Hospital], Awaitable[None]]:
    """Four calls are made; then somebody with the file, but without the key, changes rows."""

    async def attempt(stage: Hospital) -> None:
        for _ in range(4):
            await stage.send(stage.token())
        noted = await _head(stage)
        assert (await stage.store.audit.verify(noted)).flaws == []
        with closing(sqlite3.connect(str(stage.evidence.database))) as connection:
            connection.execute(statement)
            connection.commit()
        assert (await stage.store.audit.verify(noted)).flaws

    return attempt


async def _head(stage: Hospital) -> Anchor:
    return (await stage.store.audit.verify()).at


async def _exchanged(stage: Hospital) -> None:
    """The sealed content of one report is put under the id of another, whose link the insider holds."""
    (one, _), (other, key) = await link(stage), await link(stage)
    ids = [address.rpartition("/")[2] for address in (one, other)]
    with closing(sqlite3.connect(str(stage.evidence.database))) as connection:
        content = connection.execute("SELECT content FROM report WHERE id = ?", ids[:1]).fetchone()[0]
        connection.execute("UPDATE report SET content = ? WHERE id = ?", (content, ids[1]))
        connection.commit()
    await opened(stage, other, key)


async def _prolonged(stage: Hospital) -> None:
    """A later end is written into the row; the end stands in the id of the report itself."""
    address, key = await link(stage)
    with closing(sqlite3.connect(str(stage.evidence.database))) as connection:
        connection.execute("UPDATE report SET until = '2099-01-01T00:00:00Z', browser = NULL")
        connection.commit()
    stage.clock.on(minutes=16)
    await opened(stage, address, key)


LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(12)
)
FILES = (
    "!!python/object/apply:os.system ['touch pwned']",
    "client: !!python/object/apply:os.system ['touch pwned']",
    LAUGHS,
    deployment().replace("client: example-hospital", "client: example-hospital\nclient: other"),
    deployment(client="../../etc"),
    deployment(audience="http://cds.example.org"),
    deployment(fhir={"bases": ["file:///etc"]}),
    deployment(unknown="x"),
    "\x00",
    "[" * 10_000,
    "? " * 3_000,
)


async def _files(stage: Hospital) -> None:
    """A file that is wrong, or more than a file, is not taken over; the last good one stays in force."""
    registry = stage.app.state.gate.door.registry
    for text in FILES:
        (stage.clients / "evil.yaml").write_text(text)
        assert not registry.reread(anyway=True)
        assert registry.refused
        await stage.send(stage.token())
    assert set(registry.clients.by_name) == {"example-hospital", "neighbour"}
    assert not list(stage.folder.rglob("pwned"))


def row(name: str, how: str, must: Must, attempt: Any, *never: Never, at: str) -> Attack:
    return Attack(name, Who.INSIDER, how, must, never, at, attempt)


FOUND = Must("`audit verify` names the row", answered(200))
FOUND_BY_NOTE = Must("`audit verify --noted` tells that the chain ends too early", answered(200))


def _in_force(evidence: Evidence) -> bool:
    return answered(200)(evidence) and bool(evidence.cards)


ATTACKS: tuple[Attack, ...] = (
    row("reading the database", "copies the database file after calls, reports and feedback",
        Must("no name, id, value, token or key is in it", answered(200)), _reading,
        at="cds_service/store/pseudonym.py"),
    row("a changed audit row", "changes the content of a row", FOUND,
        changed("UPDATE audit SET content = replace(content, '200', '401') WHERE number = 2"), at=CHAIN),
    row("a removed audit row", "removes a row", FOUND, changed("DELETE FROM audit WHERE number = 2"), at=CHAIN),
    row("an audit chain cut at its end", "removes the last rows", FOUND_BY_NOTE,
        changed("DELETE FROM audit WHERE number > 2"), at=CHAIN),
    row("an audit chain cut at its beginning", "removes the first rows and writes an anchor", FOUND,
        changed("DELETE FROM audit WHERE number <= 2"), at=CHAIN),
    row("a report under another's link", "copies the sealed content of a report to an own one",
        status(404, "what is sealed is bound to id, client, trial and patient"), _exchanged, SHOWN, COOKIE, at=HANDLE),
    row("a report that stays open", "writes a later end into the row of a report", status(410, "it has closed"),
        _prolonged, SHOWN, COOKIE, at=HANDLE),
    row("files that are more than files", "puts YAML with Python tags, laughs, climbing names beside deployment files",
        Must("they are refused with their place; the last good files stay in force", _in_force), _files, at=CLIENTS),
)  # fmt: skip
