"""Which signed requests were heard.

SQLite leaves the table empty: there it is in a file of its own (sync/registry/request_memory.py).
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Whatever was heard before this step is older than any request that is still good."""
    op.create_table(
        "heard_request",
        sa.Column("park_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("device", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("nonce", sa.Text(), primary_key=True, autoincrement=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
    )
