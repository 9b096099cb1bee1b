"""Starting the HashKey exchange.

`run` is the program; `running_exchange` is the same thing inside a test's event loop.
"""

from collections.abc import Sequence
from typing import Final

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from terminal.sim.hashkey.app import RestApp
from terminal.sim.hashkey.asks import Version
from terminal.sim.hashkey.founding import continued_venue, new_market, new_venue
from terminal.sim.hashkey.stream_app import PRIVATE_PATH, PUBLIC_PATHS, StreamApp
from terminal.sim.hashkey.venue import Venue
from terminal.sim.serving.control import ControlApp
from terminal.sim.serving.kind import Kind
from terminal.sim.serving.server import app_of
from terminal.sim.serving.store import StateStore

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


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


KIND: Final = Kind(Venue.name, new_market, new_venue, continued_venue, HashKeyFront)
run, running_exchange = KIND.run, KIND.running


def routes(venue: Venue, store: StateStore, streams: StreamApp, control: ControlApp) -> Starlette:
    """Everything the exchange answers, for a world that serves it without a socket."""
    return app_of(control, _routes(venue, store, streams))


def _routes(venue: Venue, store: StateStore, streams: StreamApp) -> list[BaseRoute]:
    return [*streams.routes(), Route("/{path:path}", RestApp(venue, store).answer, methods=_METHODS)]
