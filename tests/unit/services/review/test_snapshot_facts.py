"""What a snapshot holds beside bars: values, units, ages, and null with a reason for what is not known."""

from dataclasses import fields, replace
from decimal import Decimal

import pytest

from helpers.builders import BTC, ETH, make_book, make_candles, make_decision
from helpers.fake_world import World
from terminal.domain.canonical import canonical_json
from terminal.domain.market import CandleUpdate, Interval
from terminal.domain.order import PositionSide
from terminal.domain.position import Position
from terminal.domain.records import ChainHead
from terminal.domain.risk import RiskLimits
from terminal.domain.snapshot import SCHEMA
from terminal.services.review.input_freezer import frozen_snapshot
from terminal.services.review.snapshot_facts import REFERENCE_VENUES
from terminal.storage.journal.codec import decode, encode
from terminal.strategy.records import snapshot_sha256

pytestmark = pytest.mark.asyncio
D = Decimal


async def asked(*, settle_s: float = 0.0):
    world = World(make_decision())
    await world.start()
    await world.proposed()
    await world.clock.advance(settle_s)
    return world


def build(world):
    built = world.engine.core.cycle._snapshots.build("c", (BTC, ETH), ChainHead(1, "ab"), None)
    assert built.snapshot is not None
    return built.snapshot


async def test_a_snapshot_says_prices_costs_and_ages():
    world = await asked(settle_s=0.4)
    snapshot = build(world)
    view = snapshot.views[0]
    facts = view.facts
    assert snapshot.schema == SCHEMA
    assert snapshot.venue == world.venue.name
    assert snapshot.clock_offset_ms == 2.0
    assert facts.prices.index == D("60000.0")
    assert facts.prices.mark_index_bp == 0.0
    assert facts.prices.ticker_age_s == pytest.approx(view.quote_age_s, abs=1e-3)
    assert 0.0 < facts.prices.ticker_age_s < 1.1
    assert facts.book.spread_bp == pytest.approx(2 / 60_000 * 1e4, abs=1e-4)
    assert facts.cost.round_trip_taker_bp == pytest.approx(16.0 + facts.book.spread_bp, abs=1e-3)
    assert facts.cost.round_trip_maker_bp == 4.0
    assert facts.funding.interval_min == 480
    minutes = (facts.funding.next_ms - snapshot.created_ms) / 60_000
    assert facts.funding.minutes_to_next == pytest.approx(minutes, abs=0.01)
    assert facts.funding.age_s >= 0.0
    await world.close()


async def test_what_is_not_known_is_null_with_its_reason():
    world = await asked()
    facts = build(world).views[0].facts
    reasons = {missing.field: missing.why for missing in facts.missing}
    assert facts.open_interest is None
    assert "open interest" in reasons["open_interest"]
    assert facts.dispersion_bp is None
    assert [each.venue for each in facts.references] == list(REFERENCE_VENUES)
    assert all(each.basis_bp is None and each.reference_age_s is None for each in facts.references)
    assert reasons["references"] == reasons["dispersion_bp"] == "no other venue is connected"
    nulls = {field.name for field in fields(facts) if getattr(facts, field.name) is None}
    assert nulls <= reasons.keys()
    await world.close()


async def test_open_interest_comes_with_its_age():
    world = await asked(settle_s=60)
    facts = build(world).views[0].facts
    assert facts.open_interest.base_size == D(10_000)
    assert facts.open_interest.quote_value == D(600_000_000)
    assert 0.0 <= facts.open_interest.age_s <= 60.0
    await world.close()


async def test_our_own_position_exposure_and_limits():
    world = await asked()
    core = world.engine.core
    balance = core.portfolio.balance
    held = Position(BTC, PositionSide.LONG, D("0.5"), D(59_000), 5, D(5_900), D(400), D(50_000), 1)
    short = Position(ETH, PositionSide.SHORT, D("0.1"), D(61_000), 5, D(1_200), D(90), None, 1)
    core.portfolio.set_positions((held, short), world.clock.monotonic_s())
    snapshot = build(world)
    own = snapshot.views[0].facts.positions
    assert [each.side for each in own] == ["LONG"]
    assert own[0].notional_quote == D(30_000)
    assert own[0].unrealized_pnl == D(500)
    account = snapshot.account
    assert account.gross_quote == D(36_000)
    assert account.net_quote == D(24_000)
    live = balance.equity + D(100) + D(10)  # both positions have moved since the reading
    assert account.live_equity == live
    assert account.gross_exposure_x == pytest.approx(float(36_000 / live), abs=1e-4)
    assert account.net_exposure_x == pytest.approx(float(24_000 / live), abs=1e-4)
    assert account.day_pnl == live - core.portfolio.day_start_equity
    assert account.open_positions == 2
    limits = snapshot.limits
    start = core.portfolio.day_start_equity
    assert limits.order_quote == D("0.5") * start
    assert limits.gross_left_quote == max(D(0), 5 * start - core.facts.gross_notional())
    assert limits.day_loss_left_quote == live - start * D("0.94")
    assert limits.trading_state == "ACTIVE"
    await world.close()


async def test_a_book_under_repair_is_missing_and_the_pair_is_left_out_by_name():
    world = await asked()
    world.feed.live = False
    world.feed.sink(make_book(ETH, synchronised=False))
    snapshot = build(world)
    assert [view.instrument.instrument_id for view in snapshot.views] == [BTC]
    assert [(each.field, each.why) for each in snapshot.left_out] == [(ETH, "no live price")]
    await world.close()


async def test_the_forming_bar_never_reaches_a_snapshot():
    """Leak test: whatever the forming bar does, the bars handed on are the same closed ones."""
    world = await asked()
    before = build(world)
    forming = make_candles(world.clock.now_ms(), 1)[0]
    world.engine.core.hub.on_market(CandleUpdate(BTC, Interval.M15, replace(forming, high=99_999.0, close=99_999.0)))
    after = build(world)
    assert world.engine.core.hub.series(BTC)._forming.close == 99_999.0
    assert after.views[0].candles == before.views[0].candles
    assert all(bar.closed for view in after.views for bar in view.candles)
    assert all(bar.open_ms + Interval.M15.ms <= after.bar_close_ms for view in after.views for bar in view.candles)
    await world.close()


async def test_a_snapshot_read_back_from_the_journal_hashes_as_it_did():
    """Whole numbers where floats belong would come back as another text."""
    world = World(make_decision(), limits=RiskLimits(quote_age_s=5))
    await world.start()
    await world.proposed()
    await world.clock.advance(60)
    world.feed.clock_offset_ms = -3
    snapshot = build(world)
    again = decode(*encode(frozen_snapshot(snapshot))).snapshot
    views = tuple(replace(view, candles=own.candles) for view, own in zip(again.views, snapshot.views, strict=True))
    assert snapshot_sha256(replace(again, views=views)) == snapshot_sha256(snapshot)
    await world.close()


async def test_a_snapshot_has_one_canonical_text():
    world = await asked()
    snapshot = build(world)
    text = canonical_json(replace(snapshot, views=tuple(replace(view, candles=()) for view in snapshot.views)))
    assert '"imbalance_5":null' in text
    assert '"day_pnl_pct"' in text
    await world.close()
