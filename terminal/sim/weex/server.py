"""Starting, driving and stopping the loopback exchange.

`run` is the program; `running_exchange` is the same thing inside a test's
event loop. The machine's clocks enter here and nowhere below.
"""

import asyncio
import contextlib
import errno
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import Any

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from terminal.sim.exchange.exchange import Exchange
from terminal.sim.exchange.rules import rules_for
from terminal.sim.exchange.state import load_books
from terminal.sim.market.engine import MarketEngine
from terminal.sim.weex.app import RestApp
from terminal.sim.weex.clock import SimClock
from terminal.sim.weex.control import ControlApp
from terminal.sim.weex.faults import Fault
from terminal.sim.weex.options import ExchangeOptions, credentials_for
from terminal.sim.weex.store import SavedState, StateFileError, StateStore, read_state
from terminal.sim.weex.stream_app import StreamApp
from terminal.sim.weex.v2.dialect import V2
from terminal.sim.weex.v3.dialect import V3
from terminal.sim.weex.venue import Venue

_HOST = "127.0.0.1"
_TICK_S = 0.1
_MARKET_STEP_MS = 250
_GOODBYE_S = 1.0
_DIALECTS = (V2, V3)
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
EXIT_OK = 0
EXIT_CANNOT_START = 2
Monotonic = Callable[[], float]


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


class _CannotStart(Exception):
    """The exchange cannot start; the text says what to do."""


class _Protocol(H11Protocol):
    """Lets handlers reach their transport, so that a fault can cut the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its base
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _Server(uvicorn.Server):
    """Leaves signals to us (a stop is an ordinary end, exit code 0) and says when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answering = asyncio.Event()
        self._leaving = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answering.set()

    async def main_loop(self) -> None:
        """Sleep until `leave`; the base class wakes ten times a second to look."""
        await self._leaving.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say goodbye to every client; those that do not go within a second are cut off.

        The base class pauses for a fixed 0.1 s and then looks again every 0.1 s.
        """
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        tasks = tuple(self.server_state.tasks)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=_GOODBYE_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await asyncio.sleep(0)  # closed transports leave the loop in its next round

    def leave(self) -> None:
        self.should_exit = True
        self._leaving.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def run(options: ExchangeOptions) -> int:
    """Serve until SIGINT, SIGTERM or (if asked) the end of stdin; returns the exit code."""
    try:
        with asyncio.Runner() as runner:
            runner.run(_run(options))
    except (_CannotStart, StateFileError) as error:
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
    listener = _listen(options.port)
    with contextlib.closing(listener):
        if saved is None:
            venue = _new_venue(options, market or new_market(options), monotonic)
        else:
            venue = _continued_venue(options, saved, monotonic)
        async with _serving(venue, listener, stop) as running:
            yield running


@contextlib.asynccontextmanager
async def _serving(venue: Venue, listener: socket.socket, stop: asyncio.Event | None) -> AsyncIterator[RunningExchange]:
    """Serve a venue on a bound socket; its state is on disk when the block ends."""
    store = StateStore(venue, venue.options.state)
    streams = StreamApp(venue)
    control = ControlApp(venue, streams, store)
    server = _Server(_config(_routes(venue, store, streams, control)))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    serving.add_done_callback(lambda _: server.answering.set())  # a failed start must not wait for ever
    driving = asyncio.create_task(_drive(venue, store, streams))
    jobs = (serving, driving)
    if stop is not None:
        for job in jobs:
            job.add_done_callback(lambda _: stop.set())
    try:
        store.save_if_due()
        await server.answering.wait()
        info = _info(venue, listener.getsockname()[1])
        yield RunningExchange(info, venue, streams, control)
    finally:
        driving.cancel()
        server.leave()
        results = await asyncio.gather(*jobs, return_exceptions=True)
        venue.tick()
        store.save_last()
    for result in results:
        if isinstance(result, Exception):
            raise result


def _listen(port: int) -> socket.socket:
    # With the protocol named, asyncio switches Nagle's delay (40 ms per answer) off.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            raise _CannotStart(
                f"Port {port} on {_HOST} is already in use or not allowed: "
                "stop the other program, or start with another --port (0 picks a free one)."
            ) from error
        raise
    listener.setblocking(False)
    return listener


def new_market(options: ExchangeOptions) -> MarketEngine:
    """The market of a first start."""
    return MarketEngine(
        seed=options.seed,
        start_ms=int(time.time() * 1000) if options.start_ms is None else options.start_ms,
        history_minutes=options.history_minutes,
        pattern_strength=options.pattern,
        step_ms=_step_ms(options),
    )


def _step_ms(options: ExchangeOptions) -> int:
    """The market's grid: the same work per real second at any speed."""
    return round(_MARKET_STEP_MS * max(1.0, options.speed))


