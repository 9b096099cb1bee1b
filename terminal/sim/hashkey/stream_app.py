"""The stream endpoints: two public ones, and the private one whose path is the listen key."""

import orjson
from starlette.responses import Response
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from terminal.sim.hashkey import errors
from terminal.sim.hashkey.asks import Version
from terminal.sim.hashkey.errors import HashKeyError
from terminal.sim.hashkey.private_hub import PrivateConnection, PrivateHub
from terminal.sim.hashkey.public_hub import PublicConnection, PublicHub
from terminal.sim.hashkey.venue import Venue

PUBLIC_PATHS = {Version.V1: "/quote/ws/v1", Version.V2: "/quote/ws/v2"}
PRIVATE_PATH = "/api/v1/ws"


class StreamApp:
    """Admits stream clients and keeps track of them."""

    def __init__(self, venue: Venue) -> None:
        self.public = PublicHub(venue)
        self.private = PrivateHub(venue)
        self._venue = venue
        self._listeners: set[PublicConnection] = set()

    def routes(self) -> list[WebSocketRoute]:
        async def v1(socket: WebSocket) -> None:
            await self._serve_public(socket, Version.V1)

        async def v2(socket: WebSocket) -> None:
            await self._serve_public(socket, Version.V2)

        return [
            WebSocketRoute(PUBLIC_PATHS[Version.V1], v1),
            WebSocketRoute(PUBLIC_PATHS[Version.V2], v2),
            WebSocketRoute(PRIVATE_PATH + "/{key}", self._serve_private),
        ]

    @property
    def sent(self) -> int:
        """Market messages so far."""
        return self.public.sent

    @property
    def waiting(self) -> int:
        """Frames that wait for slow clients."""
        return sum(connection.waiting for connection in (*self._listeners, *self.private.connections))

    def send_again(self, messages: int) -> int:
        """More market messages for the load mode."""
        return self.public.send_again(messages)

    def push(self) -> None:
        """Send what happened since the last tick to all listeners."""
        self.public.push()
        self.private.push()

    def cut_all(self) -> None:
        for connection in (*self._listeners, *self.private.connections):
            connection.cut()

    async def _serve_public(self, socket: WebSocket, version: Version) -> None:
        if await self._refused(socket):
            return
        await socket.accept()
        connection = PublicConnection(socket, self._is_silent, self.public, version, self._venue.clock.shown_ms)
        self._listeners.add(connection)
        try:
            await connection.serve()
        finally:
            self._listeners.discard(connection)

    async def _serve_private(self, socket: WebSocket) -> None:
        if await self._refused(socket):
            return
        key = socket.path_params["key"]
        if not self._venue.listen_keys.is_valid(key):
            body = orjson.dumps(HashKeyError(errors.ILLEGAL_PARAMETER, "listenKey").body())
            await socket.send_denial_response(Response(body, 401, media_type="application/json"))
            return
        await socket.accept()
        self.private.push()  # what happened before is told to those who listened then
        connection = PrivateConnection(socket, self._is_silent, self.private, key, self.private.channel_id())
        self.private.connections.add(connection)
        await connection.serve()

    def _is_silent(self) -> bool:
        return self._venue.faults.is_active("stream_silence")

    async def _refused(self, socket: WebSocket) -> bool:
        """Turn a handshake away while a fault or a block says so."""
        if self._venue.limits.is_blocked:
            await socket.send_denial_response(Response(b"", 418))
        elif self._venue.faults.take("refuse_sockets", socket.url.path) is not None:
            await socket.send_denial_response(Response(b"Error code 521", 521, media_type="text/html"))
        else:
            return False
        return True
