"""The account's limits, the trading state and its causes, and the audit of positions."""

import itertools
from dataclasses import replace
from decimal import Decimal

import pytest

from helpers.builders import BTC, D
from helpers.fake_world import World
from terminal.domain.commands import SetTradingState
from terminal.domain.fill import Fill
from terminal.domain.messages import EquityPoint, PositionsFrozen, TradingStateChanged
from terminal.domain.order import PositionSide, Side
from terminal.domain.position import Position
from terminal.domain.records import EquityMarked, Noted
from terminal.domain.risk import TradingState
from terminal.ports.venue import AccountTouched
from terminal.services.recovery.position_audit import PositionAudit, net_sizes
from terminal.services.trading_switch import TradingSwitch


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("equity", "state"),
    [("970.1", TradingState.ACTIVE), ("970", TradingState.REDUCE_ONLY), ("940", TradingState.HALTED)],
)
async def test_the_days_loss_reduces_then_halts(equity, state):
    world = World()
    await world.start()
    world.venue.equity = D(equity)
    world.venue.say(AccountTouched("loss"))
    await world.clock.advance(3)
    assert world.engine.trading_state is state
    await world.close()


@pytest.mark.asyncio
async def test_a_new_day_starts_its_own_count_but_the_peak_stays():
    world = World()
    await world.start()
    world.venue.equity = D(980)
    day_s = (86_400_000 - world.clock.now_ms() % 86_400_000) / 1_000
    world.feed.live = False
    world.clock.now_s += day_s
    world.venue.say(AccountTouched("next day"))
    await world.clock.advance(20)
    assert world.engine.core.portfolio.day_start_equity == 980
    assert world.engine.core.portfolio.peak_equity == 1_000
    await world.crash()


@pytest.mark.asyncio
async def test_equity_is_marked_at_most_every_ten_seconds_and_drawn_more_often():
    world = World()
    await world.start()
    for _ in range(20):
        world.venue.say(AccountTouched("busy"))
        await world.clock.advance(1)
    marks = [mark.at_ms for mark in world.disk.of(EquityMarked)]
    assert all(after - before >= 10_000 for before, after in itertools.pairwise(marks))
    assert 2 <= len(marks) <= 3
    assert len(world.of(EquityPoint)) >= 6
    await world.close()


@pytest.mark.asyncio
async def test_limits_outlive_a_restart_on_a_real_account_only():
    for simulated, peak in ((False, D(1_000)), (True, D(900))):
        world = World(simulated=simulated)
        await world.start()
        await world.clock.advance(1)
        world.venue.equity = D(900)
        await world.restart()
        assert world.engine.core.portfolio.peak_equity == peak
        await world.crash()


@pytest.mark.asyncio
async def test_equity_moves_with_the_mark_between_readings():
    world = World()
    await world.start()
    portfolio = world.engine.core.portfolio
    portfolio.positions = (Position(BTC, PositionSide.SHORT, D("0.01"), D(60_000), 5, D(1), D(0), None, 0),)
    world.feed.prices[BTC] = "59000.0"
    world.feed.tick()
    assert portfolio.live_equity() == D(1_010)
    await world.crash()


@pytest.mark.asyncio
async def test_the_worst_cause_shows_and_each_change_is_kept():
    world = World()
    await world.start()
    switch = world.engine._switch
    switch.demand("a", TradingState.REDUCE_ONLY, "first")
    switch.demand("b", TradingState.HALTED, "second")
    assert (switch.state, switch.reason) == (TradingState.HALTED, "second")
    switch.clear("b")
    assert (switch.state, switch.reason) == (TradingState.REDUCE_ONLY, "first")
    switch.clear("a")
    assert switch.state is TradingState.ACTIVE
    await world.clock.advance(1)
    kept = [note.text for note in world.disk.of(Noted) if note.source == "trading state"][-4:]
    states = ["reduce only", "halted", "reduce only", "active"]
    assert [text.split(":")[0] for text in kept] == [f"Trading is {state}" for state in states]
    assert world.of(TradingStateChanged)[-1].state is TradingState.ACTIVE
    await world.close()


@pytest.mark.asyncio
async def test_a_person_cannot_skip_the_comparison_with_the_venue():
    world = World()
    world.venue.go_away()
    await world.engine.start()
    await world.clock.advance(2)
    world.engine.post(SetTradingState(TradingState.ACTIVE, "ann"))
    await world.clock.advance(1)
    assert world.engine.trading_state is TradingState.STARTING
    await world.crash()


