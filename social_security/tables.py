"""Dated tables of the law: how they are read, checked on load and looked up by date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from social_security.errors import NoRule, RegulationError

REGULATIONS = Path(__file__).parent / "regulations"


class Confidence(StrEnum):
    """How well a figure is known, strongest first; the codes of the fact base."""

    L = "L"  # wording of the law seen
    V2 = "V2"  # two independent sources
    S2 = "S2"
    V1 = "V1"  # one source
    S1 = "S1"
    D = "D"  # derived by arithmetic from values seen
    I = "I"  # our own inference  # noqa: E741
    V1_WEAK = "V1?"  # one weak or undated source
    C = "C"  # sources disagree
    M = "M"  # from memory

    @property
    def is_certain(self) -> bool:
        """Whether a figure of this confidence may be shown without a warning."""
        return self not in {Confidence.I, Confidence.V1_WEAK, Confidence.C, Confidence.M}


_STRENGTH = tuple(Confidence)


def weakest(confidences: Iterable[Confidence]) -> Confidence:
    """A result is only as certain as its weakest rule."""
    return max(confidences, key=_STRENGTH.index)


def _refuse_float(value: Any) -> Any:
    if isinstance(value, float):
        raise ValueError("write a decimal in quotes, so that it is exact")  # noqa: TRY004 - pydantic reports ValueError
    return value


ExactDecimal = Annotated[Decimal, BeforeValidator(_refuse_float)]
Rupiah = Annotated[int, Field(strict=True, ge=0)]


class Table(BaseModel):
    """Data of a regulation file: unknown keys are errors, values never change."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(Table):
    """One dated rule with its article of law, source and confidence."""

    article: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]
    confidence: Confidence
    valid_from: date
    valid_until: date | None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValueError("valid_until lies before valid_from")
        return self

    def is_valid(self, on: date) -> bool:
        """Whether the rule holds on a day, both ends included."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


RuleT = TypeVar("RuleT", bound=Rule)
TableT = TypeVar("TableT", bound=Table)


def find_rule(rules: Sequence[RuleT], on: date) -> RuleT | None:
    """The rule valid on a day, if there is one."""
    return next((rule for rule in rules if rule.is_valid(on)), None)


def pick_rule(rules: Sequence[RuleT], on: date, what: str) -> RuleT:
    """The rule valid on a day; raises ``NoRule`` naming ``what`` when there is none."""
    rule = find_rule(rules, on)
    if rule is None:
        raise NoRule(what, on)
    return rule


def load_table(path: Path, model: type[TableT]) -> TableT:
    """Read a regulation file; raises ``RegulationError`` naming the file and the key that is wrong."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise RegulationError(f"{path.name}: cannot be read: {error}") from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise RegulationError(f"{path.name}: {_describe(error)}") from error


def _describe(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in problem['loc']) or '(whole file)'}: {problem['msg']}"
        for problem in error.errors(include_url=False)
    )
