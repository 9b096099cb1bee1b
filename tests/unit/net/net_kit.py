"""A clock that steps when slept on, a scripted chance, and a raw TCP server."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager


class SteppingClock:
    def __init__(self, *, pace: float = 1.0) -> None:
        self._now_ms = 1_765_423_487_896.0
        self._monotonic_s = 50.0
        self._pace = pace
        self.slept: list[float] = []

    def now_ms(self) -> int:
        return int(self._now_ms)

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


class FixedChance:
    def __init__(self, *fractions: float) -> None:
        self._fractions = list(fractions)

    def token(self, length: int) -> str:
        return "a" * length

    def fraction(self) -> float:
        return self._fractions.pop(0) if len(self._fractions) > 1 else self._fractions[0]


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def raw_server(talk: Talk):
    """Serve `talk` on every connection; gives the base URL and a list with one entry a connection."""
    connections: list[int] = []

    async def handle(reader, writer):
        connections.append(1)
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", connections
    finally:
        server.close()
        await server.wait_closed()
