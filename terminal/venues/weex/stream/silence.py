"""Notices that a connection has fallen silent.

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

    def heard(self) -> None:
        self._heard_s = self._time()

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """End the block when nothing was heard for the limit.

        Raises:
            TimeoutError: that happened.
        """
        async with asyncio.timeout(None) as ending:
            watching = asyncio.create_task(self._watch(ending))
            try:
                yield
            finally:
                watching.cancel()

    async def _watch(self, ending: asyncio.Timeout) -> None:
        while (left_s := self._heard_s + self._limit_s - self._time()) > 0:  # noqa: ASYNC110 - an event for each message is what this spares
            await asyncio.sleep(left_s)
        ending.reschedule(self._time())
