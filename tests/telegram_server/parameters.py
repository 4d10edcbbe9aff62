"""The parameters of a request, in any of the four ways that the Bot API takes them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from .world import bad


@dataclass(frozen=True)
class Upload:
    """A file sent along by multipart/form-data."""

    name: str
    content: bytes


@dataclass
class Parameters:
    """Named values; objects and lists may come JSON-serialised."""

    values: dict[str, Any]
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A string, empty when it is missing."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else str(value)

    def number(self, name: str, missing: int = 0) -> int:
        """A whole number."""
        try:
            return int(self.values.get(name, missing))
        except ValueError:
            raise bad(f"parameter {name} must be an Integer") from None

    def flag(self, name: str) -> bool:
        """A truth value."""
        return self.text(name).lower() in {"true", "1"}

    def json(self, name: str) -> Any:
        """An object or a list, None when it is missing."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {name} JSON object") from None

    def upload(self, name: str) -> Upload:
        """A file, given directly or as `attach://<part>`."""
        part = self.text(name).removeprefix("attach://") if name in self.values else name
        if part not in self.uploads:
            raise bad(f"there is no {name} in the request")
        return self.uploads[part]


async def read_parameters(request: Request) -> Parameters:
    """Query string, form, JSON or multipart, whichever the request has."""
    values: dict[str, Any] = dict(request.query_params)
    uploads: dict[str, Upload] = {}
    if request.headers.get("content-type", "").startswith("application/json"):
        values |= json.loads(await request.body() or b"{}")
    else:
        async with request.form(max_part_size=1 << 20) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    uploads[name] = Upload(value.filename or name, await value.read())
                else:
                    values[name] = value
    return Parameters(values, uploads)
