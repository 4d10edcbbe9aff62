"""What is said: every template renders, takes its figures from the rules, threatens nobody, and fits one message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
import yaml

from dialogs.complaint_states import RULES
from dialogs.complaints import title_of
from dialogs.enrolment_forms import FORMS
from dialogs.messages import Inbound
from dialogs.nudge_days import Offered
from dialogs.offers import say
from dialogs.ports import (
    Case,
    ComplaintFacts,
    ComplaintState,
    ConsentFacts,
    KeptFacts,
    LeadFacts,
    MembershipFacts,
    NewComplaint,
    PeriodFacts,
    Purpose,
    Urgency,
)
from dialogs.registrations import FormLink, RegistrationFacts, RegistrationKind, RegistrationState
from dialogs.service_hours import answers_from
from dialogs.state import DialogState
from dialogs.turns import Turn
from dialogs.words import TEMPLATES, Words
from knowledge_base.library import Library
from social_security.arrears import bpu_arrears
from social_security.bpu import bpu_contribution
from social_security.confirmations import confirmation
from social_security.due_dates import cover_stops_on, due_on, next_due_on
from social_security.facts import all_facts
from social_security.jkn import jkn_pbpu_contribution, jkn_ppu_contribution
from social_security.jkn_arrears import jkn_reactivation
from social_security.months import add_months
from social_security.programmes import Programme, Scheme, Segment
from social_security.pu import pu_contribution
from storage.my_data import KEPT

NOW = datetime(2026, 11, 20, 19, 30, tzinfo=ZoneInfo("Asia/Jakarta"))
MONTH, NEXT_YEAR = date(2026, 11, 1), date(2027, 1, 1)
ROOT = TEMPLATES / "id"
OTHERS = {"engine", "nudges"}
#: Only macros, nothing is said.
MACROS = {"common/dates", "complaint/outside", "complaint_state/words", "privacy/words"}
Values = Mapping[str, Any]

_HOURS: Values = {"answers_from": answers_from(NOW), "now": NOW}
_OPEN: Values = {"answers_from": NOW, "now": NOW}
_MEMBERSHIP = MembershipFacts(
    Scheme.JKN, Segment.PBPU, (Programme.JKN,), 140_000, MONTH, date(2026, 11, 10), sponsored=False
)
_SPONSORED = MembershipFacts(
    Scheme.BPJSTK, Segment.BPU, (Programme.JKK, Programme.JKM), None, MONTH, date(2026, 11, 16), sponsored=True
)
_PERIOD = PeriodFacts(
    1,
    Scheme.JKN,
    Segment.PBPU,
    MONTH,
    140_000,
    date(2026, 11, 10),
    cover_stops_on=date(2026, 12, 1),
    paid_by=None,
    waived=False,
    sponsored=False,
)
_OWING: Values = {"arrears": [_PERIOD] * 5, "owed": 700_000, "reported": [_PERIOD]}
_BPU = bpu_contribution(2_500_000, MONTH, with_jht=True, transport=False)


def _bpu_arrears(months: int) -> Values:
    found = bpu_arrears(add_months(MONTH, -months - 1), NOW.date(), 2_000_000, with_jht=True, transport=True)
    points = [confirmation(key, MONTH) for key in found.confirmations]
    return {"found": found, "months": months, "open_points": points, "articles": ["PP 44/2015"]}


_PU = [pu_contribution(15_000_000, MONTH, risk_group=group) for group in (1, 5)]
_ASKED: Values = {
    "answers": {
        "version": "contact-2026-11",
        "story": "Klaim saya belum cair juga. " * 20,
        "number": "PD-7K3QXM",
        "complaints": 2,
        "backup_days": 30,
        "happened": "Senin kemarin",
        "involved": "Petugas loket",
        "place": "Bekasi",
        "evidence": [1, 2],
    },
    "labels": {
        "name": "Siti Aminah",
        "phone": "+6281234567890",
        "place": "Bekasi",
        "scheme": "Kesehatan",
        "category_jkn": "Lainnya",
        "urgency": "Mendesak",
    },
}


class NobodysCase:
    """A case on which nothing may be called: words alone are rendered."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"unexpected call of Case.{name}")


