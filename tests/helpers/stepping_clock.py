"""A clock on which sleeping moves time at once."""

import asyncio

REFERENCE_MS = 1_765_423_487_896  # the time of the venue documents' worked examples


class SteppingClock:
    """Every sleep is noted. `pace` is how fast the wall clock runs beside the monotonic one."""

    def __init__(self, now_ms: int = REFERENCE_MS, *, pace: float = 1.0) -> None:
        self._now_ms = float(now_ms)
        self._monotonic_s = 1000.0
        self._pace = pace
        self.slept: list[float] = []

    def now_ms(self) -> int:
        return round(self._now_ms)

    def monotonic_s(self) -> float:
        return self._monotonic_s

    def advance(self, seconds: float) -> None:
        self._monotonic_s += seconds
        self._now_ms += seconds * 1000 * self._pace

    def jump_wall(self, ms: int) -> None:
        self._now_ms += ms

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)
        await asyncio.sleep(0)
