"""The Telegram room: updates come in by polling or webhook, replies go out as messages with keyboards."""

from __future__ import annotations

import os

# The library's later way of giving durations; without it every 429 warns of a deprecation.
os.environ.setdefault("PTB_TIMEDELTA", "true")
