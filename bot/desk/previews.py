"""An answer as each channel shows it: plain with buttons, with bold and few buttons, as a bubble."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge_base.rendering import Rendered

#: What WhatsApp takes: so many buttons, or one list; titles of so many characters.
WHATSAPP_BUTTONS = 3
WHATSAPP_BUTTON_TITLE = 20
WHATSAPP_LIST_TITLE = 24
TELEGRAM_MESSAGE = 4_096
WHATSAPP_BODY = 1_024


@dataclass(frozen=True)
class Preview:
    """One channel: its name, the title it sets apart, the words, the buttons, and whether they are a list."""

    channel: str
    title: str | None
    text: str
    buttons: tuple[str, ...]
    is_list: bool = False
    too_long: bool = False


def previews(said: Rendered, longer: str) -> tuple[Preview, ...]:
    """The answer in every channel; `longer` is the title of the button that shows more."""
    words = f"{said.text}\n\n{said.source_line}"
    titles = (*((longer,) if said.more else ()), *(title for _, title in said.next_steps))
    is_list = len(titles) > WHATSAPP_BUTTONS
    room = WHATSAPP_LIST_TITLE if is_list else WHATSAPP_BUTTON_TITLE
    return (
        Preview("telegram", None, words, titles, too_long=len(words) > TELEGRAM_MESSAGE),
        Preview(
            "whatsapp",
            said.title,
            words,
            tuple(title if len(title) <= room else f"{title[: room - 1]}…" for title in titles),
            is_list,
            too_long=len(words) > WHATSAPP_BODY,
        ),
        Preview("web", None, words, titles),
    )
