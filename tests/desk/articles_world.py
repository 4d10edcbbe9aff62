"""What tests of the texts at the desk write: an article's form, and the people who approve."""

from __future__ import annotations

from storage.models import Role
from tests.desk.working import Browser, SignIn

BODY = (
    "Ini jawaban percobaan tentang santunan kematian. Jumlahnya {{ fact('jkm_total') }}. "
    "Keluarga mengurusnya di kantor cabang, dan kami bisa memandu dari awal sampai selesai."
)


def form(**changes: str) -> dict[str, str]:
    """The fields of a right article."""
    return {
        "title": "Percobaan santunan keluarga",
        "scheme": "BPJSTK",
        "programme": "JKM",
        "questions": "\n".join(f"bagaimana percobaan santunan cara {word}" for word in "abcdef"),
        "body": BODY,
        "more": "",
        "sources": "PP 44/2015",
        "valid_from": "2026-01-01",
        "valid_until": "",
        "reviewed_on": "2026-11-20",
        "next_steps": "Cara klaim | claim_how",
        "why": "percobaan",
        "do": "ajukan",
        **changes,
    }


SLUG = "percobaan-santunan-keluarga"


async def two_administrators(signed_in: SignIn) -> tuple[Browser, Browser]:
    """Who writes, and who approves."""
    return await signed_in("Wati", Role.ADMINISTRATOR), await signed_in("Adi", Role.ADMINISTRATOR)
