"""The nudge ledger in SQL: planning by one statement a day and zone, claiming with SKIP LOCKED, recording."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import CursorResult, Result, bindparam, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Date, DateTime, Integer, Text, Time

from dialogs.nudges import DueStep, NudgePolicy, again_on, steps_of_month
from social_security.programmes import Segment
from storage.models import Membership, Nudge, NudgeState, Participant

_PLAN = text("""
    INSERT INTO nudges (participant_id, membership_id, programme, period, step, due_on, send_after, send_before,
                        planned_at, state, reason)
    SELECT m.participant_id, m.id, m.scheme, due.month, due.step, due.due_on, due.send_after, due.send_before, :now,
           CASE WHEN held.out THEN 'suppressed' ELSE 'planned' END, CASE WHEN held.out THEN 'held_out' END
    FROM unnest(:segments, :months, :steps, :due_ons, :send_afters, :send_befores, :own_days)
             AS due (segment, month, step, due_on, send_after, send_before, own_days)
    JOIN memberships m ON m.segment = due.segment
    JOIN participants p ON p.id = m.participant_id AND coalesce(p.nudge_days_before, :nobodys_days) = due.own_days
    CROSS JOIN LATERAL (SELECT abs(hashtextextended(:experiment || p.id, 0) % 100) < :percent AS out) AS held
    WHERE p.time_zone = :zone AND p.nudges_wanted AND m.ended_on IS NULL AND NOT m.sponsored
      AND m.first_month <= due.month
      AND NOT EXISTS (SELECT FROM payments paid WHERE paid.participant_id = m.participant_id
                      AND paid.scheme = m.scheme AND paid.month = due.month)
      AND NOT EXISTS (SELECT FROM periods free WHERE free.membership_id = m.id AND free.month = due.month
                      AND free.waived_at IS NOT NULL)
      AND NOT EXISTS (SELECT FROM nudges known WHERE known.participant_id = m.participant_id
                      AND known.programme = m.scheme AND known.period = due.month AND known.step = due.step)
    ON CONFLICT DO NOTHING
""").bindparams(
    bindparam("segments", type_=ARRAY(Text)),
    bindparam("months", type_=ARRAY(Date)),
    bindparam("steps", type_=ARRAY(Text)),
    bindparam("due_ons", type_=ARRAY(Date)),
    bindparam("send_afters", type_=ARRAY(DateTime(timezone=True))),
    bindparam("send_befores", type_=ARRAY(DateTime(timezone=True))),
    bindparam("own_days", type_=ARRAY(Integer)),
    bindparam("experiment", type_=Text),
    bindparam("percent", type_=Integer),
    bindparam("nobodys_days", type_=Integer),
)

#: Stands for "no day chosen", so that the join can hash.
_NOBODYS_DAYS = -1

#: Why a planned nudge is not sent, in the order in which the reasons are looked for.
_REASONS = {
    "paid": "EXISTS (SELECT FROM payments paid WHERE paid.participant_id = n.participant_id"
    " AND paid.scheme = n.programme AND paid.month = n.period)",
    "waived": "EXISTS (SELECT FROM periods free WHERE free.membership_id = n.membership_id"
    " AND free.month = n.period AND free.waived_at IS NOT NULL)",
    "not_wanted": "NOT p.nudges_wanted",
    "ended": "m.ended_on IS NOT NULL OR m.sponsored OR m.first_month > n.period",
    "snoozed": "n.send_before <= :now AND (n.send_before AT TIME ZONE p.time_zone)::date < p.nudges_rest_until",
    "too_late": "n.send_before <= :now",
    "blocked": "NOT EXISTS (SELECT FROM contacts c WHERE c.participant_id = n.participant_id AND c.blocked_at IS NULL)",
}
_WHENS = " ".join(f"WHEN {holds} THEN '{name}'" for name, holds in _REASONS.items())
_REASON = f"CASE {_WHENS} END"
_SUPPRESS = text(f"""
    UPDATE nudges SET state = 'suppressed', reason = found.reason
    FROM (SELECT n.id, {_REASON} AS reason
          FROM nudges n JOIN memberships m ON m.id = n.membership_id JOIN participants p ON p.id = n.participant_id
          WHERE n.state = 'planned' AND n.send_after <= :now
          FOR UPDATE OF n SKIP LOCKED) AS found
    WHERE nudges.id = found.id AND found.reason IS NOT NULL
