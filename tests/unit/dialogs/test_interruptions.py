"""Something else in the middle of a form: questions, emergencies, other dialogs, silence."""

from __future__ import annotations

import pytest

from dialogs.ports import HandoffReason
from dialogs.turns import Decision
from tests.unit.dialogs.engine_world import Talk


def test_a_question_is_answered_and_the_form_goes_on() -> None:
    talk = Talk().join_until("income")
    outcome = talk.say("kapan sih paling lambat bayar?", "contribution_due")
    assert outcome.reply.text.startswith("Iuran dibayar paling lambat tanggal 15.")
    assert outcome.reply.text.endswith("Berapa penghasilan Anda sebulan?")
    assert outcome.intent == "contribution_due"
    assert talk.answers == {"segment": "bpu"}


def test_a_question_with_an_amount_in_it_is_not_taken_for_the_answer() -> None:
    talk = Talk().join_until("income")
    talk.say("kalau telat 2 bulan apa kena denda 100rb?", "contribution_due")
    assert talk.asking == "income"


def test_a_question_interrupts_a_story_only_when_it_is_clearly_one() -> None:
    talk = Talk().join_until("name")
    talk.say("JHT itu apa?", "benefit_info")
    assert talk.asking == "name"
    assert talk.done.of("article")[0].inbound.choice == "k:jht"
    talk.say("Jatuh Tempo", "contribution_due")
    assert talk.answers["name"] == "Jatuh Tempo"


def test_an_interruption_offers_the_choices_of_the_open_question() -> None:
    talk = Talk()
    talk.say("mau daftar", "register")
    talk.say("kapan jatuh tempo?", "contribution_due")
    talk.say("2")
    assert talk.answers == {"segment": "bpu"}


def test_another_dialog_is_done_first_and_the_outer_one_resumes() -> None:
    talk = Talk().join_until("phone")
    talk.say("hitungin iuran dulu dong", "contribution_amount")
    assert talk.asking == "income"
    outcome = talk.say("3 juta")
    assert outcome.reply.text.startswith("Selesai: calculate.")
    assert talk.asking == "phone"
    assert talk.answers["name"] == "Siti Aminah"


def test_a_third_dialog_waits() -> None:
    talk = Talk().join_until("phone")
    talk.say("mau ngadu nih", "complaint_file")
    assert talk.press("i:contribution_amount").reply.text.startswith("Baik. Supaya tidak ada yang hilang")
    assert talk.asking == "story"


def test_a_third_dialog_opens_when_two_are_put_aside() -> None:
    talk = Talk().join_until("name")
    talk.press("i:complaint_file")
    talk.press("c:park")
    assert len(talk.state.parked) == 2
    talk.press("i:contribution_amount")
    assert (talk.asking, [form.dialog for form in talk.state.parked]) == ("income", ["grievance", "join"])


def test_asking_for_the_open_dialog_again_is_a_miss_not_a_loop() -> None:
    talk = Talk()
    talk.say("mau ngadu", "complaint_file")
    talk.say("Iuran saya tidak dibayar")
    assert "Kita memang sedang mengisi" in talk.say("mau ngadu nih", "complaint_file").reply.text
    assert talk.say("mau ngadu nih", "complaint_file").decision is Decision.PERSON


def test_an_emergency_comes_before_everything_and_the_form_is_kept() -> None:
    talk = Talk().join_until("name")
    outcome = talk.say("suami saya jatuh dari proyek tolong", "emergency")
    assert outcome.reply.text == "Bawa ke rumah sakit dulu."
    assert talk.state.form is None
    talk.say("dia sudah di igd", "benefit_info", 0.3)
    assert talk.press("c:continue").reply.text.endswith("Siapa nama lengkap Anda?")
    assert talk.answers == {"segment": "bpu", "income": 2_000_000}


def test_a_story_about_an_accident_long_ago_stays_a_story() -> None:
    talk = Talk()
    talk.say("mau ngadu", "complaint_file")
    talk.say("waktu saya kecelakaan tahun lalu klaimnya ditolak", "emergency", 0.85)
    assert talk.asking == "evidence"


