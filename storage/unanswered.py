"""What participants wrote and nobody answered rightly, alike messages together.

Pandu did not understand it at once, or the participant or an agent says so (`storage.lessons`). Read from the messages
each time: what is forgotten there is gone here. Identity numbers are masked since intake.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.turns import Decision
from dialogs.typed import plain
from knowledge_base.language import words
from storage.models import Direction, Lesson, Message, Settlement

MOST_MESSAGES = 5_000
#: Share of their three-letter pieces, in percent, that two alike messages have in common.
ALIKE = 45
UNCLEAR = (Decision.NOT_UNDERSTOOD, Decision.OFFERED)
#: Why a message is here when nobody but Pandu itself says so.
UNREAD = "unread"
_UNKNOWN = "out_of_scope"


@dataclass(frozen=True)
class Unclear:
    """One message, the intent an agent gave it or Rasa guessed, when it came, and who says it was not answered."""

    id: int
    conversation_id: int
    text: str
    guess: str
    at: datetime
    #: One of `storage.models.Cause`, or `UNREAD`.
    cause: str = UNREAD

    @property
    def wording(self) -> str:
        """The text on one line."""
        return " ".join(self.text.split())


@dataclass
class Cluster:
    """Messages that are alike, in the order given; the first stands for all."""

    messages: list[Unclear] = field(default_factory=list)

    @property
    def guess(self) -> str:
        """The intent given or guessed most often."""
        return self.guesses[0][0]

    @property
    def guesses(self) -> list[tuple[str, int]]:
        """Intents given or guessed, with how often, the commonest first."""
        return Counter(message.guess for message in self.messages).most_common()

    @property
    def causes(self) -> list[tuple[str, int]]:
        """Who says that they were not answered, with how often, the commonest first."""
        return Counter(message.cause for message in self.messages).most_common()

    @property
    def newest(self) -> datetime:
        """When the last of them came."""
        return max(message.at for message in self.messages)

    @property
    def texts(self) -> list[str]:
        """Every different wording once, each on one line."""
        return list(self.wordings)

    @property
    def wordings(self) -> dict[str, list[Unclear]]:
        """The messages of each different wording, the commonest wording first."""
        found: dict[str, list[Unclear]] = {}
        for message in self.messages:
            found.setdefault(message.wording, []).append(message)
        return dict(sorted(found.items(), key=lambda pair: len(pair[1]), reverse=True))


async def unclear_messages(session: AsyncSession, since: datetime) -> list[Unclear]:
    """Messages since then that nobody has settled yet, newest first, at most `MOST_MESSAGES`."""
    unread = select(Message.id).where(
        Message.decision.in_(UNCLEAR), Message.created_at >= since, Message.understanding.is_not(None)
    )
    told = select(Lesson.message_id).where(Lesson.cause.is_not(None))
    return await _read(
        session, Message.id.in_(unread.union(told)), Message.created_at >= since, Lesson.settlement.is_(None)
    )


async def labelled_messages(session: AsyncSession) -> list[Unclear]:
    """Messages to which an administrator gave their intent, newest first."""
    return await _read(session, Lesson.settlement == Settlement.LABELLED)


async def messages_of(session: AsyncSession, ids: Sequence[int]) -> list[Unclear]:
    """Participants' messages by their numbers, newest first; those that are gone are left out."""
    return await _read(session, Message.id.in_(ids))


async def _read(session: AsyncSession, *which: ColumnElement[bool]) -> list[Unclear]:
    found = await session.execute(
        select(Message, Lesson.cause, Lesson.intent)
        .outerjoin(Lesson, Lesson.message_id == Message.id)
        .where(Message.direction == Direction.IN, Message.text != "", *which)
        .order_by(Message.id.desc())
        .limit(MOST_MESSAGES)
    )
    return [
        Unclear(row.id, row.conversation_id, row.text, intent or _guess(row), row.created_at, cause or UNREAD)
        for row, cause, intent in found
    ]


def _guess(message: Message) -> str:
    return str((message.understanding or {}).get("intent", _UNKNOWN))


def clustered(messages: Sequence[Unclear]) -> list[Cluster]:
    """The messages in clusters of alike texts, the largest first; the same messages give the same clusters."""
    pieces = [_pieces(message.text) for message in messages]
    seen = Counter(piece for those in pieces for piece in those)
    clusters: list[Cluster] = []
    heads: list[frozenset[str]] = []
    by_piece: dict[str, list[int]] = defaultdict(list)
    known: dict[frozenset[str], int] = {}
    for message, those in zip(messages, pieces, strict=True):
        if those not in known:
            rare = _rarest(those, seen)
            near = _nearest(those, {place for piece in rare for place in by_piece[piece]}, heads)
            known[those] = len(clusters) if near is None else near
            if near is None:
                for piece in rare:
                    by_piece[piece].append(len(clusters))
                clusters.append(Cluster())
                heads.append(those)
        clusters[known[those]].messages.append(message)
    return sorted(clusters, key=lambda cluster: len(cluster.messages), reverse=True)


def _rarest(pieces: frozenset[str], seen: Counter[str]) -> list[str]:
    """So many of the rarest pieces that two alike texts share at least one of them."""
    may_lack = len(pieces) - -(-len(pieces) * ALIKE // 100) + 1
    return sorted(pieces, key=lambda piece: (seen[piece], piece))[:may_lack]


def _nearest(pieces: frozenset[str], places: Iterable[int], heads: Sequence[frozenset[str]]) -> int | None:
    """The place of the head with most in common, if that is enough; the first of several."""
    best, nearest = ALIKE / 100, None
    for place in sorted(places):
        head = heads[place]
        fewer, more = sorted((len(pieces), len(head)))
        if fewer < best * more:
            continue
        shared = len(pieces & head)
        share = shared / (fewer + more - shared)
        if share > best or (nearest is None and share >= best):
            best, nearest = share, place
    return nearest


def _pieces(text: str) -> frozenset[str]:
    """Of its words without slang, endings and empty words; of all that was typed where nothing else is left."""
    typed = f" {' '.join(words(text)) or plain(text)} "
    return frozenset(typed[place : place + 3] for place in range(max(1, len(typed) - 2)))