def turn(text: str = "", now: datetime = NOW) -> Turn:
    """A turn in which something is said."""
    return Turn(
        Inbound(text=text),
        None,
        nlu_down=False,
        state=DialogState(),
        now=now,
        case=cast(Case, NobodysCase()),
        library=Library({}),
        words=Words(),
    )


def _due(segment: Segment) -> Values:
    return {
        "this": due_on(segment, MONTH),
        "coming": next_due_on(segment, NOW.date()),
        "stops_on": cover_stops_on(segment, MONTH),
    }


def _complaint(state: ComplaintState, last_word: str | None) -> Values:
    facts = ComplaintFacts("PD-7K3QXM", Scheme.JKN, "cost", state, NOW, date(2026, 11, 23), last_word)
    return {"facts": facts, "title": title_of(facts)}


def _filed(urgency: Urgency) -> NewComplaint:
    return NewComplaint(Scheme.JKN, "hospital", "Ditolak", "RSUD", urgency, (), date(2026, 11, 23))


def _calculated(segment: Segment, found: Any, **values: Any) -> Values:
    shown = {"found": found, "lines": "- JKK", "last_month": date(2026, 12, 1)}
    return shown | {"due": next_due_on(segment, NOW.date())} | values


_GUIDE_BPU: Values = {
    "lowest": bpu_contribution(0, MONTH, with_jht=False, transport=False),
    "last_month": date(2026, 12, 1),
    "drivers_until": date(2027, 3, 1),
}
_AFTER_RELIEF: Values = {
    "lowest": bpu_contribution(0, date(2027, 4, 1), with_jht=False, transport=True),
    "last_month": None,
    "drivers_until": None,
}
_CHANNELS: Values = {"channels": {"banks": ["BRI"], "wallets": ["DANA"], "shops": ["Alfamart"], "sources": ["x"]}}

_PERSON = {
    "name": "Siti Aminah",
    "born": "1990-03-12",
    "address": "Jl. Melati 5 RT 01/02, Margahayu, Bekasi",
    "phone": "+6281234567890",
    "occupation": "penjual sayur keliling",
    "transport": "no",
    "income": 2_500_000,
    "jht": "yes",
    "care_class": "3",
    "baby": "Bayi Ny. Siti",
    "baby_born": "2026-11-12",
    **{
        f"member_{number}": {"name": f"Anak Ke {number} Santoso", "born": "2015-05-12", "relation": "child"}
        for number in range(1, 10)
    },
}
_LINK = FormLink("PF-7K3QXM", f"https://pandu.contoh.id/formulir/{'x' * 43}", NOW)


def _registration(state: RegistrationState) -> RegistrationFacts:
    return RegistrationFacts("PF-7K3QXM", RegistrationKind.BPU, state, NOW, date(2026, 11, 24))


def _enrolling(kind: RegistrationKind, **answers: Any) -> Values:
    told = {**_PERSON, **answers}
    figures = FORMS[kind].shows
    assert figures
    labels = {"email": "Dilewati", "jht": "JKK + JKM + JHT"}
    return {"answers": told, "labels": labels, **figures(told, NOW.date())}


def _filed_form(kind: RegistrationKind, **answers: Any) -> Values:
    checklist = [("Foto KTP", True), *[("NIK Anak Santoso (16 angka di Kartu Keluarga)", True)] * 9, ("Foto", False)]
    return {
        "link": _LINK,
        "until": NOW,
        "kind": kind,
        "checklist": checklist,
        "figures": _enrolling(kind, **answers),
        "working_days": 2,
    }


