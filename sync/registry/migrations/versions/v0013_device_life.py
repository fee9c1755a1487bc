"""The life of a device: when it was revoked or replaced, on which machine it runs, and what was tried with codes."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Those revoked before are said to be so since they were last heard; of machines and codes nobody counted."""
    for name, kind in (
        ("revoked_at", sa.BigInteger()),
        ("replaced_at", sa.BigInteger()),
        ("replaced_by", sa.BigInteger()),
        ("machine", sa.JSON()),
        ("other_machine", sa.JSON()),
        ("other_machine_at", sa.BigInteger()),
    ):
        op.add_column("device", sa.Column(name, kind, nullable=True))
    op.execute(
        "UPDATE device SET revoked_at = coalesce(last_received_at, enrolled_at) WHERE status = 'revoked'",
    )
    op.add_column("enrolment", sa.Column("tries", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("enrolment", sa.Column("tried_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "wrong_code",
        sa.Column("bucket", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("minute", sa.BigInteger(), nullable=False),
        sa.Column("wrong", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "wrong_code_day",
        sa.Column("day", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("wrong", sa.BigInteger(), nullable=False),
    )
