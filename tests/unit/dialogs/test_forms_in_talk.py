"""Filling in a form: answers, steering, summary."""

from __future__ import annotations

from dialogs.ports import HandoffReason
from dialogs.turns import Decision
from tests.unit.dialogs.engine_world import PHOTO, Talk


def test_a_form_is_filled_in_and_confirmed() -> None:
    talk = Talk()
    assert talk.say("mau daftar", "register").reply.text == "Anda bekerja sebagai apa?"
    assert talk.press_title("Usaha sendiri").reply.text == "Berapa penghasilan Anda sebulan?"
    talk.say("2,5 juta")
    assert "Siti Aminah" in talk.say("Siti Aminah").reply.text
    summary = talk.say("0812-3456-7890")
    assert summary.reply.text == "Pekerjaan: Usaha sendiri. Nama: Siti Aminah. HP: +6281234567890."
    assert talk.say("ya").reply.text == "Selesai: join."
    wanted = {"segment": "bpu", "income": 2_500_000, "name": "Siti Aminah", "phone": "+6281234567890"}
    assert talk.done.answers == [("join", wanted)]
    assert talk.state.form is None


def test_what_the_opening_message_tells_is_not_asked() -> None:
    talk = Talk()
    talk.say("daftar tkw", "register", entities=[("segment", "pmi")])
    assert talk.asking == "name"
    assert talk.answers == {"segment": "pmi"}


def test_a_question_that_does_not_apply_is_not_asked() -> None:
    talk = Talk()
    talk.say("mau daftar", "register")
    talk.say("buruh pabrik")
    assert talk.asking == "name"


def test_back_forgets_the_previous_answer() -> None:
    talk = Talk().join_until("name")
    assert talk.say("kembali").reply.text == "Berapa penghasilan Anda sebulan?"
    assert talk.answers == {"segment": "bpu"}
    talk.say("kembali")
    assert talk.asking == "segment"
    assert talk.say("kembali").reply.text.startswith("Ini pertanyaan pertama")


def test_one_answer_is_corrected_and_the_form_goes_on_where_it_was() -> None:
    talk = Talk().join_until("phone")
    offered = talk.say("ubah dong kak").reply
    assert [choice.title for choice in offered.choices] == ["Pekerjaan", "Penghasilan", "Nama"]
    talk.say("3")
    assert talk.asking == "name"
    assert talk.answers["name"] == "Siti Aminah"
    assert "Budi" in talk.say("Budi").reply.text
    assert talk.asking == "phone"


def test_the_answer_to_correct_may_be_named() -> None:
    talk = Talk().join_until("summary")
    talk.say("ubah nomor hp")
    assert talk.asking == "phone"
    talk.say("kembali")
    assert talk.asking == "summary"


def test_a_corrected_answer_takes_pointless_answers_along() -> None:
    talk = Talk().join_until("summary")
    talk.say("ubah pekerjaan")
    talk.say("karyawan")
    assert talk.asking == "summary"
    assert "income" not in talk.answers


def test_only_an_optional_question_is_skipped() -> None:
    talk = Talk().join_until("name")
    assert talk.say("lewati").reply.text.startswith("Yang ini perlu dijawab dulu")
    talk.say("Siti")
    assert talk.press_title("Lewati").reply.text.endswith("HP: dilewati.")


def test_cancel_by_word_and_by_meaning() -> None:
    for words, intent in (("batal", None), ("udahan aja", "cancel"), ("stop", None)):
        talk = Talk().join_until("income")
        outcome = talk.say(words, intent)
        assert talk.state.form is None
        assert outcome.decision is Decision.MENU
        assert outcome.reply.choices


def test_a_story_is_not_cancelled_by_what_it_tells() -> None:
    talk = Talk()
    talk.say("mau ngadu", "complaint_file")
    talk.say("pendaftaran saya batal terus karena sistem", "cancel")
    assert talk.asking == "evidence"


def test_a_clear_wish_for_a_person_is_heard_inside_a_story() -> None:
    talk = Talk()
    talk.say("mau ngadu", "complaint_file")
    assert talk.say("sudahlah saya bicara langsung sama petugasnya saja", "human_agent").decision is Decision.PERSON
    assert talk.asking == "story"


def test_help_repeat_and_menu_keep_the_form() -> None:
    talk = Talk().join_until("income")
    assert talk.say("bantuan").reply.text.endswith("Berapa penghasilan Anda sebulan?")
    last = talk.state.last_reply
    assert talk.say("ulangi").reply == last
    assert [choice.id for choice in talk.say("menu").reply.choices] == ["c:continue", "c:park", "c:cancel"]
    assert talk.say("1").reply.text == "Berapa penghasilan Anda sebulan?"


def test_a_form_is_put_aside_and_taken_up_again() -> None:
    talk = Talk().join_until("name")
    talk.say("menu")
    talk.press_title("Simpan dulu")
    assert talk.state.form is None
    talk.say("kapan jatuh tempo", "contribution_due")
    assert talk.say("lanjut").reply.text.endswith("Siapa nama lengkap Anda?")
    assert talk.answers == {"segment": "bpu", "income": 2_000_000}


def test_a_person_is_asked_for_and_the_form_stays() -> None:
    talk = Talk().join_until("income")
    outcome = talk.say("mau bicara dengan petugas")
    assert outcome.decision is Decision.PERSON
    assert outcome.reply.text.startswith("Petugas menjawab besok")
    assert outcome.reply.text.endswith("Berapa penghasilan Anda sebulan?")
    assert talk.done.of("person")[0].person_reason is HandoffReason.ASKED
    talk.say("3jt")
    assert talk.answers["income"] == 3_000_000


def test_the_summary_is_changed_on_no_and_asks_again_on_nonsense() -> None:
    talk = Talk().join_until("summary")
    assert "Apakah isiannya sudah benar?" in talk.say("hmm gimana").reply.text
    assert talk.say("belum").reply.text == "Jawaban mana yang mau diubah?"
    talk.say("lanjut")
    talk.press_title("Ya, sudah benar")
    assert len(talk.done.answers) == 1


def test_a_button_of_a_question_that_is_over_answers_nothing() -> None:
    talk = Talk().join_until("income")
    outcome = talk.press("a:join.segment:pu")
    assert outcome.reply.text.startswith("Tombol itu milik pertanyaan yang sudah lewat")
    assert outcome.reply.text.endswith("Berapa penghasilan Anda sebulan?")
    assert talk.answers == {"segment": "bpu"}


def test_files_reach_the_question_they_belong_to_even_when_sent_early() -> None:
    talk = Talk()
    talk.say("mau ngadu", "complaint_file")
    assert "simpan untuk isian ini" in talk.say("", files=(PHOTO,)).reply.text
    assert talk.asking == "story"
    talk.say("Perusahaan saya tidak membayar iuran")
    assert talk.done.answers == [("grievance", {"story": "Perusahaan saya tidak membayar iuran", "evidence": [7]})]


def test_a_photo_with_a_caption_tells_the_story_and_is_kept() -> None:
    talk = Talk()
    talk.say("mau ngadu", "complaint_file")
    talk.say("Iuran tidak dibayar", files=(PHOTO,))
    assert talk.done.answers == [("grievance", {"story": "Iuran tidak dibayar", "evidence": [7]})]


def test_a_shared_contact_answers_the_phone_question() -> None:
    talk = Talk().join_until("phone")
    assert talk.last is not None
    assert talk.last.reply.asks_contact
    talk.say("", phone="+6281234567890")
    assert talk.answers["phone"] == "+6281234567890"
