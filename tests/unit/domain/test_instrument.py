from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.competition import ALLOWED_INSTRUMENTS, is_allowed
from terminal.domain.instrument import Instrument, InstrumentId, base_of, perpetual, step_decimals
from terminal.domain.risk import RiskLimits


def instrument(price_step="0.1", size_step="0.0001"):
    return Instrument(
        perpetual("BTC"),
        Decimal(price_step),
        Decimal(size_step),
        Decimal(size_step),
        Decimal(1200),
        Decimal(1_000_000),
        Decimal(100),
        1,
        400,
        Decimal("0.0002"),
        Decimal("0.0008"),
        Decimal("0.01"),
        Decimal("0.01"),
    )


@pytest.mark.parametrize(("step", "decimals"), [("0.0001", 4), ("1", 0), ("100", 0), ("0.010", 2), ("0.5", 1)])
def test_step_decimals(step, decimals):
    assert step_decimals(Decimal(step)) == decimals


positive = st.decimals(min_value="0.00001", max_value=10**7, places=8)


@given(positive, st.sampled_from(["0.0001", "0.1", "1", "10", "100"]))
def test_size_is_rounded_down_to_the_step_and_never_up(size, step):
    rounded = instrument(size_step=step).floor_size(size)
    assert rounded <= size < rounded + Decimal(step)
    assert instrument(size_step=step).is_on_step(rounded)


@given(positive, st.sampled_from(["0.1", "0.01", "0.00001"]))
def test_prices_are_rounded_to_the_tick_on_the_asked_side(price, step):
    market = instrument(price_step=step)
    assert market.floor_price(price) <= price <= market.ceil_price(price)
    assert market.is_on_tick(market.floor_price(price))
    assert market.is_on_tick(market.ceil_price(price))


def test_only_the_eight_pairs_are_allowed():
    assert len(ALLOWED_INSTRUMENTS) == 8
    assert is_allowed(perpetual("BTC"))
    assert not is_allowed(InstrumentId("PEPE-PERP"))
    assert base_of(perpetual("DOGE")) == "DOGE"


@pytest.mark.parametrize(
    ("name", "value"),
    [("max_leverage", 21), ("gross_notional", Decimal(21)), ("price_collar", Decimal("0.02")), ("orders_per_s", 6)],
)
def test_limits_beyond_the_hard_ones_are_refused_by_name(name, value):
    with pytest.raises(ValueError, match=name):
        RiskLimits(**{name: value})