def fill(number: int, side: Side, where: PositionSide, size: str) -> Fill:
    return Fill(f"t{number}", "1", "c1", BTC, side, where, D(1), D(size), D(0), False, D(0), 1)


def held(size: str, side: PositionSide = PositionSide.LONG) -> tuple[Position, ...]:
    return (Position(BTC, side, D(size), D(1), 5, D(1), None, None, 0),) if Decimal(size) else ()


def test_fills_add_up_for_each_side():
    fills = (
        fill(1, Side.BUY, PositionSide.LONG, "3"),
        fill(2, Side.SELL, PositionSide.LONG, "1"),
        fill(3, Side.SELL, PositionSide.SHORT, "5"),
        fill(4, Side.BUY, PositionSide.SHORT, "5"),
    )
    assert net_sizes(fills) == {(BTC, PositionSide.LONG): D(2), (BTC, PositionSide.SHORT): D(0)}


def test_where_there_is_one_net_position_a_strangers_trade_of_the_other_side_takes_from_it():
    fills = (fill(1, Side.BUY, PositionSide.LONG, "3"), fill(2, Side.SELL, PositionSide.SHORT, "1"))
    net, apart = PositionAudit(hedge_mode=False), PositionAudit()
    assert net.compare(fills, held("2"), frozenset(), at_once=True) == ()
    assert len(apart.compare(fills, held("2"), frozenset(), at_once=True)) == 2
    turned = (*fills, fill(3, Side.SELL, PositionSide.SHORT, "6"))
    assert net.compare(turned, held("4", PositionSide.SHORT), frozenset(), at_once=True) == ()


def test_an_accepted_difference_is_part_of_the_net_position():
    audit = PositionAudit(hedge_mode=False)
    fills = (fill(1, Side.BUY, PositionSide.LONG, "3"),)
    turned = held("2", PositionSide.SHORT)
    assert len(audit.compare(fills, turned, frozenset(), at_once=True)) == 2
    assert len(audit.accept(BTC)) == 2
    assert audit.compare(fills, turned, frozenset(), at_once=True) == ()


def test_a_difference_counts_when_seen_twice_and_nothing_is_in_flight():
    audit = PositionAudit()
    fills = (fill(1, Side.BUY, PositionSide.LONG, "3"),)
    assert audit.compare(fills, held("3"), frozenset(), at_once=True) == ()
    assert audit.compare(fills, held("2"), frozenset({BTC})) == ()
    assert audit.compare(fills, held("2"), frozenset()) == ()
    (found,) = audit.compare(fills, held("2"), frozenset())
    assert (found.expected, found.at_venue) == (D(3), D(2))
    assert audit.compare(fills, held("3"), frozenset()) == ()
    assert audit.compare(fills, held("2"), frozenset()) == ()


def test_what_a_person_accepted_is_expected_from_then_on():
    audit = PositionAudit()
    (found,) = audit.compare((), held("3"), frozenset(), at_once=True)
    assert found.at_venue == 3
    assert audit.open
    assert audit.accept(BTC) == (found,)
    assert audit.accept(BTC) == ()
    for _ in range(3):
        assert audit.compare((), held("3"), frozenset()) == ()
    closing = (fill(1, Side.SELL, PositionSide.LONG, "3"),)
    assert audit.compare(closing, (), frozenset()) == ()
    assert audit.compare(closing, (), frozenset()) == ()


@pytest.mark.asyncio
async def test_an_unexplained_change_of_position_pauses_the_instrument():
    world = World()
    await world.start()
    bought = replace(fill(9, Side.BUY, PositionSide.LONG, "0.0030"), ts_event_ms=1)
    world.venue.all_fills.append(bought)  # a position without any order or execution we can see
    await world.clock.advance(70)
    assert "our fills explain 0" in world.engine._switch.pause_of(BTC)
    await world.close()


def test_a_seat_is_told_which_positions_wait_for_a_person():
    events = []
    switch = TradingSwitch(events.append, Quiet())
    switch.freeze(BTC, "the venue holds 0.1, our records 0.2")
    switch.release(BTC, "ann")
    told = [event.frozen for event in events if isinstance(event, PositionsFrozen)]
    assert told == [((BTC, "the venue holds 0.1, our records 0.2"),), ()]


class Quiet:
    """A reporter that keeps nothing."""

    def notice(self, *_args, **_options):
        pass

    def record(self, _make):
        pass
