"""Who speaks: each venue (and dialect, and product) that the suite runs over, and what may be asked of it.

A test that needs something says so with `@needs(...)`; it is then made for the speakers that have it,
and only for those. What a speaker lacks is asked for in `test_conformance_refusals`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest

from helpers.fake_chance import SeededChance
from helpers.loopback import Loopback
from terminal.domain.capabilities import FULL_CAPABILITIES, ProductKind, VenueCapabilities
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.instrument import InstrumentId, perpetual
from terminal.ports.clock import Clock
from terminal.venues.bitz.adapter import BitzAdapter
from terminal.venues.bitz.adapter import Credentials as BitzKey
from terminal.venues.hashkey.adapter import Credentials as HashKeyKey
from terminal.venues.hashkey.adapter import HashKeyAdapter
from terminal.venues.weex.adapter import ApiVersion, WeexAdapter
from terminal.venues.weex.adapter import Credentials as WeexKey
from terminal.venues.woox.adapter import Credentials as WooxKey
from terminal.venues.woox.adapter import WooxAdapter

Build = Callable[..., Any]
"""Of the exchange's line, a clock and, as a keyword, whether it may trade."""


@dataclass(frozen=True)
class Speaker:
    """One venue, as the suite sees it.

    `place_path` is the path that faults of placing are put on; `listed` the pairs its exchange knows;
    `traits` what else may be needed, beside the capabilities: words of this suite, see `TRAITS`.
    """

    name: str
    venue: str
    able: VenueCapabilities
    place_path: str
    build: Build
    listed: tuple[InstrumentId, ...] = ALLOWED_INSTRUMENTS
    traits: frozenset[str] = frozenset()
    book_topic: str = "depth"  # part of what its stream calls a book
    size: Decimal = field(default_factory=lambda: Decimal("0.001"))

    def adapter(self, exchange: Loopback, clock: Clock) -> Any:
        return self.build(exchange.line, clock)

    @property
    def leverage(self) -> int:
        return 5 if self.able.leverage else 1

    def has(self, what: str) -> bool:
        """Tell whether a test that needs this fits; "no x" is the absence of x."""
        if what.startswith("no "):
            return not self.has(what.removeprefix("no "))
        if what == "perpetual":
            return not self.able.is_spot
        if what in TRAITS:
            return what in self.traits
        return bool(getattr(self.able, what))


TRAITS = frozenset(
    {
        "weex",  # WEEX's own words, figures and depth
        "book changes",  # its stream tells what changed in a book, and one may get lost
        "busy book",  # strangers trade at the best price all the time
        "day figures",  # a request for a ticker tells range and volume of 24 hours
        "post only",
        "immediate",  # orders that never rest (IOC, FOK)
    }
)


def needs(*what: str) -> pytest.MarkDecorator:
    """Make the test for speakers that have all of it only."""
    return pytest.mark.needs(*what)


def fitting(what: tuple[str, ...]) -> tuple[Speaker, ...]:
    return tuple(each for each in SPEAKERS if all(each.has(one) for one in what))


def _weex(version: ApiVersion, streams: tuple[str, str]) -> Build:
    def build(line: dict[str, Any], clock: Clock) -> WeexAdapter:
        key = WeexKey(line["key"], line["secret"], line["passphrase"])
        urls = (line["rest"], line[streams[0]], line[streams[1]])
        return WeexAdapter(*urls, key, clock, SeededChance(7), simulated=True, api_version=version)

    return build


def _hashkey(line: dict[str, Any], clock: Clock, *, may_trade: bool = True) -> HashKeyAdapter:
    key = HashKeyKey(line["key"], line["secret"])
    return HashKeyAdapter(*_urls(line), key, clock, SeededChance(7), simulated=True, may_trade=may_trade)


def _woox(product: ProductKind) -> Build:
    def build(line: dict[str, Any], clock: Clock, *, may_trade: bool = True) -> WooxAdapter:
        key, chance = WooxKey(line["key"], line["secret"]), SeededChance(7)
        return WooxAdapter(*_urls(line), key, clock, chance, simulated=True, product=product, may_trade=may_trade)

    return build


def _bitz(line: dict[str, Any], clock: Clock, *, may_trade: bool = True) -> BitzAdapter:
    key = BitzKey(line["key"], line["secret"])
    return BitzAdapter(*_urls(line), key, clock, SeededChance(7), simulated=True, may_trade=may_trade)


def _urls(line: dict[str, Any]) -> tuple[str, str, str]:
    return line["rest"], line["ws_public"], line["ws_private"]


_WEEX = frozenset({"weex", "book changes", "busy book", "day figures", "post only", "immediate"})
_SPOT = replace(
    FULL_CAPABILITIES,
    product=ProductKind.SPOT,
    leverage=False,
    margin_modes=False,
    short=False,
    hedge_mode=False,
    triggers=False,
    reduce_only=False,
    ai_logs=False,
)
WEEX_V2 = Speaker(
    "weex v2",
    "weex",
    FULL_CAPABILITIES,
    "/capi/v2/order/placeOrder",
    _weex("v2", ("ws_public", "ws_private")),
    traits=_WEEX,
)
WEEX_V3 = Speaker(
    "weex v3",
    "weex",
    FULL_CAPABILITIES,
    "/capi/v3/order",
    _weex("v3", ("ws_public_v3", "ws_private_v3")),
    traits=_WEEX,
)
HASHKEY = Speaker(
    "hashkey",
    "hashkey",
    _SPOT,
    "/api/v1.1/spot/order",
    _hashkey,
    listed=tuple(map(perpetual, ("BTC", "ETH", "DOGE", "LTC"))),
    traits=frozenset({"busy book", "day figures", "post only", "immediate"}),
)
WOOX = Speaker(
    "woox",
    "woox",
    replace(FULL_CAPABILITIES, hedge_mode=False, ai_logs=False, market_orders=False),
    "/v3/trade/order",
    _woox(ProductKind.PERPETUAL),
    traits=frozenset({"book changes", "day figures", "post only", "immediate"}),
    book_topic="orderbook",
)
WOOX_SPOT = Speaker(
    "woox spot",
    "woox",
    replace(_SPOT, market_orders=False),
    "/v3/trade/order",
    _woox(ProductKind.SPOT),
    traits=frozenset({"book changes", "post only", "immediate"}),
    book_topic="orderbook",
)
BITZ = Speaker(
    "bitz",
    "bitz",
    replace(
        FULL_CAPABILITIES,
        hedge_mode=False,
        triggers=False,
        reduce_only=False,
        client_order_ids=False,
        orders_in_flight_per_instrument=1,
        private_stream=False,
        ai_logs=False,
    ),
    "/Contract/addContractTrade",
    _bitz,
    traits=frozenset({"day figures"}),
)
SPEAKERS = (WEEX_V2, WEEX_V3, HASHKEY, WOOX, WOOX_SPOT, BITZ)
