"""Who is asked to end and does not is made to, with all it started."""

from __future__ import annotations

import subprocess
import time

import psutil

from bot.supervisor import insist


def test_who_does_not_end_is_killed_with_its_children() -> None:
    stubborn = subprocess.Popen(
        ["/bin/sh", "-c", "trap '' TERM; sleep 600 & echo ready; wait; wait"],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert stubborn.stdout is not None
    with stubborn.stdout as told:
        told.readline()
    [child] = psutil.Process(stubborn.pid).children()
    stubborn.terminate()
    insist(stubborn, 0.2)
    assert stubborn.returncode == -9
    while alive(child):
        time.sleep(0.01)


def alive(process: psutil.Process) -> bool:
    """Whether it still runs; a zombie that nobody has collected does not."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
