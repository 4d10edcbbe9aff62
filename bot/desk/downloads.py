"""Tables to take away, as CSV or XLSX."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fastapi.responses import Response

from storage.spreadsheets import Cell, Form, table_file


def download(name: str, form: Form, titles: Iterable[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """A table as a file to keep; `name` is without ending, in ASCII."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"', "Cache-Control": "no-store"}
    return Response(table_file(form, tuple(titles), rows), media_type=form.media_type, headers=headers)
