"""What a contribution is made of: lines by programme, shares by payer, and when it will change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from social_security.errors import InvalidAmount
from social_security.money import percent, rupiah
from social_security.programmes import Programme, Scheme, Segment
from social_security.tables import Confidence, weakest


class Payer(StrEnum):
    """Who bears a share of a contribution."""

    PARTICIPANT = "participant"
    EMPLOYER = "employer"
    WORKER = "worker"
    GOVERNMENT = "government"


class Change(StrEnum):
    """What makes the amount change on ``Contribution.changes_on``."""

    RELIEF_BEGINS = "relief_begins"
    RELIEF_ENDS = "relief_ends"
    CEILING_CHANGES = "ceiling_changes"


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a line one payer bears; ``rate`` is a fraction, None for a flat amount."""

    payer: Payer
    rate: Decimal | None
    amount: int


@dataclass(frozen=True, slots=True)
class Line:
    """One programme of a contribution, in whole rupiah a month.

    ``base`` times ``rate`` (a fraction), or ``flat`` times ``count``, gives ``amount_before``; less
    ``relief`` it is ``amount``: what is billed, equal to the sum of ``shares``.
    """

    programme: Programme
    label: str
    base: int | None
    rate: Decimal | None
    flat: int | None
    amount_before: int
    relief: int
    shares: tuple[Share, ...]
    articles: tuple[str, ...]
    confidence: Confidence
    count: int = 1
    confirmations: tuple[str, ...] = ()

    @property
    def working(self) -> str:
        """How the amount comes about, in figures: ``Rp1.600.000 × 1% = Rp16.000 − Rp8.000 = Rp8.000``."""
        first = rupiah(self.flat if self.flat is not None else self.base or 0)
        factors = [first, *([percent(self.rate)] if self.rate is not None else [])]
        if self.count > 1:
            factors.append(str(self.count))
        steps = [" × ".join(factors), rupiah(self.amount_before)] if len(factors) > 1 else [first]
        if self.relief:
            steps = [" = ".join(steps) + f" − {rupiah(self.relief)}", rupiah(self.amount)]
        return " = ".join(steps)

    @property
    def amount(self) -> int:
        """What is billed for this programme."""
        return self.amount_before - self.relief

    @property
    def employer(self) -> int:
        """What the employer bears."""
        return self.borne_by(Payer.EMPLOYER)

    @property
    def worker(self) -> int:
        """What is taken from the worker's wage."""
        return self.borne_by(Payer.WORKER)

    def borne_by(self, payer: Payer) -> int:
        """What one payer bears of this line."""
        return sum(part.amount for part in self.shares if part.payer == payer)


@dataclass(frozen=True, slots=True)
class Contribution:
    """The contribution of one month; ``changes_on`` is the first month whose amount will differ."""

    segment: Segment
    month: date
    lines: tuple[Line, ...]
    changes_on: date | None = None
    change: Change | None = None

    @property
    def total(self) -> int:
        """The sum of the lines, in whole rupiah."""
        return sum(line.amount for line in self.lines)

    @property
    def total_before(self) -> int:
        """The sum before any relief."""
        return sum(line.amount_before for line in self.lines)

    @property
    def relief(self) -> int:
        """What is taken off in all."""
        return sum(line.relief for line in self.lines)

    @property
    def employer(self) -> int:
        """What the employer bears in all."""
        return sum(line.employer for line in self.lines)

    @property
    def worker(self) -> int:
        """What is taken from the worker's wage in all."""
        return sum(line.worker for line in self.lines)

    @property
    def scheme(self) -> Scheme:
        """Which BPJS collects it."""
        return self.segment.scheme

    @property
    def articles(self) -> tuple[str, ...]:
        """The articles of law used, each once, in the order of the lines."""
        return tuple(dict.fromkeys(article for line in self.lines for article in line.articles))

    @property
    def confidence(self) -> Confidence:
        """The confidence of the weakest rule used."""
        return weakest(line.confidence for line in self.lines)

    @property
    def confirmations(self) -> tuple[str, ...]:
        """What is still to be confirmed, as names of ``confirmations.yml``, each once."""
        return tuple(dict.fromkeys(key for line in self.lines for key in line.confirmations))

    @property
    def is_certain(self) -> bool:
        """Whether it may be shown without a warning."""
        return self.confidence.is_certain


def require_rupiah(name: str, amount: int) -> int:
    """Return an amount of whole rupiah, zero or more; raise ``InvalidAmount`` otherwise."""
    if type(amount) is not int or amount < 0:
        raise InvalidAmount(name, amount)
    return amount
