"""An asyncio loop whose time is a number, and the operator's two clocks on top of it.

Nothing ever waits: when all tasks sleep, time leaps to the next timer. A run is therefore
a pure function of its seed, and minutes cost milliseconds. While a thread works for us
(the SQLite journal) the loop waits for it for real and time stands still.
"""

import asyncio
import selectors
from collections.abc import Awaitable
from typing import Any


class LeapingSelector(selectors.DefaultSelector):
    """Reports nothing and moves time instead of waiting."""

    loop: "VirtualLoop"

    def select(self, timeout: float | None = None) -> list[Any]:
        if self.loop.outside:
            return super().select(0 if timeout == 0 else None)
        if timeout is None:
            raise RuntimeError("every task waits for something that can never happen")
        if timeout > 0:
            self.loop.now_s += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """`outside` counts the threads we wait for."""

    def __init__(self) -> None:
        self.now_s = 1_000.0
        self.outside = 0
        selector = LeapingSelector()
        selector.loop = self
        super().__init__(selector)
        self._clock_resolution = 1e-6

    def time(self) -> float:
        return self.now_s

    async def wait_outside(self, work: Awaitable[Any]) -> Any:
        """Wait for a thread; no virtual time passes meanwhile."""
        self.outside += 1
        try:
            return await work
        finally:
            self.outside -= 1


class OperatorClock:
    """The `Clock` port on a virtual loop.

    `jump` moves the wall clock alone (somebody set it). `sleep_machine` lets the world
    go on without us: the venue's time and the wall clock move, monotonic time stands
    still as on Linux and macOS, or moves too as on Windows.
    """

    def __init__(self, loop: VirtualLoop, start_ms: int) -> None:
        self._loop = loop
        self._start_ms = start_ms
        self._began_s = loop.time()
        self._slept_s = 0.0
        self._skew_ms = 0.0

    def world_s(self) -> float:
        """Seconds since the beginning in the world outside."""
        return self._loop.time() - self._began_s + self._slept_s

    def now_ms(self) -> int:
        return self._start_ms + round(self.world_s() * 1000 + self._skew_ms)

    def monotonic_s(self) -> float:
        return self._loop.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))

    def jump(self, by_ms: float) -> None:
        self._skew_ms += by_ms

    def sleep_machine(self, seconds: float, *, monotonic_counts: bool = False) -> None:
        if monotonic_counts:
            self._loop.now_s += seconds
        else:
            self._slept_s += seconds
