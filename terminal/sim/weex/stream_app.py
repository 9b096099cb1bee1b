"""The stream endpoints, two per dialect: handshake checks, then a `Connection`.

Source: reference sections 1.5, 2 and 8. There is no login frame; the
private stream authenticates on the upgrade request.
"""

import orjson
from starlette.responses import Response
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from terminal.sim.weex.auth import check_request
from terminal.sim.weex.connection import Connection
from terminal.sim.weex.dialect import Dialect
from terminal.sim.weex.errors import Problem, WeexError
from terminal.sim.weex.hubs import PrivateHub, PublicHub
from terminal.sim.weex.venue import Venue

_CONCURRENT = 100


class StreamApp:
    """Admits stream clients and keeps track of them."""

    def __init__(self, venue: Venue) -> None:
        self.public = PublicHub(venue)
        self.private = PrivateHub(venue)
        self.connections: set[Connection] = set()
        self._venue = venue

    def routes(self, dialect: Dialect) -> list[WebSocketRoute]:
        """The public and the private stream of a dialect."""
        talk = dialect.streams

        async def public(socket: WebSocket) -> None:
            await self._serve(socket, self.public, dialect)

        async def private(socket: WebSocket) -> None:
            await self._serve(socket, self.private, dialect)

        return [WebSocketRoute(talk.public_path, public), WebSocketRoute(talk.private_path, private)]

    def push(self) -> None:
        """Send what happened since the last tick to all listeners."""
        self.public.push()
        self.private.push()

    @property
    def sent(self) -> int:
        """Market messages so far."""
        return self.public.sent

    @property
    def waiting(self) -> int:
        """Frames that wait for slow clients."""
        return sum(connection.waiting for connection in self.connections)

    def send_again(self, messages: int) -> int:
        """More market messages for the load mode."""
        return self.public.send_again(messages)

    def cut_all(self) -> None:
        for connection in list(self.connections):
            connection.cut()

    async def _serve(self, socket: WebSocket, hub: PublicHub | PrivateHub, dialect: Dialect) -> None:
        refusal = self._refusal(socket, dialect, is_private=hub.is_private)
        if refusal is not None:
            await socket.send_denial_response(refusal)
            return
        await socket.accept()
        connection = Connection(
            socket,
            hub,
            dialect.streams,
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

    def _refusal(self, socket: WebSocket, dialect: Dialect, *, is_private: bool) -> Response | None:
        faulty = self._venue.faults.take("refuse_sockets", socket.url.path) is not None
        if faulty or not socket.headers.get("user-agent"):
            return Response(b"Error code 521", 521, media_type="text/html")
        try:
            self._admit(socket, dialect, is_private=is_private)
        except WeexError as error:
            rejection = dialect.refuse(error)
            body = dialect.envelope(rejection, self._venue.clock.shown_ms())
            return Response(orjson.dumps(body), rejection.http_status, media_type="application/json")
        return None

    def _admit(self, socket: WebSocket, dialect: Dialect, *, is_private: bool) -> None:
        if len(self.connections) >= _CONCURRENT or not self._venue.limits.take_handshake():
            raise WeexError(Problem.TOO_MANY)
        if is_private:
            # The signed text is the path alone, without a method.
            path = dialect.streams.private_path.encode()
            check_request(
                socket.headers, path, self._venue.credentials, self._venue.clock.shown_ms(), self._venue.window_ms
            )
