"""Complaints say when and who, carry BPJS's reference and what was added; conversations can be forgotten"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXTS = (("complaints", "happened"), ("complaints", "involved"), ("complaints", "reference"), ("complaint_events", "added"))


def upgrade() -> None:
    for table, column in TEXTS:
        op.add_column(table, sa.Column(column, sa.String(), nullable=True))
    op.add_column("conversations", sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("conversations", "forgotten_at")
    for table, column in reversed(TEXTS):
        op.drop_column(table, column)