def _new_venue(options: ExchangeOptions, market: MarketEngine, monotonic: Monotonic) -> Venue:
    clock = SimClock(market.start_ms, options.speed, monotonic)
    exchange = Exchange(market, market.specs, options.seed, market.start_ms, options.balance)
    return Venue(options, credentials_for(options.seed), clock, market, exchange, market.start_ms)


def _continued_venue(options: ExchangeOptions, saved: SavedState, monotonic: Monotonic) -> Venue:
    """The exchange as it was saved.

    Raises:
        StateFileError: market or account cannot be read.
    """
    try:
        market = MarketEngine.restore(saved.market, step_ms=_step_ms(options))
        rules = {spec.base: rules_for(spec) for spec in market.specs}
        books = load_books(saved.account, rules, saved.seed, market.now_ms)
        exchange = Exchange(market, market.specs, saved.seed, market.now_ms, books=books)
    except (KeyError, TypeError, ValueError) as error:
        raise StateFileError(
            f"The exchange's state file {options.state} does not fit this version ({error}). It was left as it is: "
            "move it away to start a fresh exchange, or name another file with --state."
        ) from error
    clock = SimClock(_resume_ms(options, saved), options.speed, monotonic)
    effective = replace(options, seed=saved.seed, pattern=saved.pattern)  # one market cannot become another
    return Venue(effective, saved.credentials, clock, market, exchange, saved.genesis_ms)


def _resume_ms(options: ExchangeOptions, saved: SavedState) -> int:
    """Where the clock continues: never earlier, and at normal speed no later than the day outside."""
    if options.speed == 1.0 and options.start_ms is None and abs(saved.genesis_ms - time.time() * 1000) < _ERA_MS:
        return max(saved.resume_ms, int(time.time() * 1000))
    return saved.resume_ms


_ERA_MS = 400 * 86_400_000  # an exchange started in another year lives in its own time


def _routes(venue: Venue, store: StateStore, streams: StreamApp, control: ControlApp) -> Starlette:
    return Starlette(
        routes=[
            Route("/_sim/{what}", control.answer, methods=["GET", "POST"]),
            *(route for dialect in _DIALECTS for route in streams.routes(dialect)),
            Route("/{path:path}", RestApp(venue, store, _DIALECTS).answer, methods=_METHODS),
        ]
    )


def _config(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_Protocol,
        ws="websockets-sansio",
        ws_ping_interval=None,  # the venue has its own heartbeat
        ws_per_message_deflate=False,
        lifespan="off",
        loop="asyncio",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        date_header=False,
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
        "rest": f"http://{_HOST}:{port}",
        "ws_public": f"ws://{_HOST}:{port}{V2.streams.public_path}",
        "ws_private": f"ws://{_HOST}:{port}{V2.streams.private_path}",
        "ws_public_v3": f"ws://{_HOST}:{port}{V3.streams.public_path}",
        "ws_private_v3": f"ws://{_HOST}:{port}{V3.streams.private_path}",
        "key": venue.credentials.key,
        "secret": venue.credentials.secret,
        "passphrase": venue.credentials.passphrase,
        "speed": venue.clock.speed,
        "seed": venue.options.seed,
        "pattern": venue.options.pattern,
        "genesis_ms": venue.genesis_ms,
        "simulated": True,
    }
