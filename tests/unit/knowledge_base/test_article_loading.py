"""A wrong article is refused on load, with the file and the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge_base.library import ArticleError, Library
from social_security.programmes import Scheme
from tests.unit.knowledge_base.library_world import FRONT, our_library, write_article


def test_a_right_article_is_read(tmp_path: Path) -> None:
    library = Library.load(write_article(tmp_path, "Awal.\n<!-- more -->\nLanjutan."))

    article = library.get("contoh")

    assert article.title == "Tentang santunan"
    assert article.scheme is Scheme.BPJSTK
    assert (article.body, article.more) == ("Awal.", "Lanjutan.")


@pytest.mark.parametrize(
    ("front", "key"),
    [
        (FRONT.replace("title: Tentang santunan\n", ""), "title"),
        (FRONT.replace("BPJSTK", "BPJS"), "scheme"),
        (FRONT.replace(", enam f", ""), "questions"),
        (FRONT.replace("[PP 44/2015]", "[]"), "sources"),
        (FRONT.replace("2020-01-01", "kemarin"), "valid_from"),
        (FRONT.replace("reviewed_on: 2026-11-20\n", ""), "reviewed_on"),
        (FRONT + "valid_until: 2019-12-31\n", "valid_until"),
        (FRONT + "colour: red\n", "colour"),
        (FRONT + "programme: JKX\n", "programme"),
        (FRONT + "next_steps: [{title: Sebuah judul yang terlalu panjang, intent: menu}]\n", "next_steps.0.title"),
        (FRONT + "next_steps: [{title: Ke mana}]\n", "next_steps.0"),
        (FRONT + "next_steps: [{title: Ke mana, article: tidak-ada}]\n", "next_steps"),
    ],
)
def test_wrong_front_matter_names_file_and_key(tmp_path: Path, front: str, key: str) -> None:
    with pytest.raises(ArticleError, match="contoh") as refusal:
        Library.load(write_article(tmp_path, front=front))
    assert "contoh.md" in str(refusal.value)
    assert key in str(refusal.value)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("{{ fact('jkm_total' }}", "line 1"),
        ("Baris satu.\n{% if %}", "line 2"),
        ("{{ fact('tidak_ada') }}", "tidak_ada"),
        ("{{ jumlah }}", "jumlah"),
        ("{{ fact('complaint_working_days') }}", "certain"),
        ("{{ amount('jkm_total') * amount('jkm_total') }}", "left to the rules"),
        ("{{ 'a' ** 9 }}", "left to the rules"),
        ("{{ fact.__globals__ }}", "__globals__"),
        ("{{ ''.__class__.__mro__ }}", "__mro__"),
        ("{{ bpu(1, jht=true).__class__ }}", "__class__"),
        ("{{ range(9) }}", "range"),
        ("{{ cycler('a') }}", "cycler"),
        ("{{ 'abc' | attr('upper') }}", "attr"),
        ("{% include 'source_line.jinja' %}", "Include"),
    ],
)
def test_a_wrong_or_cunning_template_is_refused(tmp_path: Path, body: str, reason: str) -> None:
    with pytest.raises(ArticleError) as refusal:
        Library.load(write_article(tmp_path, body))
    assert "contoh.md" in str(refusal.value)
    assert reason in str(refusal.value)


def test_front_matter_must_be_there_and_be_yaml(tmp_path: Path) -> None:
    file = tmp_path / "kosong.md"
    for text in ("Tanpa kepala.", "---\ntitle: [a\n---\nIsi.", "---\n- a\n---\nIsi.", "---\ntitle:\t- a\n---\nIsi."):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ArticleError, match=r"kosong\.md: front matter"):
            Library.load(tmp_path)


def test_two_articles_of_one_name_are_refused(tmp_path: Path) -> None:
    write_article(tmp_path)
    (tmp_path / "lain").mkdir()
    (tmp_path / "lain" / "contoh.md").write_text((tmp_path / "contoh.md").read_text())

    with pytest.raises(ArticleError, match=r"contoh\.md: slug"):
        Library.load(tmp_path)


def test_an_unknown_slug_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        our_library().get("tidak-ada")


def test_an_empty_folder_is_an_empty_library(tmp_path: Path) -> None:
    library = Library.load(tmp_path)

    assert not library.articles
