"""Registrations with their form's items, history and one-time links"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _key() -> sa.Column:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of(column: str, table: str, *, of: str, nullable: bool = False) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column(column, sa.BigInteger(), nullable=nullable),
        sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}_{of}")),
    ]


def upgrade() -> None:
    op.create_table(
        "registrations",
        _key(),
        sa.Column("number", sa.String(), nullable=False),
        *_of("participant_id", "registrations", of="participants"),
        *_of("conversation_id", "registrations", of="conversations"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("details_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("monthly_amount", sa.Integer(), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=False),
        _moment("created_at"),
        _moment("filed_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        sa.UniqueConstraint("number", name=op.f("uq_registrations_number")),
    )
    op.create_index(op.f("ix_registrations_participant_id"), "registrations", ["participant_id"])
    op.create_index(op.f("ix_registrations_state"), "registrations", ["state"])
    op.create_table(
        "registration_items",
        _key(),
        *_of("registration_id", "registration_items", of="registrations"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=True),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("value_hash", sa.LargeBinary(), nullable=True),
        sa.Column("media_type", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("warning", sa.String(), nullable=True),
        sa.Column("refused", sa.Text(), nullable=True),
        _moment("given_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_items")),
        sa.UniqueConstraint("registration_id", "name", name=op.f("uq_registration_items_registration_id_name")),
    )
    op.create_index(op.f("ix_registration_items_value_hash"), "registration_items", ["value_hash"])
    op.create_table(
        "registration_events",
        _key(),
        *_of("registration_id", "registration_events", of="registrations"),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=True),
        *_of("staff_id", "registration_events", of="staff", nullable=True),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_events")),
    )
    op.create_index(op.f("ix_registration_events_registration_id"), "registration_events", ["registration_id"])
    op.create_table(
        "form_links",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        *_of("registration_id", "form_links", of="registrations"),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_form_links")),
    )
    op.create_index(op.f("ix_form_links_registration_id"), "form_links", ["registration_id"])


def downgrade() -> None:
    op.drop_table("form_links")
    op.drop_table("registration_events")
    op.drop_table("registration_items")
    op.drop_table("registrations")
