"""The venue's contracts: their numbers, and how many of them a size in base coin is.

Always read from the venue. The venue's own pairs are named in USD, their figures are USDT.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from terminal.domain.competition import MAX_LEVERAGE, is_allowed
from terminal.domain.errors import MalformedReply, RequestRejected
from terminal.domain.instrument import Instrument, InstrumentId, base_of, perpetual
from terminal.venues.bitz.codes import VENUE
from terminal.venues.bitz.wire.market import Contract

_OPEN: Final = "1"
_SETTLED_IN: Final = "USDT"
_NO_RANGE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class Listed:
    """One contract we trade; `size` is what one is, in base coin."""

    contract_id: str
    size: Decimal
    rules: Instrument

    def contracts(self, base: Decimal) -> int:
        """Give how many whole contracts a size is, rounded down.

        Raises:
            RequestRejected: less than one.
        """
        amount = int((base / self.size).to_integral_value(ROUND_FLOOR))
        if amount < 1:
            coin = base_of(self.rules.instrument_id)
            text = f"{base:f} {coin} is less than one contract here, which is {self.size:f} {coin}. Make it larger."
            raise RequestRejected(text, venue=VENUE)
        return amount

    def base(self, contracts: Decimal) -> Decimal:
        return contracts * self.size


class Catalogue:
    """The listed contracts of the competition's pairs, by our name and by the venue's number."""

    def __init__(self, listed: Iterable[Listed]) -> None:
        self._by_id = {each.contract_id: each for each in listed}
        self._by_instrument = {each.rules.instrument_id: each for each in self._by_id.values()}

    def __iter__(self) -> Iterator[Listed]:
        return iter(self._by_id.values())

    def of(self, instrument_id: InstrumentId) -> Listed:
        """Raises `RequestRejected` for what is not listed."""
        found = self._by_instrument.get(instrument_id)
        if found is None:
            raise RequestRejected(f"{VENUE} lists no contract of {base_of(instrument_id)}.", venue=VENUE)
        return found

    def known(self, contract_id: str) -> Listed:
        """Raises `MalformedReply` for a number that was not asked for."""
        found = self._by_id.get(contract_id)
        if found is None:
            raise MalformedReply(f"The answer is about contract {contract_id}, which was not asked for.", venue=VENUE)
        return found


def catalogue_from(rows: Iterable[Contract]) -> Catalogue:
    """Take the open contracts of the competition's pairs that are settled in USDT.

    Raises:
        MalformedReply: none of them is there.
    """
    wanted = (row for row in rows if row.status == _OPEN and row.settle == _SETTLED_IN)
    found = Catalogue(_listed(row) for row in wanted if is_allowed(perpetual(row.base)))
    if not tuple(found):
        raise MalformedReply("The venue lists none of the competition's pairs.", venue=VENUE)
    return found


def _listed(row: Contract) -> Listed:
    size, limit = row.contract_size, _NO_RANGE if row.price_range is None else row.price_range
    most = row.max_amount if row.max_position_amount is None else row.max_position_amount
    rules = Instrument(
        instrument_id=perpetual(row.base),
        price_step=row.price_step,
        size_step=size,
        min_size=row.min_amount * size,
        max_size=row.max_amount * size,
        max_position_size=most * size,
        max_market_open_size=None,
        min_leverage=1,
        max_leverage=min(MAX_LEVERAGE, int(row.max_leverage)),
        maker_fee=row.maker_fee,
        taker_fee=row.taker_fee,
        buy_limit_ratio=limit,
        sell_limit_ratio=limit,
    )
    return Listed(row.contract_id, size, rules)
