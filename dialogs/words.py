"""The words of the assistant: Jinja templates in one folder per language."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound

from knowledge_base.rendering import each_once
from social_security.money import rupiah

TEMPLATES = Path(__file__).parent / "templates"


class Words:
    """Renders the templates of one language. A missing value is an error, never an empty place."""

    def __init__(self, language: str = "id", *more_folders: Path) -> None:
        self._templates = Environment(
            loader=FileSystemLoader([TEMPLATES / language, *more_folders]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,  # noqa: S701 - replies are plain text; every channel escapes for itself
        )
        self._templates.filters["rupiah"] = rupiah
        self._templates.filters["laws"] = _laws
        self._labels: dict[str, dict[str, str]] = {}

    def say(self, template: str, **values: Any) -> str:
        """The text of `<template>.jinja` with these values."""
        return self._templates.get_template(f"{template}.jinja").render(**values).strip()

    def labels(self, dialog: str) -> dict[str, str]:
        """Short titles of a dialog's questions from `<dialog>/labels.jinja`, and its own under "dialog"."""
        if dialog not in self._labels:
            self._labels[dialog] = self._read_labels(dialog)
        return self._labels[dialog]

    def _read_labels(self, dialog: str) -> dict[str, str]:
        try:
            table = yaml.safe_load(self.say(f"{dialog}/labels"))
        except TemplateNotFound:
            return {}
        return {str(name): str(title) for name, title in (table or {}).items()}


def _laws(articles: Iterable[str]) -> str:
    return "; ".join(each_once(articles))
