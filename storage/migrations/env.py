"""How Alembic reaches our tables; started by `storage.migrate` only."""

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from storage.database import sqlalchemy_url
from storage.models import Base

QUEUE_TABLES = "procrastinate_"


def ours(_object: object, name: str | None, kind: str, *_: object) -> bool:
    """The queue's tables are Procrastinate's, not ours."""
    return not (kind == "table" and (name or "").startswith(QUEUE_TABLES))


engine = create_engine(sqlalchemy_url(context.config.attributes["url"]), hide_parameters=True, poolclass=NullPool)
with engine.begin() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=ours,
        compare_server_default=True,
    )
    context.run_migrations()
