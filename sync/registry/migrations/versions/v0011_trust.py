"""The signed data under TUF, kept where sets are published: each version of each role's metadata, and the targets.

It is one repository for all parks. The one row of `trust_state` is what whoever publishes locks, after its park's feed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A registry of before has signed nothing of it; no key is made here."""
    op.create_table(
        "trust_state",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("publications", sa.BigInteger(), nullable=False),
    )
    op.execute("INSERT INTO trust_state (id, publications) VALUES (1, 0)")
    op.create_table(
        "trust_metadata",
        sa.Column("role", sa.Text(), primary_key=True),
        sa.Column("version", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "trust_target",
        sa.Column("path", sa.Text(), primary_key=True),
        sa.Column("sha256", sa.Text(), primary_key=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.BigInteger(), nullable=False),
    )
    # a set is signed by its park's role now; the rows stay as the history of what was published
    op.drop_column("published_set", "signature")
