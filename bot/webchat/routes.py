"""The pages and the API of the web chat."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.formparsers import MultiPartException
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.services import Needs, Services
from bot.webchat.events import live
from bot.webchat.history import our_file, read_history
from bot.webchat.page import render
from bot.webchat.posting import Posted, Refused, admit, keep, read_id, read_posted, refuse_foreign
from bot.webchat.uploads import Upload, read_upload
from bot.webchat.visitor import KnownVisitor, forget
from bot.webchat.words import WORDS
from storage.models import Author
from storage.models.conversations import FILE_CONTENT

router = APIRouter()

#: So long a page without JavaScript waits for the answer before it is shown.
REPLY_SECONDS = 1.5
NEWEST = "/#newest"
LARGEST_ID = 2**63


@router.get("/")
async def chat(request: Request) -> Response:
    """The chat."""
    return await render(request, complete="all" in request.query_params)


@router.post("/chat/messages")
async def post_message(request: Request) -> Response:
    """A message as JSON: {id, text?, choice?}. Posting the same id again stores nothing."""
    try:
        visitor = await admit(request)
        posted = await read_posted(request)
        taken = await keep(request, visitor, posted)
    except Refused as refused:
        return _refusal(refused)
    return JSONResponse({"id": str(posted.id), "is_new": taken.is_new}, 202)


@router.post("/chat/files")
async def post_file(request: Request) -> Response:
    """A form with `file` and perhaps `text`. A file that is not accepted is a message too, so that it is answered."""
    try:
        visitor = await admit(request, with_file=True)
        posted = Posted(read_id(request.query_params.get("id")), await _read_form(request))
        taken = await keep(request, visitor, posted)
    except Refused as refused:
        return _refusal(refused)
    answer = {"id": str(posted.id), "is_new": taken.is_new, "refused_file": posted.upload.refused_file}
    return JSONResponse(answer, 202)


@router.post("/chat/form")
async def post_form(request: Request, services: Needs) -> Response:
    """The form of the page, for browsers without JavaScript: kept, then back to the page with the answer."""
    upload = Upload()
    try:
        refuse_foreign(request)
        upload = await _read_something(request)
        visitor = await admit(request, with_file=upload.file is not None)
        taken = await keep(request, visitor, Posted(read_id(request.query_params.get("id")), upload))
    except Refused as refused:
        return await render(request, problem=WORDS["errors"][refused.reason], text=upload.text, status=refused.status)
    await _await_reply(services, taken.conversation_id)
    return RedirectResponse(NEWEST, 303)


@router.get("/chat/files/{file_id:int}")
async def get_file(visitor: KnownVisitor, services: Needs, file_id: int) -> Response:
    """A file we sent to this visitor."""
    found = visitor and file_id < LARGEST_ID and await our_file(services.database, visitor.address, file_id)
    if not found:
        return Response(status_code=404)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    content = services.database.vault.open(found.content_sealed, FILE_CONTENT)
    return Response(content, media_type=found.media_type, headers=headers)


@router.get("/chat/events")
async def events(request: Request, visitor: KnownVisitor, services: Needs) -> Response:
    """The conversation as server-sent events, after `Last-Event-ID` or `?after=`."""
    if visitor is None:
        return Response(status_code=204)
    last = request.headers.get("last-event-id") or request.query_params.get("after", "")
    after = int(last) if last.isascii() and last.isdigit() and len(last) < 19 else 0
    return live(services, visitor.address, after)


@router.post("/chat/leave")
async def leave(request: Request) -> Response:
    """Let the browser forget the conversation, for people who share a device."""
    try:
        await admit(request)
    except Refused as refused:
        return await render(request, problem=WORDS["errors"][refused.reason], status=refused.status)
    response = RedirectResponse("/?left", 303)
    forget(request, response)
    return response


async def _read_form(request: Request) -> Upload:
    try:
        return await read_upload(request)
    except MultiPartException:
        raise Refused("unreadable") from None


async def _read_something(request: Request) -> Upload:
    upload = await _read_form(request)
    if upload.is_empty:
        raise Refused("nothing")
    return upload


def _refusal(refused: Refused) -> JSONResponse:
    body = {"reason": refused.reason, "message": WORDS["errors"][refused.reason]}
    return JSONResponse(body, refused.status)


async def _await_reply(services: Services, conversation_id: int) -> None:
    """Wait a little for somebody to answer."""
    with services.news.subscribed(conversation_id) as news:
        try:
            async with asyncio.timeout(REPLY_SECONDS):
                while True:
                    news.clear()
                    newest = await read_history(services.database, conversation_id, newest=1)
                    if newest.messages[-1].author != Author.PARTICIPANT:
                        return
                    await news.wait()
        except TimeoutError:
            return
