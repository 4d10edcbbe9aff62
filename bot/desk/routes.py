"""The pages of the desk."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/desk")
