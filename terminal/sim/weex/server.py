"""Starting the WEEX exchange.

`run` is the program; `running_exchange` is the same thing inside a test's event loop.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from terminal.sim.exchange.exchange import Exchange
from terminal.sim.market.engine import MarketEngine
from terminal.sim.serving import program
from terminal.sim.serving.control import ControlApp
from terminal.sim.serving.founding import Monotonic, new_market
from terminal.sim.serving.loopback import listen
from terminal.sim.serving.server import RunningExchange, app_of, served
from terminal.sim.serving.store import StateStore, read_state
from terminal.sim.weex.app import RestApp
from terminal.sim.weex.founding import continued_venue, new_venue
from terminal.sim.weex.options import ExchangeOptions
from terminal.sim.weex.stream_app import StreamApp
from terminal.sim.weex.v2.dialect import V2
from terminal.sim.weex.v3.dialect import V3
from terminal.sim.weex.venue import Venue

_DIALECTS = (V2, V3)
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class WeexExchange(RunningExchange[Venue]):
    """A WEEX exchange that answers."""

    @property
    def exchange(self) -> Exchange:
        return self.venue.exchange


class WeexFront:
    """Both dialects, on REST and streams."""

    def __init__(self, venue: Venue) -> None:
        self.streams = StreamApp(venue)
        self._venue = venue

    def routes(self, store: StateStore) -> Sequence[BaseRoute]:
        return _routes(self._venue, store, self.streams)

    def urls(self, address: str) -> dict[str, str]:
        return {
            "rest": f"http://{address}",
            "ws_public": f"ws://{address}{V2.streams.public_path}",
            "ws_private": f"ws://{address}{V2.streams.private_path}",
            "ws_public_v3": f"ws://{address}{V3.streams.public_path}",
            "ws_private_v3": f"ws://{address}{V3.streams.private_path}",
        }


def run(options: ExchangeOptions) -> int:
    """Serve until SIGINT, SIGTERM or (if asked) the end of stdin; returns the exit code."""
    return program.run(lambda stop: running_exchange(options, stop=stop), exit_with_parent=options.exit_with_parent)


@contextlib.asynccontextmanager
async def running_exchange(
    options: ExchangeOptions,
    *,
    monotonic: Monotonic = time.monotonic,
    stop: asyncio.Event | None = None,
    market: MarketEngine | None = None,
) -> AsyncIterator[WeexExchange]:
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
    saved = read_state(options.state, Venue.name) if options.state else None
    with contextlib.closing(listen(options.port)) as listener:
        if saved is None:
            venue = new_venue(options, market or new_market(options), monotonic)
        else:
            venue = continued_venue(options, saved, monotonic)
            venue.is_continued = True
        front = WeexFront(venue)
        async with served(venue, front, listener, stop) as running:
            yield WeexExchange(running.info, venue, front.streams, running.control)


def routes(venue: Venue, store: StateStore, streams: StreamApp, control: ControlApp) -> Starlette:
    """Everything the exchange answers, for a world that serves it without a socket."""
    return app_of(control, _routes(venue, store, streams))


def _routes(venue: Venue, store: StateStore, streams: StreamApp) -> list[BaseRoute]:
    return [
        *(route for dialect in _DIALECTS for route in streams.routes(dialect)),
        Route("/{path:path}", RestApp(venue, store, _DIALECTS).answer, methods=_METHODS),
    ]
