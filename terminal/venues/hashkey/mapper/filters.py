"""Listings and their filters to the rules of an instrument."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.errors import MalformedReply
from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.order import ZERO
from terminal.net.wire.decode import parse
from terminal.venues.hashkey.codes import VENUE
from terminal.venues.hashkey.mapper.words import QUOTE, instrument_of, is_ours, symbol_of
from terminal.venues.hashkey.wire.account import FeeRow
from terminal.venues.hashkey.wire.market import FilterRow, SymbolRow

TRADING: Final = "TRADING"
HIGHEST_FEE: Final = Decimal("0.0015")
"""The highest spot rate HashKey's documents print: what is reckoned with until the account's own is read."""
NO_LIMIT: Final = Decimal(10) ** 12
"""Stands for a size nobody limits: HashKey spot has no largest holding."""
NO_BAND: Final = Decimal(1000)
"""Stands for a price band nobody sets."""
_EMPTY: Final = parse(FilterRow, {"filterType": ""})


@dataclass(frozen=True, slots=True)
class Listing:
    """A pair's rules here. The largest size times price is None where nothing bounds it."""

    instrument: Instrument
    symbol: str
    status: str
    max_notional: Decimal | None
    max_market_notional: Decimal | None

    @property
    def is_open(self) -> bool:
        return self.status == TRADING


@dataclass(frozen=True, slots=True)
class Listings:
    """What a site lists of the pairs this program trades. `missing` says why a pair cannot be traded here."""

    rows: Mapping[InstrumentId, Listing]
    missing: Mapping[InstrumentId, str]

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """Those that can be traded now."""
        return tuple(row.instrument for row in self.rows.values() if row.is_open)


def symbol_rows(reply: Any) -> list[Any]:
    """Give the symbols of `exchangeInfo`: under `symbols`, or the one bare symbol of the printed example.

    Raises:
        MalformedReply: neither.
    """
    if isinstance(reply, dict) and isinstance(reply.get("symbols"), list):
        return list(reply["symbols"])
    if isinstance(reply, dict) and "filters" in reply:
        return [reply]
    raise MalformedReply("The answer lists no pairs.", venue=VENUE)


def listings_from(reply: Any, fees: Sequence[FeeRow]) -> Listings:
    """Read the pairs this program trades. Rows of others are not parsed: an oddity in one must not stop ours.

    Raises:
        MalformedReply: a row of ours does not fit, or names a step of zero.
    """
    rates = {row.symbol: row for row in fees}
    rows: dict[InstrumentId, Listing] = {}
    for raw in symbol_rows(reply):
        if isinstance(raw, dict) and is_ours(str(raw.get("symbol"))):
            row = parse(SymbolRow, raw)
            if row.quote == QUOTE:
                rows[instrument_of(row.symbol)] = _listing(row, rates.get(row.symbol))
    return Listings(rows, _missing(rows))


def _missing(rows: Mapping[InstrumentId, Listing]) -> dict[InstrumentId, str]:
    found: dict[InstrumentId, str] = {}
    for instrument_id in ALLOWED_INSTRUMENTS:
        row = rows.get(instrument_id)
        if row is None:
            found[instrument_id] = f"{symbol_of(instrument_id)} is not listed on this HashKey site."
        elif not row.is_open:
            found[instrument_id] = f"{row.symbol} is listed but not open for trading now."
    return found


def _listing(row: SymbolRow, fee: FeeRow | None) -> Listing:
    filters = {each.kind: each for each in row.filters}
    lots = filters.get("LOT_SIZE", _EMPTY)
    amounts = filters.get("TRADE_AMOUNT", _EMPTY)
    band = filters.get("LIMIT_TRADING", _EMPTY)
    tick = filters.get("PRICE_FILTER", _EMPTY).tick_size
    if not tick or not lots.step_size:
        raise MalformedReply(f"The rules of {row.symbol} name no tick or no step.", venue=VENUE)
    instrument = Instrument(
        instrument_id=instrument_of(row.symbol),
        price_step=tick,
        size_step=lots.step_size,
        min_size=max(lots.min_qty or ZERO, lots.step_size),
        max_size=lots.max_qty or NO_LIMIT,
        max_position_size=NO_LIMIT,
        max_market_open_size=lots.market_max_qty or None,
        min_leverage=1,
        max_leverage=1,
        maker_fee=HIGHEST_FEE if fee is None else fee.maker,
        taker_fee=HIGHEST_FEE if fee is None else fee.taker,
        buy_limit_ratio=band.buy_price_up_rate or NO_BAND,
        sell_limit_ratio=band.sell_price_down_rate or NO_BAND,
        min_notional=max(filters.get("MIN_NOTIONAL", _EMPTY).min_notional or ZERO, amounts.min_amount or ZERO),
    )
    return Listing(
        instrument,
        row.symbol,
        row.status,
        max_notional=amounts.max_amount or None,
        max_market_notional=amounts.market_max_amount or None,
    )
