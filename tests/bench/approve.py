"""Approve pressed to request bytes on the socket, durable commit included.

The whole desk runs: window, live streams, journal on disk, adapter, exchange in its own
process. Only the model is a script, so that a proposal comes whenever one is asked for.
"""

import time
from collections.abc import Awaitable, Callable
from decimal import Decimal

import httpx
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from bench.desk_run import measure_in_window, until
from bench.rows import Row, median_row, percentile_row
from helpers.scripted_worker import ScriptedWorker
from terminal.app import compose
from terminal.app.window_app import WindowRun
from terminal.domain.commands import AskAi, ClosePosition
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.decision import Action
from terminal.domain.order import OrderState, PositionSide

SAMPLES = 40
QUIET_BUDGET = 150  # request weight in the window: closing and clearing triggers is dear, approving is not
_Handler = Callable[[httpx.AsyncHTTPTransport, httpx.Request], Awaitable[httpx.Response]]


def measure() -> list[Row]:
    sent_s: list[float] = []
    plain = httpx.AsyncHTTPTransport.handle_async_request
    worker = compose.StrategyThread
    httpx.AsyncHTTPTransport.handle_async_request = _traced(plain, sent_s)
    compose.StrategyThread = ScriptedWorker
    try:
        took_ms = measure_in_window(lambda run: _approvals(run, sent_s))
    finally:
        httpx.AsyncHTTPTransport.handle_async_request = plain
        compose.StrategyThread = worker
    return [
        median_row("Approve pressed to request bytes on the socket, median", took_ms, "ms", 10),
        percentile_row("Approve pressed to request bytes on the socket, p99", took_ms, 0.99, "ms", 40),
    ]


def _traced(plain: _Handler, sent_s: list[float]) -> _Handler:
    """Note the moment the body of a place-order request has been handed to the socket."""

    async def handle(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        async def trace(name: str, _info: object) -> None:
            if name.endswith("send_request_body.complete"):
                sent_s.append(time.perf_counter())

        if request.url.path.endswith("/placeOrder"):
            request.extensions = {**request.extensions, "trace": trace}
        return await plain(transport, request)

    return handle


async def _approvals(run: WindowRun, sent_s: list[float]) -> list[float]:
    desk = run.parts.desk
    await until(run, lambda: desk.phase.ready, "getting ready")
    await run.session.clock.sleep(15)  # the longer history has been read
    took_ms = []
    for sample in range(SAMPLES):
        instrument_id = ALLOWED_INSTRUMENTS[sample % len(ALLOWED_INSTRUMENTS)]
        desk.send(AskAi(instrument_id, Action.OPEN_LONG, "bench"))
        await until(run, lambda: bool(desk.open_proposals()), "a proposal")
        decision_id = desk.open_proposals()[0].decision_id
        await run.session.clock.sleep(0.7)  # a new card rests before it listens to keys
        sent_s.clear()
        pressed_s = time.perf_counter()
        QTest.keyClick(run.parts.window, Qt.Key.Key_A)
        await until(run, lambda: bool(sent_s), "the request")
        took_ms.append((sent_s[0] - pressed_s) * 1000)
        await until(run, lambda sent=decision_id: _is_filled(run, sent), "the fill")
        await until(run, lambda: bool(desk.positions), "the position")
        desk.send(ClosePosition(instrument_id, PositionSide.LONG, Decimal(1), "bench"))
        await until(run, lambda: not desk.positions, "flat")
        await run.session.clock.sleep(6)  # left-over stops are cancelled some seconds after the close
        await until(run, lambda: desk.health.budget_used < QUIET_BUDGET, "a quiet budget")
    return took_ms


def _is_filled(run: WindowRun, decision_id: str) -> bool:
    orders = run.parts.desk.orders.values()
    return any(order.decision_id == decision_id and order.state is OrderState.FILLED for order in orders)
