"""What every script here sets before it imports Rasa: no telemetry, no noise, our components in reach."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

HERE = Path(__file__).resolve().parent
SETTINGS = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "CUDA_VISIBLE_DEVICES": "-1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


def prepare() -> None:
    """Call before the first import of Rasa. Changes the working folder to this one."""
    os.environ.update(SETTINGS)
    warnings.filterwarnings("ignore")
    sys.path.insert(0, str(HERE))
    os.chdir(HERE)
