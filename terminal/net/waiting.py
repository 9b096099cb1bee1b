"""Waiting for an event on a port's clock, so that a virtual clock drives every limit."""

import asyncio

from terminal.ports.clock import Clock


async def wait_for(event: asyncio.Event, clock: Clock, limit_s: float | None) -> bool:
    """Wait until an event is set, at most `limit_s` seconds of the operator's clock; None has no limit.

    Gives whether the event is set. Cancelled from outside it leaves nothing behind.
    """
    if limit_s is None:
        return await event.wait()
    waits: set[asyncio.Future[object]] = {
        asyncio.ensure_future(event.wait()),
        asyncio.ensure_future(clock.sleep(limit_s)),
    }
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    return event.is_set()
