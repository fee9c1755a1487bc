"""Beside each published set what the park wanted then: of a quota's share that waits, a set holds what is granted."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of the newest set it stands in the park's tables; of older ones nobody knows more than the set says."""
    op.add_column("published_set", sa.Column("wanted", sa.JSON(), nullable=True))
    op.execute(
        "UPDATE published_set SET wanted = (SELECT tables FROM park WHERE park.park_id = published_set.park_id) "
        "WHERE version = (SELECT max(version) FROM published_set AS other WHERE other.park_id = published_set.park_id)"
    )
