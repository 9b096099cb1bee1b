"""The last price of each coin, for what is held: from the stream while it runs, else asked for once."""

from decimal import Decimal
from typing import Final

from terminal.domain.errors import MalformedReply
from terminal.domain.instrument import InstrumentId, base_of
from terminal.ports.clock import Clock
from terminal.venues.hashkey.mapper.words import QUOTE, instrument_of
from terminal.venues.hashkey.rest.market import MarketRest

FRESH_S: Final = 30.0


class Prices:
    """Prices in USDT by base coin."""

    def __init__(self, market: MarketRest, clock: Clock) -> None:
        self._market = market
        self._clock = clock
        self._known: dict[str, tuple[Decimal, float]] = {}

    def heard(self, instrument_id: InstrumentId, price: Decimal) -> None:
        """Take a price the stream told."""
        self._known[base_of(instrument_id)] = (price, self._clock.monotonic_s())

    def of(self, coin: str) -> Decimal | None:
        """Give the last price known, however old; None for a coin that was never seen."""
        if coin == QUOTE:
            return Decimal(1)
        known = self._known.get(coin)
        return None if known is None else known[0]

    async def refresh(self, coins: frozenset[str]) -> None:
        """Make sure that these coins have a fresh price, asking once for all of them.

        Raises:
            VenueError: nothing was read.
        """
        since_s = self._clock.monotonic_s() - FRESH_S
        if all(coin == QUOTE or self._known.get(coin, (None, 0.0))[1] >= since_s for coin in coins):
            return
        now_s = self._clock.monotonic_s()
        for row in await self._market.prices():
            try:
                coin = base_of(instrument_of(row.symbol))
            except MalformedReply:  # a pair against another coin, or a perpetual
                continue
            self._known[coin] = (row.price, now_s)
