"""Starting the HashKey exchange.

`run` is the program; `running_exchange` is the same thing inside a test's event loop.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from terminal.sim.exchange.spot.exchange import SpotExchange
from terminal.sim.hashkey.app import RestApp
from terminal.sim.hashkey.asks import Version
from terminal.sim.hashkey.founding import continued_venue, new_market, new_venue
from terminal.sim.hashkey.options import ExchangeOptions
from terminal.sim.hashkey.stream_app import PRIVATE_PATH, PUBLIC_PATHS, StreamApp
from terminal.sim.hashkey.venue import Venue
from terminal.sim.market.engine import MarketEngine
from terminal.sim.serving import program
from terminal.sim.serving.control import ControlApp
from terminal.sim.serving.founding import Monotonic
from terminal.sim.serving.loopback import listen
from terminal.sim.serving.server import RunningExchange, app_of, served
from terminal.sim.serving.store import StateStore, read_state

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class HashKeyExchange(RunningExchange[Venue]):
    """A HashKey exchange that answers."""

    @property
    def exchange(self) -> SpotExchange:
        return self.venue.exchange


class HashKeyFront:
    """REST, two public streams and the private one."""

    def __init__(self, venue: Venue) -> None:
        self.streams = StreamApp(venue)
        self._venue = venue

    def routes(self, store: StateStore) -> Sequence[BaseRoute]:
        return _routes(self._venue, store, self.streams)

    def urls(self, address: str) -> dict[str, str]:
        return {
            "rest": f"http://{address}",
            "ws_public": f"ws://{address}{PUBLIC_PATHS[Version.V2]}",
            "ws_private": f"ws://{address}{PRIVATE_PATH}",
            "ws_public_v1": f"ws://{address}{PUBLIC_PATHS[Version.V1]}",
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
) -> AsyncIterator[HashKeyExchange]:
    """Serve on the loopback for the length of a `with` block.

    Args:
        options: see `ExchangeOptions`.
        monotonic: seconds that only grow; a test may turn the hands itself.
        stop: set when the exchange fails, so that a waiting program ends.
        market: what `founding.new_market(options)` made earlier, not yet
            advanced; ignored when there is a saved state.

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
        front = HashKeyFront(venue)
        async with served(venue, front, listener, stop) as running:
            yield HashKeyExchange(running.info, venue, front.streams, running.control)


def routes(venue: Venue, store: StateStore, streams: StreamApp, control: ControlApp) -> Starlette:
    """Everything the exchange answers, for a world that serves it without a socket."""
    return app_of(control, _routes(venue, store, streams))


def _routes(venue: Venue, store: StateStore, streams: StreamApp) -> list[BaseRoute]:
    return [*streams.routes(), Route("/{path:path}", RestApp(venue, store).answer, methods=_METHODS)]
