"""How fast one Rasa server on one core answers over HTTP, into evaluation/speed.json.

Run in the Rasa environment: `python nlu_data/http_speed.py --model PATH.tar.gz`. The client uses the other cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
from judging import labelled
from rasa_environment import HERE, SETTINGS

OUT = HERE / "evaluation" / "speed.json"
TOKEN = "speed"  # noqa: S105 (of a server that lives for this run)
AT_ONCE = 16
WAIT_SECONDS = 90


def free_port() -> int:
    """A port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def server(model: Path, port: int) -> subprocess.Popen[bytes]:
    """Rasa on the first core we may use; wait until it answers with `ready`."""
    core = min(os.sched_getaffinity(0))
    command = [sys.executable, "-m", "rasa", "run", "--enable-api", "-i", "127.0.0.1", "-p", str(port), "-t", TOKEN]
    command += ["--credentials", "EMPTY", "--endpoints", "EMPTY", "-m", str(model)]
    return subprocess.Popen(
        command,
        cwd=HERE,
        env={**os.environ, **SETTINGS, "PYTHONPATH": str(HERE), "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )


async def ready(http: aiohttp.ClientSession) -> None:
    """Wait until the model is loaded. Raises `TimeoutError`."""
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            try:
                async with http.get("/status", params={"token": TOKEN}) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.5)


async def pace(http: aiohttp.ClientSession, texts: list[str], at_once: int) -> dict[str, float]:
    """Texts a second and the median in milliseconds with that many asking at once."""
    line = asyncio.Semaphore(at_once)
    milliseconds: list[float] = []

    async def ask(text: str) -> None:
        async with line:
            started = time.perf_counter()
            async with http.post("/model/parse", params={"token": TOKEN}, json={"text": text}) as answer:
                answer.raise_for_status()
                await answer.read()
            milliseconds.append(1000 * (time.perf_counter() - started))

    started = time.perf_counter()
    await asyncio.gather(*(ask(text) for text in texts))
    seconds = time.perf_counter() - started
    return {"a_second": round(len(texts) / seconds), "p50": round(statistics.median(milliseconds), 1)}


async def measured(port: int) -> dict[str, Any]:
    """The figures of the server at this port."""
    texts = [line["text"] for line in labelled(HERE / "evaluation" / "texts.jsonl")]
    load = round(os.getloadavg()[0], 1)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
        await ready(http)
        await pace(http, texts[:50], 1)
        one_by_one, at_once = await pace(http, texts, 1), await pace(http, texts, AT_ONCE)
    return {"texts": len(texts), "load": load, "one_by_one": one_by_one, "at_once": at_once}


def main() -> None:
    """Start, measure, stop, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    port, model = free_port(), parser.parse_args().model.resolve()
    process = server(model, port)
    try:
        found = asyncio.run(measured(port))
    finally:
        process.terminate()
        process.wait()
    OUT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
