"""What can be wrong with a question put to the rules, or with the rules themselves."""

from __future__ import annotations

from datetime import date


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


class NotANik(InvalidQuestion):
    """The text is not sixteen digits. The message never repeats the text."""

    def __init__(self, digits: int) -> None:
        super().__init__(f"a NIK has exactly 16 digits, found {digits}")


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


class RegulationError(SocialSecurityError):
    """A regulation file is wrong; the message names the file and the key."""
