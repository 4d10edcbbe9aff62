"""Articles as they are said on one date, with every figure taken from the rules and every rule named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from knowledge_base.article import Article
from knowledge_base.figures import Figures, NotInForce
from knowledge_base.language import written_date, written_month
from social_security.money import rupiah
from social_security.programmes import Scheme

TEMPLATES = Path(__file__).parent / "templates"


class Expired(LookupError):  # noqa: N818 - part of the public contract
    """An article, or a rule it rests on, is not valid on the date asked about."""


@dataclass(frozen=True)
class Rendered:
    """What is said: plain text without markup, its sources in one line, and where to go from there."""

    slug: str
    title: str
    text: str
    more: str | None
    source_line: str
    #: Last day on which all of it holds; None when no end is known.
    valid_until: date | None
    scheme: Scheme | None
    #: Buttons: id and title.
    next_steps: tuple[tuple[str, str], ...]


class Renderer:
    """Renders articles in a sandbox: templates reach figures and filters, nothing else."""

    def __init__(self) -> None:
        self._sandbox = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(TEMPLATES),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,
        )
        self._sandbox.globals.clear()
        self._sandbox.filters |= {"rupiah": rupiah, "tanggal": written_date, "bulan": written_month}

    def render(self, article: Article, on: date) -> Rendered:
        """The article with the figures of that date. Raises `Expired`."""
        if not article.in_force(on):
            raise Expired(f"{article.slug} is not valid on {on}")
        figures = Figures(on)
        try:
            text = self._say(article.body, figures)
            more = self._say(article.more, figures) if article.more else None
        except NotInForce as error:
            raise Expired(f"{article.slug}: {error}") from error
        valid_until = min(filter(None, (article.valid_until, figures.valid_until)), default=None)
        return Rendered(
            slug=article.slug,
            title=article.title,
            text=text,
            more=more,
            source_line=self._source_line(article, figures, valid_until),
            valid_until=valid_until,
            scheme=article.scheme,
            next_steps=tuple((step.choice_id, step.title) for step in article.next_steps),
        )

    def _say(self, template: str, figures: Figures) -> str:
        return self._sandbox.from_string(template).render(figures.for_templates()).strip()

    def _source_line(self, article: Article, figures: Figures, valid_until: date | None) -> str:
        sources = tuple(dict.fromkeys((*article.sources, *figures.sources)))
        template = self._sandbox.get_template("source_line.jinja")
        return template.render(
            sources=sources, valid_until=valid_until, reviewed_on=article.reviewed_on
        ).strip()
