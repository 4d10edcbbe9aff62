"""Every regulation file with its table: to check texts before they hold, and to let them hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from social_security.bpu import BpuTables
from social_security.card_numbers import VirtualAccountTables
from social_security.confirmations import ConfirmationTable, confirmation_table
from social_security.construction import ConstructionTables
from social_security.due_dates import DueTables
from social_security.editions import (
    REGULATIONS,
    Edition,
    current_edition,
    edition_with,
    put_on_shelf,
    regulation,
    using,
)
from social_security.errors import InvalidChoice, RegulationError, RegulationProblem
from social_security.facts import FACT_FILES, FactTables, dated_facts
from social_security.firms import FirmTables
from social_security.jht_cases import JhtTables
from social_security.jkn import JknTables
from social_security.jkp_tables import JkpTables
from social_security.labels import LabelTable
from social_security.listings import LISTING_FILES, ListingTables
from social_security.pmi import PmiTables
from social_security.pu import PuTables
from social_security.segments import SegmentTables
from social_security.tables import Rule, Table

MODELS: Mapping[str, type[Table]] = MappingProxyType(
    {
        "bpu.yml": BpuTables,
        "construction.yml": ConstructionTables,
        "confirmations.yml": ConfirmationTable,
        "due_dates.yml": DueTables,
        **dict.fromkeys(FACT_FILES, FactTables),
        "firms.yml": FirmTables,
        "jht_cases.yml": JhtTables,
        "jkn.yml": JknTables,
        "jkp.yml": JkpTables,
        "labels.yml": LabelTable,
        **dict.fromkeys(LISTING_FILES, ListingTables),
        "pmi.yml": PmiTables,
        "pu.yml": PuTables,
        "segments.yml": SegmentTables,
        "virtual_accounts.yml": VirtualAccountTables,
    }
)


def regulation_text(name: str) -> str:
    """The text of a regulation file in the current edition. Raises ``InvalidChoice`` for another name."""
    _require_name(name)
    text = current_edition().texts.get(name)
    return (REGULATIONS / name).read_text(encoding="utf-8") if text is None else text


def check_regulations(texts: Mapping[str, str]) -> None:
    """Check texts by file name together with the files they do not replace.

    Raises ``RegulationError`` with every problem's file, line and key, and ``InvalidChoice`` for a file we do not have.
    """
    for name in texts:
        _require_name(name)
    with using(edition_with(texts)):
        _read_all()


def install_regulations(texts: Mapping[str, str]) -> None:
    """Let texts hold in this process from now on, instead of the repository's; nothing changes when one is wrong.

    ``texts`` are all that differ: a file left out goes back to the repository's. Raises as ``check_regulations``.
    """
    for name in texts:
        _require_name(name)
    edition = Edition(dict(texts))
    with using(edition):
        _read_all()
    put_on_shelf(edition)


def _read_all() -> None:
    problems: list[RegulationProblem] = []
    for name, model in MODELS.items():
        try:
            regulation(name, model)
        except RegulationError as error:
            problems += error.problems
    if problems:
        raise RegulationError(*problems)
    dated_facts()
    problems += _unknown_confirmations()
    if problems:
        raise RegulationError(*problems)


def _unknown_confirmations() -> Iterator[RegulationProblem]:
    known = confirmation_table().confirmations
    for name, model in MODELS.items():
        for rule in _rules_in(regulation(name, model)):
            if rule.confirm is not None and rule.confirm not in known:
                yield RegulationProblem(name, None, rule.confirm, "is not in confirmations.yml")


def _rules_in(node: object) -> Iterator[Rule]:
    if isinstance(node, Rule):
        yield node
    if isinstance(node, Table):
        node = [getattr(node, name) for name in type(node).model_fields]
    if isinstance(node, Mapping):
        node = list(node.values())
    if isinstance(node, list | tuple):
        for child in node:
            yield from _rules_in(child)


def _require_name(name: str) -> None:
    if name not in MODELS:
        raise InvalidChoice("regulation file", name, f"one of {', '.join(MODELS)}")
