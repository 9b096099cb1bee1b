"""The two stream endpoints: handshake checks, then a `Connection`.

Source: reference sections 1.5, 2 and 8.1. There is no login frame; the
private stream authenticates on the upgrade request.
"""

import orjson
from starlette.responses import Response
from starlette.websockets import WebSocket

from terminal.sim.weex.auth import check_request
from terminal.sim.weex.connection import Connection
from terminal.sim.weex.hubs import PrivateHub, PublicHub
from terminal.sim.weex.replies import WeexError
from terminal.sim.weex.venue import Venue

PUBLIC_PATH = "/v2/ws/public"
PRIVATE_PATH = "/v2/ws/private"
_CONCURRENT = 100


class StreamApp:
    """Admits stream clients and keeps track of them."""

    def __init__(self, venue: Venue) -> None:
        self.public = PublicHub(venue)
        self.private = PrivateHub(venue)
        self.connections: set[Connection] = set()
        self._venue = venue

    async def serve_public(self, socket: WebSocket) -> None:
        await self._serve(socket, self.public)

    async def serve_private(self, socket: WebSocket) -> None:
        await self._serve(socket, self.private)

    def push(self) -> None:
        """Send what happened since the last tick to all listeners."""
        self.public.push()
        self.private.push()

    def cut_all(self) -> None:
        for connection in list(self.connections):
            connection.cut()

    async def _serve(self, socket: WebSocket, hub: PublicHub | PrivateHub) -> None:
        refusal = self._refusal(socket, is_private=hub is self.private)
        if refusal is not None:
            await socket.send_denial_response(refusal)
            return
        await socket.accept()
        connection = Connection(
            socket,
            hub,
            self._venue.clock.shown_ms,
            self._venue.clock.real_s,
            self._venue.options.ping_interval_s,
            lambda: self._venue.faults.is_active("stream_silence"),
        )
        self.connections.add(connection)
        try:
            await connection.serve()
        finally:
            self.connections.discard(connection)

    def _refusal(self, socket: WebSocket, *, is_private: bool) -> Response | None:
        faulty = self._venue.faults.take("refuse_sockets", socket.url.path) is not None
        if faulty or not socket.headers.get("user-agent"):
            return Response(b"Error code 521", 521, media_type="text/html")
        now_ms = self._venue.clock.shown_ms()
        error = self._error(socket, now_ms, is_private=is_private)
        if error is None:
            return None
        return Response(orjson.dumps(error.body(now_ms)), error.http_status, media_type="application/json")

    def _error(self, socket: WebSocket, now_ms: int, *, is_private: bool) -> WeexError | None:
        if len(self.connections) >= _CONCURRENT or not self._venue.limits.take_handshake():
            return WeexError("429", "Too many requests", 429)
        if not is_private:
            return None
        window_ms = self._venue.clock.window_ms
        try:
            check_request(socket.headers, PRIVATE_PATH.encode(), self._venue.credentials, now_ms, window_ms)
        except WeexError as error:
            return error
        return None
