"""WEEX in the storm."""

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from simulation.place import ContractPlace, Leaving
from terminal.sim.exchange.exchange import Exchange
from terminal.sim.exchange.terms import PositionSide
from terminal.sim.serving.clock import SimClock
from terminal.sim.serving.control import ControlApp
from terminal.sim.serving.options import credentials_for
from terminal.sim.serving.store import StateStore
from terminal.sim.weex import server
from terminal.sim.weex.options import ExchangeOptions
from terminal.sim.weex.stream_app import StreamApp
from terminal.sim.weex.venue import Venue
from terminal.venues.weex.adapter import Credentials, WeexAdapter

_OPENS = frozenset({"1", "2"})  # the venue's words for opening a long and a short


class WeexPlace(ContractPlace):
    name = "weex"
    place_path = "placeOrder"
    keeps_stops = True
    takes_logs = True

    def __init__(self, seed: int, start_ms: int, market: Any, world_s: Callable[[], float]) -> None:
        self.exchange = Exchange(market, self.specs, seed, start_ms)
        self._keys = credentials_for(seed)
        clock = SimClock(start_ms, 1.0, world_s)
        self.venue = Venue(ExchangeOptions(seed=seed), self._keys, clock, market, self.exchange, start_ms)
        self.streams = StreamApp(self.venue)
        store = StateStore(self.venue, None)
        self.control = ControlApp(self.venue, self.streams, store)
        self.app = server.routes(self.venue, store, self.streams, self.control)
        self.secrets = (self._keys.secret, self._keys.passphrase)

    def adapter(self, clock: Any, chance: Any, transport: Any) -> WeexAdapter:
        return WeexAdapter(
            "https://api-contract.weex.com",
            "wss://ws-contract.weex.com/v2/ws/public",
            "wss://ws-contract.weex.com/v2/ws/private",
            Credentials(self._keys.key, self._keys.secret, self._keys.passphrase),
            clock,
            chance,
            simulated=False,
            transport=transport,
        )

    def leaving(self, path: str, body: bytes) -> Leaving | None:
        if not path.endswith(self.place_path):
            return None
        fields = orjson.loads(body)
        pair = fields["symbol"].removeprefix("cmt_").removesuffix("usdt").upper()
        side = PositionSide.LONG if fields["type"] in {"1", "3"} else PositionSide.SHORT
        return Leaving(fields["client_oid"], pair, fields["type"] in _OPENS, side)

    def uploads(self) -> Iterator[str]:
        return (log.order_id for log in self.books.ai_logs)

    def calm(self) -> None:
        self.exchange.orders.faults.count = 0
        self.venue.clock.skew_ms = 0
