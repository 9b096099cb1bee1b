"""Ending politely on SIGINT and SIGTERM."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress


def on_terminate(callback: Callable[[], None]) -> None:
    """Call back on the running loop when the program is asked to end; where the loop cannot, the default stays."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, callback)
