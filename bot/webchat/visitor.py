"""Who is writing: a random token in the browser's cookie. The database only ever sees its hash."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.responses import Response

from bot.services import get_services

COOKIE = "pandu_visitor"
COOKIE_SECONDS = 180 * 24 * 3600
_TOKEN_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Visitor:
    """A browser; whoever holds its token sees its conversation."""

    token: str = field(repr=False)

    @property
    def address(self) -> str:
        """The contact's address: it cannot be turned back into the token."""
        return sha256(self.token.encode()).hexdigest()


def known_visitor(request: Request) -> Visitor | None:
    """The visitor of the cookie, or None without a usable one."""
    token = request.cookies.get(COOKIE, "")
    return Visitor(token) if _TOKEN.fullmatch(token) else None


def new_visitor() -> Visitor:
    """A visitor nobody can guess."""
    return Visitor(secrets.token_urlsafe(_TOKEN_BYTES))


def remember(request: Request, response: Response, visitor: Visitor) -> None:
    """Keep the visitor in the browser for another 180 days."""
    response.set_cookie(
        COOKIE,
        visitor.token,
        max_age=COOKIE_SECONDS,
        secure=_is_https(request),
        httponly=True,
        samesite="lax",
    )


def forget(request: Request, response: Response) -> None:
    """Take the visitor out of the browser."""
    response.delete_cookie(COOKIE, secure=_is_https(request), httponly=True, samesite="lax")


def network(request: Request) -> str:
    """The internet address a request came from."""
    return request.client.host if request.client else ""


def _is_https(request: Request) -> bool:
    """Whether the visitor came by https, told by the request or, behind a proxy, by our public address."""
    public = urlsplit(get_services(request).settings.public_url or "")
    return request.url.scheme == "https" or (public.scheme == "https" and public.netloc == request.headers.get("host"))


KnownVisitor = Annotated[Visitor | None, Depends(known_visitor)]
