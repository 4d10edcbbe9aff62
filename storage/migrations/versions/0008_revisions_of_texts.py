"""Revisions of articles and regulation files, which tell every process when one changes"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "text_revisions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("editors", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        _moment("created_at", nullable=False),
        _moment("submitted_at"),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        _moment("decided_at"),
        sa.Column("decision", sa.Text(), nullable=True),
        _moment("publish_at"),
        sa.ForeignKeyConstraint(["author_id"], ["staff.id"], name=op.f("fk_text_revisions_author_id_staff")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_text_revisions_decided_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_revisions")),
        sa.UniqueConstraint("kind", "name", "number", name=op.f("uq_text_revisions_kind_name_number")),
    )
    op.create_index("ix_text_revisions_state_publish_at", "text_revisions", ["state", "publish_at"])
    op.execute(
        """
        CREATE FUNCTION announce_text() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('pandu_texts', '');
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER announce_text AFTER INSERT OR UPDATE ON text_revisions"
        " FOR EACH ROW WHEN (NEW.publish_at IS NOT NULL) EXECUTE FUNCTION announce_text()"
    )


def downgrade() -> None:
    op.drop_table("text_revisions")
    op.execute("DROP FUNCTION announce_text()")
