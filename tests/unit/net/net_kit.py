"""A scripted chance and a raw TCP server."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager


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