#: Values by template; a template that is not here takes only `answers` and `labels`.
VALUES: Mapping[str, tuple[Values, ...]] = {
    "register/payer": ({"newborn_days": None}, {"newborn_days": 28}),
    "register/guides/bpu": (_GUIDE_BPU, _AFTER_RELIEF),
    "register/guides/pbpu": ({"classes": {1: 150_000, 2: 100_000, 3: 35_000}},),
    "register/result": tuple({"steps": "Caranya", "goes_on": each, "here": each} for each in (True, False)),
    "enrol/too_old": ({"limit": 65},),
    "enrol/member_twice": ({"name": "Ani Lestari"},),
    "enrol/form_received": ({"number": "PF-7K3QXM", "promised_on": date(2026, 11, 24)},),
    "enrol/new_link": ({"link": _LINK, "until": NOW},),
    "enrol/filed": (
        _filed_form(RegistrationKind.BPU),
        _filed_form(RegistrationKind.FAMILY),
        _filed_form(RegistrationKind.NEWBORN),
        _filed_form(RegistrationKind.NEWBORN, baby_born="2026-09-01"),
    ),
    "enrol_bpu/jht": (_enrolling(RegistrationKind.BPU),),
    "enrol_bpu/summary": (_enrolling(RegistrationKind.BPU),),
    "enrol_family/member": (_enrolling(RegistrationKind.FAMILY), {"members": []}),
    "enrol_family/care_class": (_enrolling(RegistrationKind.FAMILY),),
    "enrol_family/summary": (_enrolling(RegistrationKind.FAMILY),),
    "enrol_newborn/summary": (
        _enrolling(RegistrationKind.NEWBORN),
        _enrolling(RegistrationKind.NEWBORN, baby_born="2026-09-01"),
    ),
    "register/newborn": tuple({"segment": segment} for segment in (Segment.PPU, Segment.PBI, Segment.PBPU)),
    "enrol/birth_long_ago": ({"year": 1700},),
    "enrol/born_young": ({"born": date(2015, 8, 15), "age": 11},),
    "people/already_told": tuple({"answers_from": moment, "now": NOW} for moment in (answers_from(NOW), NOW)),
    "contact/kept": (
        {"number": "KT-7K3QXM", "calls_from": answers_from(NOW), "now": NOW},
        {"number": "KT-7K3QXM", "calls_from": NOW, "now": NOW},
    ),
    "contributions/lines": ({"lines": _BPU.lines}, {"lines": jkn_pbpu_contribution(3, 4, MONTH).lines}),
    "contributions/bpu": (
        _calculated(
            Segment.BPU,
            _BPU,
            income=2_500_000,
            later=bpu_contribution(2_500_000, NEXT_YEAR, with_jht=True, transport=False),
        ),
    ),
    "contributions/pu": tuple(
        _calculated(Segment.PU, _PU[0], wage=15_000_000, dearest=_PU[1], is_range=is_range, with_jp=is_range)
        for is_range in (True, False)
    ),
    "contributions/pbpu": (_calculated(Segment.PBPU, jkn_pbpu_contribution(3, 4, MONTH), care_class="3", people=4),),
    "contributions/ppu": (_calculated(Segment.PPU, jkn_ppu_contribution(5_000_000, MONTH), wage=5_000_000),),
    "contributions/wages": (
        {
            "wage": 4_500_000,
            "lines": [line for line in _PU[0].lines if line.worker],
            "total": 180_000,
            "articles": _PU[0].articles,
            "with_jp": False,
        },
    ),
    "arrears/care_class": tuple({"answers": {"months": months}} for months in (1, 600)),
    "arrears/people": tuple({"answers": {"months": months}} for months in (1, 600)),
    "arrears/pbpu": tuple(
        {"care_class": "3", "people": 4, "months": months, "lines": [("Tunggakan", "Rp140.000 × 5 = Rp700.000")]}
        | {"found": jkn_reactivation(3, 4, months, MONTH)}
        for months in (5, 30)
    ),
    "arrears/bpu": tuple(_bpu_arrears(months) for months in (2, 9)),
    "arrears/employer": tuple({"segment": segment} for segment in (Segment.PU, Segment.PPU, Segment.PMI)),
    "due/mine": (
        {
            "rows": [
                {"membership": _MEMBERSHIP, "late": True, "stops_on": date(2026, 12, 1), **_OWING},
                {"membership": _SPONSORED, "late": False, "stops_on": None, **_OWING},
                {"membership": replace(_SPONSORED, sponsored=False), "late": True, "stops_on": None, **_OWING},
            ]
        },
    ),
    **{f"due/{segment.lower()}": (_due(segment),) for segment in (Segment.BPU, Segment.PU, Segment.PBPU, Segment.PPU)},
    **{f"payment/{segment}": (_CHANNELS,) for segment in ("bpu", "pu", "konstruksi", "pbpu", "ppu")},
    "report_payment/kept": tuple(
        {"scheme": scheme, "paid": paid, "proof": proof, "coming": due_on(Segment.BPU, date(2026, 12, 1))}
        for scheme, proof, paid in (("jkn", True, [MONTH]), ("bpjstk", False, [MONTH, date(2026, 12, 1)]))
    ),
    "reminders/on": (
        {"kept": _MEMBERSHIP, "first_on": date(2026, 12, 3), "own": None},
        {"kept": _SPONSORED, "first_on": None, "own": Offered(5, is_exact=True)},
        {"kept": _MEMBERSHIP, "first_on": date(2026, 12, 3), "own": Offered(7, is_exact=False)},
    ),
    "reminders/own_day": (
        {"own": Offered(5, is_exact=True), "first_on": date(2026, 12, 3)},
        {"own": Offered(7, is_exact=False), "first_on": None},
    ),
    "contributions/no_rule": ({"on": date(2027, 7, 1)},),
    "reminders/later": tuple(
        {"until": date(2026, 12, 9), "any": again, "is_nearer": nearer}
        for again in (True, False)
        for nearer in (True, False)
    ),
    "nudge_times/kept": ({"labels": {"days": "Seminggu sebelumnya", "hour": "Jam 9 pagi", "zone": "WITA"}},),
    "reminders/standing": ({"mine": [_MEMBERSHIP, _SPONSORED]},),
    "case/standing": (
        {
            "complaints": [_complaint(state, None) for state in (ComplaintState.RECEIVED, ComplaintState.WAITING)],
            "more": 1,
            "memberships": [_MEMBERSHIP, _SPONSORED],
            "reported": [_PERIOD],
            "registrations": [_registration(RegistrationState.FILED), _registration(RegistrationState.WAITING_FORM)],
            "leads": [LeadFacts("KT-7K3QXM", NOW, None), LeadFacts("KT-7K3QXN", NOW, NOW)],
        },
        {
            "complaints": [],
            "more": 0,
            "memberships": [],
            "reported": [],
            "registrations": [_registration(state) for state in RegistrationState],
            "leads": [],
        },
    ),
    "privacy/kept": (
        {
            "kept": [KeptFacts(kind, number, NOW, NOW) for number, kind in enumerate(KEPT, start=1)],
            "consents": [ConsentFacts(purpose, f"{purpose}-2026-11", NOW) for purpose in Purpose],
            "display_name": "Siti",
        },
        {"kept": [], "consents": [], "display_name": None},
    ),
    "privacy/not_yet": ({"numbers": ["PD-7K3QXM", "PD-7K3QXN"], **_HOURS},),
    "privacy/forgotten": ({"backup_days": 30},),
    "privacy/which_consent": ({"consents": [ConsentFacts(purpose, "2026-11", NOW) for purpose in Purpose]},),
    "privacy/withdrawn": tuple({"purpose": purpose} for purpose in (Purpose.CONTACT, Purpose.NUDGES)),
    "privacy/withdraw_later": (_HOURS,),
    "privacy/handed_on": (_HOURS, _OPEN),
    **{f"privacy/{words}": ({"which": "name"}, {"which": "phone"}) for words in ("corrected", "nothing_to_correct")},
    "complaint_now/steps": tuple(
        {
            "number": "PD-7K3QXM",
            "promised_on": date(2026, 11, 23),
            "told": told,
            "place": None,
            "scheme": scheme,
            **_HOURS,
        }
        for told, scheme in ((True, "jkn"), (False, "bpjstk"), (False, None))
    ),
    "complaint/filed": tuple(
        {"number": "PD-7K3QXM", "filed": _filed(urgency), "outside": outside}
        for urgency, outside in (
            (Urgency.URGENT, ["satu"]),
            (Urgency.NORMAL, ["labour"]),
            (Urgency.NORMAL, ["social"]),
            (Urgency.NORMAL, []),
        )
    ),
    "complaint_status/standing": (
        *(
            {"rows": [_complaint(state, "Sedang kami cek ke BPJS.") for state in states], "more": 2}
            for states in (list(ComplaintState)[:4], list(ComplaintState)[4:])
        ),
        {"rows": [_complaint(ComplaintState.RECEIVED, None)], "more": 0},
    ),
    "complaint_more/kept": tuple(
        {**_complaint(state, None), "files": files} for state in ComplaintState for files in (0, 2)
    ),
    "complaint_reopen/still_open": (_complaint(ComplaintState.RECEIVED, None),),
    "complaint_reopen/done": ({**_complaint(ComplaintState.REOPENED, None), "outside": ["satu"]},),
    **{
        f"complaint_state/{state.value}": tuple(
            {
                "number": "PD-7K3QXM",
                "words": words,
                "reference": "LKS-22/11",
                "promised_on": date(2026, 11, 27),
                "scheme": scheme,
            }
            for words in ("Kami sudah menelepon rumah sakitnya.", "")
            for scheme in (Scheme.BPJSTK, None)
            if words or "words" not in RULES[state].needs
        )
        for state in set(ComplaintState) - {ComplaintState.RECEIVED}
    },
    "consultation/article": (
        {"grieves": True, "text": "Isi.", "source_line": "Dasar: PP 46/2015.", "month": None},
        {"grieves": False, "text": "Isi.", "source_line": "Dasar: PP 46/2015.", "month": NEXT_YEAR},
    ),
    "consultation/which_article": ({"titles": ["Cara klaim JHT", "Cara klaim JKM"]},),
    "consultation/not_helped": ({"related": ["Cara klaim JKM"]}, {"related": []}),
    **{
        f"people/{words}": (_HOURS, _OPEN)
        for words in (
            "asked",
            "still_waiting",
            "not_understood",
            "not_helped",
            "failed_turn",
            "privacy",
            "emergency_accident",
            "emergency_death",
            "emergency_health",
            "emergency_unclear",
        )
    },
    "small_talk/greet": ({"name": "<b>Budi</b> {{ 7 * 7 }}"}, {"name": ""}),
}


