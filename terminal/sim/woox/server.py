"""Starting the WOO X exchange.

`run` is the program; `running_exchange` is the same thing inside a test's event loop.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence

from starlette.routing import BaseRoute, Route

from terminal.sim.exchange.one_way import OneWayExchange
from terminal.sim.market.engine import MarketEngine
from terminal.sim.serving import program
from terminal.sim.serving.loopback import listen
from terminal.sim.serving.server import RunningExchange, served
from terminal.sim.serving.store import StateStore, read_state
from terminal.sim.woox.app import RestApp
from terminal.sim.woox.founding import Monotonic, continued_venue, new_market, new_venue
from terminal.sim.woox.options import ExchangeOptions
from terminal.sim.woox.stream_app import PRIVATE_PATH, PUBLIC_PATH, StreamApp
from terminal.sim.woox.venue import Venue

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class WooExchange(RunningExchange[Venue]):
    """A WOO X exchange that answers."""

    @property
    def exchange(self) -> OneWayExchange:
        return self.venue.exchange


class WooFront:
    """v3 on REST and streams, and the little of v1 that its clients ask for."""

    def __init__(self, venue: Venue) -> None:
        self.streams = StreamApp(venue)
        self._venue = venue

    def routes(self, store: StateStore) -> Sequence[BaseRoute]:
        rest = Route("/{path:path}", RestApp(self._venue, store).answer, methods=_METHODS)
        return [*self.streams.routes(), rest]

    def urls(self, address: str) -> dict[str, str]:
        return {
            "rest": f"http://{address}",
            "ws_public": f"ws://{address}{PUBLIC_PATH}",
            "ws_private": f"ws://{address}{PRIVATE_PATH}",
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
) -> AsyncIterator[WooExchange]:
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
        front = WooFront(venue)
        async with served(venue, front, listener, stop) as running:
            yield WooExchange(running.info, venue, front.streams, running.control)
