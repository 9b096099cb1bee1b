"""Rules of safety that are more than a check of one order: R20 to R23, R26, R27, R29, and the three states."""

from dataclasses import replace

import pytest

from helpers.builders import BTC, ETH, D, make_decision, make_order, make_terms
from helpers.fake_clock import ManualClock
from helpers.fake_venue import Step
from helpers.fake_world import World
from terminal.domain.capabilities import FULL_CAPABILITIES, TradedVenue
from terminal.domain.commands import CancelAll, ClosePosition, SetTradingState
from terminal.domain.market import StreamState
from terminal.domain.messages import Notice
from terminal.domain.order import Effect, OrderKind, OrderState, PositionSide, Side, TimeInForce
from terminal.domain.records import SessionOpened, SwitchSet
from terminal.domain.risk import RiskLimits, TradingState
from terminal.ports.venue import AccountTouched, VenueStatus
from terminal.services.build_mark import build_mark, changed_words
from terminal.services.recovery.wake_watch import WakeWatch

STATES = [TradingState.REDUCE_ONLY, TradingState.HALTED]


async def holding() -> World:
    world = World(make_decision())
    await world.start()
    await world.approve()
    await world.clock.advance(5)
    assert world.engine.core.portfolio.held(BTC, PositionSide.LONG) > 0
    return world


@pytest.mark.asyncio
@pytest.mark.parametrize("state", STATES)
async def test_r1_in_every_state_exits_and_cancels_pass_and_openings_do_not(state):
    world = await holding()
    world.engine.post(SetTradingState(state, "ann"))
    await world.clock.advance(1)
    sends = len(world.venue.sends)
    world.engine.post(ClosePosition(BTC, PositionSide.LONG, D(1), "ann"))
    world.engine.post(CancelAll("ann"))
    await world.clock.advance(3)
    assert len(world.venue.sends) == sends + 1
    assert world.engine.core.portfolio.held(BTC, PositionSide.LONG) == 0
    await world.close()


@pytest.mark.asyncio
async def test_r4_leverage_is_what_was_read_back_and_on_spot_one():
    world = World(make_decision())
    facts = world.engine.core.facts
    assert facts.leverage_of(BTC) is None  # not asked yet: R4 refuses
    await world.start()
    assert facts.leverage_of(BTC) == facts.leverage[BTC].in_force
    spot = replace(facts, venue=TradedVenue("HashKey", replace(FULL_CAPABILITIES, leverage=False)), leverage={})
    assert spot.leverage_of(BTC) == 1
    await world.close()


@pytest.mark.asyncio
async def test_r1_the_gate_has_the_last_word_after_the_journal_has_written():
    world = World(make_decision())
    await world.start()

    async def slow() -> None:
        await world.clock.sleep(0.5)

    await world.proposed()
    world.journal.delay = slow
    await world.approve()
    world.engine.post(SetTradingState(TradingState.HALTED, "ann"))
    await world.clock.advance(3)
    assert world.venue.sends[-1:] != [] or world.order().state is OrderState.NOT_SENT
    assert world.order().state is OrderState.NOT_SENT
    assert world.venue.received == []
    await world.close()