@dataclass(frozen=True)
class Wording:
    """One template with one set of values."""

    template: str
    values: Values


def templates() -> list[str]:
    """The names of all templates of the dialogs."""
    names = (path.relative_to(ROOT).with_suffix("").as_posix() for path in sorted(ROOT.rglob("*.jinja")))
    return [name for name in names if name.split("/")[0] not in OTHERS and name not in MACROS]


def wordings() -> list[Wording]:
    """Every template with each of its sets of values."""
    return [Wording(name, values) for name in templates() for values in VALUES.get(name, (_ASKED,))]


def source(template: str) -> str:
    """The template as it is written."""
    return (ROOT / f"{template}.jinja").read_text(encoding="utf-8")


TABLES = TEMPLATES.parent
MOST_CHARACTERS = 1_024
FIGURE = re.compile(r"Rp\s?\d|\d+(?:[.,]\d+)?\s?(?:%|persen|rupiah|ribu|rb\b|juta|jt\b)", re.IGNORECASE)
LINE = re.compile(r"\b(?:165|175|1500\s?400)\b|\b0?8\d{2}[\s-]?\d{3,4}[\s-]?\d{3,5}\b")
EXPRESSION = re.compile(r"{[{%].*?[%}]}", re.DOTALL)
EXAMPLE = re.compile(r"(?:[Cc]ontoh(?:nya)?:?|misalnya) [^\n]*")
FACT = re.compile(r"fact\(([^)]*)\)")
THREATS = ("hangus", "disita", "dipenjara", "penjara", "pidana", "dituntut", "segera bayar atau", "diblokir")
SENTENCE = re.compile(r"[^.!?\n]*\bdenda[^.!?\n]*", re.IGNORECASE)
NO_FINE = re.compile(r"tidak (?:ada|kena) denda", re.IGNORECASE)


