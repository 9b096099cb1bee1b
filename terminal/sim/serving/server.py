"""Serving, driving and stopping a venue's exchange on the loopback."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Sequence
from typing import Any, Generic, Protocol, TypeVar

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from terminal.sim.serving.control import ControlApp
from terminal.sim.serving.faults import Fault
from terminal.sim.serving.load import LoadDriver
from terminal.sim.serving.loopback import HOST, LoopbackServer, server_config
from terminal.sim.serving.store import StateStore
from terminal.sim.serving.streams import Streams
from terminal.sim.serving.venue import ServedVenue

_TICK_S = 0.1
V = TypeVar("V", bound=ServedVenue)


class Front(Protocol):
    """A venue's protocol: what it answers, and where."""

    @property
    def streams(self) -> Streams: ...

    def routes(self, store: StateStore) -> Sequence[BaseRoute]:
        """Streams first, REST last; REST saves through `store` before it answers."""

    def urls(self, address: str) -> dict[str, str]:
        """`rest`, `ws_public`, `ws_private` and what else the venue has, on `address` (host:port)."""


class RunningExchange(Generic[V]):
    """A loopback exchange that answers.

    Attributes:
        info: the JSON line's content.
        venue: market, clock, faults, call log, and what the venue adds.
        control: what the `_sim` endpoints do, callable directly.
    """

    def __init__(self, info: dict[str, Any], venue: V, streams: Streams, control: ControlApp) -> None:
        self.info = info
        self.venue = venue
        self.control = control
        self._streams = streams

    @property
    def exchange(self) -> Any:
        """The venue's account and matching, of the venue's own type."""
        return self.venue.exchange  # type: ignore[attr-defined]  # every venue has one, each of another type

    def add_fault(self, fault: Fault) -> None:
        self.control.add_fault(fault)

    def tick(self) -> None:
        """Bring the exchange to its clock and push the streams, without waiting for the next beat."""
        self.venue.tick()
        self._streams.push()


def app_of(control: ControlApp, routes: Sequence[BaseRoute]) -> Starlette:
    """Everything an exchange answers: its own control, then the venue's protocol."""
    return Starlette(routes=[Route("/_sim/{what}", control.answer, methods=["GET", "POST"]), *routes])


@contextlib.asynccontextmanager
async def served(
    venue: V, front: Front, listener: socket.socket, stop: asyncio.Event | None
) -> AsyncIterator[RunningExchange[V]]:
    """Serve a venue on a bound socket; its state is on disk when the block ends.

    Args:
        venue: the exchange.
        front: its protocol.
        listener: see `loopback.listen`; closed by whoever made it.
        stop: set when the exchange fails, so that a waiting program ends.
    """
    store = StateStore(venue, venue.options.state)
    streams = front.streams
    control = ControlApp(venue, streams, store)
    server = LoopbackServer(server_config(app_of(control, front.routes(store))))
    rate = venue.options.rate
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    serving.add_done_callback(lambda _: server.answering.set())  # a failed start must not wait for ever
    driving = asyncio.create_task(_drive(venue, store, streams))
    loading = [asyncio.create_task(LoadDriver(streams, rate, venue.clock.real_s).run())] if rate else []
    jobs = (serving, driving, *loading)
    if stop is not None:
        for job in jobs:
            job.add_done_callback(lambda _: stop.set())
    try:
        store.save_if_due()
        await server.answering.wait()
        info = _info(venue, front.urls(f"{HOST}:{listener.getsockname()[1]}"))
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


async def _drive(venue: ServedVenue, store: StateStore, streams: Streams) -> None:
    """The exchange's heartbeat: time passes, streams are pushed, the file is kept."""
    while True:
        await asyncio.sleep(_TICK_S)
        venue.tick()
        streams.push()
        store.save_if_due()


def _info(venue: ServedVenue, urls: dict[str, str]) -> dict[str, Any]:
    return {
        "venue": venue.name,
        **urls,
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
