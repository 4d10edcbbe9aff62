"""The words of the assistant: Jinja templates in one folder per language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from social_security.money import rupiah

TEMPLATES = Path(__file__).parent / "templates"


class Words:
    """Renders the templates of one language. A missing value is an error, never an empty place."""

    def __init__(self, language: str = "id") -> None:
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES / language),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,  # noqa: S701 - replies are plain text; every channel escapes for itself
        )
        self._templates.filters["rupiah"] = rupiah

    def say(self, template: str, **values: Any) -> str:  # noqa: ANN401
        """The text of `<template>.jinja` with these values."""
        return self._templates.get_template(f"{template}.jinja").render(**values).strip()
