"""The staff list of a park, which travels in its set: who may act at its gates, by name and role."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Older parks have nobody on their list."""
    op.add_column("park", sa.Column("staff", sa.JSON(), nullable=False, server_default="[]"))
