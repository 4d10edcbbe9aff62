"""Contribution months, reports of payments and imports are rows; participants choose when they are nudged"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = lambda: sa.Column("id", sa.BigInteger(), sa.Identity(always=False), primary_key=True)  # noqa: E731
MOMENT = sa.DateTime(timezone=True)


def _refers(name, table, nullable=False):
    return sa.Column(name, sa.BigInteger(), sa.ForeignKey(f"{table}.id"), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "periods",
        KEY(),
        _refers("membership_id", "memberships"),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("amount", sa.Integer()),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("cover_stops_on", sa.Date()),
        sa.Column("billed", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("waived_at", MOMENT),
        sa.UniqueConstraint("membership_id", "month"),
    )
    op.create_table(
        "payment_reports",
        KEY(),
        _refers("participant_id", "participants"),
        _refers("conversation_id", "conversations"),
        _refers("message_id", "messages", nullable=True),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("words", sa.String()),
        _refers("staff_id", "staff", nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT),
    )
    op.create_index("ix_payment_reports_participant_id", "payment_reports", ["participant_id"])
    op.create_index("ix_payment_reports_state", "payment_reports", ["state"])
    op.create_table(
        "contribution_imports",
        KEY(),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        _refers("staff_id", "staff", nullable=True),
        sa.Column("counts", JSONB(), nullable=False),
        sa.Column("rows", JSONB(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.add_column("payments", sa.Column("amount", sa.Integer()))
    op.add_column("payments", sa.Column("paid_on", sa.Date()))
    op.add_column("payments", sa.Column("reference", sa.String()))
    op.create_index("ix_payments_reference", "payments", ["reference"])
    op.add_column("memberships", sa.Column("sponsor", sa.String()))
    op.add_column("files", sa.Column("payment_report_id", sa.BigInteger()))
    op.create_foreign_key(
        "fk_files_payment_report_id_payment_reports", "files", "payment_reports", ["payment_report_id"], ["id"]
    )
    op.create_index("ix_files_payment_report_id", "files", ["payment_report_id"])
    op.add_column("participants", sa.Column("nudge_days_before", sa.Integer()))
    op.add_column("participants", sa.Column("nudge_hour", sa.Integer()))
    op.add_column("participants", sa.Column("nudges_rest_until", sa.Date()))


def downgrade() -> None:
    for column in ("nudges_rest_until", "nudge_hour", "nudge_days_before"):
        op.drop_column("participants", column)
    op.drop_column("files", "payment_report_id")
    op.drop_column("memberships", "sponsor")
    for column in ("reference", "paid_on", "amount"):
        op.drop_column("payments", column)
    for table in ("contribution_imports", "payment_reports", "periods"):
        op.drop_table(table)
