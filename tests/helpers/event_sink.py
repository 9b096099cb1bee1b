"""A sink that keeps events and wakes whoever waits for one, and streams run beside a test."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any


class Events:
    """Call it with events; wait on it for what a test expects."""

    def __init__(self, limit_s: float = 60) -> None:
        self.seen: list[Any] = []
        self._limit_s = limit_s
        self._changed = asyncio.Event()

    def __call__(self, event: Any) -> None:
        self.seen.append(event)
        self._changed.set()

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.seen if isinstance(event, kind)]

    async def wait(self, found: Callable[[], Any]) -> Any:
        """Wait until `found` gives something true, and give it. Raises `TimeoutError` after `limit_s`."""
        async with asyncio.timeout(self._limit_s):
            while not (answer := found()):
                self._changed.clear()
                await self._changed.wait()
        return answer

    async def wait_count(self, kind: type, count: int) -> list[Any]:
        """Wait for so many events of a kind."""
        return await self.wait(lambda: self.of(kind)[:count] if len(self.of(kind)) >= count else None)

    async def first(self, kind: type, condition: Callable[[Any], Any] = lambda event: True) -> Any:
        """Wait for the first event of a kind that fits."""
        return await self.wait(lambda: next((event for event in self.of(kind) if condition(event)), None))


@asynccontextmanager
async def running(stream: Awaitable[None]):
    """Run a stream in the background and cancel it at the end; its failure fails the test."""
    task = asyncio.ensure_future(stream)
    try:
        yield task
        assert not task.done() or task.exception() is None
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
