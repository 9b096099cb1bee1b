"""v2 market replies to domain."""

from terminal.domain.instrument import Instrument
from terminal.domain.market import Funding, FundingSettled, OpenInterest
from terminal.venues.weex.mapper.market import step_of
from terminal.venues.weex.mapper.words import instrument_of
from terminal.venues.weex.wire.v2.market import Contract, FundingPast, FundingRate, FundingTime, OpenInterestRow


def instrument_from(contract: Contract) -> Instrument:
    """Give a contract's rules. The price moves in steps of `priceEndStep` at the last decimal."""
    return Instrument(
        instrument_id=instrument_of(contract.symbol),
        price_step=step_of(contract.tick_size, contract.price_end_step),
        size_step=step_of(contract.size_increment),
        min_size=contract.min_order_size,
        max_size=contract.max_order_size,
        max_position_size=contract.max_position_size,
        max_market_open_size=contract.market_open_limit_size,
        min_leverage=contract.min_leverage,
        max_leverage=contract.max_leverage,
        maker_fee=contract.maker_fee_rate,
        taker_fee=contract.taker_fee_rate,
        buy_limit_ratio=contract.buy_limit_price_ratio,
        sell_limit_ratio=contract.sell_limit_price_ratio,
    )


def funding_from(rate: FundingRate, time: FundingTime) -> Funding:
    return Funding(instrument_of(rate.symbol), rate.funding_rate, time.funding_time, rate.collect_cycle)


def settled_from(row: FundingPast) -> FundingSettled:
    return FundingSettled(instrument_of(row.symbol), row.funding_rate, row.funding_time)


def open_interest_from(row: OpenInterestRow, now_ms: int) -> OpenInterest:
    return OpenInterest(instrument_of(row.symbol), row.base_volume, row.target_volume, row.timestamp or now_ms)
