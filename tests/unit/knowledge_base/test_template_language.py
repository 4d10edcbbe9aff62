"""The article language: what is not on its list is refused at its line, whatever somebody thinks of."""

from __future__ import annotations

import pytest

from knowledge_base.article import Article, ArticleError, parse_article
from knowledge_base.library import Library
from tests.unit.knowledge_base.library_world import FRONT


def article_of(body: str) -> Article:
    return parse_article(f"---\n{FRONT}---\n{body}\n", "contoh")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("{% for i in range(10**9) %}x{% endfor %}", "a loop goes over a list that was given"),
        ("{% for i in [1, 2, 3] %}x{% endfor %}", "a loop goes over"),
        ("{% for i in 'aaaaaaaa' %}x{% endfor %}", "a loop goes over"),
        ("{% for i in bpu(1, jht=true).lines recursive %}{{ loop(i) }}{% endfor %}", "cannot call itself"),
        (
            "{% set b = bpu(1, jht=true) %}{% for i in b.lines %}{% for j in b.lines %}x{% endfor %}{% endfor %}",
            "a loop inside a loop",
        ),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "Macro"),
        ("{{ 'a' * 10**9 }}", "left to the rules"),
        ("{{ 'a' ~ 'a' }}", "Concat"),
        ("{% set a %}xx{% endset %}", "AssignBlock"),
        ("{% set a, b = 1, 2 %}", "set to one value"),
        ("{% filter join('x' * 9) %}aa{% endfilter %}", "FilterBlock"),
        ("{{ month | join('xxxxxxxxx') }}", "join takes"),
        ("{% set a = 'xx' %}{{ a | join(a) }}", "join takes"),
        ("{{ 'x'.center(99) }}", "only the figures"),
        ("{{ month['year'] }}", "Getitem"),
        ("{{ ''['__class__'] }}", "Getitem"),
        ("{{ fact.__call__ }}", "__call__ is closed"),
        ("{{ bpu(**{'a': 1}) }}", "plain values"),
        ("{% extends 'x' %}", "Extends"),
        ("{% import 'x' as y %}", "Import"),
        ("{{ -1 }}", "left to the rules"),
    ],
)
def test_what_is_not_on_the_list_is_refused_at_its_line(body: str, reason: str) -> None:
    with pytest.raises(ArticleError) as refused:
        Library({"contoh": article_of(f"Baris satu.\n{body}")})
    (*_, problem) = refused.value.problems
    assert reason in str(refused.value)
    assert (problem.key, problem.line) == ("body", 2)


def test_a_given_list_may_be_walked_once() -> None:
    body = "{% set b = bpu(amount('bpu_lowest_base'), jht=true) %}{% for law in b.articles %}{{ law }}. {% endfor %}"
    library = Library({"contoh": article_of(body)})
    assert "PP 44/2015" in library.render("contoh", library.get("contoh").reviewed_on).text
