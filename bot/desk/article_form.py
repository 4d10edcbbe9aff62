"""The fields in which an administrator writes an article, and the file they make: the one format of the repository."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

import yaml

from knowledge_base.article import Article
from social_security.programmes import Programme, Scheme

FIELDS: Final = (
    "title",
    "scheme",
    "programme",
    "questions",
    "body",
    "more",
    "sources",
    "valid_from",
    "valid_until",
    "reviewed_on",
    "next_steps",
)
#: Between a step's title and where it leads.
ARROW: Final = "|"


def fields_of(article: Article) -> dict[str, str]:
    """An article as the form shows it; lists have one entry a line."""
    return {
        "title": article.title,
        "scheme": article.scheme.name if article.scheme else "",
        "programme": article.programme.name if article.programme else "",
        "questions": "\n".join(article.questions),
        "body": article.body,
        "more": article.more or "",
        "sources": "\n".join(article.sources),
        "valid_from": article.valid_from.isoformat(),
        "valid_until": article.valid_until.isoformat() if article.valid_until else "",
        "reviewed_on": article.reviewed_on.isoformat(),
        "next_steps": "\n".join(f"{step.title} {ARROW} {step.intent or step.article}" for step in article.next_steps),
    }


def empty_fields(today: date, question: str = "") -> dict[str, str]:
    """A new article, begun from a question nobody could answer."""
    dates = {"valid_from": today.isoformat(), "reviewed_on": today.isoformat()}
    return {**dict.fromkeys(FIELDS, ""), **dates, "questions": question}


def text_of(fields: Mapping[str, str], intents: Collection[str]) -> str:
    """The file that these fields make; it may still be wrong, which the check says."""
    front = [f"title: {_scalar(fields['title'])}", f"scheme: {_scalar(fields['scheme'] or None)}"]
    if fields["programme"]:
        front.append(f"programme: {_scalar(fields['programme'])}")
    front += ["questions:", *(f"  - {_scalar(question)}" for question in lines_of(fields["questions"]))]
    front += ["sources:", *(f"  - {_scalar(source)}" for source in lines_of(fields["sources"]))]
    front += [
        f"{name}: {fields[name] or 'null'}"
        for name in ("valid_from", "valid_until", "reviewed_on")
        if fields[name] or name != "valid_until"
    ]
    if steps := lines_of(fields["next_steps"]):
        front += ["next_steps:", *(f"  - {_step(step, intents)}" for step in steps)]
    more = f"\n<!-- more -->\n{fields['more'].strip()}" if fields["more"].strip() else ""
    return "---\n" + "\n".join(front) + f"\n---\n{fields['body'].strip()}{more}\n"


def choices() -> dict[str, list[str]]:
    """What the form lets one choose."""
    return {"scheme": [one.name for one in Scheme], "programme": [one.name for one in Programme]}


def lines_of(text: str) -> list[str]:
    """What stands on the lines that are not empty."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _step(line: str, intents: Collection[str]) -> str:
    title, _, target = (part.strip() for part in line.partition(ARROW))
    kind = "intent" if target in intents else "article"
    return f"{{title: {_scalar(title)}, {kind}: {_scalar(target)}}}"


def _scalar(value: Any) -> str:
    """One value as YAML on one line."""
    return yaml.safe_dump([value], default_flow_style=True, allow_unicode=True, width=10_000).strip()[1:-1]
