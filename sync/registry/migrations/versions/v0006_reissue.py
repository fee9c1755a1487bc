"""Which new ticket stands for which lost one, so that its uses follow. Tariffs are rows of a park's tables now.

Nothing but the demo ever filled the table of tariffs, and no set carried it. Its rows name no unit, so they cannot
become rows of the park's tables without guessing: where there are any, they are kept as they are in `former_tariff`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of re-issued tickets, and let that of tariffs go, or out of the way where it holds any."""
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
    if op.get_bind().execute(sa.text("SELECT 1 FROM tariff LIMIT 1")).first() is None:
        op.drop_table("tariff")
    else:
        op.rename_table("tariff", "former_tariff")
