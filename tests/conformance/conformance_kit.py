"""What the conformance tests share: a clock that keeps the exchange's pace, orders, and waiting. See `speakers`."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from speakers import Speaker

from helpers.loopback import STARTED_MS, Loopback
from terminal.domain.fill import Fill
from terminal.domain.instrument import Instrument, perpetual
from terminal.domain.order import Effect, OrderKind, OrderTerms, Side, TimeInForce

SPEED = 20.0
PATIENCE_S = 60.0
BTC, ETH, DOGE = perpetual("BTC"), perpetual("ETH"), perpetual("DOGE")


class PacedClock:
    """Shown time runs at the exchange's speed; waiting and measuring stay on this machine's time."""

    def __init__(self) -> None:
        self._started_s = time.monotonic()

    def now_ms(self) -> int:
        return STARTED_MS + round((time.monotonic() - self._started_s) * 1000 * SPEED)

    def monotonic_s(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / SPEED)


async def eventually(ask: Callable[[], Awaitable[Any]], fits: Callable[[Any], Any] = bool) -> Any:
    """Ask again until the answer fits: the venue shows some things with a lag."""
    end_s, pause_s = time.monotonic() + PATIENCE_S, 0.05
    while not fits(answer := await ask()):
        assert time.monotonic() < end_s, f"not seen within {PATIENCE_S:g} s; the last answer was {answer}"
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, 1.0)  # asking costs weight
    return answer


class _Step:
    @staticmethod
    def floor_size(size: Decimal) -> Decimal:
        return size.quantize(Decimal("0.0001"), ROUND_FLOOR)


class Desk:
    """An adapter with the few moves most tests make."""

    def __init__(self, adapter: Any, speaker: Speaker, exchange: Loopback, clock: PacedClock, prefix: str) -> None:
        self.adapter = adapter
        self.speaker = speaker
        self.exchange = exchange
        self.clock = clock
        self.rules: dict[Any, Instrument] = {}
        self._prefix = prefix
        self._count = 0

    def new_id(self) -> str:
        self._count += 1
        return f"{self._prefix}{self._count:04d}"

    async def price(self, instrument_id=BTC) -> Decimal:
        """Give the last price, the cheap way: the ticker weighs 40 in one dialect."""
        return (await self.adapter.recent_trades(instrument_id, 1))[-1].price

    def rules_of(self, instrument_id=BTC) -> Any:
        """Give a pair's rules; WEEX's are not read for every test, their step is known."""
        return self.rules.get(instrument_id) or _Step()

    def on_tick(self, price: Decimal, instrument_id=BTC) -> Decimal:
        """Put a price on the pair's tick, down."""
        return self.rules[instrument_id].floor_price(price) if self.rules else price.quantize(Decimal("0.1"))

    async def terms(self, **changes: Any) -> OrderTerms:
        """Give a market buy of 0.001 BTC, changed as asked."""
        base: dict[str, Any] = {
            "instrument_id": BTC,
            "side": Side.BUY,
            "effect": Effect.OPEN,
            "kind": OrderKind.MARKET,
            "tif": TimeInForce.IOC,
            "size": self.speaker.size,
            "price": None,
            "leverage": self.speaker.leverage,
            "stop_price": None,
            "target_price": None,
            "reference_price": await self.price(),
        }
        return OrderTerms(**(base | changes))

    async def limit(self, away: str, tif: TimeInForce = TimeInForce.GTC, **changes: Any) -> OrderTerms:
        """Give a limit buy `away` (a fraction, negative is lower) from the last price."""
        price = self.on_tick(await self.price() * (1 + Decimal(away)))
        return await self.terms(kind=OrderKind.LIMIT, tif=tif, price=price, **changes)

    async def submit(self, terms: OrderTerms, client_order_id: str = "") -> Any:
        return await self.adapter.submit_order(self.adapter.prepare_order(client_order_id or self.new_id(), terms))

    async def place(self, terms: OrderTerms, client_order_id: str = "") -> str:
        """Place an order that must be accepted; gives the venue's id."""
        outcome = await self.submit(terms, client_order_id)
        assert hasattr(outcome, "venue_order_id"), outcome
        return outcome.venue_order_id

    async def fills_of(self, venue_order_id: str) -> list[Fill]:
        """Give an order's fills: one, or more when it took a level that was nearly used up."""
        return [fill for fill in await self.adapter.fills(BTC, 0) if fill.venue_order_id == venue_order_id]

    async def coin_fees(self, venue_order_id: str) -> Decimal:
        """Give what the venue took of the bought coin itself for an order."""
        return sum((fill.base_fee for fill in await self.fills_of(venue_order_id)), Decimal(0))

    async def until(self, venue_order_id: str, fits: Callable[[Any], Any]) -> Any:
        """Wait until an order's own report fits."""
        return await eventually(lambda: self.adapter.order(venue_order_id), fits)
