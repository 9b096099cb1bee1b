"""Windows of a history: what is known at a bar, and what lies before a day until which a model may know history."""

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal.domain.order import Effect, OrderKind, OrderTerms, Side, TimeInForce
from terminal.domain.shadow import ShadowCause, ShadowLeg, ShadowPhase, ShadowTrade, plan_of
from terminal.lab.contaminated import parted
from terminal.lab.market import BarWindow, LabMarket
from terminal.services.shadow.fills import settled, settled_all


def test_a_window_gives_the_same_candles_as_the_market(plain_market: LabMarket) -> None:
    window = BarWindow(plain_market, 2, 50)
    for bar, count in ((10, 3), (10, 50), (30, 50), (31, 3), (300, 50), (302, 7)):
        assert window.until(bar, count) == plain_market.candles(2, max(0, bar + 1 - count), bar + 1)


def test_what_is_contaminated_ends_with_the_day(plain_market: LabMarket) -> None:
    cut = plain_market.first + 96
    until_ms = plain_market.close_ms(cut - 1)
    clean, early = parted(plain_market, until_ms)
    assert early is not None
    assert (clean.first, early.first, early.bars) == (cut, plain_market.first, cut)
    assert early.close_ms(early.bars - 1) == until_ms
    assert early.funding_ms.max() < until_ms
    assert early.funding.shape == (8, len(early.funding_ms))
    assert clean.panel is plain_market.panel  # what comes before is known to a fit, but nothing is decided on it


@pytest.mark.parametrize("bar", [None, 100, 10_000])
def test_all_or_nothing_contaminated_is_one_part(plain_market: LabMarket, bar: int | None) -> None:
    until_ms = None if bar is None else plain_market.close_ms(0) + bar * plain_market.interval.ms
    clean, early = parted(plain_market, until_ms)
    assert clean is plain_market
    assert early is None


def test_settlements_at_once_are_settlements_one_by_one(plain_market: LabMarket) -> None:
    terms = OrderTerms(
        instrument_id=plain_market.instruments[0],
        side=Side.SELL,
        effect=Effect.OPEN,
        kind=OrderKind.MARKET,
        tif=TimeInForce.IOC,
        size=Decimal("0.3"),
        price=None,
        leverage=1,
        stop_price=None,
        target_price=None,
        reference_price=Decimal(100),
    )
    plan = plan_of(
        terms,
        decision_id="d",
        leg=ShadowLeg.PROPOSED,
        cause=ShadowCause.SHADOW,
        who="",
        reason="",
        model="m",
        price_step=Decimal("0.1"),
        fees=(Decimal("0.0008"), Decimal("0.0002")),
        began_ms=0,
        ends_ms=10**9,
    )
    trade = replace(ShadowTrade(plan, ShadowPhase.OPEN, 5), entry_price=Decimal(100), entry_ms=5)
    told = [(Decimal("0.0001") * n, Decimal(100 + n), at_ms) for n, at_ms in enumerate((1, 5, 6, 20, 20, 30), start=1)]
    slowly = trade
    for rate, mark, at_ms in told:
        slowly = settled(slowly, rate, mark, at_ms)
    assert settled_all(trade, told) == slowly
    assert slowly.funded_ms == 30
    assert slowly.funding == -sum(Decimal("0.3") * rate * mark for rate, mark, at in (told[2], told[3], told[5]))
