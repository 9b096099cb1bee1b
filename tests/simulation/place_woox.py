"""WOO X in the storm: its perpetuals, and its spot on the same exchange."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

import orjson

from simulation.place import Answer, ContractPlace, Held, Leaving, Place, Seen
from terminal.domain.capabilities import ProductKind
from terminal.sim.exchange.records import Fill, Order
from terminal.sim.exchange.spot.books import SpotBooks
from terminal.sim.exchange.spot.desk import SpotRequest
from terminal.sim.exchange.spot.records import SelfTrade, SpotOrder
from terminal.sim.exchange.terms import PositionSide
from terminal.sim.market.types import BookSide, BookTif
from terminal.sim.serving.control import ControlApp
from terminal.sim.serving.faults import Fault
from terminal.sim.serving.server import app_of
from terminal.sim.serving.store import StateStore
from terminal.sim.woox.founding import new_venue
from terminal.sim.woox.instruments import QUOTE, RULES, SPECS, TERMS, Product
from terminal.sim.woox.options import ExchangeOptions
from terminal.sim.woox.server import WooFront
from terminal.venues.woox.adapter import Credentials, WooxAdapter
from terminal.venues.woox.mapper.ids import number_of

_ONE = Decimal(1)
_HAND_WORTH = Decimal(120)  # of what a stranger buys, in USDT


def _refused(code: int | None, words: str, status: int) -> Answer:
    said = {"success": False, "message": words} | ({} if code is None else {"code": code})
    return Answer(status, orjson.dumps(said))


_GATEWAY = Answer(200, b'{"code":503,"message":"Service Unavailable","data":null}')


class WooxPlace(ContractPlace):
    """A gateway in front answers 200 whatever happened behind it; the venue keeps a number in place of our id."""

    name = "woox"
    place_path = "/v3/trade/order"
    hedge_mode = False
    specs = SPECS
    levels = (1, 2, 10, 11, 20, 21)  # orders of the API meet the outer half only
    own_kinds: ClassVar = {
        "-1000": 3.0,
        "-1000_after": 3.0,
        "gateway": 3.0,
        "gateway_after": 3.0,
        "codeless_after": 3.0,
    }
    answers: ClassVar = {
        **{"-1000" + after: _refused(-1000, "An unknown error occurred", 500) for after in ("", "_after")},
        **{"gateway" + after: _GATEWAY for after in ("", "_after")},
        "codeless_after": _refused(None, "invalid request", 400),
        "strange": _refused(-99999, "try again", 400),
        "429": _refused(-1003, "Rate limit exceed.", 429),
        "429_wait": Answer(429, b'{"success":false,"code":-1003,"message":"slow down"}', {"Retry-After": "3"}),
    }
    misbehaviour = (
        Fault("late_cancel", delay_ms=3_000),
        Fault("late_reject", message="rejected"),
        Fault("report_twice", count=3),
        Fault("reports_shuffled", count=3),
        Fault("odd_push", count=2),
        Fault("depth_gap", count=2),
        Fault("listen_key_expired"),
        Fault("maintenance", code="1", count=-1),
        Fault("maintenance", code="2", count=-1),
        Fault("stale_book", count=-1),
    )
    product = ProductKind.PERPETUAL

    def __init__(self, seed: int, start_ms: int, market: Any, world_s: Callable[[], float]) -> None:
        venue = new_venue(ExchangeOptions(seed=seed, start_ms=start_ms), market, world_s)
        self.woo = self.venue = venue
        self.exchange, self._keys = venue.exchange, venue.credentials
        front = WooFront(venue)
        self.streams = front.streams
        store = StateStore(venue, None)
        self.control = ControlApp(venue, self.streams, store)
        self.app = app_of(self.control, front.routes(store))
        self.secrets = (self._keys.secret,)

    def adapter(self, clock: Any, chance: Any, transport: Any) -> WooxAdapter:
        return WooxAdapter(
            "https://api.woox.io",
            "wss://wss.woox.io/v3/public",
            "wss://wss.woox.io/v3/private",
            Credentials(self._keys.key, self._keys.secret),
            clock,
            chance,
            simulated=False,
            product=self.product,
            transport=transport,
        )

    def leaving(self, path: str, body: bytes) -> Leaving | None:
        if path != self.place_path or not body:
            return None
        fields = orjson.loads(body)
        pair = fields["symbol"].split("_")[1]
        opens = not fields.get("reduceOnly")
        side = PositionSide.LONG if (fields["side"] == "BUY") is opens else PositionSide.SHORT
        return Leaving(str(fields["clientOrderId"]), pair, opens, side)

    def key_of(self, client_order_id: str) -> str:
        return str(number_of(client_order_id))

    def hand_key(self, number: int) -> str:
        return str(number + 1)

    def is_opening(self, order: Order) -> bool:
        """An order that does not only reduce was meant to open, whatever it met."""
        return not order.reduce_only


class WooxSpotPlace(WooxPlace):
    """The same account's coins."""

    name = "woox spot"
    product = ProductKind.SPOT
    has_short = False

    @property
    def coins(self) -> SpotBooks:
        return self.woo.spot.books

    def leaving(self, path: str, body: bytes) -> Leaving | None:
        found = super().leaving(path, body)
        if found is None:
            return None
        buys = orjson.loads(body)["side"] == "BUY"
        return Leaving(found.key, found.pair, buys, PositionSide.LONG)

    def orders(self) -> list[Seen]:
        return [self._seen_coins(order) for order in self.coins.orders.values()]

    def trades(self) -> set[str]:
        return {fill.trade_id for fill in self.coins.fills}

    def guarded(self) -> list[Fill]:
        return Place.guarded(self)

    def held(self) -> Held:
        """Leave out what cannot be sold."""
        sellable = {key: size - size % RULES[key[0]].lot for key, size in self.holdings().items()}
        least = TERMS[Product.SPOT].min_notional
        return {
            key: size
            for key, size in sellable.items()
            if size >= RULES[key[0]].min_size and size * self.price(key[0]) >= least
        }

    def holdings(self) -> Held:
        return {
            (coin, "LONG"): held.total for coin, held in self.coins.holdings.items() if coin != QUOTE and held.total
        }

    def trade_by_hand(self, pair: str, key: str) -> str:
        size = _HAND_WORTH / self.price(pair)
        request = SpotRequest(
            pair=pair,
            client_oid=key,
            side=BookSide.BUY,
            size=size - size % RULES[pair].lot,
            price=None,
            tif=BookTif.IOC,
            self_trade=SelfTrade.ALLOW,
        )
        return str(self.woo.spot.place(request, self.woo.now_ms).order_id)

    def trace(self) -> str:
        orders = self.coins.orders.values()
        return repr([(o.order_id, o.client_oid, o.status.value, o.filled_size, o.updated_ms) for o in orders])

    def _seen_coins(self, order: SpotOrder) -> Seen:
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
