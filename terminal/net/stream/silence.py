"""Notices that a connection has fallen silent, or ends it on request.

One timer for the whole connection: one for each message would cost more than the message.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager


class Silence:
    """`heard` is called for every message; it is a store and nothing else."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._time: Callable[[], float] = asyncio.get_running_loop().time
        self._heard_s = self._time()
        self._ending: asyncio.Timeout | None = None
        self.reason = f"nothing heard for {limit_s:.0f} s"

    def heard(self) -> None:
        self._heard_s = self._time()

    def end(self, reason: str) -> None:
        """End the block now, for this reason."""
        self.reason = reason
        if self._ending is not None and not self._ending.expired():
            self._ending.reschedule(self._time())

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """End the block when nothing was heard for the limit, or when `end` is called; `reason` says which.

        Raises:
            TimeoutError: that happened.
        """
        async with asyncio.timeout(None) as ending:
            self._ending = ending
            watching = asyncio.create_task(self._watch(ending))
            try:
                yield
            finally:
                watching.cancel()
                self._ending = None

    async def _watch(self, ending: asyncio.Timeout) -> None:
        while (left_s := self._heard_s + self._limit_s - self._time()) > 0:  # noqa: ASYNC110 - an event for each message is what this spares
            await asyncio.sleep(left_s)
        ending.reschedule(self._time())
