"""What the service remembers between calls: feedback, audit, used tokens. One database, SQLite or PostgreSQL."""

from __future__ import annotations

from cds_service.store.store import Store as Store
