"""A new rate: the row of a regulation file that follows another in time.

The text of a file becomes one in which the row that held ends the day before and the new one stands below it, with
its own article, source and confidence. Comments and order stay. Of a group of facts or lists only those that change are
set apart; the others go on as they are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import yaml

from social_security.marked_yaml import KeyPath
from social_security.tables import Confidence, Rule

#: What every row has; all else in it are its values.
FRAME: Final = frozenset(Rule.model_fields)
_DATED: Final = frozenset({"valid_from", "valid_until"})
#: A group of these is as many rows as it has entries.
_GROUPS: Final = frozenset({"facts", "lists"})
#: Entries of a group that say what its figure counts.
_UNIT: Final = "unit"
_TAG: Final = "tag:yaml.org,2002:"
_THOUSANDS: Final = re.compile(r"\d{1,3}(\.\d{3})+")


class Kind(StrEnum):
    """What a value is written as."""

    WHOLE = "whole"
    EXACT = "exact"
    DATE = "date"
    TEXT = "text"


_NUMBERS: Final = {Kind.WHOLE: re.compile(r"-?\d{1,15}"), Kind.EXACT: re.compile(r"-?\d{1,12}(?:[.,]\d{1,6})?")}


class NotOfKind(ValueError):
    """What was typed for a value is not of its kind."""

    def __init__(self, name: str, kind: Kind) -> None:
        super().__init__(f"{name} is no {kind}")
        self.name = name
        self.kind = kind


class NoSuchRow(LookupError):
    """There is no row of that name, or it is written in a way that has to be changed as text."""


@dataclass(frozen=True)
class WrittenValue:
    """A value of a row as it is written, "" for none. Its path leads to it inside the row, by keys and positions."""

    path: KeyPath
    written: str
    kind: Kind

    @property
    def name(self) -> str:
        """The path as one word, such as "rows.3.base"."""
        return _name(self.path)


@dataclass(frozen=True)
class NewRow:
    """What the new row says; a value that is not named stays. ``valid_until`` is None for "from then on"."""

    valid_from: date
    valid_until: date | None
    article: str
    source: str
    confidence: Confidence
    confirm: str | None
    values: Mapping[str, str]

    @property
    def frame(self) -> Mapping[str, str]:
        """What the row says of itself, as YAML."""
        return {
            "valid_from": self.valid_from.isoformat(),
            "valid_until": self.valid_until.isoformat() if self.valid_until else "null",
            "article": _quoted(self.article),
            "source": _quoted(self.source),
            "confidence": self.confidence.value,
            "confirm": self.confirm or "null",
        }


def values_in(text: str, row: str) -> tuple[WrittenValue, ...]:
    """The values of the row of that name, such as "pbpu_classes.2". Raises ``NoSuchRow``."""
    node = _row_node(text, row)
    _Block(text, node)
    return tuple(
        WrittenValue(path, "" if _is(node, "null") else node.value, _kind(node)) for path, node in _leaves(node)
    )


def followed(text: str, row: str, new: NewRow) -> str:
    """The text in which ``new`` follows the row of that name. Raises ``NoSuchRow`` and ``NotOfKind``.

    Whether the text may hold is for ``check_regulations`` to say.
    """
    block = _Block(text, _row_node(text, row))
    changes = dict(_changes(block.row, new.values))
    ended = {"valid_until": (new.valid_from - timedelta(days=1)).isoformat()} if block.outlasts(new.valid_from) else {}
    entries = block.entries()
    changed = {path[1] for path in changes if path[0] in _GROUPS}
    if not changed or changed == entries:
        return block.replaced(block.written(ended), block.written(new.frame, changes))
    others = entries - changed
    return block.replaced(
        block.written({}, without=changed),
        block.written(ended, without=others),
        block.written(new.frame, changes, without=others),
    )


class _Block:
    """The lines of a row in its file."""

    def __init__(self, text: str, row: yaml.MappingNode) -> None:
        self.row = row
        self._lines = text.splitlines(keepends=True)
        self._first, self._last = row.start_mark.line, _last_line(row)
        if not self._lines[self._first].lstrip().startswith("- ") or row.flow_style:
            raise NoSuchRow("the row does not begin with a dash on its own line")
        self._fields = {key.value: (key, value) for key, value in row.value}

    def entries(self) -> set[str | int]:
        """The names of the facts or lists of a group; none for another row."""
        return {key.value for group in self._groups() for key, _ in group.value}

    def outlasts(self, day: date) -> bool:
        """Whether the row still holds on a day."""
        until = self._fields["valid_until"][1]
        return _is(until, "null") or date.fromisoformat(until.value) >= day

    def written(
        self,
        frame: Mapping[str, str],
        values: Mapping[KeyPath, str] = MappingProxyType({}),
        without: Collection[str | int] = (),
    ) -> str:
        """The row with another frame and values, without some of its entries."""
        edits = [(*_span(node), values[path]) for path, node in _leaves(self.row) if path in values]
        edits += [(*_span(self._fields[key][1]), said) for key, said in frame.items() if key in self._fields]
        edits += [(*self._lines_of(entry), "") for entry in without]
        added = [f"{key}: {said}" for key, said in frame.items() if key not in self._fields and said != "null"]
        return self._with_lines(self._edited(edits), added)

    def replaced(self, *blocks: str) -> str:
        """The file with those rows where this one stood."""
        gap = "\n" if self._first and not self._lines[self._first - 1].strip() else ""
        return "".join([*self._lines[: self._first], gap.join(blocks), *self._lines[self._last + 1 :]])

    def _groups(self) -> list[yaml.MappingNode]:
        return [node for name, (_, node) in self._fields.items() if name in _GROUPS]

    def _edited(self, edits: list[tuple[int, int, str]]) -> str:
        start = sum(len(line) for line in self._lines[: self._first])
        text = "".join(self._lines[self._first : self._last + 1])
        for begin, end, said in sorted(edits, reverse=True):
            text = text[: begin - start] + (said if begin < end else f" {said}") + text[end - start :]
        return text if text.endswith("\n") else f"{text}\n"

    def _with_lines(self, text: str, added: list[str]) -> str:
        first, rest = text.split("\n", 1)
        indent = " " * self.row.start_mark.column
        return "\n".join([first, *(f"{indent}{line}" for line in added), rest])

    def _lines_of(self, entry: str | int) -> tuple[int, int]:
        [group] = self._groups()
        if group.flow_style:
            raise NoSuchRow("the entries do not stand on lines of their own")
        key, value = next(pair for pair in group.value if pair[0].value == entry)
        begin, end = key.start_mark.line, _last_line(value) + 1
        return sum(map(len, self._lines[:begin])), sum(map(len, self._lines[:end]))


def _row_node(text: str, row: str) -> yaml.MappingNode:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    node = next((node for path, node in _nodes((), root) if _name(path) == row), None)
    if not isinstance(node, yaml.MappingNode) or not {key.value for key, _ in node.value} >= _DATED:
        raise NoSuchRow(f"there is no row {row}")
    if sum(other is node for _, other in _nodes((), root)) > 1:
        raise NoSuchRow(f"the row {row} stands for several")
    return node


def _nodes(path: KeyPath, node: yaml.Node | None) -> Iterator[tuple[KeyPath, yaml.Node]]:
    """A node and all below it, with their paths."""
    if node is None:
        return
    yield path, node
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            yield from _nodes((*path, key.value), child)
    elif isinstance(node, yaml.SequenceNode):
        for number, child in enumerate(node.value):
            yield from _nodes((*path, number), child)


def _name(path: KeyPath) -> str:
    return ".".join(map(str, path))


def _leaves(row: yaml.MappingNode) -> Iterator[tuple[KeyPath, yaml.ScalarNode]]:
    for key, child in row.value:
        if key.value in FRAME:
            continue
        for path, node in _nodes((key.value,), child):
            if isinstance(node, yaml.ScalarNode) and not (key.value in _GROUPS and path[-1] == _UNIT):
                yield path, node


def _changes(row: yaml.MappingNode, values: Mapping[str, str]) -> Iterator[tuple[KeyPath, str]]:
    """What is written differently, as YAML."""
    for path, node in _leaves(row):
        typed = values.get(_name(path))
        before = "" if _is(node, "null") else node.value
        if typed is not None and typed.strip() != before:
            yield path, _scalar(_name(path), typed.strip(), _kind(node))


def _scalar(name: str, typed: str, kind: Kind) -> str:
    if not typed:
        return "null"
    if kind is Kind.TEXT:
        return _quoted(typed)
    if kind is Kind.DATE:
        try:
            return date.fromisoformat(typed).isoformat()
        except ValueError as error:
            raise NotOfKind(name, kind) from error
    number = typed.removeprefix("Rp").removesuffix("%").strip()
    if kind is Kind.WHOLE and _THOUSANDS.fullmatch(number):
        number = number.replace(".", "")
    if not _NUMBERS[kind].fullmatch(number):
        raise NotOfKind(name, kind)
    return str(int(number)) if kind is Kind.WHOLE else _quoted(number.replace(",", "."))


def _kind(node: yaml.ScalarNode) -> Kind:
    if _is(node, "int") or _is(node, "null"):
        return Kind.WHOLE
    if _is(node, "timestamp"):
        return Kind.DATE
    try:
        Decimal(node.value)
    except InvalidOperation:
        return Kind.TEXT
    return Kind.EXACT


def _is(node: yaml.Node, tag: str) -> bool:
    return bool(node.tag == f"{_TAG}{tag}")


def _quoted(text: str) -> str:
    """A text as YAML on one line."""
    return str(yaml.safe_dump(text, default_style='"', allow_unicode=True, width=math.inf)).strip()


def _span(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.index, node.end_mark.index


def _last_line(node: yaml.Node) -> int:
    if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
        return int(node.end_mark.line)
    last = node.value[-1]
    return _last_line(last[1] if isinstance(last, tuple) else last)
