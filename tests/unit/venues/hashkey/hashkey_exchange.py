"""The exchange's end of listen keys and the private stream, in virtual time: no sockets, every trouble on demand."""

import asyncio
import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from hashkey_kit import documented, error, parameters
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.http11 import Response as WsResponse

from simulation.virtual_time import OperatorClock
from terminal.net.stream import link

HOUR_S = 3600.0
PING_S = 30.0
LATENCY_S = 0.05


class ExchangeEnd:
    """Keys that expire, executions, and at most one private socket."""

    def __init__(self, clock: OperatorClock) -> None:
        self._clock = clock
        self._keys: dict[str, float] = {}
        self._made = 0
        self.socket: Socket | None = None
        self.rows: list[dict[str, Any]] = []
        self.renewals_fail = ""
        self.reads_fail = False
        self.counts: dict[str, int] = {}
        self.keys_ended: list[str] = []

    # -- REST ----------------------------------------------------------------------

    async def answer(self, request: httpx.Request) -> httpx.Response:
        name = f"{request.method} {request.url.path}"
        self.counts[name] = self.counts.get(name, 0) + 1
        await asyncio.sleep(LATENCY_S)
        status, body = self._reply(request)
        await asyncio.sleep(LATENCY_S)
        return httpx.Response(status, content=json.dumps(body).encode())

    def _reply(self, request: httpx.Request) -> tuple[int, Any]:
        path = request.url.path
        if path == "/api/v1/time":
            return 200, {"serverTime": self._clock.now_ms()}
        if path == "/api/v1/userDataStream":
            return self._key_call(request.method, parameters(request).get("listenKey", ""))
        if path == "/api/v1/account":
            return 200, {"balances": []}
        if path == "/api/v1/account/trades":
            return self._trades(parameters(request))
        return documented(request)

    def _key_call(self, method: str, key: str) -> tuple[int, Any]:
        now_s = self._clock.monotonic_s()
        if method == "POST":
            self._made += 1
            made = f"key{self._made:06d}"
            self._keys[made] = now_s + HOUR_S
            return 200, {"listenKey": made}
        if method == "DELETE":
            self.keys_ended.append(key)
            self._keys.pop(key, None)
            return 200, {}
        if self.renewals_fail:
            return (502, {}) if self.renewals_fail == "502" else (400, error(self.renewals_fail))
        if self._keys.get(key, 0.0) <= now_s:
            return 400, error("-1130", "Illegal parameter 'listenKey'")
        self._keys[key] = now_s + HOUR_S
        return 200, {}

    def _trades(self, asked: dict[str, str]) -> tuple[int, Any]:
        if self.reads_fail:
            return 502, {}
        start_ms, end_ms = int(asked["startTime"]), int(asked["endTime"])
        first = bisect_left(self.rows, start_ms, key=_at_ms)
        rows = self.rows[first : bisect_right(self.rows, end_ms, key=_at_ms)]
        return 200, rows[::-1][: int(asked["limit"])]

    # -- what happens ----------------------------------------------------------------

    def trade(self, *, twice: bool = False) -> str:
        """Execute something; whoever listens hears of it."""
        number = len(self.rows) + 1
        trade_id, now_ms = str(10**15 + number), str(self._clock.now_ms())
        row = {"id": trade_id, "orderId": str(number), "clientOrderId": f"c{number}", "symbol": "BTCUSDT"}
        row |= {"price": "85000", "qty": "0.001", "commission": "0.085", "commissionAsset": "USDT"}
        row |= {"time": now_ms, "isBuyer": True, "isMaker": False}
        self.rows.append(row)
        event = {"e": "executionReport", "E": now_ms, "s": "BTCUSDT", "c": row["clientOrderId"], "S": "BUY"}
        event |= {"o": "LIMIT", "f": "GTC", "q": "0.001", "p": "85000", "X": "FILLED", "i": str(number)}
        event |= {"l": "0.001", "L": "85000", "z": "0.001", "n": "0.085", "N": "USDT", "O": now_ms, "d": trade_id}
        self._push(event)
        if twice:
            self._push(event)
        return trade_id

    def forget_keys(self) -> None:
        """All keys run out at this moment."""
        self._keys.clear()
        if self.socket is not None:
            self.socket.cut()

    def mute(self) -> None:
        """The socket stays open and nothing comes any more."""
        if self.socket is not None:
            self.socket.is_mute = True

    def _push(self, event: dict[str, Any]) -> None:
        if self.socket is not None and self.is_good(self.socket.key):
            self.socket.deliver([event])

    def is_good(self, key: str) -> bool:
        return self._keys.get(key, 0.0) > self._clock.monotonic_s()

    def now_ms(self) -> int:
        return self._clock.now_ms()


def _at_ms(row: dict[str, Any]) -> int:
    return int(row["time"])


class Socket:
    """One private stream as `StreamLink` sees it."""

    def __init__(self, exchange: ExchangeEnd, key: str) -> None:
        self._exchange = exchange
        self.key = key
        self._inbox: asyncio.Queue[str | None] = asyncio.Queue()
        self.is_open, self.is_mute = True, False

    async def send(self, text: str) -> None:
        if not self.is_open:
            raise ConnectionClosedError(None, None)
        assert set(json.loads(text)) == {"pong"}  # nothing else is ever said here

    async def recv(self) -> str:
        text = await self._inbox.get()
        if text is None:
            raise ConnectionClosedError(None, None)
        return text

    def deliver(self, value: Any) -> None:
        if self.is_open and not self.is_mute:
            self._inbox.put_nowait(json.dumps(value))

    def cut(self) -> None:
        if self.is_open:
            self.is_open = False
            self._inbox.put_nowait(None)

    async def ping(self) -> None:
        """The server's own heartbeat; a key that ran out ends the stream."""
        while self.is_open:
            await asyncio.sleep(PING_S)
            if not self._exchange.is_good(self.key):
                self.cut()
            self.deliver({"ping": self._exchange.now_ms(), "channelId": "x"})


class _Upgrade:
    """`async with` of one connection attempt."""

    def __init__(self, exchange: ExchangeEnd, url: str) -> None:
        self._exchange = exchange
        self._key = url.rsplit("/", 1)[-1]
        self._pinging: asyncio.Task[None] | None = None
        self._socket: Socket | None = None

    async def __aenter__(self) -> Socket:
        await asyncio.sleep(LATENCY_S)
        if not self._exchange.is_good(self._key):
            raise InvalidStatus(WsResponse(401, "refused", Headers(), b""))
        self._socket = self._exchange.socket = Socket(self._exchange, self._key)
        self._pinging = asyncio.create_task(self._socket.ping())
        return self._socket

    async def __aexit__(self, *_error: object) -> None:
        if self._socket is not None:
            self._socket.cut()
            if self._exchange.socket is self._socket:
                self._exchange.socket = None
        if self._pinging is not None:
            self._pinging.cancel()
            await asyncio.gather(self._pinging, return_exceptions=True)


@contextmanager
def streams_to(exchange: ExchangeEnd) -> Iterator[None]:
    """Lead the stream links of this program to the exchange's end while a test lasts."""
    original = link._Connect
    link._Connect = lambda url, **_options: _Upgrade(exchange, url)
    try:
        yield
    finally:
        link._Connect = original