@pytest.mark.parametrize("wording", wordings(), ids=lambda wording: wording.template)
def test_every_template_renders_in_plain_text(wording: Wording) -> None:
    text = say(turn(), wording.template, **wording.values)
    assert text
    assert "{%" not in text
    assert "None" not in text
    assert "\n\n\n" not in text
    assert "  " not in text


@pytest.mark.parametrize("wording", wordings(), ids=lambda wording: wording.template)
def test_a_reply_fits_one_message(wording: Wording) -> None:
    assert len(say(turn(), wording.template, **wording.values)) <= MOST_CHARACTERS


def test_values_belong_to_templates_that_exist() -> None:
    assert set(VALUES) <= set(templates())


def test_a_name_is_shown_and_never_executed() -> None:
    assert "Halo <b>Budi</b> {{ 7 * 7 }}!" in say(turn(), "small_talk/greet", name="<b>Budi</b> {{ 7 * 7 }}")


@pytest.mark.parametrize("template", templates())
def test_no_figure_stands_in_a_template(template: str) -> None:
    words = EXAMPLE.sub("", EXPRESSION.sub("", source(template)))
    assert not FIGURE.search(words), FIGURE.search(words)
    assert not LINE.search(words), LINE.search(words)


@pytest.mark.parametrize(
    "table", ["choices", "buttons", "payment_channels", "complaint_categories", "consents", "synonyms", "intents"]
)
def test_no_figure_stands_in_a_table(table: str) -> None:
    words = (TABLES / f"{table}.yml").read_text(encoding="utf-8")
    assert not FIGURE.search(words)
    assert not LINE.search(words)


