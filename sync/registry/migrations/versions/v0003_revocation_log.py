"""The revocation log as it was signed: its batches and its snapshot. Rows that are there already are signed on opening.

The keys are no business of a migration: `RegistryService.upgrade` cuts the batches of rows that no batch holds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of batches and snapshots."""
    op.create_table(
        "revocation_batch",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["park.park_id"]),
        sa.PrimaryKeyConstraint("park_id", "last"),
    )
    op.create_table(
        "revocation_snapshot",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["park.park_id"]),
        sa.PrimaryKeyConstraint("park_id"),
    )
