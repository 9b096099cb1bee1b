"""An adapter on a built-in Bit-Z exchange in the same loop, and a clock that hurries."""

import asyncio
import pickle
import time
from contextlib import asynccontextmanager
from decimal import Decimal

from helpers.fake_chance import SeededChance
from terminal.domain.instrument import perpetual
from terminal.domain.order import Effect, OrderKind, OrderTerms, Side, TimeInForce
from terminal.sim.bitz.server import market_of, running_exchange
from terminal.sim.bitz.venue import BitzOptions
from terminal.venues.bitz.adapter import BitzAdapter, Credentials

BTC, ETH, DOGE = perpetual("BTC"), perpetual("ETH"), perpetual("DOGE")
HURRY = 20.0
OPTIONS = BitzOptions(seed=7, history_minutes=2_000, calls_per_s=1_000)


class HurriedClock:
    """The operator's time passes so many times as fast, so that nobody waits; the shown time runs at `shown`."""

    def __init__(self, shown=1.0, hurry=HURRY):
        self._began_s = time.monotonic()
        self._began_ms = time.time_ns() // 1_000_000
        self._shown = shown
        self._hurry = hurry

    def now_ms(self):
        return self._began_ms + round((time.monotonic() - self._began_s) * 1000 * self._shown)

    def monotonic_s(self):
        return (time.monotonic() - self._began_s) * self._hurry

    async def sleep(self, seconds):
        await asyncio.sleep(seconds / self._hurry)


class Bench:
    """The adapter, the exchange behind it, and the moves most tests make."""

    def __init__(self, exchange, adapter):
        self.exchange = exchange
        self.adapter = adapter
        self._count = 0

    @property
    def account(self):
        return self.exchange.venue.exchange

    def fault(self, **fault):
        self.exchange.control.script(fault)

    def calls(self, ending):
        """How often an order call was made."""
        return [call for call in self.exchange.control.state()["calls"] if call["path"].endswith(ending)]

    def venue_closes(self, pair):
        """A person closes the long position on the venue's page."""
        self.exchange.venue.close_by_hand({"pair": pair, "side": "LONG"})

    def price(self, off="0", pair="BTC"):
        """The mark moved by a fraction, on the step."""
        rules = self.account.rules[pair]
        return rules.price(int(self.account.mark(pair) * (1 + Decimal(off)) / rules.tick))

    def terms(self, **changes):
        """A market buy of two contracts of BTC, changed as asked."""
        base = {
            "instrument_id": BTC,
            "side": Side.BUY,
            "effect": Effect.OPEN,
            "kind": OrderKind.MARKET,
            "tif": TimeInForce.IOC,
            "size": Decimal("0.002"),
            "price": None,
            "leverage": 5,
            "stop_price": None,
            "target_price": None,
            "reference_price": self.price(),
        }
        return OrderTerms(**(base | changes))

    def limit(self, off, **changes):
        return self.terms(kind=OrderKind.LIMIT, tif=TimeInForce.GTC, price=self.price(off), **changes)

    def closing(self, **changes):
        return self.terms(side=Side.SELL, effect=Effect.CLOSE, **changes)

    async def submit(self, terms, own_id=""):
        self._count += 1
        return await self.adapter.submit_order(self.adapter.prepare_order(own_id or f"own{self._count}", terms))

    async def place(self, terms, own_id=""):
        """Place an order that must be taken; gives the venue's id."""
        outcome = await self.submit(terms, own_id)
        assert hasattr(outcome, "venue_order_id"), outcome
        return outcome.venue_order_id


def adapter_of(info, clock=None, **changes):
    return BitzAdapter(
        changes.pop("rest", info["rest"]),
        info["ws_public"],
        info["ws_private"],
        changes.pop("credentials", Credentials(info["key"], info["secret"])),
        clock or HurriedClock(),
        SeededChance(3),
        **({"simulated": True} | changes),
    )


_markets = {}


def fresh_market(options):
    """A market as at its first start; making it once and thawing a copy saves most of a test's time."""
    if options.speed not in _markets:
        _markets[options.speed] = pickle.dumps(market_of(options))
    return pickle.loads(_markets[options.speed])  # noqa: S301 - frozen a moment ago in this process


@asynccontextmanager
async def bench(options=OPTIONS, **changes):
    async with running_exchange(options, market=fresh_market(options)) as exchange:
        adapter = adapter_of(exchange.info, **changes)
        try:
            await adapter.instruments()
            yield Bench(exchange, adapter)
        finally:
            await adapter.aclose()
