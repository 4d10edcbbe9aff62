"""What the template of an article may say: a list of what is allowed, so that nothing else can be thought of.

A template writes figures down and chooses between sentences. It cannot compute, build texts of its own, define or
include anything, reach into an object, or loop over more than a list it was given, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from jinja2 import nodes

#: Characters of one part; far more than anybody reads in a chat.
LONGEST_SOURCE: Final = 8_000
FILTERS: Final = frozenset({"join", "rupiah", "tanggal", "bulan", "telepon"})
_ALLOWED: Final = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.Call,
    nodes.Keyword,
    nodes.Getattr,
    nodes.Filter,
    nodes.If,
    nodes.CondExpr,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.Compare,
    nodes.Operand,
    nodes.Assign,
    nodes.For,
)
_ARITHMETIC: Final = (nodes.BinExpr, nodes.UnaryExpr)
_LONGEST_GLUE: Final = 6


def forbidden_in(template: nodes.Template) -> tuple[tuple[int, str], ...]:
    """Everything the template says that it may not: line and reason; empty when all of it is allowed."""
    return tuple(dict.fromkeys(_forbidden(template, in_loop=False)))


def _forbidden(node: nodes.Node, *, in_loop: bool) -> Iterator[tuple[int, str]]:
    why = _why_not(node, in_loop=in_loop)
    if why:
        yield node.lineno, why
        return
    for child in node.iter_child_nodes():
        yield from _forbidden(child, in_loop=in_loop or isinstance(node, nodes.For))


def _why_not(node: nodes.Node, *, in_loop: bool) -> str | None:
    if isinstance(node, _ARITHMETIC) and not isinstance(node, _ALLOWED):
        return f"{getattr(node, 'operator', '')} is left to the rules"
    if not isinstance(node, _ALLOWED):
        return f"{type(node).__name__} is not part of the article language"
    check = _CHECKS.get(type(node))
    if isinstance(node, nodes.For) and in_loop:
        return "a loop inside a loop is refused"
    return check(node) if check else None


def _call(node: nodes.Call) -> str | None:
    if not isinstance(node.node, nodes.Name):
        return f"only the figures can be called, not {_named(node.node)}"
    return "figures are called with plain values" if node.dyn_args or node.dyn_kwargs else None


def _attribute(node: nodes.Getattr) -> str | None:
    return f"{node.attr} is closed" if node.attr.startswith("_") else None


def _filter(node: nodes.Filter) -> str | None:
    if node.name not in FILTERS:
        return f"there is no filter {node.name}"
    if node.name != "join":
        return None
    glue = [isinstance(one, nodes.Const) and len(str(one.value)) <= _LONGEST_GLUE for one in node.args]
    if not isinstance(node.node, nodes.Getattr) or not all(glue) or node.kwargs:
        return "join takes a given list and a short text between"
    return None


def _loop(node: nodes.For) -> str | None:
    if node.recursive:
        return "a loop cannot call itself"
    if not isinstance(node.iter, nodes.Getattr):
        return f"a loop goes over a list that was given, not over {_named(node.iter)}"
    return None


def _assignment(node: nodes.Assign) -> str | None:
    return None if isinstance(node.target, nodes.Name) else "a name is set to one value"


def _named(node: nodes.Node) -> str:
    while isinstance(node, nodes.Call | nodes.Getattr):
        node = node.node
    return str(getattr(node, "name", type(node).__name__))


_CHECKS: Final[dict[type[nodes.Node], Callable[[Any], str | None]]] = {
    nodes.Call: _call,
    nodes.Getattr: _attribute,
    nodes.Filter: _filter,
    nodes.For: _loop,
    nodes.Assign: _assignment,
}
