"""What one sending of the form brings: each thing that can be used is kept at once, the rest is explained."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from starlette.datastructures import FormData, UploadFile

from bot.forms.documents import DocumentRefused, read_document
from bot.inbound import clean_text
from dialogs.enrolment_items import TOLD
from dialogs.forms import Unreadable
from dialogs.messages import Inbound
from dialogs.registrations import ItemKind
from social_security.errors import NotANik
from social_security.nik import NIK_DIGITS, check_nik
from storage.models import RegistrationItem
from storage.registrations import OpenForm, keep_document, keep_number, keep_told
from storage.vault import Vault

_MISMATCH = "mismatch"
_LONGEST_NUMBER = 60


@dataclass(frozen=True)
class Problem:
    """Why something was not taken: a word of `words.yml`, or a template of the dialogs with its values."""

    why: str
    #: How many digits were written.
    digits: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Taken:
    """What became of a sending, by the name of each item."""

    problems: dict[str, Problem] = field(default_factory=dict)
    #: Kept, but odd: shown once more before the form is sent.
    warned: set[str] = field(default_factory=set)


async def take(form: OpenForm, sent: FormData, vault: Vault, now: datetime, today: date) -> Taken:
    """Keep what was sent for the items this form asks for."""
    taken = Taken()
    for item in form.asked:
        value = sent.get(item.name)
        if item.kind == ItemKind.FILE:
            await _take_document(item, value, vault, now, taken)
        elif not isinstance(value, str) or not value.strip():
            continue
        elif item.kind == ItemKind.TOLD:
            _take_told(form, item, clean_text(value), vault, now, today, taken)
        else:
            _take_number(form, item, value[:_LONGEST_NUMBER], vault, now, today, taken)
    return taken


async def _take_document(item: RegistrationItem, value: Any, vault: Vault, now: datetime, taken: Taken) -> None:
    if not isinstance(value, UploadFile) or not value.filename:
        return
    try:
        document = await asyncio.to_thread(read_document, await value.read())
    except DocumentRefused as refused:
        taken.problems[item.name] = Problem(refused.problem)
        return
    keep_document(vault, item, document.content, document.media_type, now)


def _take_told(
    form: OpenForm, item: RegistrationItem, typed: str, vault: Vault, now: datetime, today: date, taken: Taken
) -> None:
    try:
        value = TOLD[item.name](Inbound(text=typed), None, today)
    except Unreadable as unreadable:
        taken.problems[item.name] = Problem(unreadable.words, values=unreadable.values)
        return
    keep_told(vault, form, item, value, now)


def _take_number(
    form: OpenForm, item: RegistrationItem, typed: str, vault: Vault, now: datetime, today: date, taken: Taken
) -> None:
    if item.kind == ItemKind.KK:
        digits = re.sub(r"[\s.-]", "", typed)
        if len(digits) != NIK_DIGITS or not digits.isdecimal():
            taken.problems[item.name] = Problem("length", sum(each.isdecimal() for each in typed))
            return
        keep_number(vault, item, digits, None, now)
        return
    try:
        checked = check_nik(typed, today=today)
    except NotANik:
        taken.problems[item.name] = Problem("length", sum(each.isdecimal() for each in typed))
        return
    if _is_anothers(form, item, vault.fingerprint(checked.digits)):
        taken.problems[item.name] = Problem("double")
        return
    told = _birth_date(form.details, item.person)
    warning: str | None = checked.warnings[0] if checked.warnings else None
    if warning is None and told and checked.birth_date != told:
        warning = _MISMATCH
    keep_number(vault, item, checked.digits, warning, now)
    if warning:
        taken.warned.add(item.name)


def _is_anothers(form: OpenForm, item: RegistrationItem, value_hash: bytes) -> bool:
    """Whether somebody else on this form has the same NIK."""
    others = (other for other in form.items if other is not item and other.kind == ItemKind.NIK)
    return any(other.value_hash == value_hash for other in others)


def _birth_date(details: Mapping[str, Any], person: int | None) -> date | None:
    told = details["members"][person - 1].get("born") if person else details.get("born")
    return date.fromisoformat(told) if told else None
