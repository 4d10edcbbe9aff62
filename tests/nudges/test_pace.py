"""Who goes first at the pace of a channel account."""

from __future__ import annotations

import asyncio

from bot.pace import Pace


async def test_a_reply_goes_before_every_nudge_that_waits() -> None:
    pace, gone = Pace(200), list[str]()

    async def send_nudge(number: int) -> None:
        await pace.nudge()
        gone.append(f"nudge {number}")

    nudges = [asyncio.create_task(send_nudge(number)) for number in range(5)]
    while not gone:
        await asyncio.sleep(0)
    await pace.reply()
    gone.append("reply")
    await asyncio.gather(*nudges)
    assert gone.index("reply") <= 2
    assert gone[-1] == "nudge 4"


async def test_a_pause_of_the_channel_holds_everyone() -> None:
    pace = Pace(1_000)
    pace.rest(0.05)
    until = asyncio.get_running_loop().time() + 0.05
    await asyncio.gather(pace.reply(), pace.nudge())
    assert asyncio.get_running_loop().time() >= until
