"""When what waits is handed on: soon after a quiet while, then at most every `EVERY_S`."""

import asyncio
from collections.abc import Callable
from typing import Final

from terminal.ports.clock import Clock

EVERY_S: Final = 0.02
"""Fifty times a second: with the time to paint, nothing on the screen is older than 40 ms."""
SOON_S: Final = 0.004
"""A venue's messages come in bursts; after a quiet while the first waits this long for the others."""


class Pace:
    """Calls `hand_on` while `run` runs; any number of `wake` between two calls are one."""

    def __init__(self, hand_on: Callable[[], None], clock: Clock) -> None:
        self._hand_on = hand_on
        self._clock = clock
        self._awake = asyncio.Event()
        self._next_s = 0.0

    def wake(self) -> None:
        """Say that something waits."""
        self._awake.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._awake.wait()
            await self._clock.sleep(max(SOON_S, self._next_s - self._clock.monotonic_s()))
            self._awake.clear()
            self._next_s = self._clock.monotonic_s() + EVERY_S
            self._hand_on()
