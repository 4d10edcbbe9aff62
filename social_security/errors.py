"""What can be wrong with a question put to the rules, or with the rules themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from typing_extensions import override


class SocialSecurityError(Exception):
    """Anything this package refuses."""


class InvalidQuestion(SocialSecurityError, ValueError):
    """The question cannot be computed; the message says what was expected."""


class InvalidMonth(InvalidQuestion):
    """A contribution month is written as the first day of that month."""

    def __init__(self, month: date) -> None:
        super().__init__(f"a contribution month is its first day, not {month.isoformat()}")


class InvalidAmount(InvalidQuestion):
    """An income or wage is a whole number of rupiah, zero or more."""

    def __init__(self, name: str, amount: object) -> None:
        super().__init__(f"{name} must be a whole number of rupiah, zero or more, not {amount!r}")


class InvalidChoice(InvalidQuestion):
    """A value outside the choices of the law (care class, risk group, number of people)."""

    def __init__(self, name: str, value: object, expected: str) -> None:
        super().__init__(f"{name} must be {expected}, not {value!r}")


class WrongDigits(InvalidQuestion):
    """An identity number has another length. The message never repeats the text."""

    def __init__(self, name: str, expected: int, digits: int) -> None:
        super().__init__(f"a {name} has exactly {expected} digits, found {digits}")
        self.expected = expected


class NotANik(WrongDigits):
    """The text is not sixteen digits."""

    def __init__(self, digits: int) -> None:
        super().__init__("NIK", 16, digits)


class InvalidDates(InvalidQuestion):
    """Two dates lie the wrong way round."""

    def __init__(self, earlier: str, later: str) -> None:
        super().__init__(f"{later} cannot lie before {earlier}")


class NoRule(SocialSecurityError, LookupError):
    """No rule we hold is valid on that date."""

    def __init__(self, what: str, on: date) -> None:
        super().__init__(f"no rule for {what} on {on.isoformat()}")
        self.what = what
        self.on = on


class NotYetPublished(NoRule):
    """The value for that date will come, but the authority has not published it."""

    def __init__(self, what: str, on: date, known_until: date) -> None:
        super().__init__(what, on)
        self.known_until = known_until
        self.args = (f"{what} for {on.isoformat()} is not published yet, known until {known_until.isoformat()}",)


@dataclass(frozen=True, slots=True)
class RegulationProblem:
    """One mistake in a regulation file; ``line`` is None where it lies between two files."""

    file: str
    line: int | None
    key: str
    message: str

    @override
    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (place, self.key, self.message) if part)


class RegulationError(SocialSecurityError):
    """Regulation files are wrong; each problem names the file, the line and the key."""

    def __init__(self, *problems: RegulationProblem) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems
