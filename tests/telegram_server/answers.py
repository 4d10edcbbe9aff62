"""How the server writes JSON."""

from __future__ import annotations

import json

from starlette.responses import Response


def answer(body: object, status: int = 200) -> Response:
    """JSON in ASCII: what people write may hold halves of characters that UTF-8 cannot carry."""
    return Response(json.dumps(body), status, media_type="application/json")
