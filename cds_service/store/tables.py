"""The tables: what is kept of a call, and nothing that names a person; patients and users are keyed hashes.

Times are UTC and written as ISO 8601 text, so that both databases compare them alike and an export reads the same.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

METADATA = MetaData()

used_token = Table(
    "used_token",
    METADATA,
    Column("issuer", String(255), primary_key=True),
    Column("jti", String(255), primary_key=True),
    Column("until", String(32), nullable=False, index=True),
)
"""Identifiers of tokens that were used, until they expire: none is accepted twice (SEC-12)."""

card_sent = Table(
    "card_sent",
    METADATA,
    Column("card", String(36), primary_key=True),
    Column("client", String(64), nullable=False),
    Column("patient", String(64), nullable=False),
    Column("user", String(64), nullable=False),
    Column("trial", String(16), nullable=False),
    Column("definition", String(64), nullable=False),
    Column("status", String(32), nullable=False),
    Column("open", Text, nullable=False),  # JSON list: ids of the criteria that were open
    Column("sex", String(16), nullable=False),
    Column("age_band", String(16), nullable=False),
    Column("sent", String(32), nullable=False),
    Index("card_sent_patient", "client", "patient"),
    Index("card_sent_user", "client", "user"),
)
"""What a card said, as far as feedback needs it: whom it concerned, and what was open then."""

feedback = Table(
    "feedback",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("digest", String(64), nullable=False, unique=True),  # the same item twice is one row (FB-7)
    Column("client", String(64), nullable=False),
    Column("card", String(64), nullable=False, index=True),
    Column("outcome", String(16), nullable=False),
    Column("reason_system", String(255), nullable=False),
    Column("reason_code", String(255), nullable=False),
    Column("comment", Text, nullable=False),
    Column("accepted", Text, nullable=False),  # JSON list: ids of accepted suggestions
    Column("happened", String(40), nullable=False),
    Column("received", String(32), nullable=False),
)
"""Feedback as it came, append-only."""

lifted = Table(
    "lifted",
    METADATA,
    Column("feedback", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
)
"""Silences that somebody lifted before their time; the feedback itself stays."""

audit = Table(
    "audit",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False, index=True),
    Column("call", String(64), nullable=False, index=True),
    Column("content", Text, nullable=False),  # canonical JSON
    Column("hash", String(64), nullable=False),
)
"""One row a call, each chained to the one before by its hash."""

audit_anchor = Table(
    "audit_anchor",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),
    Column("at", String(32), nullable=False),
)
"""Where the chain starts after a purge: the number and hash of the last row that was removed."""

report = Table(
    "report",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("client", String(64), nullable=False),
    Column("trial", String(16), nullable=False),
    Column("patient", String(64), nullable=False),
    Column("until", String(32), nullable=False, index=True),
    Column("browser", String(64), nullable=True),  # fingerprint of the cookie of the browser that opened it first
    Column("content", LargeBinary, nullable=False),  # sealed; the key is in the link alone
)
"""What the links on cards open, for a quarter of an hour; nobody can read it without the link."""
