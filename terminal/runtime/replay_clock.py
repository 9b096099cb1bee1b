"""The time of a replay: the market's is moved by what is played, the operator's stands while it is paused."""

import asyncio
import time
from typing import Final

from terminal.runtime.clock import SystemClock

SLOWEST: Final = 0.1
FASTEST: Final = 1_000.0
_LOOK_S: Final = 0.05  # how soon a waiting task notices that the replay goes on


class ReplayClock(SystemClock):
    """A `DrivenClock`. Paused, nothing ages: a card keeps its time, a price its freshness, an order waits.

    May be read from any thread; it is moved, paused and set on the window's alone.
    """

    def __init__(self, start_ms: int, speed: float) -> None:
        super().__init__(rate=speed)
        self._now_ms = start_ms
        self._paused_at_s: float | None = None
        self._paused_s = 0.0  # all pauses that are over

    @property
    def speed(self) -> float:
        return self.rate

    @property
    def is_paused(self) -> bool:
        return self._paused_at_s is not None

    def set_speed(self, speed: float) -> None:
        """Play faster or slower from now on, within what a replay can do."""
        self.rate = min(FASTEST, max(SLOWEST, speed))

    def pause(self) -> None:
        if self._paused_at_s is None:
            self._paused_at_s = time.monotonic()

    def go_on(self) -> None:
        if self._paused_at_s is not None:
            self._paused_s += time.monotonic() - self._paused_at_s
            self._paused_at_s = None

    def move_to(self, now_ms: int) -> None:
        """Go on to a time; an earlier one changes nothing."""
        self._now_ms = max(self._now_ms, now_ms)

    def now_ms(self) -> int:
        return self._now_ms

    def shift(self, offset_ms: float) -> None:
        """Refuse. Raises `ValueError`."""
        raise ValueError(f"the time of a replay is moved by what is played alone, not by {offset_ms:+g} ms")

    def monotonic_s(self) -> float:
        paused_at_s = self._paused_at_s  # read once: another thread may be here
        return (time.monotonic() if paused_at_s is None else paused_at_s) - self._paused_s

    async def sleep(self, seconds: float) -> None:
        until_s = self.monotonic_s() + seconds
        await asyncio.sleep(0 if self.is_paused else seconds)
        while self.is_paused or until_s > self.monotonic_s():
            left_s = until_s - self.monotonic_s()
            await asyncio.sleep(_LOOK_S if self.is_paused else max(0.0, left_s))