def test_the_first_miss_says_what_is_expected_and_the_second_brings_a_person() -> None:
    talk = Talk().join_until("income")
    first = talk.say("ya segitu lah")
    assert first.decision is Decision.NOT_UNDERSTOOD
    assert "misalnya 2.500.000 atau 2,5 juta" in first.reply.text
    second = talk.say("pokoknya cukup")
    assert second.decision is Decision.PERSON
    assert talk.done.of("person")[0].person_reason is HandoffReason.NOT_UNDERSTOOD
    assert talk.asking == "income"
    talk.say("2 juta")
    assert talk.asking == "name"
    assert talk.state.misses == 0


def test_rasa_down_inside_a_form_still_reads_answers_and_says_so_otherwise() -> None:
    talk = Talk().join_until("income")
    assert "lambat memahami" in talk.say("kapan jatuh tempo", nlu_down=True).reply.text
    talk.say("dua juta", nlu_down=True)
    assert talk.asking == "name"


def test_after_a_day_the_form_is_introduced_and_nothing_is_lost() -> None:
    talk = Talk().join_until("income")
    talk.wait(days=7)
    outcome = talk.say("halo", "greet", 0.5)
    assert "Terakhir kita sedang mengisi pendaftaran" in outcome.reply.text
    assert [choice.id for choice in outcome.reply.choices] == ["c:continue", "c:restart", "c:cancel"]
    talk.say("1")
    assert talk.asking == "income"
    assert talk.answers == {"segment": "bpu"}


def test_after_a_day_a_real_answer_is_accepted_at_once() -> None:
    talk = Talk().join_until("income")
    talk.wait(days=7)
    outcome = talk.say("2 juta")
    assert outcome.reply.text.startswith("Selamat datang kembali. Kita teruskan pendaftaran.")
    assert talk.answers["income"] == 2_000_000


def test_after_a_day_a_digit_still_answers() -> None:
    talk = Talk()
    talk.say("mau daftar", "register")
    talk.wait(days=7)
    assert talk.say("2").reply.text.startswith("Selamat datang kembali")
    assert talk.asking == "income"


def test_a_greeting_after_a_week_is_not_taken_for_a_name() -> None:
    talk = Talk().join_until("name")
    talk.wait(days=7)
    talk.say("assalamualaikum", "greet")
    assert "name" not in talk.answers
    talk.say("mulai dari awal")
    assert talk.asking == "segment"
    assert talk.answers == {}


def test_after_a_month_the_form_is_closed_with_a_sentence() -> None:
    talk = Talk().join_until("name")
    talk.wait(days=31)
    outcome = talk.say("kapan jatuh tempo?", "contribution_due")
    assert outcome.reply.text.startswith("Isian yang dulu sudah terlalu lama")
    assert talk.state.form is None


def test_after_a_month_a_form_put_aside_is_closed_too() -> None:
    talk = Talk().join_until("name")
    talk.say("menu")
    talk.press_title("Simpan dulu")
    talk.wait(days=31)
    assert "terlalu lama" in talk.say("lanjut").reply.text
    assert talk.state.parked == ()


def test_a_form_this_release_does_not_have_is_closed_with_a_sentence() -> None:
    talk = Talk().join_until("name")
    stored = talk.state.to_json()
    stored["form"]["dialog"] = "gone"
    talk.state = talk.state.from_json(stored)
    assert "saya tutup" in talk.say("Siti").reply.text


@pytest.mark.parametrize("edited_to", ["3 juta", "tiga juta"])
def test_a_changed_message_answers_the_open_question_with_a_note(edited_to: str) -> None:
    talk = Talk().join_until("income")
    outcome = talk.say(edited_to, edited=True)
    assert outcome.reply.text.startswith("Saya pakai pesan yang baru Anda ubah.")
    assert talk.answers["income"] == 3_000_000


def test_a_changed_digit_does_not_pick_from_another_question() -> None:
    talk = Talk()
    talk.say("mau daftar", "register")
    outcome = talk.say("2", edited=True)
    assert talk.answers == {}
    assert 'ketik "ubah"' in outcome.reply.text
    assert talk.state.misses == 0


def test_a_calculator_gives_way_to_a_third_dialog() -> None:
    talk = Talk().join_until("income")
    talk.say("hitung iuran", "contribution_amount")
    outcome = talk.say("mau ngadu dulu", "complaint_file")
    assert talk.asking == "story", outcome.reply.text
    talk.say("Kantor saya tidak setor iuran sejak Mei.")
    talk.say("lewati")
    assert talk.asking == "income"
    assert talk.answers == {"segment": "bpu"}
