"""Dated tables of the law: how they are read, checked on load and looked up by date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from social_security.errors import NoRule, RegulationError, RegulationProblem
from social_security.marked_yaml import KeyPath, MarkedYaml, UnreadableYaml, read_marked


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
Percent = Annotated[Decimal, BeforeValidator(_refuse_float), Field(ge=0, le=100)]
Rupiah = Annotated[int, Field(strict=True, ge=0)]


class Table(BaseModel):
    """Data of a regulation file: unknown keys are errors, values never change."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Misplaced(ValueError):
    """A mistake found from further out; ``path`` leads from there to the key it is about."""

    def __init__(self, path: KeyPath, message: str) -> None:
        super().__init__(message)
        self.path = path


class Rule(Table):
    """One dated rule with its article of law, source and confidence.

    ``confirm`` names the sentence of ``confirmations.yml`` that says what is still to be confirmed, and where.
    """

    article: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]
    confidence: Confidence
    valid_from: date
    valid_until: date | None
    confirm: str | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise Misplaced(("valid_until",), "lies before valid_from")
        return self

    @model_validator(mode="after")
    def _says_what_to_confirm(self) -> Self:
        if not self.is_certain and self.confirm is None:
            raise Misplaced(("confidence",), "what is not certain needs confirm: what to confirm, and where")
        return self

    @property
    def is_certain(self) -> bool:
        """Whether it may be shown without a warning."""
        return self.confidence.is_certain

    @property
    def series(self) -> object:
        """What the rules share that follow each other in time: within one series only one holds on a day."""
        return None

    def is_valid(self, on: date) -> bool:
        """Whether the rule holds on a day, both ends included."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


RuleT = TypeVar("RuleT", bound=Rule)
TableT = TypeVar("TableT", bound=Table)


def require_rising(name: str, values: Sequence[int], *, from_zero: bool) -> None:
    """Raise ``Misplaced`` at the first of ``rows`` whose ``name`` does not rise, or does not begin at zero."""
    if from_zero and values[0] != 0:
        raise Misplaced(("rows", 0, name), "brackets must start at 0")
    for index, (lower, upper) in enumerate(pairwise(values), start=1):
        if upper <= lower:
            raise Misplaced(("rows", index, name), "brackets must rise, each once")


def _one_at_a_time(rules: tuple[RuleT, ...]) -> tuple[RuleT, ...]:
    ends: dict[object, date | None] = {}
    for index, rule in enumerate(rules):
        if rule.series in ends:
            end = ends[rule.series]
            if end is None or rule.valid_from <= end:
                raise Misplaced((index, "valid_from"), "begins before the rule above it has ended")
        ends[rule.series] = rule.valid_until
    return rules


Series = Annotated[tuple[RuleT, ...], Field(min_length=1), AfterValidator(_one_at_a_time)]


def articles_of(rules: Iterable[Rule]) -> tuple[str, ...]:
    """The articles of law of rules, each once, in order."""
    return tuple(dict.fromkeys(rule.article for rule in rules))


def confirmations_of(rules: Iterable[Rule]) -> tuple[str, ...]:
    """What is still to be confirmed about rules, each once, in order."""
    return tuple(dict.fromkeys(rule.confirm for rule in rules if rule.confirm))


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
    """Read a regulation file; raises ``RegulationError`` naming the file, the line and the key that is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RegulationError(RegulationProblem(path.name, None, "", f"cannot be read: {error}")) from error
    return parse_table(text, path.name, model)


def parse_table(text: str, name: str, model: type[TableT]) -> TableT:
    """Read the text of a regulation file called ``name``; raises ``RegulationError`` as ``load_table`` does."""
    try:
        marked = read_marked(text)
    except UnreadableYaml as error:
        raise RegulationError(RegulationProblem(name, error.line, "", f"cannot be read: {error}")) from error
    try:
        return model.model_validate(marked.content)
    except ValidationError as error:
        raise RegulationError(*_problems(error, name, marked)) from error


def _problems(error: ValidationError, name: str, marked: MarkedYaml) -> Iterator[RegulationProblem]:
    for problem in error.errors(include_url=False):
        cause = problem.get("ctx", {}).get("error")
        path = problem["loc"] + (cause.path if isinstance(cause, Misplaced) else ())
        key = ".".join(str(part) for part in path)
        yield RegulationProblem(name, marked.line_of(path), key or "(whole file)", problem["msg"])
