"""Virtual time: nothing passes until a test says so, and then in the right order."""

import asyncio
import heapq
from collections.abc import Callable
from itertools import count


async def settle(limit: int = 20_000) -> None:
    """Let every task run until all of them wait for something."""
    ready = asyncio.get_running_loop()._ready
    for _ in range(limit):
        await asyncio.sleep(0)
        if not ready:
            return
    raise AssertionError("the tasks never came to rest")


class ManualClock:
    """Both kinds of time. `speed` is how fast the venue's time runs beside the operator's."""

    def __init__(self, start_ms: int = 1_760_000_400_000, speed: float = 1.0) -> None:
        self.start_ms = start_ms
        self.speed = speed
        self.now_s = 1_000.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()

    def now_ms(self) -> int:
        return self.start_ms + round((self.now_s - 1_000.0) * 1_000 * self.speed)

    def monotonic_s(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now_s + seconds, next(self._order), future))
        await future

    async def advance(self, seconds: float) -> None:
        """Let this much time pass, waking sleepers one moment after the other."""
        end_s = self.now_s + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end_s + 1e-9:
            due_s, _, future = heapq.heappop(self._sleepers)
            self.now_s = max(self.now_s, due_s)
            if not future.done():
                future.set_result(None)
                await settle()
        self.now_s = end_s

    async def until(self, condition: Callable[[], bool], limit_s: float = 120.0) -> None:
        """Let time pass until something holds."""
        end_s = self.now_s + limit_s
        await settle()
        while not condition():
            while self._sleepers and self._sleepers[0][2].done():
                heapq.heappop(self._sleepers)
            if not self._sleepers or self._sleepers[0][0] > end_s:
                raise AssertionError(f"it did not happen within {limit_s} s")
            await self.advance(self._sleepers[0][0] - self.now_s)
