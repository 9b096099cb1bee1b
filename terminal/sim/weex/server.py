"""Starting, driving and stopping the loopback exchange.

`run` is the program; `running_exchange` is the same thing inside a test's
event loop. The machine's clocks enter here and in `founding`, and nowhere below.
"""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.routing import Route

from terminal.sim.exchange.exchange import Exchange
from terminal.sim.market.engine import MarketEngine
from terminal.sim.weex.app import RestApp
from terminal.sim.weex.control import ControlApp
from terminal.sim.weex.faults import Fault
from terminal.sim.weex.founding import Monotonic, continued_venue, new_market, new_venue
from terminal.sim.weex.load import LoadDriver
from terminal.sim.weex.loopback import HOST, CannotStart, LoopbackServer, listen, server_config
from terminal.sim.weex.options import ExchangeOptions
from terminal.sim.weex.store import StateFileError, StateStore, read_state
from terminal.sim.weex.stream_app import StreamApp
from terminal.sim.weex.v2.dialect import V2
from terminal.sim.weex.v3.dialect import V3
from terminal.sim.weex.venue import Venue

_TICK_S = 0.1
_DIALECTS = (V2, V3)
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
EXIT_OK = 0
EXIT_CANNOT_START = 2


class RunningExchange:
    """A loopback exchange that answers.

    Attributes:
        info: the JSON line's content.
        venue: books, market, clock, faults, call log.
        control: what the `_sim` endpoints do, callable directly.
    """

    def __init__(self, info: dict[str, Any], venue: Venue, streams: StreamApp, control: ControlApp) -> None:
        self.info = info
        self.venue = venue
        self.control = control
        self._streams = streams

    @property
    def exchange(self) -> Exchange:
        return self.venue.exchange

    def add_fault(self, fault: Fault) -> None:
        self.control.add_fault(fault)

    def tick(self) -> None:
        """Bring the exchange to its clock and push the streams, without waiting for the next beat."""
        self.venue.tick()
        self._streams.push()


def run(options: ExchangeOptions) -> int:
    """Serve until SIGINT, SIGTERM or (if asked) the end of stdin; returns the exit code."""
    try:
        with asyncio.Runner() as runner:
            runner.run(_run(options))
    except (CannotStart, StateFileError) as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_CANNOT_START
    return EXIT_OK


async def _run(options: ExchangeOptions) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask_to_stop(*_: object) -> None:
        loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask_to_stop)
    if options.exit_with_parent:
        threading.Thread(target=_wait_for_eof, args=(ask_to_stop,), daemon=True).start()
    async with running_exchange(options, stop=stop) as exchange:
        sys.stdout.write(orjson.dumps(exchange.info).decode() + "\n")
        sys.stdout.flush()
        await stop.wait()


def _wait_for_eof(ask_to_stop: Callable[[], None]) -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    with contextlib.suppress(RuntimeError):  # the loop has ended first
        ask_to_stop()


@contextlib.asynccontextmanager
async def running_exchange(
    options: ExchangeOptions,
    *,
    monotonic: Monotonic = time.monotonic,
    stop: asyncio.Event | None = None,
    market: MarketEngine | None = None,
) -> AsyncIterator[RunningExchange]:
    """Serve on the loopback for the length of a `with` block.

    Args:
        options: see `ExchangeOptions`.
        monotonic: seconds that only grow; a test may turn the hands itself.
        stop: set when the exchange fails, so that a waiting program ends.
        market: what `new_market(options)` made earlier, not yet advanced;
            ignored when there is a saved state.

    Raises:
        StateFileError: the state file is there but cannot be used.
    """
    saved = read_state(options.state) if options.state else None
    listener = listen(options.port)
    with contextlib.closing(listener):
        if saved is None:
            venue = new_venue(options, market or new_market(options), monotonic)
        else:
            venue = continued_venue(options, saved, monotonic)
        async with _serving(venue, listener, stop) as running:
            yield running


@contextlib.asynccontextmanager
async def _serving(venue: Venue, listener: socket.socket, stop: asyncio.Event | None) -> AsyncIterator[RunningExchange]:
    """Serve a venue on a bound socket; its state is on disk when the block ends."""
    store = StateStore(venue, venue.options.state)
    streams = StreamApp(venue)
    control = ControlApp(venue, streams, store)
    server = LoopbackServer(server_config(routes(venue, store, streams, control)))
    rate = venue.options.rate
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    serving.add_done_callback(lambda _: server.answering.set())  # a failed start must not wait for ever
    driving = asyncio.create_task(_drive(venue, store, streams))
    loading = [asyncio.create_task(LoadDriver(streams.public, rate, venue.clock.real_s).run())] if rate else []
    jobs = (serving, driving, *loading)
    if stop is not None:
        for job in jobs:
            job.add_done_callback(lambda _: stop.set())
    try:
        store.save_if_due()
        await server.answering.wait()
        info = _info(venue, listener.getsockname()[1])
        yield RunningExchange(info, venue, streams, control)
    finally:
        for job in (driving, *loading):
            job.cancel()
        server.leave()
        results = await asyncio.gather(*jobs, return_exceptions=True)
        venue.tick()
        store.save_last()
    for result in results:
        if isinstance(result, Exception):
            raise result


def routes(venue: Venue, store: StateStore, streams: StreamApp, control: ControlApp) -> Starlette:
    """Everything the exchange answers: its own control, the streams, the REST of both dialects."""
    return Starlette(
        routes=[
            Route("/_sim/{what}", control.answer, methods=["GET", "POST"]),
            *(route for dialect in _DIALECTS for route in streams.routes(dialect)),
            Route("/{path:path}", RestApp(venue, store, _DIALECTS).answer, methods=_METHODS),
        ]
    )


async def _drive(venue: Venue, store: StateStore, streams: StreamApp) -> None:
    """The exchange's heartbeat: time passes, streams are pushed, the file is kept."""
    while True:
        await asyncio.sleep(_TICK_S)
        venue.tick()
        streams.push()
        store.save_if_due()


def _info(venue: Venue, port: int) -> dict[str, Any]:
    return {
        "venue": "weex",
        "rest": f"http://{HOST}:{port}",
        "ws_public": f"ws://{HOST}:{port}{V2.streams.public_path}",
        "ws_private": f"ws://{HOST}:{port}{V2.streams.private_path}",
        "ws_public_v3": f"ws://{HOST}:{port}{V3.streams.public_path}",
        "ws_private_v3": f"ws://{HOST}:{port}{V3.streams.private_path}",
        "key": venue.credentials.key,
        "secret": venue.credentials.secret,
        "passphrase": venue.credentials.passphrase,
        "speed": venue.clock.speed,
        "seed": venue.options.seed,
        "pattern": venue.options.pattern,
        "genesis_ms": venue.genesis_ms,
        "continued": venue.is_continued,
        "rate": venue.options.rate,
        "simulated": True,
    }
