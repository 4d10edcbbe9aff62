"""What holds for every conversation, whatever is typed, pressed, sent or misunderstood."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.messages import Inbound, Understanding
from dialogs.state import DialogState
from dialogs.turns import Decision, Outcome
from tests.unit.dialogs.engine_world import PHOTO, Talk

INTENTS = [*Talk().catalogue.routes, "menu", "back", "help", "repeat", "thanks", "made_up"]
ANSWERS = [
    "2 juta",
    "Siti Aminah",
    "Karyawan",
    "Usaha sendiri",
    "08123456789",
    "ya",
    "tidak",
    "1",
    "2",
    "3",
    "9",
    "lewati",
    "kembali",
    "ubah",
    "ubah nama",
    "menu",
    "batal",
    "lanjut",
    "petugas",
    "bantuan",
    "ulangi",
    "kapan jatuh tempo?",
    "?",
    "{{ 7*7 }}",
    "{% for x in y %}",
    "<script>alert(1)</script>",
    "9" * 10_000,
    "a" * 10_000,
    "😀",
    "\u202e123",
    "",
]
TEXTS = st.one_of(st.sampled_from(ANSWERS), st.text(max_size=30))
READINGS = st.one_of(
    st.none(),
    st.builds(
        Understanding,
        st.sampled_from(INTENTS),
        st.floats(0, 1),
        st.lists(st.tuples(st.sampled_from(INTENTS), st.floats(0, 1)), max_size=4).map(tuple),
    ),
)
IDS = st.sampled_from(
    [
        "a:join.segment:pu",
        "c:change:name",
        "c:confirm",
        "c:restart",
        "c:park",
        "i:register",
        "i:contribution_amount",
        "i:complaint_file",
        "i:emergency",
        "k:jht",
        "r:no:due",
        "h:due",
        "c:neither",
        "",
        ":",
        "i:",
    ]
)
MESSAGES = st.one_of(
    st.tuples(st.builds(Inbound, text=TEXTS, edited=st.booleans()), READINGS),
    st.tuples(st.builds(Inbound, choice=IDS), st.none()),
    st.tuples(
        st.sampled_from(
            [
                Inbound(files=(PHOTO,)),
                Inbound(text="Iuran tidak dibayar", files=(PHOTO,)),
                Inbound(phone="+628123456789"),
                Inbound(refused_file="too_large"),
                Inbound(unsupported="voice"),
                Inbound(unsupported="new_kind"),
                Inbound(start="i_register"),
                Inbound(start=""),
            ]
        ),
        READINGS,
    ),
)
STEPS = st.lists(st.tuples(MESSAGES, st.sampled_from([0, 0, 0, 30, 24 * 40]), st.booleans()), max_size=14)
PLACES = st.sampled_from(["segment", "income", "name", "phone", "summary"])


def check_reply(outcome: Outcome) -> None:
    reply = outcome.reply
    ids = [choice.id for choice in reply.choices]
    assert reply.text.strip()
    assert len(ids) <= 10
    assert len(set(ids)) == len(ids)
    assert all(id_.isascii() and 0 < len(id_) <= 64 for id_ in ids)
    assert all(0 < len(choice.title) <= 24 for choice in reply.choices)
    assert "\n\n\n" not in reply.text


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_any_conversation_goes_on(steps: list[tuple[tuple[Inbound, Understanding | None], int, bool]]) -> None:
    talk = Talk()
    misses = 0
    for (inbound, reading), hours, nlu_down in steps:
        talk.wait(hours=hours)
        outcome = talk.send(inbound, None if nlu_down else reading, nlu_down=nlu_down)
        check_reply(outcome)
        assert DialogState.from_json(outcome.state.to_json()) == outcome.state
        misses = misses + 1 if outcome.decision is Decision.NOT_UNDERSTOOD else 0
        assert misses < 3
    talk.say("batal")
    assert talk.state.form is None


@settings(deadline=None)
@given(PLACES, st.data())
def test_digit_title_and_button_are_the_same_answer(place: str, data: st.DataObject) -> None:
    talks = [Talk().join_until(place) for _ in range(3)]
    choices = talks[0].state.choices
    if not choices:
        return
    position = data.draw(st.integers(0, len(choices) - 1))
    talks[0].say(str(position + 1))
    talks[1].say(choices[position].title)
    talks[2].press(choices[position].id)
    assert talks[0].state == talks[1].state == talks[2].state


@settings(deadline=None)
@given(PLACES, st.sampled_from(["contribution_due", "benefit_info", "privacy_request"]), st.integers(0, 100))
def test_a_question_in_the_middle_loses_nothing(place: str, intent: str, hours: int) -> None:
    talk = Talk().join_until(place)
    talk.wait(hours=hours)
    before = talk.state.form
    talk.say("itu bagaimana caranya?", intent)
    assert talk.state.form == before


@settings(deadline=None)
@given(PLACES, STEPS)
def test_cancel_always_ends_with_no_form(
    place: str, steps: list[tuple[tuple[Inbound, Understanding | None], int, bool]]
) -> None:
    talk = Talk().join_until(place)
    for (inbound, reading), _, _ in steps:
        talk.send(inbound, reading)
    assert talk.say("batal").state.form is None


@settings(deadline=None)
@given(PLACES, st.text(max_size=40), READINGS)
def test_answers_are_shown_as_they_are_and_never_run(place: str, text: str, reading: Understanding | None) -> None:
    talk = Talk().join_until(place)
    talk.send(Inbound(text=text + "{{ 7 * 191 }}"), reading)
    assert talk.last is not None
    assert "1337" not in talk.last.reply.text


@settings(deadline=None)
@given(PLACES)
def test_old_rows_without_the_newer_fields_are_read(place: str) -> None:
    stored = Talk().join_until(place).state.to_json()
    older = {name: value for name, value in stored.items() if not name.startswith(("parked", "pending_"))}
    older["form"] = {name: value for name, value in stored["form"].items() if name != "files"}
    assert DialogState.from_json(older) == replace(DialogState.from_json(stored), pending_text=None)
