"""What all our pages share: templates, static files, security headers, and the check where a POST comes from."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI, HTTPException, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from typing_extensions import override

HERE = Path(__file__).parent
#: Where each folder of static files is served.
STATIC = {
    "/static/chat": HERE / "webchat" / "static",
    "/static/forms": HERE / "forms" / "static",
    "/static/desk": HERE / "desk" / "static",
    "/static": HERE / "static",
}
CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": with it, browsers hide the Origin of our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), camera=()",
}
FOREVER = "public, max-age=31536000, immutable"


def furnish(app: FastAPI) -> None:
    """Give the app its static files and put the security headers on everything it answers."""
    for path, folder in STATIC.items():
        app.mount(path, CachedFiles(directory=folder, check_dir=False), name=path)
    app.add_middleware(SecurityHeaders)


def templates(folder: Path) -> Jinja2Templates:
    """The templates of a room: escaped, a missing value is an error, `static("/static/pandu.css")` gives an address."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static"] = static_address
    return Jinja2Templates(env=environment)


@cache
def static_address(path: str) -> str:
    """Address of a static file that changes with its content, so that browsers may keep it for ever."""
    prefix, folder = next((prefix, folder) for prefix, folder in STATIC.items() if path.startswith(f"{prefix}/"))
    content = (folder / path.removeprefix(f"{prefix}/")).read_bytes()
    return f"{path}?v={sha256(content).hexdigest()[:12]}"


def is_same_origin(request: Request) -> bool:
    """Whether a POST comes from our own pages, and not from another site's page that makes a browser send it.

    Browsers that say `Sec-Fetch-Site` are believed; older ones are judged by `Origin`. Who sends neither is not a
    browser that somebody could lead astray.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def check_origin(request: Request) -> None:
    """A dependency that refuses (403) what does not come from our own pages."""
    if not is_same_origin(request):
        raise HTTPException(403)


class CachedFiles(StaticFiles):
    """Static files that browsers keep when asked for by an address of `static_address`."""

    @override
    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; a versioned one never needs to be asked for again."""
        response = await super().get_response(path, scope)
        versioned = scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = FOREVER if versioned and response.status_code == 200 else "no-cache"
        return response


class SecurityHeaders:
    """Puts our headers on every answer, streams included; an answer's own header of the same name stays."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the headers of what comes back."""

        async def send_complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_complete if scope["type"] == "http" else send)
