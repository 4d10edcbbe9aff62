"""Revisions of the texts that administrators change: articles and regulation files."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Key, Moment


class TextKind(StrEnum):
    """What is changed."""

    ARTICLE = "article"
    REGULATION = "regulation"


class RevisionState(StrEnum):
    """How far a revision came. An approved one is live from its `publish_at` until a newer one is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    #: A newer revision took its place before anybody decided.
    REPLACED = "replaced"
    #: From here on an article is not served; a regulation file is the repository's again.
    WITHDRAWN = "withdrawn"


class Revision(Base):
    """One text as somebody saved it, whole, as the repository's file would have it.

    The text never changes again, but for wordings of somebody who asked to be forgotten.
    """

    __tablename__ = "text_revisions"
    __table_args__ = (
        UniqueConstraint("kind", "name", "number"),
        Index("ix_text_revisions_state_publish_at", "state", "publish_at"),
    )

    id: Mapped[Key]
    kind: Mapped[str]
    #: Slug of an article, or name of a regulation file.
    name: Mapped[str]
    #: Counts up from 1 for each text; 0 means the repository's.
    number: Mapped[int]
    based_on: Mapped[int]
    title: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str]
    #: Why it was changed, in the author's words.
    why: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    #: Everybody whose words are in it; none of them approves it.
    editors: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    created_at: Mapped[Moment]
    submitted_at: Mapped[Moment | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[Moment | None]
    #: What was said when it was approved, refused or withdrawn.
    decision: Mapped[str | None] = mapped_column(Text)
    publish_at: Mapped[Moment | None]
