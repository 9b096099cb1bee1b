"""Clocks for strategy tests: one that only the test moves, one that really measures."""

import asyncio
import time


class StepClock:
    """Operator's time that only a test moves; `sleep` ends when its moment is reached."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._sleepers: list[tuple[float, asyncio.Event]] = []
        self.asleep = asyncio.Event()

    def now_ms(self) -> int:
        return int(1_000 * self.seconds)

    def monotonic_s(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        bell = asyncio.Event()
        self._sleepers.append((self.seconds + seconds, bell))
        self.asleep.set()
        await bell.wait()

    def advance(self, seconds: float) -> None:
        self.seconds += seconds
        for moment, bell in self._sleepers:
            if moment <= self.seconds:
                bell.set()


class RealClock(StepClock):
    def monotonic_s(self) -> float:
        return time.perf_counter()
