"""Which texts of the regulation files hold: those of the repository, or newer ones that were approved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from social_security.tables import Table, load_table, parse_table

REGULATIONS = Path(__file__).parent / "regulations"
TableT = TypeVar("TableT", bound=Table)


@dataclass(frozen=True, eq=False)
class Edition:
    """Texts by file name that stand in for the repository's; every edition is its own."""

    texts: Mapping[str, str] = field(default_factory=dict)


class _Shelf:
    edition = Edition()


_tried: ContextVar[Edition | None] = ContextVar("tried_edition", default=None)


def current_edition() -> Edition:
    """The edition being tried here, else the one installed."""
    return _tried.get() or _Shelf.edition


def regulation(name: str, model: type[TableT]) -> TableT:
    """The table of a regulation file in the current edition, read once. Raises ``RegulationError``."""
    table = _read(current_edition(), name, model)
    assert isinstance(table, model)
    return table


@contextmanager
def using(edition: Edition) -> Iterator[None]:
    """Compute with an edition inside this block only."""
    token = _tried.set(edition)
    try:
        yield
    finally:
        _tried.reset(token)


def edition_with(texts: Mapping[str, str]) -> Edition:
    """The current edition with some texts replaced, not installed: to see which answers they would change."""
    return Edition({**current_edition().texts, **texts})


def put_on_shelf(edition: Edition) -> None:
    """Make an edition the one that holds. It is for ``regulation_files.install``, which checks it first."""
    _Shelf.edition = edition


@lru_cache(maxsize=128)
def _read(edition: Edition, name: str, model: type[Table]) -> Any:
    text = edition.texts.get(name)
    return load_table(REGULATIONS / name, model) if text is None else parse_table(text, name, model)
