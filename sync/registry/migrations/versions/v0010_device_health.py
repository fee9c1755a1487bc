"""How the devices of each kiosk are, as it said last: the newest report alone is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Kiosks that were enrolled before have said nothing yet."""
    op.create_table(
        "device_health",
        sa.Column("park_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("device", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["park_id", "device"], ["device.park_id", "device.device"]),
    )