""")  # noqa: S608 - fixed text

_WHY_NOT = text(f"""
    SELECT {_REASON} FROM nudges n JOIN memberships m ON m.id = n.membership_id
    JOIN participants p ON p.id = n.participant_id WHERE n.id = :nudge_id
""")  # noqa: S608 - fixed text

_CLAIM = text("""
    UPDATE nudges SET state = 'claimed', claimed_at = :now, claimed_by = :sender
    FROM (SELECT n.id AS nudge_id, at.conversation_id, at.contact_id, at.channel, at.address, m.segment,
                 coalesce(bill.amount, m.monthly_amount) AS monthly_amount
          FROM nudges n
          JOIN memberships m ON m.id = n.membership_id
          LEFT JOIN periods bill ON bill.membership_id = n.membership_id AND bill.month = n.period
          JOIN participants p ON p.id = n.participant_id
          JOIN LATERAL (
              SELECT v.id AS conversation_id, v.holder, c.id AS contact_id, c.channel, c.address
              FROM contacts c JOIN conversations v ON v.contact_id = c.id
              WHERE c.participant_id = n.participant_id AND c.blocked_at IS NULL
              ORDER BY v.updated_at DESC LIMIT 1) AS at ON true
          WHERE n.state = 'planned' AND n.send_after <= :now AND n.send_before > :now
            AND at.channel = ANY(:channels) AND at.holder <> 'agent'
            AND (CAST(:now AS timestamptz) AT TIME ZONE p.time_zone)::time
                BETWEEN greatest(:from_hour, make_time(coalesce(p.nudge_hour, 0), 0, 0)) AND :until_hour
            AND (p.nudges_rest_until IS NULL
                 OR (CAST(:now AS timestamptz) AT TIME ZONE p.time_zone)::date >= p.nudges_rest_until)
          ORDER BY n.id LIMIT :most
          FOR UPDATE OF n SKIP LOCKED) AS found
    WHERE nudges.id = found.nudge_id
    RETURNING nudges.id, found.conversation_id, found.contact_id, found.channel, found.address, nudges.programme,
              found.segment, nudges.period, nudges.step, nudges.due_on, found.monthly_amount
