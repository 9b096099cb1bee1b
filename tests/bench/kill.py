"""The kill switch on a busy desk: when nothing opens any more, and when the first cancel has left.

The request budget is in use by readings when it is pressed, as on a bad day.
"""

import asyncio
import tempfile
import time
from pathlib import Path

import httpx

from bench.headless_desk import headless_desk, until
from bench.rows import Row, percentile_row
from helpers.loopback import loopback
from terminal.domain.commands import CancelAll, SetTradingState
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.errors import VenueError
from terminal.domain.market import Interval
from terminal.domain.messages import Event, TradingStateChanged
from terminal.domain.risk import TradingState
from terminal.services.engine import Engine

SAMPLES = 15
_PAUSE_S = 11.0  # one press costs a quarter of the ten-second budget


class Watching(httpx.AsyncBaseTransport):
    """Notes when cancels have been handed to the socket."""

    def __init__(self) -> None:
        self._inner = httpx.AsyncHTTPTransport(trust_env=False)
        self.cancels_s: list[float] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        async def trace(name: str, _info: object) -> None:
            if name.endswith("send_request_body.complete"):
                self.cancels_s.append(time.perf_counter())

        if "cancelAllOrders" in request.url.path:
            request.extensions = {**request.extensions, "trace": trace}
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, loopback(Path(folder), speed=1.0) as exchange:
        flips_ms, cancels_ms = asyncio.Runner().run(_presses(exchange.line, Path(folder) / "journal.db"))
    return [
        percentile_row("Kill switch pressed to nothing opens, slowest", flips_ms, 1.0, "ms", 100),
        percentile_row("Kill switch pressed to first cancel on the socket, slowest", cancels_ms, 1.0, "ms", 500),
    ]


async def _presses(line: dict[str, object], journal: Path) -> tuple[list[float], list[float]]:
    halted_s: list[float] = []

    def hear(event: Event) -> None:
        if isinstance(event, TradingStateChanged) and event.state is TradingState.HALTED:
            halted_s.append(time.perf_counter())

    transport, flips_ms, cancels_ms = Watching(), [], []
    async with headless_desk(line, journal, hear, transport) as engine:
        await engine.wait_ready()
        for _ in range(SAMPLES):
            engine.post(SetTradingState(TradingState.ACTIVE, "bench"))
            await asyncio.sleep(_PAUSE_S)
            reading = [asyncio.create_task(_read(engine, each)) for each in ALLOWED_INSTRUMENTS * 3]
            await asyncio.sleep(0)
            halted_s.clear()
            transport.cancels_s.clear()
            pressed_s = time.perf_counter()
            engine.post(SetTradingState(TradingState.HALTED, "bench"))
            engine.post(CancelAll("bench"))
            await until(lambda: bool(halted_s and transport.cancels_s))
            flips_ms.append((halted_s[0] - pressed_s) * 1_000)
            cancels_ms.append((transport.cancels_s[0] - pressed_s) * 1_000)
            await asyncio.gather(*reading)
    return flips_ms, cancels_ms


async def _read(engine: Engine, instrument_id: str) -> None:
    try:
        await engine._feed.candles(instrument_id, Interval.M15, 1_000)
    except VenueError:
        return  # out of budget: that is the busy desk we want
