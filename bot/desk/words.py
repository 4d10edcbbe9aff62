"""The words of the desk: labels of stored values, moments, and what was collected, ready to be shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml
from markupsafe import Markup

from dialogs.catalogue import catalogue
from dialogs.offers import table
from dialogs.state import OpenForm
from dialogs.words import Words
from social_security.money import rupiah
from storage.desk_inbox import masked

HERE = Path(__file__).parent
LABELS: Final[Mapping[str, Any]] = yaml.safe_load((HERE / "labels.yml").read_text(encoding="utf-8"))
#: The desk works on western Indonesian time.
ZONE = ZoneInfo("Asia/Jakarta")
WORDS: Final = Words("id", HERE / "words")
#: Whole numbers from here on are rupiah, smaller ones count something.
SMALLEST_AMOUNT: Final = 1_000
_CATEGORIES: Final = table("complaint_categories")
_PHONE: Final = re.compile(r"\+?\d[\d\s().-]{7,}\d")
_TIME: Final = LABELS["time"]


def label(kind: str, value: str | None) -> str:
    """How a stored value is called; one we have no word for is shown as it is."""
    return str(LABELS[kind].get(value, (value or "").replace("_", " ")))


def problem(kind: str, message: str) -> str:
    """What a check of a text says, in the desk's words; one we have no words for stands behind "not readable"."""
    for pattern, words in LABELS[kind].items():
        if found := re.search(pattern, message):
            return str(words).format(*found.groups())
    return str(LABELS["unreadable"]).format(message)


def category(scheme: str | None, name: str) -> str:
    """What a complaint is about."""
    return str(_CATEGORIES.get(scheme or "bpjstk", {}).get(name, {}).get("title", name.replace("_", " ")))


@cache
def intent_titles() -> Mapping[str, str]:
    """What a message may be about, by its readable title."""
    titles = {route.intent: route.label for route in catalogue().routes.values()}
    return dict(sorted(titles.items(), key=lambda pair: pair[1]))


def intent_title(intent: str) -> str:
    """How an intent is called; one this release does not know is shown as it is."""
    return intent_titles().get(intent, intent)


def subject(named: str) -> str:
    """What an audit entry is about: "conversation 12" in the desk's words."""
    kind, _, which = named.partition(" ")
    return f"{LABELS['subjects'].get(kind, kind)} {LABELS['roles'].get(which, which)}"


def nudge_reason(reason: str | None) -> str:
    """Why a nudge was not sent, without the channel's own words."""
    return label("nudge_reasons", (reason or "").partition(":")[0])


def day(value: date) -> str:
    """A date, such as "Sen, 23 Nov 2026"."""
    return f"{_TIME['days_of_week'][value.weekday()]}, {value.day} {_month(value)} {value.year}"


def month(value: date) -> str:
    """A contribution month, such as "Nov 2026"."""
    return f"{_month(value)} {value.year}"


def clock(value: datetime, now: datetime) -> Markup:
    """A moment in WIB as a `<time>`: the hour, with its day unless that is today."""
    local, today = value.astimezone(ZONE), now.astimezone(ZONE).date()
    shown = f"{local:%H.%M}" if local.date() == today else f"{local.day} {_month(local)}, {local:%H.%M}"
    return _time(local, shown)


def ago(value: datetime, now: datetime) -> Markup:
    """How long since, or until, a moment, as a `<time>`."""
    minutes = int(abs((now - value).total_seconds()) // 60)
    spans = ((3 * 24 * 60, 24 * 60, "days"), (60, 60, "hours"), (1, 1, "minutes"))
    for least, unit, name in spans:
        if minutes >= least:
            return _time(value, _TIME[name].format(n=minutes // unit))
    return _time(value, _TIME["now"])


def collected(form: OpenForm) -> list[tuple[str, str]]:
    """The answers of a form as its dialog calls and shows them; phone numbers are masked."""
    dialog = catalogue().dialogs.get(form.dialog)
    titles = {
        (question.name, choice.id): choice.title
        for question in (dialog.questions if dialog else ())
        for choice in question.choices
    }
    labels = form_labels(form.dialog)
    return [
        (labels.get(name, name.replace("_", " ")), titles.get((name, str(value))) or _shown(value))
        for name, value in form.answers.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    ]


def form_title(dialog: str) -> str:
    """How a form is called."""
    return form_labels(dialog).get("dialog") or label("forms", dialog)


@cache
def form_labels(dialog: str) -> dict[str, str]:
    """Titles of a dialog's questions, and its own under "dialog"."""
    return WORDS.labels(dialog)


def _shown(value: str | float) -> str:
    if isinstance(value, int) and value >= SMALLEST_AMOUNT:
        return rupiah(value)
    return _PHONE.sub(lambda found: masked(found.group()), str(value))


def _month(value: date) -> str:
    return str(_TIME["months"][value.month - 1])


def _time(value: datetime, shown: str) -> Markup:
    local = value.astimezone(ZONE)
    full = f"{day(local.date())}, {local:%H.%M} WIB"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(local.isoformat(timespec="seconds"), full, shown)
