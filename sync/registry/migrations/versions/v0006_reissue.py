"""Which new ticket stands for which lost one, so that its uses follow. Tariffs are rows of a park's tables now.

Nothing but the demo ever filled the table of tariffs, and no set carried it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of re-issued tickets, and let that of tariffs go."""
    op.create_table(
        "reissue",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("permit", sa.LargeBinary(length=16), nullable=False),
        sa.Column("former", sa.LargeBinary(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["park.park_id"]),
        sa.PrimaryKeyConstraint("park_id", "permit"),
    )
    op.create_index("reissue_by_former", "reissue", ["park_id", "former"], unique=True)
    op.drop_table("tariff")
