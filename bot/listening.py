"""Where the web listens: one socket, opened before the app starts and kept open while it is started again.

Nobody else can take the port in between, and who writes while the app restarts waits a moment and is not refused.
"""

from __future__ import annotations

import errno
import socket

#: Ports tried in turn, when none was asked for.
PORTS_TRIED = 20
#: Connections that wait for the app; the system allows fewer where it is set so.
BACKLOG = 2048


class PortTaken(Exception):
    """Another program listens there; the message says where."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises `PortTaken`, and `OSError` where nobody may listen."""
    try:
        return socket.create_server((host, port), backlog=BACKLOG)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortTaken(f"Port {port} is taken by another program.") from error


def listen_near(host: str, port: int) -> socket.socket:
    """A socket that listens on that port, or on the first free one of those after it. Raises as `listen` does."""
    for candidate in range(port, port + PORTS_TRIED):
        try:
            return listen(host, candidate)
        except PortTaken:
            continue
    raise PortTaken(f"Ports {port} to {port + PORTS_TRIED - 1} are all taken.")


def any_free_port() -> int:
    """A port of this machine that was free just now."""
    with listen("127.0.0.1", 0) as probe:
        return int(probe.getsockname()[1])
