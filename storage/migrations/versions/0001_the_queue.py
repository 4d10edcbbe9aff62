"""The queue's tables, as the pinned Procrastinate brings them"""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))


def downgrade() -> None:
    op.execute(
        """
        DO $$
        DECLARE command text;
        BEGIN
            FOR command IN
                SELECT format('DROP TABLE IF EXISTS %s CASCADE', oid::regclass) FROM pg_class
                    WHERE relkind = 'r' AND relname LIKE 'procrastinate\\_%'
                UNION ALL
                SELECT format('DROP FUNCTION IF EXISTS %s CASCADE', oid::regprocedure) FROM pg_proc
                    WHERE proname LIKE 'procrastinate\\_%'
                UNION ALL
                SELECT format('DROP TYPE IF EXISTS %s CASCADE', oid::regtype) FROM pg_type
                    WHERE typtype IN ('e', 'c') AND typrelid = 0 AND typname LIKE 'procrastinate\\_%'
                UNION ALL
                SELECT format('DROP TYPE IF EXISTS %s CASCADE', typ.oid::regtype) FROM pg_type typ
                    JOIN pg_class rel ON rel.oid = typ.typrelid
                    WHERE rel.relkind = 'c' AND typname LIKE 'procrastinate\\_%'
            LOOP
                EXECUTE command;
            END LOOP;
        END $$
        """
    )
