"""YAML read together with the line each key stands on, so that a mistake can be shown at its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

KeyPath = tuple[str | int, ...]
_MOST_NODES = 50_000
#: Our tables are not deeper than this; what is deeper contains itself.
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class MarkedYaml:
    """What a text says and the line of every key and row in it."""

    content: Any
    lines: Mapping[KeyPath, int]

    def line_of(self, path: KeyPath) -> int:
        """The line of a key, or of the nearest one that contains it."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return 1


class UnreadableYaml(ValueError):
    """The text is no YAML we read; ``line`` says where it stops making sense."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def read_marked(text: str) -> MarkedYaml:
    """Read YAML with its lines.

    Raises ``UnreadableYaml`` for a text that is no YAML, a key written twice, and aliases that never end.
    """
    try:
        loader = yaml.SafeLoader(text)
        try:
            node = loader.get_single_node()
            lines = dict(_lines_in(node)) if node else {}
            content = loader.construct_document(node) if node else None
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise UnreadableYaml(mark.line + 1 if mark else 1, error.problem or str(error)) from error
    except (yaml.YAMLError, ValueError) as error:
        if isinstance(error, UnreadableYaml):
            raise
        raise UnreadableYaml(1, str(error)) from error
    return MarkedYaml(content, lines)


def _lines_in(root: yaml.Node) -> Iterator[tuple[KeyPath, int]]:
    waiting: list[tuple[KeyPath, yaml.Node]] = [((), root)]
    seen = 0
    while waiting:
        path, node = waiting.pop()
        for key, line, child in _children(node):
            seen += 1
            if seen > _MOST_NODES or len(path) > _DEEPEST:
                raise UnreadableYaml(line, "too large, or an alias that contains itself")
            yield (*path, key), line
            waiting.append(((*path, key), child))


def _children(node: yaml.Node) -> Iterator[tuple[str | int, int, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise UnreadableYaml(line, "a key must be a plain word")
            if key.value in seen:
                raise UnreadableYaml(line, f"{key.value} is written twice")
            seen.add(key.value)
            yield key.value, line, value
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield index, item.start_mark.line + 1, item
