"""HashKey's spot in the storm."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import orjson

from simulation.place import Answer, Held, Leaving, Place, Seen
from terminal.sim.exchange.spot.books import SpotBooks
from terminal.sim.exchange.spot.desk import SpotRequest
from terminal.sim.exchange.spot.exchange import SpotExchange
from terminal.sim.exchange.spot.records import SelfTrade, SpotOrder
from terminal.sim.exchange.terms import PositionSide
from terminal.sim.hashkey import server
from terminal.sim.hashkey.filters import PairFilters
from terminal.sim.hashkey.founding import new_venue, specs
from terminal.sim.hashkey.names import pair_of
from terminal.sim.hashkey.options import ExchangeOptions
from terminal.sim.hashkey.stream_app import StreamApp
from terminal.sim.market.types import BookSide, BookTif
from terminal.sim.serving.control import ControlApp
from terminal.sim.serving.faults import Fault
from terminal.sim.serving.store import StateStore
from terminal.venues.hashkey.adapter import Credentials, HashKeyAdapter

_ONE = Decimal(1)
_HAND_WORTH = Decimal(120)  # of what a stranger buys, in USDT


def _said(code: str, words: str, status: int = 400) -> Answer:
    return Answer(status, orjson.dumps({"code": code, "msg": words}))


class HashKeyPlace(Place):
    """Unknown outcomes come with HTTP 400 here, and may have been carried out or not."""

    name = "hashkey"
    place_path = "/spot/order"
    specs = tuple(specs())
    own_kinds: ClassVar = {
        "-1006": 3.0,
        "-1006_after": 3.0,
        "-1007": 3.0,
        "-1007_after": 3.0,
        "-1001": 1.0,
        "-1001_after": 1.0,
    }
    answers: ClassVar = {
        **{
            kind + after: _said(kind, "Unexpected response.") for kind in ("-1006", "-1007") for after in ("", "_after")
        },
        **{"-1001" + after: _said("-1001", "Internal error.") for after in ("", "_after")},
        "strange": _said("-99999", "try again"),
        "429": _said("0003", "Rate limit has been exceeded", 429),
        "429_wait": Answer(429, b'{"code":"0003","msg":"slow down"}', {"Retry-After": "3"}),
    }
    misbehaviour = (
        Fault("late_reports", count=2, delay_ms=4_000),
        Fault("repeat_reports", count=3),
        Fault("lost_reports", count=2),
        Fault("old_depth", count=3),
        Fault("slow_cancel", delay_ms=3_000),
        Fault("listen_key_gone"),
        Fault("418", delay_ms=20_000),
        Fault("halt", count=-1),
    )
    patience_s = 40.0
    has_short = False
    exchange: SpotExchange

    def __init__(self, seed: int, start_ms: int, market: Any, world_s: Callable[[], float]) -> None:
        venue = new_venue(ExchangeOptions(seed=seed, start_ms=start_ms), market, world_s)
        self.venue, self.exchange, self._keys = venue, venue.exchange, venue.credentials
        self.streams = StreamApp(venue)
        store = StateStore(venue, None)
        self.control = ControlApp(venue, self.streams, store)
        self.app = server.routes(venue, store, self.streams, self.control)
        self.secrets = (self._keys.secret,)
        self._filters: dict[str, PairFilters] = dict(venue.filters)

    @property
    def books(self) -> SpotBooks:
        return self.exchange.books

    def adapter(self, clock: Any, chance: Any, transport: Any) -> HashKeyAdapter:
        return HashKeyAdapter(
            "https://api-pro.hashkey.com",
            "wss://stream-pro.hashkey.com/quote/ws/v2",
            "wss://stream-pro.hashkey.com/api/v1/ws",
            Credentials(self._keys.key, self._keys.secret),
            clock,
            chance,
            simulated=False,
            transport=transport,
        )

    def leaving(self, path: str, body: bytes) -> Leaving | None:
        if not path.endswith(self.place_path) or not body:
            return None
        fields = dict(parse_qsl(body.decode()))
        return Leaving(
            fields["newClientOrderId"], pair_of(fields["symbol"]) or "", fields["side"] == "BUY", PositionSide.LONG
        )

    def is_private(self, path: str) -> bool:
        return path.startswith("/api/")

    def orders(self) -> list[Seen]:
        return [self._seen(order) for order in self.books.orders.values()]

    def trades(self) -> set[str]:
        return {fill.trade_id for fill in self.books.fills}

    def held(self) -> Held:
        """Leave out what cannot be sold."""
        sellable = {(pair, "LONG"): total - total % self._filters[pair].step for pair, total in self._totals().items()}
        return {key: size for key, size in sellable.items() if self._is_position(key[0], size)}

    def holdings(self) -> Held:
        return {(pair, "LONG"): total for pair, total in self._totals().items()}

    def trade_by_hand(self, pair: str, key: str) -> str:
        price, step = self.price(pair), self._filters[pair].step
        size = _HAND_WORTH / price
        request = SpotRequest(
            pair=pair,
            client_oid=key or self.books.ids.next(),
            side=BookSide.BUY,
            size=size - size % step,
            price=None,
            tif=BookTif.IOC,
            self_trade=SelfTrade.EXPIRE_TAKER,
        )
        return self.exchange.orders.place(request, self.exchange.now_ms).order_id

    def price(self, pair: str) -> Decimal:
        return self.exchange.rules[pair].price(self.exchange.market.book(pair).best_ask or 1)

    def trace(self) -> str:
        orders = self.books.orders.values()
        return repr([(o.order_id, o.client_oid, o.status.value, o.filled_size, o.updated_ms) for o in orders])

    def _totals(self) -> dict[str, Decimal]:
        return {pair: total for pair in self._filters if (total := self.books.holdings[pair].total)}

    def _is_position(self, pair: str, sellable: Decimal) -> bool:
        filters = self._filters[pair]
        return sellable >= filters.min_size and sellable * self.price(pair) >= filters.min_amount

    def _seen(self, order: SpotOrder) -> Seen:
        return Seen(
            order_id=order.order_id,
            key=order.client_oid,
            pair=order.pair,
            opens=order.side is BookSide.BUY,
            origin=order.origin,
            size=order.size,
            worth=order.price or order.latest_price or self.price(order.pair),
            leverage=_ONE,
            has_stop=False,
            filled=order.filled_size,
            status=order.status.value,
            is_final=order.status.is_final,
        )
