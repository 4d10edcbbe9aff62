"""What is to be learnt from messages that were not answered rightly."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Moment


class Cause(StrEnum):
    """Who says that a message was not answered rightly, although Pandu was sure."""

    #: The participant: "bukan itu, maksud saya …".
    DENIED = "denied"
    #: The participant: the article did not help.
    NOT_HELPED = "not_helped"
    #: An agent, who says what it was about.
    CORRECTED = "corrected"


class Settlement(StrEnum):
    """What an administrator made of it."""

    NEW_ARTICLE = "new_article"
    NEW_QUESTION = "new_question"
    LABELLED = "labelled"
    PUT_ASIDE = "put_aside"


class Lesson(Base):
    """A message that somebody must look at, or has looked at. Its text stays where it is, and goes with it."""

    __tablename__ = "lessons"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True, autoincrement=False)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    #: Empty when the message's own decision says it was not understood.
    cause: Mapped[str | None]
    #: What the message was about, in the words of whoever looked last.
    intent: Mapped[str | None]
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    settlement: Mapped[str | None]
    #: Slugs of the articles whose revisions borrowed its wording, the newest last.
    articles: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    settled_at: Mapped[Moment | None]
    created_at: Mapped[Moment]
