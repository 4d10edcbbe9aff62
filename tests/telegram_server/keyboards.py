"""The keyboards of a message, refused as the Bot API refuses them."""

from __future__ import annotations

from .world import Json, bad

#: Exactly one of these says what an inline button does.
INLINE_ACTIONS = frozenset(
    {"url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
     "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay"}
)  # fmt: skip


def check_markup(markup: Json | None) -> None:
    """Raise `Refused` for a reply_markup that breaks the documentation's rules."""
    if markup is None:
        return
    if "inline_keyboard" in markup:
        _each_button(markup["inline_keyboard"], _check_inline)
    elif "keyboard" in markup:
        _each_button(markup["keyboard"], _check_plain)
    elif not (markup.get("remove_keyboard") or markup.get("force_reply")):
        raise bad("object expected as reply markup")


def callback_buttons(markup: Json) -> list[Json]:
    """All buttons of an inline keyboard that report a press."""
    return [button for row in markup.get("inline_keyboard", []) for button in row if "callback_data" in button]


def _each_button(rows: object, check: object) -> None:
    assert callable(check)
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad("can't parse keyboard: expected an Array of Array")
    for row in rows:
        for button in row:
            check({"text": button} if isinstance(button, str) else button)


def _check_inline(button: Json) -> None:
    if not button.get("text"):
        raise bad('can\'t parse inline keyboard button: field "text" must be of type String')
    if len(INLINE_ACTIONS & button.keys()) != 1:
        raise bad("inline keyboard button must have exactly one action")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(data.encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")


def _check_plain(button: Json) -> None:
    if not button.get("text"):
        raise bad("keyboard button text must be non-empty")
