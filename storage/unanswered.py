"""What participants wrote and nobody understood at once, alike messages together.

Read from the messages each time: what is forgotten there is gone here. Identity numbers are masked since intake.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.turns import Decision
from dialogs.typed import plain
from storage.models import Direction, Message

MOST_MESSAGES = 20_000
#: Share of their three-letter pieces, in percent, that two alike messages have in common.
ALIKE = 45
UNCLEAR = (Decision.NOT_UNDERSTOOD, Decision.OFFERED)


@dataclass(frozen=True)
class Unclear:
    """One message, the intent Rasa guessed, and when it came."""

    text: str
    guess: str
    at: datetime


@dataclass
class Cluster:
    """Messages that are alike, in the order given; the first stands for all."""

    messages: list[Unclear] = field(default_factory=list)

    @property
    def guess(self) -> str:
        """The intent Rasa guessed for the first."""
        return self.messages[0].guess

    @property
    def newest(self) -> datetime:
        """When the last of them came."""
        return max(message.at for message in self.messages)

    @property
    def texts(self) -> list[str]:
        """Every different wording once, each on one line."""
        return list(dict.fromkeys(" ".join(message.text.split()) for message in self.messages))


async def unclear_messages(session: AsyncSession, since: datetime) -> list[Unclear]:
    """Messages since then that were not answered at once, newest first, at most `MOST_MESSAGES`."""
    found = await session.execute(
        select(Message.text, Message.understanding, Message.created_at)
        .where(Message.direction == Direction.IN, Message.decision.in_(UNCLEAR), Message.created_at >= since)
        .where(Message.understanding.is_not(None), Message.text != "")
        .order_by(Message.id.desc())
        .limit(MOST_MESSAGES)
    )
    return [Unclear(text, (reading or {}).get("intent", "out_of_scope"), at) for text, reading, at in found]


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
    alike = ((len(pieces & heads[place]) / len(pieces | heads[place]), -place) for place in places)
    share, place = max(alike, default=(0.0, 0))
    return -place if share * 100 >= ALIKE else None


def _pieces(text: str) -> frozenset[str]:
    typed = f" {plain(text)} "
    return frozenset(typed[place : place + 3] for place in range(max(1, len(typed) - 2)))
