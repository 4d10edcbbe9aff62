"""The supervisor: starts every process, restarts what dies, and stops them in order, Postgres last.

Children live in sessions of their own, so that Ctrl-C reaches only us, and die with us if we are killed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

STOP_SECONDS = 8.0
TICK_SECONDS = 0.2
#: A process that keeps dying is started again ever more slowly.
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
#: After so long a life a process counts as healthy again.
HEALTHY_SECONDS = 60.0


@dataclass
class Child:
    """One supervised process."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    #: File descriptors of ours that it gets.
    inherits: Sequence[int] = ()
    #: Not started again when it ends well; then `then` is called.
    once: bool = False
    then: Callable[[int], None] | None = None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    pause: float = FIRST_PAUSE

    def start(self) -> None:
        """Start the process; it gets SIGTERM if we die."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 - our own commands
                ["/usr/bin/env", "setpriv", "--pdeathsig", "TERM", *self.command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **self.environment},
                pass_fds=self.inherits,
                start_new_session=True,
            )
        self.started_at = time.monotonic()

    def schedule_restart(self) -> None:
        """Start again after a pause, which grows while the process keeps dying young."""
        now = time.monotonic()
        self.pause = FIRST_PAUSE if now - self.started_at > HEALTHY_SECONDS else min(self.pause * 2, LONGEST_PAUSE)
        self.process, self.start_at = None, now + self.pause


@dataclass
class Supervisor:
    """Keeps a list of children alive until it is asked to stop."""

    say: Callable[[str], None]
    children: list[Child] = field(default_factory=list)
    stopping: bool = False

    def run(self, each_tick: Callable[[], None]) -> None:
        """Start and watch the children until SIGINT or SIGTERM; `each_tick` may look after other things."""
        for wanted in (signal.SIGINT, signal.SIGTERM):
            signal.signal(wanted, self._stop)
        while not self.stopping:
            for child in list(self.children):
                self._watch(child)
            each_tick()
            time.sleep(TICK_SECONDS)

    def stop_all(self) -> None:
        """Ask all children to stop, and insist after some seconds."""
        running = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            insist(process, max(0.1, deadline - time.monotonic()))

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def _watch(self, child: Child) -> None:
        if child.process is None:
            if time.monotonic() >= child.start_at:
                child.start()
            return
        code = child.process.poll()
        if code is None:
            return
        if child.once:
            self.children.remove(child)
            if child.then:
                child.then(code)
            return
        self.say(f"{child.name} ended (code {code}); starting it again. What it printed: {child.log}")
        child.schedule_restart()


def insist(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait for a process that was asked to end and leads its own session; after so many seconds kill the session."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