@pytest.mark.asyncio
async def test_r1_an_opening_of_a_pair_paused_meanwhile_does_not_leave():
    world = World(make_decision())
    await world.start()
    await world.proposed()
    world.engine.core.orders.before_sending = lambda: world.engine._switch.pause(BTC, "just now")
    await world.approve()
    await world.clock.advance(1)
    assert world.order().state is OrderState.NOT_SENT
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize(("fills", "paused"), [(4, False), (5, True)])
async def test_r20_a_runaway_pauses_its_pair_until_a_person_acts(fills, paused):
    world = World()
    await world.start()
    core = world.engine.core
    for number in range(fills):
        core.ledger.save(make_order(OrderState.FILLED, client_order_id=f"c{number}", filled_size=D("0.0050")), "TEST")
    await world.clock.advance(1)
    assert bool("filled within a minute" in world.engine._switch.pause_of(BTC)) is paused
    await world.clock.advance(300)
    assert bool("filled within a minute" in world.engine._switch.pause_of(BTC)) is paused
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize(("rejects", "state"), [(1, TradingState.ACTIVE), (2, TradingState.REDUCE_ONLY)])
async def test_r21_refusals_in_a_row_reduce_until_a_person_acts(rejects, state):
    world = World(
        make_decision("d1"),
        make_decision("d2", instrument_id=ETH),
        limits=RiskLimits(rejects_per_min=2, orders_per_s=5),
    )
    world.venue.script.extend(Step(answer="refuse") for _ in range(rejects))
    await world.start()
    for number in range(rejects):
        await world.approve(f"d{number + 1}")
        await world.clock.advance(1)
    assert world.engine.trading_state is state
    await world.clock.advance(120)
    assert world.engine.trading_state is state
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("equity", "state"),
    [
        ("970.1", TradingState.ACTIVE),
        ("970", TradingState.REDUCE_ONLY),
        ("940.1", TradingState.REDUCE_ONLY),
        ("940", TradingState.HALTED),
    ],
)
async def test_r22_the_days_loss_reduces_then_halts(equity, state):
    world = World()
    await world.start()
    world.venue.equity = D(equity)
    world.venue.say(AccountTouched("loss"))
    await world.clock.advance(5)
    assert world.engine.trading_state is state
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("equity", "state"),
    [
        ("920.1", TradingState.ACTIVE),
        ("920", TradingState.REDUCE_ONLY),
        ("850.1", TradingState.REDUCE_ONLY),
        ("850", TradingState.HALTED),
    ],
)
async def test_r23_the_drawdown_reduces_then_halts(equity, state):
    world = World()
    await world.start()
    core = world.engine.core
    core.portfolio.day_start_equity = D(equity)  # yesterday's loss
    core.portfolio.peak_equity = D(1_000)
    world.venue.equity = D(equity)
    world.venue.say(AccountTouched("loss"))
    await world.clock.advance(5)
    assert world.engine.trading_state is state
    await world.close()


async def away_with_a_resting_opening(seconds: float) -> World:
    world = World()
    await world.start()
    core = world.engine.core
    limit = {"kind": OrderKind.LIMIT, "tif": TimeInForce.GTC, "price": D("59000.0")}
    opening, closing = make_terms(**limit), make_terms(side=Side.SELL, effect=Effect.CLOSE, **limit)
    for name, terms in (("entry", opening), ("exit", closing)):
        report = world.venue.make_order(terms, name)
        world.venue.finish(report.venue_order_id, VenueStatus.OPEN)
        core.ledger.put(
            make_order(
                OrderState.WORKING,
                client_order_id=name,
                decision_id=None,
                terms=terms,
                venue_order_id=report.venue_order_id,
            )
        )
    world.venue.say(StreamState("private", connected=False, detail="gone"))
    await world.clock.advance(seconds)
    world.venue.say(StreamState("private", connected=True, detail="back"))
    await world.clock.advance(5)
    return world


@pytest.mark.asyncio
@pytest.mark.parametrize(("seconds", "cancels"), [(29, False), (31, True)])
async def test_r26_resting_openings_are_cancelled_after_more_than_thirty_seconds_away(seconds, cancels):
    world = await away_with_a_resting_opening(seconds)
    orders = world.engine.core.ledger.orders
    assert (orders["entry"].state is OrderState.CANCELED) is cancels
    assert orders["exit"].state is OrderState.WORKING
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize("state", STATES)
async def test_r27_the_kill_switch_outlives_restarts_and_only_a_person_re_arms(state):
    world = World()
    await world.start()
    world.engine.post(SetTradingState(state, "ann"))
    await world.clock.advance(0.05)
    assert world.engine.trading_state is state
    for _ in range(3):
        await world.restart()
        await world.clock.advance(700)  # passes, full ones too, clear nothing
        assert world.engine.trading_state is state
    world.engine.post(SetTradingState(TradingState.ACTIVE, "ann"))
    await world.clock.advance(1)
    await world.restart()
    assert world.engine.trading_state is TradingState.ACTIVE
    assert world.disk.of(SwitchSet)[-1].who == "ann"
    await world.close()


