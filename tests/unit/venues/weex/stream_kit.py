"""A small WebSocket server that a test scripts."""

import json
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from weex_kit import CREDENTIALS, RealClock, SeededChance

from terminal.venues.weex.adapter import WeexAdapter

Talk = Callable[["Peer"], Awaitable[None]]


class Peer:
    """The venue's end of one connection."""

    def __init__(self, socket: ServerConnection, number: int) -> None:
        self.socket = socket
        self.number = number
        self.headers = socket.request.headers
        self.path = socket.request.path

    async def send(self, frame: Any) -> None:
        await self.socket.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    async def receive(self) -> Any:
        return json.loads(await self.socket.recv())

    async def acknowledge(self, count: int) -> list[str]:
        """Take `count` subscriptions or unsubscriptions, answering each."""
        seen = []
        for _ in range(count):
            frame = await self.receive()
            seen.append(f"{frame['event']} {frame['channel']}")
            await self.send({"event": frame["event"] + "d", "channel": frame["channel"]})
        return seen

    async def cut(self) -> None:
        """Drop the connection, once everything sent before was taken in (its pong tells)."""
        await self.send({"event": "ping", "time": "0"})
        await self.receive()
        self.socket.transport.abort()

    async def stay(self) -> None:
        """Keep the connection until the other side leaves."""
        await self.socket.wait_closed()


@asynccontextmanager
async def venue_socket(talk: Talk, *, refuse: HTTPStatus | None = None, body: str = "", location: str = ""):
    """Serve `talk` on every connection; gives the port and the list of peers."""
    peers: list[Peer] = []

    async def handle(socket: ServerConnection) -> None:
        peer = Peer(socket, len(peers))
        peers.append(peer)
        try:
            await talk(peer)
        except ConnectionClosed:
            return

    refusals = [refuse] if refuse else []

    def process(connection, request):
        if not refusals:
            return None
        response = connection.respond(refusals.pop(), body)
        if location:
            response.headers["Location"] = location
        return response

    async with serve(handle, "127.0.0.1", 0, process_request=process) as server:
        yield server.sockets[0].getsockname()[1], peers


def local_adapter(port: int, *, transport=None) -> WeexAdapter:
    return WeexAdapter(
        f"http://127.0.0.1:{port}",
        f"ws://127.0.0.1:{port}/v2/ws/public",
        f"ws://127.0.0.1:{port}/v2/ws/private",
        CREDENTIALS,
        RealClock(),
        SeededChance(),
        simulated=True,
        transport=transport,
    )
