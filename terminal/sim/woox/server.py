"""Starting the WOO X exchange.

`run` is the program; `running_exchange` is the same thing inside a test's event loop.
"""

from collections.abc import Sequence
from typing import Final

from starlette.routing import BaseRoute, Route

from terminal.sim.serving.kind import Kind
from terminal.sim.serving.store import StateStore
from terminal.sim.woox.app import RestApp
from terminal.sim.woox.founding import continued_venue, new_market, new_venue
from terminal.sim.woox.stream_app import PRIVATE_PATH, PUBLIC_PATH, StreamApp
from terminal.sim.woox.venue import Venue

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


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


KIND: Final = Kind(Venue.name, new_market, new_venue, continued_venue, WooFront)
run, running_exchange = KIND.run, KIND.running
