"""Lessons from messages that were not answered rightly, and the article a message answers with"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _of(column: str, of: str, *, nullable: bool = False) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column(column, sa.BigInteger(), nullable=nullable),
        sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_lessons_{column}_{of}")),
    ]


def upgrade() -> None:
    op.create_table(
        "lessons",
        *_of("message_id", "messages"),
        *_of("conversation_id", "conversations"),
        sa.Column("cause", sa.String(), nullable=True),
        sa.Column("intent", sa.String(), nullable=True),
        *_of("noted_by", "staff", nullable=True),
        sa.Column("settlement", sa.String(), nullable=True),
        sa.Column("articles", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        *_of("settled_by", "staff", nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_lessons")),
    )
    op.create_index(op.f("ix_lessons_conversation_id"), "lessons", ["conversation_id"])
    op.add_column("messages", sa.Column("article", sa.String(), nullable=True))
    op.create_index(
        "ix_messages_article", "messages", ["article", "created_at"], postgresql_where=sa.text("article IS NOT NULL")
    )
    op.create_index(
        "ix_messages_unclear",
        "messages",
        ["created_at"],
        postgresql_where=sa.text("decision IN ('not_understood', 'offered')"),
    )
    op.create_index("ix_messages_created_at", "messages", ["created_at"], postgresql_using="brin")


def downgrade() -> None:
    for index in ("created_at", "unclear", "article"):
        op.drop_index(f"ix_messages_{index}", table_name="messages")
    op.drop_column("messages", "article")
    op.drop_table("lessons")
