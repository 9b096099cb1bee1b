"""Starting the WEEX exchange.

`run` is the program; `running_exchange` is the same thing inside a test's event loop.
"""

from collections.abc import Sequence
from typing import Final

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from terminal.sim.serving.control import ControlApp
from terminal.sim.serving.founding import new_market
from terminal.sim.serving.kind import Kind
from terminal.sim.serving.server import app_of
from terminal.sim.serving.store import StateStore
from terminal.sim.weex.app import RestApp
from terminal.sim.weex.founding import continued_venue, new_venue
from terminal.sim.weex.stream_app import StreamApp
from terminal.sim.weex.v2.dialect import V2
from terminal.sim.weex.v3.dialect import V3
from terminal.sim.weex.venue import Venue

_DIALECTS = (V2, V3)
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


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


KIND: Final = Kind(Venue.name, new_market, new_venue, continued_venue, WeexFront)
run, running_exchange = KIND.run, KIND.running


def routes(venue: Venue, store: StateStore, streams: StreamApp, control: ControlApp) -> Starlette:
    """Everything the exchange answers, for a world that serves it without a socket."""
    return app_of(control, _routes(venue, store, streams))


def _routes(venue: Venue, store: StateStore, streams: StreamApp) -> list[BaseRoute]:
    return [
        *(route for dialect in _DIALECTS for route in streams.routes(dialect)),
        Route("/{path:path}", RestApp(venue, store, _DIALECTS).answer, methods=_METHODS),
    ]
