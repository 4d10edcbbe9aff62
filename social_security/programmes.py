"""The programmes, the segments of participants, and which BPJS collects the bill."""

from __future__ import annotations

from enum import StrEnum


class Programme(StrEnum):
    """One programme of social security."""

    JKK = "JKK"  # work accident
    JKM = "JKM"  # death
    JHT = "JHT"  # old-age savings
    JP = "JP"  # pension
    JKP = "JKP"  # job loss
    JKN = "JKN"  # health


class Scheme(StrEnum):
    """The body that collects the bill."""

    BPJSTK = "bpjstk"
    JKN = "jkn"


class Segment(StrEnum):
    """The group a participant belongs to, by the way the contribution is paid."""

    PU = "PU"  # wage earner, BPJS Ketenagakerjaan
    BPU = "BPU"  # works for themselves
    KONSTRUKSI = "KONSTRUKSI"  # construction project
    PMI = "PMI"  # migrant worker
    PBPU = "PBPU"  # pays for JKN themselves
    PPU = "PPU"  # wage earner, JKN
    PBI = "PBI"  # JKN paid by the state

    @property
    def scheme(self) -> Scheme:
        """Which BPJS this segment belongs to."""
        return Scheme.JKN if self in _JKN_SEGMENTS else Scheme.BPJSTK


_JKN_SEGMENTS = frozenset({Segment.PBPU, Segment.PPU, Segment.PBI})
