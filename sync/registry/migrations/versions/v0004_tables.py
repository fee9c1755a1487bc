"""The dated tables of a park, which travel in its set as they are, and the zones that a product is good for."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Older parks have no tables, and their products are good for the whole park."""
    op.add_column("park", sa.Column("tables", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("product", sa.Column("zones", sa.JSON(), nullable=False, server_default="[]"))