def test_the_check_of_figures_sees_figures() -> None:
    assert all(FIGURE.search(words) for words in ("Rp8.400", "5%", "0,24 %", "dua 2 persen", "1,5 juta", "50rb"))
    assert all(LINE.search(words) for words in ("telepon 165", "Layanan 175.", "0811 8165 165", "08118165165"))


def test_facts_are_certain_on_the_day() -> None:
    known = all_facts(NOW.date())
    asked = {key for template in templates() for call in FACT.findall(source(template)) for key in _keys(call)}
    assert len(asked) > 15
    assert {key for key in asked if not known[key].is_certain} == set()


def _keys(call: str) -> list[str]:
    return re.findall(r'"([a-z0-9_]+)"', call.split(" if ")[0] + call.rpartition(" else ")[2])


@pytest.mark.parametrize("template", templates())
def test_a_fine_is_named_only_where_the_rules_know_one(template: str) -> None:
    for sentence in SENTENCE.findall(source(template)):
        known = "jkn_service_fine" in sentence or "pu_late_penalty" in sentence
        assert known or NO_FINE.search(sentence), sentence


@pytest.mark.parametrize("template", templates())
def test_nobody_is_threatened(template: str) -> None:
    words = source(template).casefold()
    assert not [threat for threat in THREATS if threat in words]


def test_nobody_is_asked_for_identity_numbers() -> None:
    questions = [name for name in templates() if "/" in name and _asks(name)]
    for name in questions:
        words = re.sub(r"(?:tidak perlu|tutup dulu|jangan)[^.]*\.", "", source(name), flags=re.IGNORECASE)
        assert not re.search(r"\b(?:nik|nomor ktp|nomor kk|rekening|otp|pin|kata sandi)\b", words, re.IGNORECASE), name


def _asks(name: str) -> bool:
    dialog, _, question = name.partition("/")
    labels = ROOT / dialog / "labels.jinja"
    return labels.exists() and question in yaml.safe_load(labels.read_text(encoding="utf-8"))


def test_only_other_peoples_folders_are_left_out() -> None:
    assert {path.name for path in ROOT.iterdir() if path.is_dir()} - OTHERS == {
        name.split("/")[0] for name in templates()
    }
