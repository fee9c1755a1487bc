"""What is left of a person who was erased: which permit, when and why."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of erasures."""
    op.create_table(
        "erasure",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("permit", sa.LargeBinary(length=16), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["park.park_id"]),
        sa.PrimaryKeyConstraint("park_id", "permit"),
    )
