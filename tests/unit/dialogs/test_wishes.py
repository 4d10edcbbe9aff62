"""Without a form: routes, thresholds, the menu, choices, oddities, first contact."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dialogs.forms import Dialog, Question
from dialogs.messages import Choice
from dialogs.readers import files
from dialogs.routing import Catalogue, Route, RouteKind, load_routes
from dialogs.turns import Decision
from tests.unit.dialogs.engine_world import PHOTO, Talk


def test_a_sure_reading_is_answered() -> None:
    outcome = Talk().say("kapan jatuh tempo", "contribution_due")
    assert (outcome.decision, outcome.intent) == (Decision.ANSWERED, "contribution_due")


UNSURE = (("contribution_due", 0.4), ("contribution_amount", 0.35), ("benefit_info", 0.1))


def test_unsure_offers_two_readable_choices_and_keeps_the_message() -> None:
    talk = Talk()
    outcome = talk.say("iuran 2 juta", "contribution_due", 0.4, ranking=UNSURE, entities=[("money", "2000000")])
    assert outcome.decision is Decision.OFFERED
    assert [choice.title for choice in outcome.reply.choices] == ["Jatuh tempo", "Hitung iuran", "Bukan keduanya"]
    talk.say("satu")
    (turn,) = talk.done.of("due")
    assert turn.inbound.text == "iuran 2 juta"
    assert turn.understanding is not None
    assert turn.understanding.entity("money") == "2000000"


def test_neither_of_the_two_brings_a_person() -> None:
    talk = Talk()
    talk.say("iuran 2 juta", "contribution_due", 0.4, ranking=UNSURE)
    assert talk.say("bukan keduanya").decision is Decision.PERSON


def test_very_unsure_asks_openly_once_then_brings_a_person() -> None:
    talk = Talk()
    first = talk.say("xqz", "greet", 0.1)
    assert first.decision is Decision.NOT_UNDERSTOOD
    assert first.reply.choices[-1].id == "c:person"
    assert talk.say("zzz", "greet", 0.1).decision is Decision.PERSON


def test_two_readings_too_close_are_not_guessed() -> None:
    ranking = (("register", 0.62), ("benefit_info", 0.55))
    assert Talk().say("bpjs", "register", 0.62, ranking=ranking).decision is Decision.OFFERED


def test_rasa_down_gives_the_menu_by_digits_and_loses_nothing() -> None:
    talk = Talk()
    outcome = talk.say("kapan iuran saya jatuh tempo", nlu_down=True)
    assert outcome.decision is Decision.MENU
    assert "lambat memahami" in outcome.reply.text
    place = [choice.id for choice in outcome.reply.choices].index("i:contribution_due") + 1
    talk.say(f"no. {place}", nlu_down=True)
    assert talk.done.of("due")[0].inbound.text == "kapan iuran saya jatuh tempo"


def test_privacy_is_told_once_with_the_first_reply() -> None:
    talk = Talk()
    talk.state = replace(talk.state, privacy_told=False)
    first = talk.say("kapan jatuh tempo", "contribution_due").reply.text
    assert "bukan bagian dari BPJS" in first
    assert "hapus data saya" in first
    assert "bukan bagian" not in talk.say("kapan jatuh tempo", "contribution_due").reply.text


def test_an_emergency_is_not_burdened_with_privacy() -> None:
    talk = Talk()
    talk.state = replace(talk.state, privacy_told=False)
    assert "BPJS" not in talk.say("ayah meninggal barusan", "emergency").reply.text
    assert "bukan bagian dari BPJS" in talk.say("halo", "greet").reply.text


@pytest.mark.parametrize("kind", ["sticker", "voice", "video", "location", "foreign_contact"])
def test_what_nobody_reads_gets_one_honest_sentence_and_the_question_again(kind: str) -> None:
    talk = Talk().join_until("income")
    outcome = talk.say("", unsupported=kind)
    assert outcome.decision is Decision.REFUSED
    assert outcome.reply.text.endswith("Berapa penghasilan Anda sebulan?")
    assert talk.answers == {"segment": "bpu"}


@pytest.mark.parametrize("reason", ["too_large", "wrong_type", "empty"])
def test_a_refused_file_is_explained(reason: str) -> None:
    assert "tidak bisa saya simpan karena" in Talk().say("", refused_file=reason).reply.text


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "...", "🇮🇩"])
def test_nothing_to_read_is_said_kindly(text: str) -> None:
    outcome = Talk().say(text)
    assert outcome.decision is Decision.REFUSED
    assert outcome.reply.choices


def test_a_photo_out_of_nowhere_is_asked_about_and_handed_on() -> None:
    talk = Talk()
    outcome = talk.say("", files=(PHOTO,))
    assert [choice.id for choice in outcome.reply.choices] == ["i:complaint_file", "c:other"]
    talk.say("1")
    talk.say("Iuran saya tidak dibayar perusahaan")
    assert talk.done.answers[0][1]["evidence"] == [7]


def test_a_deep_link_leads_to_its_intent_and_an_unknown_one_greets() -> None:
    talk = Talk()
    assert talk.say("", start="i_contribution_amount").reply.text == "Berapa upah Anda sebulan?"
    assert Talk().say("", start="poster").reply.text == "Halo!"


def test_a_photo_for_something_else_is_asked_about_in_words() -> None:
    talk = Talk()
    talk.say("", files=(PHOTO,))
    assert "ceritakan keperluan Anda" in talk.say("keperluan lain").reply.text


def test_a_contact_nobody_asked_for_is_not_kept() -> None:
    outcome = Talk().say("", phone="+6281234567890")
    assert outcome.decision is Decision.REFUSED
    assert "tidak saya simpan" in outcome.reply.text


def test_articles_ratings_and_routes_can_be_pressed_weeks_later() -> None:
    talk = Talk()
    assert talk.press("r:no:due").reply.text == "Terima kasih atas penilaiannya."
    assert talk.press("k:jht").reply.text == "Isi artikel."
    assert talk.press("h:due:now").reply.text.startswith("Iuran dibayar")
    assert talk.press("i:contribution_amount").reply.text == "Berapa upah Anda sebulan?"
    assert talk.press("r:yes:due").reply.text.endswith("Berapa upah Anda sebulan?")


@pytest.mark.parametrize("choice", ["a:join.segment:pu", "c:dance", "c:confirm", "x", "i:unknown", "c:change:name"])
def test_unknown_buttons_lead_to_the_menu(choice: str) -> None:
    assert Talk().press(choice).decision is Decision.MENU


def test_cancel_without_a_form_says_so() -> None:
    assert "tidak ada isian yang terbuka" in Talk().say("batal").reply.text


def _routes(tmp_path: Path, table: str) -> dict[str, Route]:
    path = tmp_path / "intents.yml"
    path.write_text(table, encoding="utf-8")
    return load_routes(path)


def test_routes_are_read_from_their_table(tmp_path: Path) -> None:
    routes = _routes(tmp_path, "greet: {label: Sapaan, handler: greet, informs: true}")
    assert routes == {"greet": Route("greet", "Sapaan", RouteKind.HANDLER, "greet", informs=True)}


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ("- greet", "expected a mapping"),
        ("greet: hello", "expected label"),
        ("greet: {label: Sapaan}", "exactly one of"),
        ("greet: {label: Sapaan, handler: a, dialog: b}", "exactly one of"),
        ("greet: {label: Sapaan, handler: a, colour: red}", "unknown colour"),
        ("greet: {label: Sapaan yang panjangnya bukan main, handler: a}", "1 to 24"),
        ("greet: {label: Sapaan, handler: 3}", "must be a name"),
        ("greet: {label: Sapaan, handler: a, informs: maybe}", "true or false"),
    ],
)
def test_a_wrong_route_is_refused_in_words(tmp_path: Path, table: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        _routes(tmp_path, table)


def test_a_route_to_nowhere_and_a_catalogue_without_a_person_are_refused() -> None:
    whole = Talk().catalogue
    for kind in RouteKind:
        with pytest.raises(ValueError, match="there is no"):
            Catalogue({}, {"person": whole.handlers["person"]}, {"x": Route("x", "X", kind, "nowhere")})
    with pytest.raises(ValueError, match="person"):
        Catalogue({}, {}, {})


@pytest.mark.parametrize(
    "questions",
    [
        (Question("a", files()), Question("a", files())),
        (Question("summary", files()),),
        (Question("a", files(), tuple(Choice(str(n), str(n)) for n in range(11))),),
        (Question("a", files(), (Choice("x", "Judul yang terlalu panjang sekali"),)),),
        (Question("a", files(), (Choice("x" * 64, "X"),)),),
    ],
)
def test_a_dialog_no_channel_could_show_is_refused(questions: tuple[Question, ...]) -> None:
    with pytest.raises(ValueError, match="a"):
        Dialog("d", questions, Talk().catalogue.dialogs["join"].complete)
