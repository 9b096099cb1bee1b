"""Names of markets: ours to WOO X's and back, for the one product an adapter trades.

The pairs keep our name whether they are traded as perpetuals (`PERP_BTC_USDT`) or as coins
(`SPOT_BTC_USDT`); an adapter speaks of one product and takes no notice of the other.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from terminal.domain.competition import is_allowed
from terminal.domain.errors import MalformedReply, RequestRejected
from terminal.domain.instrument import InstrumentId, base_of, perpetual
from terminal.ports.venue import ProductKind
from terminal.venues.woox.codes import VENUE

QUOTE: Final = "USDT"
_PREFIXES: Final = {ProductKind.PERPETUAL: "PERP", ProductKind.SPOT: "SPOT"}
_KNOWN: Final = 1_024


@dataclass(frozen=True)
class Symbols:
    """The names of one product."""

    product: ProductKind

    @property
    def is_spot(self) -> bool:
        return self.product is ProductKind.SPOT

    def spell(self, instrument_id: InstrumentId) -> str:
        """Give the venue's name of a pair.

        Raises:
            RequestRejected: not one of the pairs this program trades; nothing is sent.
        """
        require_allowed(instrument_id)
        return f"{_PREFIXES[self.product]}_{base_of(instrument_id)}_{QUOTE}"

    def index_of(self, instrument_id: InstrumentId) -> str:
        """Give the name of a pair's index, which is always that of the coin."""
        return f"{_PREFIXES[ProductKind.SPOT]}_{base_of(instrument_id)}_{QUOTE}"

    def of_index(self, symbol: str) -> InstrumentId:
        """Give the pair an index belongs to. Raises `MalformedReply`."""
        return Symbols(ProductKind.SPOT).instrument_of(symbol)

    def is_ours(self, symbol: str) -> bool:
        """Tell whether a name is of this product; an account may hold the other as well."""
        return self._pattern.fullmatch(symbol) is not None

    def instrument_of(self, symbol: str) -> InstrumentId:
        """Give our name, also of pairs we may not trade: their positions must show.

        Raises:
            MalformedReply: not a market of this product in USDT.
        """
        known = self._seen.get(symbol)
        if known is not None:
            return known
        match = self._pattern.fullmatch(symbol)
        if match is None:
            raise MalformedReply(f"The venue named an unknown market {symbol[:24]!r}.", venue=VENUE)
        found = perpetual(match.group(1))
        if len(self._seen) < _KNOWN:
            self._seen[symbol] = found
        return found

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(rf"{_PREFIXES[self.product]}_([A-Z0-9]{{1,12}})_{QUOTE}", re.ASCII)

    @cached_property
    def _seen(self) -> dict[str, InstrumentId]:
        """Names asked for before: there are few, and every message has one."""
        return {}


def require_allowed(instrument_id: InstrumentId) -> None:
    """Stop a request for a pair this program does not trade.

    Raises:
        RequestRejected: nothing is sent.
    """
    if not is_allowed(instrument_id):
        raise RequestRejected(f"{instrument_id} is not one of the pairs this program trades.", venue=VENUE)
