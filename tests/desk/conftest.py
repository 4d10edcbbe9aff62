"""A desk with people, and participants who wait: rows made by the app's own intake and storage."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest

from bot.inbound import InboundFile, InboundMessage
from bot.intake import take_in
from bot.services import Services
from dialogs.ports import HandoffReason
from storage.database import Database
from storage.handoffs import request_person
from storage.models import Conversation, Role
from storage.staff import add_staff
from tests.conftest import Clock
from tests.desk.working import PASSWORD, Browser, SignIn, Waiting, csrf_of

_numbers = itertools.count(1)


@pytest.fixture
async def http(web_address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that nobody signed in."""
    async with httpx.AsyncClient(base_url=web_address) as client:
        yield client


@pytest.fixture
async def signed_in(web_address: str, database: Database, clock: Clock) -> AsyncIterator[SignIn]:
    """Makes an account and signs it in."""
    async with AsyncExitStack() as stack:

        async def sign_in(name: str = "Budi", role: Role = Role.AGENT) -> Browser:
            email = f"{name.lower()}@contoh.id"
            async with database.transaction() as session:
                staff = await add_staff(session, role, name=name, email=email, password=PASSWORD, now=clock())
            client = await stack.enter_async_context(httpx.AsyncClient(base_url=web_address))
            answer = await client.post("/desk/masuk", data={"email": email, "password": PASSWORD})
            assert answer.status_code == 303
            return Browser(client, csrf_of((await client.get("/desk")).text), staff.id)

        yield sign_in


@pytest.fixture
def waiting(database: Database, services: Services, clock: Clock) -> Waiting:
    """Lets a participant write and wait for a person; gives the conversation's id."""

    async def wait(
        name: str | None = "Rina",
        text: str = "petugas",
        reason: HandoffReason | None = HandoffReason.ASKED,
        files: tuple[InboundFile, ...] = (),
    ) -> int:
        number = next(_numbers)
        message = InboundMessage("web", f"m-{number}", f"visitor-{number}", text, name, files=files)
        taken = await take_in(database, services.queue, message, clock())
        async with database.transaction() as session:
            conversation = await session.get_one(Conversation, taken.conversation_id)
            if reason:
                await request_person(session, conversation, reason, clock())
        return taken.conversation_id

    return wait
