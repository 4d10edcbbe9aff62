"""A new or delivered message tells every process that its conversation has something new"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE FUNCTION announce_message() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('pandu_conversation', NEW.conversation_id::text);
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER announce_message AFTER INSERT OR UPDATE OF delivery ON messages"
        " FOR EACH ROW WHEN (NEW.delivery IS DISTINCT FROM 'claimed')"
        " EXECUTE FUNCTION announce_message()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER announce_message ON messages")
    op.execute("DROP FUNCTION announce_message()")