""").bindparams(
    bindparam("channels", type_=ARRAY(Text)),
    bindparam("now", type_=DateTime(timezone=True)),
    bindparam("from_hour", type_=Time),
)


@dataclass(frozen=True)
class ClaimedNudge:
    """A nudge that this sender, and nobody else, may send now. The amount is in rupiah."""

    id: int
    conversation_id: int
    contact_id: int
    channel: str
    address: str
    programme: str
    segment: str
    period: date
    step: str
    due_on: date
    monthly_amount: int | None


async def plan_nudges(
    session: AsyncSession, policy: NudgePolicy, steps: Sequence[DueStep], zone: str, now: datetime
) -> int:
    """Plan these steps for everybody in a time zone who is not in the ledger yet; returns how many were new."""
    planned = await session.execute(
        _PLAN,
        {
            "zone": zone,
            "now": now,
            "segments": [step.segment for step in steps],
            "months": [step.month for step in steps],
            "steps": [step.step for step in steps],
            "due_ons": [step.due_on for step in steps],
            "send_afters": [_at(step.from_day, step.hour, zone) for step in steps],
            "send_befores": [_at(step.until_day - timedelta(days=1), policy.hours[1], zone) for step in steps],
            "own_days": [_NOBODYS_DAYS if step.own_days is None else step.own_days for step in steps],
            "nobodys_days": _NOBODYS_DAYS,
            "experiment": policy.held_out.experiment,
            "percent": policy.held_out.percent,
        },
    )
    return _count(planned)


async def plan_again(session: AsyncSession, policy: NudgePolicy, participant_id: int, day: date, now: datetime) -> bool:
    """Plan one more nudge on a day for each bill nudged last and still unpaid, unless a step begins then anyway."""
    newest = (
        select(Nudge, Membership.segment, Participant)
        .join(Membership, Membership.id == Nudge.membership_id)
        .join(Participant, Participant.id == Nudge.participant_id)
        .where(Nudge.participant_id == participant_id, Nudge.state == NudgeState.SENT)
        .ext(distinct_on(Nudge.programme))
        .order_by(Nudge.programme, Nudge.sent_at.desc())
    )
    any_planned = False
    for nudge, segment, participant in (await session.execute(newest)).all():
        steps = steps_of_month(policy, Segment(segment), nudge.period, participant.nudge_days_before)
        any_planned = True
        if any(step.from_day == day for step in steps):
            continue
        values = {
            "participant_id": participant_id,
            "membership_id": nudge.membership_id,
            "programme": nudge.programme,
            "period": nudge.period,
            "step": again_on(day),
            "due_on": nudge.due_on,
            "send_after": _at(day, policy.hours[0], participant.time_zone),
            "send_before": _at(day, policy.hours[1], participant.time_zone),
            "planned_at": now,
        }
        await session.execute(insert(Nudge).values(values).on_conflict_do_nothing())
    return any_planned


async def suppress_nudges(session: AsyncSession, now: datetime) -> int:
    """Set aside the nudges that are no longer right, each with its reason; returns how many."""
    return _count(await session.execute(_SUPPRESS, {"now": now}))


async def why_not(session: AsyncSession, nudge_id: int, now: datetime) -> str | None:
    """Why a claimed nudge must not leave after all: paid or no longer wanted while it waited for its turn."""
    reason: str | None = await session.scalar(_WHY_NOT, {"nudge_id": nudge_id, "now": now})
    return reason


async def claim_nudges(
    session: AsyncSession, policy: NudgePolicy, channels: Collection[str], sender: str, now: datetime, most: int
) -> list[ClaimedNudge]:
    """Claim nudges whose hour has come, of participants who last wrote on one of the channels and not to an agent."""
    from_hour, until_hour = policy.hours
    rows = await session.execute(
        _CLAIM,
        {
            "now": now,
            "sender": sender,
            "channels": list(channels),
            "most": most,
            "from_hour": from_hour,
            "until_hour": until_hour,
        },
    )
    return [ClaimedNudge(*row) for row in rows]


async def record_nudge(session: AsyncSession, nudge_id: int, state: NudgeState, **values: object) -> None:
    """Record how a claimed nudge ended; one that was meanwhile given up as unknown stays so unless it was sent."""
    changes = update(Nudge).where(Nudge.id == nudge_id).values(state=state, **values)
    if state is not NudgeState.SENT:
        changes = changes.where(Nudge.state == NudgeState.CLAIMED)
    await session.execute(changes)


async def give_up_claimed(session: AsyncSession, channels: Collection[str]) -> int:
    """Nudges that a sender claimed and never recorded: whether they went out is unknown, so they are not sent again."""
    given_up = await session.execute(
        text("""
            UPDATE nudges SET state = 'unknown', reason = 'sender_died'
            FROM contacts c
            WHERE nudges.state = 'claimed' AND c.participant_id = nudges.participant_id AND c.channel = ANY(:channels)
        """).bindparams(bindparam("channels", type_=ARRAY(Text))),
        {"channels": list(channels)},
    )
    return _count(given_up)


class NotUnknown(Exception):
    """The nudge is not unknown any more, or its time is over: sending it again would not be right."""


async def send_again(session: AsyncSession, nudge_id: int, now: datetime) -> int | None:
    """Let a nudge go out once more, because a person looked and decided so; whose it is, None when there is none.

    It is checked again like any other: paid meanwhile, it is not sent. Raises `NotUnknown`.
    """
    nudge = await session.get(Nudge, nudge_id, with_for_update=True)
    if nudge is None:
        return None
    if nudge.state != NudgeState.UNKNOWN or nudge.send_before <= now:
        raise NotUnknown
    nudge.state, nudge.reason, nudge.claimed_at, nudge.claimed_by = NudgeState.PLANNED, None, None, None
    return nudge.participant_id


def _at(day: date, hour: time, zone: str) -> datetime:
    return datetime.combine(day, hour, ZoneInfo(zone))


def _count(result: Result[*tuple[object, ...]]) -> int:
    assert isinstance(result, CursorResult)
    return result.rowcount
