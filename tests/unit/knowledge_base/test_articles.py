"""What holds for every article of the repository."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from knowledge_base.article import ArticleError
from knowledge_base.checking import check_article
from knowledge_base.library import ARTICLES, Expired, Library
from social_security.programmes import Programme, Scheme
from tests.unit.knowledge_base.library_world import our_library

TODAY = date(2026, 11, 21)
NEXT_YEAR = date(2027, 1, 15)
SLUGS = sorted(path.stem for path in ARTICLES.rglob("*.md"))

EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
NAMES_OF_CARE_CLASSES = re.compile(r"\bjkn\([123](?:, people=\d)?\)")
CONTRACT = """
register contribution_amount contribution_due contribution_pay report_payment reminder_settings complaint_file
complaint_status benefit_info claim_how claim_status balance_check membership_status card_proof data_change
app_account consultation human_agent privacy_request emergency menu help
"""
INTENTS = frozenset(CONTRACT.split())


def test_there_are_enough_articles_about_both() -> None:
    schemes = [article.scheme for article in our_library().articles.values()]
    programmes = {article.programme for article in our_library().articles.values()}

    assert len(schemes) >= 180
    assert min(schemes.count(Scheme.BPJSTK), schemes.count(Scheme.JKN)) >= 75
    assert set(Programme) <= programmes


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("on", [TODAY, NEXT_YEAR])
def test_an_article_says_something_short_and_sourced(slug: str, on: date) -> None:
    said = our_library().render(slug, on)

    assert 80 <= len(said.text) <= 600
    assert "{" not in said.text + (said.more or "")
    assert "  " not in said.text
    assert "\n\n\n" not in said.text
    assert not re.search(r"[*_#<>`]", said.text)
    assert said.source_line.startswith("Dasar: ")
    assert said.source_line.endswith("Diperiksa 21 November 2026.")
    assert said.valid_until is None or said.valid_until >= on
    laws = said.source_line.partition(". Diperiksa")[0].removeprefix("Dasar: ").split("; ")
    assert len(laws) == len(set(laws))


@pytest.mark.parametrize("slug", SLUGS)
def test_every_article_would_be_approved(slug: str) -> None:
    """Short, sourced, no figure of its own, and where a figure is still open it says what to confirm, and where."""
    text = next(ARTICLES.rglob(f"{slug}.md")).read_text(encoding="utf-8")

    assert check_article(text, slug, our_library(), TODAY, INTENTS).slug == slug


def test_a_figure_that_is_still_open_names_where_to_confirm_it() -> None:
    text = (
        next(ARTICLES.rglob("jkp-what.md")).read_text(encoding="utf-8").replace("{{ fact('bpjstk_call_centre') }}", "")
    )

    with pytest.raises(
        ArticleError, match=r"jkp-what\.md: body: a figure is still open.* at 175 \(jkp_contributions\)"
    ):
        check_article(text, "jkp-what", our_library(), TODAY, INTENTS)


@pytest.mark.parametrize("slug", SLUGS)
def test_no_figure_is_written_into_an_article(slug: str) -> None:
    article = our_library().get(slug)
    words = "\n".join((article.title, article.body, article.more or ""))
    literal = EXPRESSION.sub("", words)
    computed = NAMES_OF_CARE_CLASSES.sub("", "".join(EXPRESSION.findall(words)))
    computed = re.sub(r"'[a-z0-9_]*'", "", computed)

    assert not re.search(r"\d", literal), "a figure stands in the words"
    assert not re.search(r"\d", computed), "a figure stands in the template"


@pytest.mark.parametrize("slug", SLUGS)
def test_an_article_knows_how_people_ask_and_where_to_go_on(slug: str) -> None:
    article = our_library().get(slug)

    assert len({question.casefold() for question in article.questions}) >= 6
    assert article.next_steps
    for choice_id, title in our_library().render(slug, TODAY).next_steps:
        kind, name = choice_id.split(":")
        assert len(title) <= 24
        assert len(choice_id.encode()) <= 64
        assert name in (INTENTS if kind == "i" else our_library().articles)


def test_the_bpu_relief_leaves_the_dues_after_its_last_month() -> None:
    december = our_library().render("bpu-dues", date(2026, 12, 31))
    january = our_library().render("bpu-dues", date(2027, 1, 1))

    assert "Rp8.400" in december.text
    assert "Rp28.400" in december.text
    assert december.valid_until == date(2026, 12, 31)
    assert "PP 50/2025" in december.source_line
    assert "Rp8.400" not in january.text
    assert "Rp16.800" in january.text
    assert "Pengemudi dan kurir masih mendapat keringanan JKK dan JKM sampai iuran Maret 2027" in january.text
    assert january.valid_until == date(2027, 3, 31)


def test_nothing_is_left_of_the_relief_when_the_drivers_lose_it_too() -> None:
    april = our_library().render("bpu-dues", date(2027, 4, 1))

    assert "Rp16.800" in april.text
    assert "keringanan" not in april.text
    assert "PP 50/2025" not in april.source_line
    assert april.valid_until is None


def test_the_relief_article_ends_with_the_relief() -> None:
    assert "Desember 2026" in our_library().render("bpu-relief", TODAY).text
    assert "tidak ada potongan untuk iuran Januari 2027" in our_library().render("bpu-relief", NEXT_YEAR).text
    assert our_library().render("bpu-relief", NEXT_YEAR).valid_until == date(2027, 3, 31)
    with pytest.raises(Expired, match="bpu-relief"):
        our_library().render("bpu-relief", date(2027, 4, 1))


def test_an_expired_article_is_not_found() -> None:
    question = "keringanan iuran BPU dari pemerintah"

    before = [hit.article.slug for hit in our_library().search(question, TODAY)]
    after = [hit.article.slug for hit in our_library().search(question, date(2027, 4, 1))]

    assert before[0] == "bpu-relief"
    assert "bpu-relief" not in after
    assert after


def test_what_is_not_published_yet_is_not_made_up() -> None:
    february, march = (our_library().render("pu-dues", date(2027, month, 1)) for month in (2, 3))

    assert "Rp11.086.300" in february.text
    assert february.valid_until == date(2027, 2, 28)
    assert "Rp11" not in march.text
    assert "175" in march.text


def test_figures_are_those_of_the_law() -> None:
    said = our_library().render("jkm-what", TODAY)

    assert "Rp42.000.000" in said.text
    assert "PP 82/2019" in said.source_line


def test_the_example_family_pays_four_times_class_three() -> None:
    assert "Rp140.000" in our_library().render("jkn-dues", TODAY).text


def test_an_article_has_its_own_end(tmp_path: Path) -> None:
    front = (
        "title: Sementara\nscheme: null\nquestions: [aaa, bbb, ccc, ddd, eee, fff]\nsources: [UU 24/2011]\n"
        "valid_from: 2026-01-01\nvalid_until: 2026-12-01\nreviewed_on: 2026-11-20\n"
    )
    (tmp_path / "sementara.md").write_text(f"---\n{front}---\nIsi.\n", encoding="utf-8")
    library = Library.load(tmp_path)

    said = library.render("sementara", date(2026, 12, 1))

    assert said.source_line == "Dasar: UU 24/2011. Berlaku s.d. 1 Desember 2026. Diperiksa 20 November 2026."
    for day in (date(2025, 12, 31), date(2026, 12, 2)):
        with pytest.raises(Expired):
            library.render("sementara", day)
        assert library.search("aaa", day) == []
