"""Reports that a link on a card opens, sealed, until they close."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("trial", sa.String(16), nullable=False),
        sa.Column("patient", sa.String(64), nullable=False),
        sa.Column("until", sa.String(32), nullable=False),
        sa.Column("browser", sa.String(64), nullable=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_report_until", "report", ["until"])


def downgrade() -> None:
    op.drop_table("report")
