"""The wire between the real adapter and the real exchange: no sockets, every fault on demand.

Requests go through an httpx transport into the exchange's own request handler; streams
through a stand-in for the connector of `stream.link`. A request that has left arrives
whatever becomes of the caller, as on a real network.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.http11 import Response as WsResponse

from simulation.place import Leaving, Place
from simulation.weather import Weather, arrives
from terminal.net.stream import link

PORTAL = b"<!DOCTYPE html><html><body>Please sign in.</body></html>"
NEVER_S = 600.0
NEVER_LEAVES = frozenset({"refused", "pool", "dns", "tls"})
_CLIENT_IDS = frozenset({"client_oid", "clientOrderId"})
Heard = Callable[[Leaving], None]


class Network(httpx.AsyncBaseTransport):
    """`on_order` hears of every placement as it leaves this machine."""

    def __init__(self, place: Place, weather: Weather, on_order: Heard) -> None:
        self.place = place
        self._app: Starlette = place.app
        self._answer = next(route.endpoint for route in reversed(self._app.routes) if isinstance(route, Route))
        self._weather = weather
        self._on_order = on_order
        self._travelling: set[asyncio.Task[Any]] = set()
        self.sockets: list[ClientSocket] = []
        self.refuses_sockets = False
        self.silent_until_s = 0.0
        self.requests = 0

    # -- requests ------------------------------------------------------------------

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        path = request.url.path
        leaving = self.place.leaving(path, request.content)
        is_write = self.place.is_write(request.method, path)
        kind = self._weather.request(path, is_order=leaving is not None, is_write=is_write)
        if leaving is not None and kind not in NEVER_LEAVES:
            self._on_order(leaving)
        await asyncio.sleep(self._weather.latency_s())
        _before_sending(kind)
        answer = await self._carry(request, kind, leaving)
        return await self._come_back(kind, answer)

    async def _carry(self, request: httpx.Request, kind: str | None, leaving: Leaving | None) -> tuple[int, bytes]:
        """Bring the request to the exchange, if this fault lets it through."""
        if kind is not None and not arrives(kind):
            return 0, b""
        task = asyncio.ensure_future(self._ask(request, leaving))
        self._travelling.add(task)
        task.add_done_callback(self._travelling.discard)
        return await asyncio.shield(task)

    async def _ask(self, request: httpx.Request, leaving: Leaving | None) -> tuple[int, bytes]:
        body = request.content

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        scope = _scope("http", request.url.raw_path, request.headers, request.method)
        response = await self._answer(Request(scope, receive))
        answer = bytes(response.body)
        if leaving is not None:
            self.place.answered(leaving, answer)
        return response.status_code, answer

    async def _come_back(self, kind: str | None, answer: tuple[int, bytes]) -> httpx.Response:  # noqa: PLR0912 - a flat table
        status, body = answer
        own = self.place.answers.get(kind or "")
        if own is not None:
            return httpx.Response(own.status, headers=own.headers, content=own.body)
        match kind:
            case None:
                await asyncio.sleep(self._weather.latency_s())
            case "lost" | "lost_after":
                await asyncio.sleep(NEVER_S)
            case "late":
                await asyncio.sleep(self._weather.random.uniform(1.0, 9.0))
            case "slow_body":
                return httpx.Response(status, stream=_Drip(body))
            case "429_wait":
                return httpx.Response(429, headers={"Retry-After": "3"}, content=b'{"code":"429","msg":"slow down"}')
            case "429":
                return httpx.Response(429, content=b'{"code":"429","msg":"Too many requests"}')
            case "500" | "502" | "503" | "504":
                return httpx.Response(int(kind), content=b"Internal Server Error")
            case "500_after":
                return httpx.Response(500, content=b"Internal Server Error")
            case "521":
                return httpx.Response(521, content=b"Error code 521")
            case "html":
                return httpx.Response(200, content=PORTAL)
            case "redirect":
                return httpx.Response(302, headers={"Location": "http://portal.example/"}, content=b"")
            case "truncated":
                return httpx.Response(status, content=body[: len(body) // 2])
            case "cut_after":
                raise httpx.RemoteProtocolError("server disconnected without sending a response")
            case "strange":
                return httpx.Response(200, content=b'{"code":"99999","msg":"try again"}')
            case "null_id":
                return httpx.Response(status, content=_without_client_id(body))
        return httpx.Response(status, content=body)

    # -- streams ---------------------------------------------------------------------

    def connect(self, url: str, *, additional_headers: Mapping[str, str], **_options: Any) -> "_Upgrade":
        return _Upgrade(self, url, additional_headers)

    def cut_streams(self) -> None:
        for each in list(self.sockets):
            each.cut()

    def is_silent(self) -> bool:
        return asyncio.get_running_loop().time() < self.silent_until_s

    async def end(self) -> None:
        """Let everything under way arrive and close the streams."""
        self.cut_streams()
        for task in list(self._travelling):
            task.cancel()
        await asyncio.gather(*self._travelling, return_exceptions=True)


class ClientSocket:
    """One stream as `StreamLink` sees it, with an ASGI websocket behind it."""

    def __init__(self, network: Network, weather: Weather, *, is_private: bool) -> None:
        self._network = network
        self._weather = weather
        self._is_private = is_private
        self._inbox: asyncio.Queue[str | None] = asyncio.Queue()
        self._held: str | None = None
        self.upstream: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.upstream.put_nowait({"type": "websocket.connect"})
        self.accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.is_open = True

    async def send(self, text: str) -> None:
        if not self.is_open:
            raise ConnectionClosedError(None, None)
        self.upstream.put_nowait({"type": "websocket.receive", "text": text})

    async def recv(self) -> str:
        text = await self._inbox.get()
        if text is None:
            raise ConnectionClosedError(None, None)
        return text

    def abort(self) -> None:
        """The exchange cuts us off."""
        self.cut()

    def cut(self) -> None:
        if self.is_open:
            self.is_open = False
            self._inbox.put_nowait(None)
            self.upstream.put_nowait({"type": "websocket.disconnect", "code": 1006})

    async def take(self, message: Any) -> None:
        """What the exchange sends."""
        if message["type"] == "websocket.accept":
            self.accepted.set_result(101)
        elif message["type"] == "websocket.http.response.start":
            self.accepted.set_result(message["status"])
        elif message["type"] == "websocket.send" and self.is_open and not self._network.is_silent():
            self._deliver(message["text"])
        elif message["type"] == "websocket.close":
            self.cut()

    def _deliver(self, text: str) -> None:
        kind = self._weather.frame(is_private=self._is_private)
        held, self._held = self._held, None
        match kind:
            case "drop":
                pass
            case "repeat":
                self._inbox.put_nowait(text)
                self._inbox.put_nowait(text)
            case "swap":
                self._held = text
            case "delay":
                asyncio.get_running_loop().call_later(self._weather.random.uniform(0.5, 8.0), self._late, text)
            case "garble":
                self._inbox.put_nowait(text[: len(text) // 2])
            case _:
                self._inbox.put_nowait(text)
        if held is not None:
            self._inbox.put_nowait(held)

    def _late(self, text: str) -> None:
        if self.is_open:
            self._inbox.put_nowait(text)


class _Upgrade:
    """`async with` of one connection attempt."""

    def __init__(self, network: Network, url: str, headers: Mapping[str, str]) -> None:
        self._network = network
        self._url = httpx.URL(url)
        self._headers = httpx.Headers({"user-agent": "AlphaDesk/test", **headers})
        self._socket: ClientSocket | None = None
        self._serving: asyncio.Task[Any] | None = None

    async def __aenter__(self) -> ClientSocket:
        network = self._network
        await asyncio.sleep(network._weather.latency_s())
        if network.refuses_sockets:
            raise ConnectionRefusedError("connection refused")
        opened = ClientSocket(network, network._weather, is_private=network.place.is_private(self._url.path))
        scope = _scope("websocket", self._url.raw_path, self._headers, "GET") | {"subprotocols": []}
        scope["extensions"] = {"websocket.http.response": {}}
        scope["state"] = {"transport": opened}
        self._serving = asyncio.ensure_future(network._app(scope, opened.upstream.get, opened.take))
        status = await opened.accepted
        if status != 101:
            raise InvalidStatus(WsResponse(status, "refused", Headers(), b""))
        self._socket = opened
        network.sockets.append(opened)
        return opened

    async def __aexit__(self, *_error: object) -> None:
        if self._socket is not None:
            self._socket.cut()
            self._network.sockets.remove(self._socket)
        if self._serving is not None:
            await asyncio.wait({self._serving}, timeout=5)


@contextmanager
def streams_through(network: Network) -> Any:
    """Replace the connector of the stream links while a run lasts."""
    original = link._Connect
    link._Connect = network.connect  # type: ignore[misc,assignment]
    try:
        yield
    finally:
        link._Connect = original  # type: ignore[misc]


class _Drip(httpx.AsyncByteStream):
    """A byte now and then: no single pause is long, the whole is."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(len(self._body)):
            await asyncio.sleep(2.0)
            yield self._body[start : start + 1]


def _before_sending(kind: str | None) -> None:
    """Raise what prevents a request from leaving, or what cuts it before the exchange reads it."""
    match kind:
        case "refused":
            raise httpx.ConnectError("connection refused")
        case "pool":
            raise httpx.PoolTimeout("no free connection")
        case "dns":
            raise httpx.ConnectError("no such host") from socket.gaierror(-2, "Name or service not known")
        case "tls":
            raise httpx.ConnectError("certificate") from ssl.SSLError(1, "certificate verify failed")
        case "cut":
            raise httpx.ReadError("connection reset by peer")


def _scope(kind: str, raw_path: bytes, headers: httpx.Headers, method: str) -> dict[str, Any]:
    path, _, query = raw_path.partition(b"?")
    return {
        "type": kind,
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path.decode(),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in headers.raw],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
        "state": {},
    }


def _without_client_id(body: bytes) -> bytes:
    if not body.startswith(b"{"):  # a blocked address is answered without a word
        return body
    value = orjson.loads(body)
    for part in (value, value.get("data")) if isinstance(value, dict) else ():
        for name in _CLIENT_IDS & part.keys() if isinstance(part, dict) else ():
            part[name] = None
    return orjson.dumps(value)
