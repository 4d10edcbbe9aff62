"""The pages and the API of the web chat."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