@pytest.mark.asyncio
async def test_r27_the_latch_holds_however_much_was_noted_since():
    world = World()
    await world.start()
    world.engine.post(SetTradingState(TradingState.HALTED, "ann"))
    await world.clock.advance(1)
    world.disk.records = [record for record in world.disk.records if type(record).__name__ != "Noted"]
    await world.restart()
    assert world.engine.trading_state is TradingState.HALTED
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("simulated", "build", "state"),
    [
        (False, "bbbb", TradingState.REDUCE_ONLY),
        (False, "aaaa", TradingState.ACTIVE),
        (True, "bbbb", TradingState.ACTIVE),
    ],
)
async def test_r29_another_build_waits_for_a_person(simulated, build, state):
    world = World(simulated=simulated, build="aaaa")
    await world.start()
    world.options["build"] = build
    await world.restart()
    assert world.engine.trading_state is state
    assert [record.build for record in world.disk.of(SessionOpened)] == ["aaaa", build]
    if build != "aaaa":
        assert any("last written by build aaaa" in event.text for event in world.of(Notice))
    await world.close()


def test_r29_the_mark_is_the_same_for_the_same_files():
    assert build_mark() == build_mark()
    assert len(build_mark()) == 16
    assert changed_words("", "x") == changed_words("x", "x") == ""


@pytest.mark.asyncio
@pytest.mark.parametrize(("slept_s", "cancels"), [(20, False), (3_600, True)])
async def test_r26_a_sleep_counts_as_being_away_though_monotonic_time_stood_still(slept_s, cancels):
    world = await away_with_a_resting_opening(1)
    world.clock.start_ms += slept_s * 1_000
    await world.clock.advance(2)
    world.venue.say(StreamState("private", connected=True, detail="back"))
    await world.clock.advance(8)
    assert (world.engine.core.ledger.orders["entry"].state is OrderState.CANCELED) is cancels
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.close()


class TwoClocks(ManualClock):
    """Wall and monotonic time, moved apart by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.off_ms = 0

    def now_ms(self) -> int:
        return super().now_ms() + self.off_ms


@pytest.mark.parametrize(
    ("monotonic_s", "wall_s", "wakes"),
    [(1, 1, 0), (10, 10, 0), (10.1, 10.1, 1), (1, 5.9, 0), (1, 6.1, 1), (1, -3.9, 0), (1, -4.1, 1)],
)
def test_u4_a_late_tick_or_clocks_that_come_apart_are_a_wake_up(monotonic_s, wall_s, wakes):
    clock, heard = TwoClocks(), []
    watch = WakeWatch(clock, lambda *told: heard.append(told))
    clock.now_s += 1
    watch.look()
    clock.now_s += monotonic_s
    clock.off_ms += round((wall_s - monotonic_s) * 1_000)
    watch.look()
    assert len(heard) == wakes


def test_u4_a_sped_up_demo_is_no_wake_up():
    clock, heard = TwoClocks(), []
    clock.speed = 20.0
    watch = WakeWatch(clock, lambda *told: heard.append(told))
    for _ in range(30):
        clock.now_s += 1
        watch.look()
    assert heard == []
    clock.off_ms += 200_000
    clock.now_s += 1
    watch.look()
    assert len(heard) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"fills_per_min": 11},
        {"quote_age_s": 10.1},
        {"liquidation_gap": D("0.049")},
        {"drawdown_halt": D("0.16")},
        {"daily_loss_halt": D("0.11")},
        {"daily_loss_reduce": D("0.07")},
        {"margin_buffer": D("-0.01")},
        {"orders_per_s": 6},
        {"unknown_orders": 4},
    ],
)
def test_limits_beyond_the_hard_ones_are_refused(changes):
    with pytest.raises(ValueError, match=next(iter(changes))):
        replace(RiskLimits(), **changes)
