"""A complaint that was filed: how it goes, what is added to it, and opening it again. Nobody sees anybody else's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from dialogs.complaint_states import RULES
from dialogs.complaints import LONGEST_STORY, add_button, outside_of, promise_again, tell_button, title_of
from dialogs.forms import Answers, Dialog, Opens, Question, Reader, Unreadable
from dialogs.messages import Choice, Inbound, Reply, Understanding
from dialogs.offers import opening_choice, reply, say, table
from dialogs.ports import ComplaintFacts
from dialogs.readers import text
from dialogs.tables import steering
from dialogs.turns import Turn
from dialogs.typed import plain

_WORDS: Final[dict[str, list[str]]] = table("complaint_words")
_MOST_LISTED: Final = 4
_SHORTEST_ADDITION: Final = 3


async def complaint_status(turn: Turn) -> Reply | Opens:
    """Say how one's own complaint goes, by its number or all of them; or do what is written beside the number."""
    number = _number_named(turn)
    if number is None:
        return await all_of_mine(turn)
    found = await turn.case.complaint(number)
    if found is None:
        return _not_mine(turn)
    if _says(turn, "reopen"):
        return Opens("complaint_reopen", {"number": found.number})
    if turn.inbound.files or _says(turn, "add"):
        return await _add_what_is_said(turn, found)
    return _standing(turn, [found])


async def complaint_more(turn: Turn) -> Reply | Opens:
    """Open the form for adding to the complaint of the button that was pressed."""
    return await _open_for(turn, "complaint_more")


async def complaint_tell(turn: Turn) -> Reply | Opens:
    """Add what is told after a reply that invited to it, or open the form when its button was pressed."""
    if turn.inbound.choice:
        return await _open_for(turn, "complaint_more", "h:complaint_tell:")
    number = next(told for one in turn.state.choices if (told := one.id.partition("h:complaint_tell:")[2]))
    return await add_to(turn, number, turn.inbound.text.strip(), [file.id for file in turn.inbound.files])


async def complaint_reopen(turn: Turn) -> Reply | Opens:
    """Open the form for opening the complaint of the button again."""
    return await _open_for(turn, "complaint_reopen")


async def _open_for(turn: Turn, dialog: str, prefix: str | None = None) -> Reply | Opens:
    found = await turn.case.complaint(opening_choice(turn, prefix or f"h:{dialog}:") or "")
    return Opens(dialog, {"number": found.number}) if found else _not_mine(turn)


async def all_of_mine(turn: Turn) -> Reply:
    """How all of one's own complaints go."""
    mine = await turn.case.complaints()
    if not mine:
        return reply(turn, "complaint_status/none", "complain", "person", "menu")
    return _standing(turn, mine)


def _not_mine(turn: Turn) -> Reply:
    return reply(turn, "complaint_status/unknown", "complain", "person", "menu")


def _standing(turn: Turn, found: Sequence[ComplaintFacts]) -> Reply:
    rows = [{"facts": facts, "title": title_of(facts)} for facts in found[:_MOST_LISTED]]
    more = len(found) - len(rows)
    said = reply(turn, "complaint_status/standing", "person", "complain", "menu", rows=rows, more=more)
    return Reply(said.text, (*_steps(turn, found), *said.choices))


def _steps(turn: Turn, found: Sequence[ComplaintFacts]) -> tuple[Choice, ...]:
    """What can be done with the one complaint that is shown."""
    if len(found) != 1:
        return ()
    number = found[0].number
    if not RULES[found[0].state].reopens:
        return (add_button(turn, number),)
    return (Choice(f"h:complaint_reopen:{number}", say(turn, "complaint_reopen/button")),)


async def _add_what_is_said(turn: Turn, found: ComplaintFacts) -> Reply | Opens:
    rest = steering().numbered.sub("", turn.inbound.text)
    said = _without_first_word(rest)
    if not turn.inbound.files and len(plain(said).split()) < _SHORTEST_ADDITION:
        return Opens("complaint_more", {"number": found.number})
    return await add_to(turn, found.number, said, [file.id for file in turn.inbound.files])


async def add_to(turn: Turn, number: str, said: str, file_ids: Sequence[int]) -> Reply:
    """Add words and files to one's own complaint; what is told next is added as well."""
    found = await turn.case.add_to_complaint(number, said or None, file_ids)
    if found is None:
        return _not_mine(turn)
    kept = reply(turn, "complaint_more/kept", "complaint_status", "menu", facts=found, files=len(file_ids))
    more = () if RULES[found.state].settled else (tell_button(turn, number),)
    return Reply(kept.text, (*more, *kept.choices))


async def _more_told(turn: Turn, answers: Answers) -> Reply:
    return await add_to(turn, answers["number"], answers["more"]["said"], answers["more"]["files"])


async def _reopened(turn: Turn, answers: Answers) -> Reply:
    number, before = answers["number"], await turn.case.complaint(answers["number"])
    if before is None:
        return _not_mine(turn)
    promised_on: date = promise_again(turn.today, before.scheme, before.category)
    found = await turn.case.reopen_complaint(number, answers["reason"], promised_on)
    if found is None:
        return reply(turn, "complaint_reopen/still_open", "complaint_status", "menu", facts=before)
    return reply(
        turn, "complaint_reopen/done", "complaint_status", "person", "menu", facts=found, outside=outside_of(found)
    )


def _number_named(turn: Turn) -> str | None:
    named = turn.understanding.entity("ticket_number") if turn.understanding else None
    typed = steering().numbered.search(turn.inbound.text)
    return typed.group() if typed else named


def _says(turn: Turn, what: str) -> bool:
    typed = f" {plain(turn.inbound.text)} "
    return any(f" {words} " in typed for words in _WORDS[what])


def _without_first_word(rest: str) -> str:
    words = "|".join(map(re.escape, _WORDS["add"]))
    return re.sub(rf"^\W*(?:{words})?\b[\s:,.-]*", "", rest.strip(), flags=re.IGNORECASE)


def _words_or_files() -> Reader:
    """Read what is added: words, files, or both."""
    words = text(_SHORTEST_ADDITION, LONGEST_STORY)

    def read(inbound: Inbound, understanding: Understanding | None, today: date) -> Any:
        if not inbound.files:
            return {"said": words(inbound, understanding, today), "files": []}
        if len(inbound.text) > LONGEST_STORY:
            raise Unreadable("engine/expected_shorter", maximum=LONGEST_STORY)
        return {"said": inbound.text.strip(), "files": [file.id for file in inbound.files]}

    return read


COMPLAINT_MORE: Final = Dialog(
    name="complaint_more",
    questions=(Question("more", _words_or_files(), free_text=True, tells=True),),
    complete=_more_told,
)
COMPLAINT_REOPEN: Final = Dialog(
    name="complaint_reopen",
    questions=(Question("reason", text(5, LONGEST_STORY), free_text=True, tells=True),),
    complete=_reopened,
)
