"""v3 market replies to domain."""

from terminal.domain.instrument import Instrument
from terminal.domain.market import Funding, FundingSettled, OpenInterest
from terminal.venues.weex.mapper.market import step_of
from terminal.venues.weex.mapper.words import instrument_of
from terminal.venues.weex.wire.v3.market import FundingPast, OpenInterestRow, PremiumIndex, SymbolInfo


def instrument_from(info: SymbolInfo) -> Instrument:
    """Give a contract's rules. v3 names no end step, so the price step is one of the last decimal."""
    return Instrument(
        instrument_id=instrument_of(info.symbol),
        price_step=step_of(info.price_precision),
        size_step=step_of(info.quantity_precision),
        min_size=info.min_order_size,
        max_size=info.max_order_size,
        max_position_size=info.max_position_size,
        max_market_open_size=info.market_open_limit_size,
        min_leverage=info.min_leverage,
        max_leverage=info.max_leverage,
        maker_fee=info.maker_fee_rate,
        taker_fee=info.taker_fee_rate,
        buy_limit_ratio=info.buy_limit_price_ratio,
        sell_limit_ratio=info.sell_limit_price_ratio,
    )


def funding_from(row: PremiumIndex) -> Funding:
    return Funding(instrument_of(row.symbol), row.last_funding_rate, row.next_funding_time, row.collect_cycle)


def settled_from(row: FundingPast) -> FundingSettled:
    return FundingSettled(instrument_of(row.symbol), row.funding_rate, row.funding_time)


def open_interest_from(row: OpenInterestRow, now_ms: int) -> OpenInterest:
    return OpenInterest(instrument_of(row.symbol), row.open_interest, None, row.time or now_ms)
