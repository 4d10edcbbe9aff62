"""`pandu ask`: an answer from the articles, with its sources and score."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import TextIO
from zoneinfo import ZoneInfo

from bot.bootstrap import now
from bot.inbound import clean_text
from knowledge_base.asked_month import day_asked_about
from knowledge_base.library import Library

ZONE = ZoneInfo("Asia/Jakarta")


def ask(lines: Iterable[str], out: TextIO, *, as_json: bool) -> None:
    """Answer the question of each line on a line (JSON), or as a person reads it."""
    library = Library.load()
    today = now().astimezone(ZONE).date()
    for line in lines:
        found = answer(library, question_of(line), today)
        print(json.dumps(found, ensure_ascii=False) if as_json else _readable(found), file=out, flush=True)


def question_of(line: str) -> str:
    """What a line asks, taken in as a participant's message: its words, or `question` of a JSON object.

    Anything else stays what it is: words that no article answers.
    """
    try:
        written = json.loads(line) if line.lstrip().startswith("{") else None
    except (ValueError, RecursionError):
        written = None
    asked = written.get("question") if isinstance(written, dict) else None
    return clean_text(asked if isinstance(asked, str) else line)


def answer(library: Library, question: str, today: date) -> dict[str, object]:
    """The best article's answer for the month asked about, its sources and score, and the runners-up."""
    on = day_asked_about(question, today)
    asked: dict[str, object] = {"question": question, "on": on.isoformat()}
    hits = library.search(question, on)
    if not hits:
        return asked | {"answer": None, "article": None, "score": 0.0, "sources": None, "others": []}
    best = library.render(hits[0].article, on)
    return asked | {
        "answer": best.text,
        "more": best.more,
        "article": best.slug,
        "title": best.title,
        "scheme": best.scheme.name if best.scheme else None,
        "score": round(hits[0].score, 3),
        "sources": best.source_line,
        "others": [
            {"article": hit.article.slug, "title": hit.article.title, "score": round(hit.score, 3)} for hit in hits[1:]
        ],
    }


def _readable(found: dict[str, object]) -> str:
    if found["answer"] is None:
        return "No article answers this."
    return f"{found['answer']}\n\n{found['sources']}\n[{found['article']}, score {found['score']}]"
