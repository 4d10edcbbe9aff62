"""What the documents name exists, and what exists is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli import cli
from bot.settings import Settings
from tests.unit.docs.test_docker import settings_names

PROJECT = Path(__file__).parents[3]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [PROJECT / "README.md", PROJECT / "CHANGELOG.md", *sorted((PROJECT / "docs").rglob("*.md"))]


def section(title: str) -> str:
    """The text of a chapter of the README."""
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def first_cells(title: str) -> Iterator[str]:
    """The first cell of each row of a chapter's table."""
    for line in section(title).splitlines():
        if line.startswith("| `"):
            yield line.split("|")[1]


def named(title: str) -> list[str]:
    """What the first column of a chapter's table names."""
    return [name for cell in first_cells(title) for name in re.findall(r"`([^`]+)`", cell)]


def test_the_table_of_settings_is_complete() -> None:
    assert sorted(named("Settings")) == sorted(settings_names())
    assert len(named("Settings")) == len(Settings.model_fields)


def test_the_table_of_commands_is_complete() -> None:
    commands = {command.name or command.callback.__name__ for command in cli.registered_commands if command.callback}
    groups = {str(group.name) for group in cli.registered_groups}
    assert set(named("The command `pandu`")) == {f"pandu {name}" for name in commands | groups}


def test_every_folder_is_explained() -> None:
    folders = {path.name for path in PROJECT.iterdir() if (path / "__init__.py").exists()}
    told = {name.rstrip("/") for name in named("Where everything lives")}
    assert folders <= told
    assert all((PROJECT / name).is_dir() for name in told - {"var"})


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text(encoding="utf-8"))
    inside = [link for link in links if not link.startswith(("https://", "http://"))]
    assert [link for link in inside if not (document.parent / link).exists()] == []


def test_every_decision_is_listed_and_tells_the_same() -> None:
    folder = PROJECT / "docs" / "decisions"
    pages = sorted(folder.glob("[0-9]*.md"))
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert [page.name[:4] for page in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        title = text.splitlines()[0].removeprefix(f"# {page.name[:4]} ")
        assert f"[{page.name[:4]}]({page.name}) | {title} |" in index
        chapters = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert chapters == ["Context", "Decision", "Consequences", "Alternatives"]
