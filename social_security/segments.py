"""Which programmes each segment of participants has."""

from __future__ import annotations

from datetime import date

from social_security.editions import regulation
from social_security.programmes import Programme, Segment
from social_security.tables import Rule, Series, Table, pick_rule


class SegmentProgrammes(Rule):
    """The programmes everyone in a segment must have, and those by choice or by the size of the business."""

    mandatory: tuple[Programme, ...]
    optional: tuple[Programme, ...]

    @property
    def all(self) -> tuple[Programme, ...]:
        """Every programme a participant of the segment can have."""
        return self.mandatory + self.optional


class SegmentTables(Table):
    """All of ``segments.yml``."""

    segments: dict[Segment, Series[SegmentProgrammes]]


def segment_tables() -> SegmentTables:
    """The table of segments, read once."""
    return regulation("segments.yml", SegmentTables)


def programmes_of(segment: Segment, on: date) -> SegmentProgrammes:
    """The programmes of a segment on a day. Raises ``NoRule`` for a day before the rule we hold."""
    return pick_rule(segment_tables().segments[segment], on, f"programmes of {segment}")
