"""The first form of the registry's database."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "device_number",
        sa.Column("device", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("park_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device"),
    )
    op.create_table(
        "park",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("set_key", sa.LargeBinary(), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("park_id"),
    )
    op.create_table(
        "change",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("row", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["park_id"],
            ["park.park_id"],
        ),
        sa.PrimaryKeyConstraint("park_id", "seq"),
    )
    op.create_table(
        "conflict",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("permit", sa.LargeBinary(length=16), nullable=False),
        sa.Column("entry_number", sa.Integer(), nullable=False),
        sa.Column("excess", sa.Integer(), nullable=False),
        sa.Column("gate", sa.Integer(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("other_entry_id", sa.Text(), nullable=False),
        sa.Column("other_gate", sa.Integer(), nullable=False),
        sa.Column("other_lane", sa.Integer(), nullable=False),
        sa.Column("other_at", sa.BigInteger(), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["park_id"],
            ["park.park_id"],
        ),
        sa.PrimaryKeyConstraint("park_id", "entry_id"),
    )
    op.create_index("conflict_by_permit", "conflict", ["park_id", "permit"], unique=False)
    op.create_table(
        "device",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("device", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("gate", sa.Integer(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("software", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=False),
        sa.Column("last_received_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["park_id"],
            ["park.park_id"],
        ),
        sa.PrimaryKeyConstraint("park_id", "device"),
    )
    op.create_table(
        "feed",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.BigInteger(), nullable=False),
        sa.Column("oldest", sa.BigInteger(), nullable=False),
        sa.Column("permits", sa.BigInteger(), nullable=False),
        sa.Column("checksum", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["park_id"],
            ["park.park_id"],
        ),
        sa.PrimaryKeyConstraint("park_id"),
    )
    op.create_table(
        "gate",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("gate", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["park_id"],
            ["park.park_id"],
        ),
        sa.PrimaryKeyConstraint("park_id", "gate"),
    )
    op.create_table(
        "issuer_key",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kid", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("alg", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_not_before", sa.BigInteger(), nullable=False),
        sa.Column("sign_expires", sa.BigInteger(), nullable=False),
        sa.Column("verify_until", sa.BigInteger(), nullable=False),
        sa.Column("parks", sa.JSON(), nullable=False),
        sa.Column("products", sa.JSON(), nullable=False),
        sa.Column("longest_validity_seconds", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("listed", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["park_id"],
            ["park.park_id"],
        ),
        sa.PrimaryKeyConstraint("park_id", "kid"),
    )
    op.create_table(
        "online_key",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kid", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("signs", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["park_id"],
            ["park.park_id"],
        ),
        sa.PrimaryKeyConstraint("park_id", "kid"),
    )
    op.create_table(
        "permit",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), autoincrement=False, nullable=False),
        sa.Column("cti", sa.LargeBinary(length=16), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("product", sa.Integer(), nullable=False),
        sa.Column("nbf", sa.BigInteger(), nullable=False),
        sa.Column("exp", sa.BigInteger(), nullable=False),
        sa.Column("party", sa.JSON(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("gates", sa.JSON(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kid", sa.Text(), nullable=True),
        sa.Column("plate_tag", sa.LargeBinary(), nullable=True),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("is_live", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["park_id"],
            ["park.park_id"],
        ),
        sa.PrimaryKeyConstraint("park_id", "id"),
    )
    op.create_index("permit_by_code", "permit", ["park_id", "code"], unique=False)
    op.create_index("permit_by_cti", "permit", ["park_id", "cti"], unique=False)
    op.create_index("permit_by_end", "permit", ["park_id", "exp"], unique=False)
    op.create_table(
        "product",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("product", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("vehicle_class", sa.Text(), nullable=True),
        sa.Column("reentry", sa.Text(), nullable=False),
        sa.Column("unconfirmed", sa.Text(), nullable=False),
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("check_holder", sa.Text(), nullable=False),
        sa.Column("price", sa.Text(), nullable=True),
        sa.Column("ticket_flags", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["park_id"],
            ["park.park_id"],
        ),
        sa.PrimaryKeyConstraint("park_id", "product"),
    )
    op.create_table(
        "published_set",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["park_id"],
            ["park.park_id"],
        ),
        sa.PrimaryKeyConstraint("park_id", "version"),
    )
    op.create_table(
        "revocation",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cti8", sa.LargeBinary(length=8), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("effective", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("permit", sa.LargeBinary(length=16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["park_id"],
            ["park.park_id"],
        ),
        sa.PrimaryKeyConstraint("park_id", "seq"),
    )
    op.create_index("revocation_by_ticket", "revocation", ["park_id", "cti8"], unique=False)
    op.create_table(
        "snapshot",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("built_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["park_id"],
            ["park.park_id"],
        ),
        sa.PrimaryKeyConstraint("park_id", "name"),
    )
    op.create_table(
        "tariff",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("first_day", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("last_day", sa.Text(), nullable=True),
        sa.Column("mci_thousandths", sa.Integer(), nullable=False),
        sa.Column("tenge", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["park_id"],
            ["park.park_id"],
        ),
        sa.PrimaryKeyConstraint("park_id", "item", "first_day"),
    )
    op.create_table(
        "use",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("permit", sa.LargeBinary(length=16), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("entry_number", sa.Integer(), nullable=False),
        sa.Column("party", sa.JSON(), nullable=False),
        sa.Column("gate", sa.Integer(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["park_id"],
            ["park.park_id"],
        ),
        sa.PrimaryKeyConstraint("park_id", "permit", "entry_id"),
    )
    op.create_index("use_by_time", "use", ["park_id", "at"], unique=False)
    op.create_table(
        "chain_head",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("device", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chain", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["park_id", "device"],
            ["device.park_id", "device.device"],
        ),
        sa.PrimaryKeyConstraint("park_id", "device", "chain"),
    )
    op.create_table(
        "entry",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("device", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chain", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("gate", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("permit", sa.LargeBinary(length=16), nullable=True),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("core", sa.LargeBinary(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("private_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["park_id", "device"],
            ["device.park_id", "device.device"],
        ),
        sa.PrimaryKeyConstraint("park_id", "device", "chain", "n"),
    )
    op.create_index("entry_by_permit", "entry", ["park_id", "permit"], unique=False)
    op.create_index("entry_by_target", "entry", ["park_id", "target"], unique=False)
    op.create_index("entry_by_time", "entry", ["park_id", "at"], unique=False)
    op.create_table(
        "lane",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("gate", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lane", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["park_id", "gate"],
            ["gate.park_id", "gate.gate"],
        ),
        sa.PrimaryKeyConstraint("park_id", "gate", "lane"),
    )
    op.create_table(
        "quarantine",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("device", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), autoincrement=False, nullable=False),
        sa.Column("chain", sa.Integer(), nullable=True),
        sa.Column("n", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("item", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["park_id", "device"],
            ["device.park_id", "device.device"],
        ),
        sa.PrimaryKeyConstraint("park_id", "device", "digest"),
    )
    op.create_table(
        "enrolment",
        sa.Column("park_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(length=32), autoincrement=False, nullable=False),
        sa.Column("gate", sa.Integer(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("device", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["park_id", "gate", "lane"],
            ["lane.park_id", "lane.gate", "lane.lane"],
        ),
        sa.PrimaryKeyConstraint("park_id", "secret_hash"),
    )
