"""The shadow ledger of a living engine: what it follows, what it writes, and what a restart or a gap leaves."""

import pytest

from helpers.builders import BTC, ETH, D, make_book, make_decision, make_instrument, make_ticker
from helpers.fake_clock import settle
from helpers.fake_worker import deciding
from helpers.fake_world import World
from terminal.domain.approval import Amendment, DeskMode
from terminal.domain.commands import Approve, Reject
from terminal.domain.errors import VenueUnavailable
from terminal.domain.funnel_messages import ShadowChanged
from terminal.domain.market import Candle, Funding, FundingSettled
from terminal.domain.order import PositionSide
from terminal.domain.review import ReviewState
from terminal.domain.review_messages import SetDeskMode
from terminal.domain.shadow import ShadowCause, ShadowExit, ShadowLeg, ShadowMoved, ShadowPhase
from terminal.domain.shadow_score import judge

KEY = "d1/PROPOSED"


def ledger(world: World):
    return world.engine.core.hindsight.shadow


async def rejected(world: World) -> None:
    await world.start()
    await world.proposed()
    world.engine.post(Reject("d1", "ann", "news soon"))
    await settle()


def price(world: World, text: str) -> None:
    world.feed.prices[BTC] = text


@pytest.mark.asyncio
async def test_a_rejected_proposal_runs_on_from_the_next_quote():
    world = World(make_decision())
    await rejected(world)
    fresh = ledger(world).trades[KEY]
    assert (fresh.phase, fresh.plan.cause, fresh.plan.who) == (ShadowPhase.WAITING, ShadowCause.REJECTED, "ann")
    await world.clock.advance(1.5)
    trade = ledger(world).trades[KEY]
    assert (trade.phase, trade.entry_price, trade.plan.side) == (ShadowPhase.OPEN, D(60_001), PositionSide.LONG)
    assert trade.plan.taker_fee == D("0.0008")
    assert world.venue.sends == []
    assert world.of(ShadowChanged)[-1].trade == trade
    await world.close()


@pytest.mark.asyncio
async def test_stop_and_target_end_it_and_every_step_is_written_before_it_is_told():
    world = World(make_decision())
    await rejected(world)
    await world.clock.advance(1.5)
    price(world, "58990.0")
    await world.clock.advance(1.5)
    trade = ledger(world).trades[KEY]
    assert (trade.how, trade.exit_price) == (ShadowExit.STOP, D(58_989))
    assert trade.result < 0
    kept = [record.trade for record in world.disk.of(ShadowMoved)]
    assert [each.phase for each in kept] == [ShadowPhase.WAITING, ShadowPhase.OPEN, ShadowPhase.CLOSED]
    assert [event.trade for event in world.of(ShadowChanged)] == kept
    price(world, "70000.0")
    await world.clock.advance(2)
    assert ledger(world).trades[KEY] == trade
    await world.close()


@pytest.mark.asyncio
async def test_a_target_pays_the_target():
    world = World(make_decision())
    await rejected(world)
    await world.clock.advance(1.5)
    price(world, "62500.0")
    await world.clock.advance(1.5)
    assert ledger(world).trades[KEY].exit_price == D(62_000)
    await world.close()


@pytest.mark.asyncio
async def test_what_nobody_answered_is_followed_too():
    world = World(make_decision())
    await world.start()
    proposal = await world.proposed()
    await world.clock.advance(proposal.deadline_s - world.clock.now_s + 2)
    trade = ledger(world).trades[KEY]
    assert (trade.plan.cause, trade.plan.who, trade.phase) == (ShadowCause.EXPIRED, "", ShadowPhase.OPEN)
    await world.close()


@pytest.mark.asyncio
async def test_what_was_sent_is_followed_beside_its_order():
    world = World(make_decision())
    await world.start()
    await world.approve()
    await world.clock.advance(3)
    [trade] = ledger(world).trades.values()
    assert (trade.plan.cause, trade.plan.size) == (ShadowCause.SENT, world.order().terms.size)
    await world.close()


@pytest.mark.asyncio
async def test_what_was_blocked_is_not_followed():
    world = World(make_decision(confidence=0.2))
    await world.start()
    await world.proposed()
    await world.clock.advance(3)
    assert ledger(world).trades == {}
    await world.close()


@pytest.mark.asyncio
async def test_the_horizon_ends_it():
    world = World(make_decision(horizon_min=5))
    await rejected(world)
    await world.clock.advance(310)
    trade = ledger(world).trades[KEY]
    assert (trade.how, trade.exit_price) == (ShadowExit.HORIZON, D(59_999))
    await world.close()


@pytest.mark.asyncio
async def test_funding_is_charged_at_the_settlement():
    world = World(make_decision())
    await rejected(world)
    await world.clock.advance(1.5)
    due_ms = world.clock.now_ms() + 60_000
    world.feed.sink(Funding(BTC, D("0.0005"), due_ms, 480))
    await world.clock.advance(62)
    trade = ledger(world).trades[KEY]
    assert trade.funding == trade.plan.size * D("60000.0") * D("0.0005")
    assert trade.funded_ms == due_ms
    world.feed.sink(Funding(BTC, D("0.0001"), due_ms + 480 * 60_000, 480))
    await world.clock.advance(5)
    assert ledger(world).trades[KEY].funding == trade.funding
    await world.close()


@pytest.mark.asyncio
async def test_without_a_price_at_the_entry_there_is_no_result():
    world = World(make_decision())
    await rejected(world)
    world.feed.live = False
    await world.clock.advance(40)
    world.feed.live = True
    await world.clock.advance(2)
    trade = ledger(world).trades[KEY]
    assert (trade.phase, trade.result) == (ShadowPhase.UNKNOWN, None)
    assert "no price" in trade.note
    await world.close()


def history(world: World, low: float = 59_990.0, high: float = 60_010.0):
    """Let the venue give bars of any time, all alike."""

    async def candles(instrument_id, interval, limit):
        newest = world.clock.now_ms() // interval.ms * interval.ms
        opens = [newest - back * interval.ms for back in range(limit - 1, -1, -1)]
        return tuple(Candle(at, 60_000.0, high, low, 60_000.0, 1.0, closed=at != newest) for at in opens)

    return candles


@pytest.mark.asyncio
async def test_a_gap_of_prices_is_carried_by_bars():
    world = World(make_decision())
    await rejected(world)
    await world.clock.advance(1.5)
    world.feed.live = False
    await world.clock.advance(300)
    world.feed.candles = history(world, low=58_000.0)
    world.feed.live = True
    await world.clock.advance(2)
    trade = ledger(world).trades[KEY]
    assert (trade.how, trade.exit_price) == (ShadowExit.STOP, D("58999.9"))
    await world.close()


@pytest.mark.asyncio
async def test_a_gap_nobody_can_read_ends_unknown_and_not_with_a_guess():
    world = World(make_decision())
    await rejected(world)
    await world.clock.advance(1.5)
    world.feed.live = False
    await world.clock.advance(300)

    async def none(*_):
        raise VenueUnavailable("down")

    world.feed.candles = none
    world.feed.live = True
    await world.clock.advance(30)
    trade = ledger(world).trades[KEY]
    assert trade.phase is ShadowPhase.UNKNOWN
    assert trade.result is None
    await world.close()


@pytest.mark.asyncio
async def test_a_restart_carries_a_running_trade_over_the_time_it_was_off():
    world = World(make_decision())
    await rejected(world)
    await world.clock.advance(2)
    entry = ledger(world).trades[KEY].entry_price
    await world.crash()
    world.clock.now_s += 1_800
    settlement_ms = world.clock.now_ms() - 600_000
    world.feed.candles = history(world)

    async def settlements(instrument_id, limit):
        return (FundingSettled(instrument_id, D("0.0001"), settlement_ms),)

    world.feed.funding_history = settlements
    world.events.clear()
    world.build()
    await world.start()
    await world.clock.advance(5)
    trade = ledger(world).trades[KEY]
    assert (trade.phase, trade.entry_price, trade.funded_ms) == (ShadowPhase.OPEN, entry, settlement_ms)
    assert trade.funding > 0
    price(world, "62500.0")
    await world.clock.advance(2)
    assert ledger(world).trades[KEY].how is ShadowExit.TARGET
    await world.close()


@pytest.mark.asyncio
async def test_a_restart_before_the_entry_leaves_it_unknown():
    world = World(make_decision())
    await rejected(world)
    assert ledger(world).trades[KEY].phase is ShadowPhase.WAITING
    await world.restart()
    await world.clock.advance(3)
    assert ledger(world).trades[KEY].phase is ShadowPhase.UNKNOWN
    await world.close()


@pytest.mark.asyncio
async def test_a_proposal_open_at_a_crash_is_unknown_and_told_once():
    world = World(make_decision())
    await world.start()
    await world.proposed()
    await world.restart()
    await world.clock.advance(2)
    trade = ledger(world).trades[KEY]
    assert (trade.phase, trade.plan.cause) == (ShadowPhase.UNKNOWN, ShadowCause.EXPIRED)
    await world.restart()
    await world.clock.advance(2)
    assert len([each for each in world.disk.of(ShadowMoved) if each.trade.key == KEY]) == 1
    assert [event.trade for event in world.of(ShadowChanged)] == [trade]
    await world.close()


@pytest.mark.asyncio
async def test_trades_that_are_over_are_shown_again_and_not_followed_again():
    world = World(make_decision())
    await rejected(world)
    await world.clock.advance(1.5)
    price(world, "62500.0")
    await world.clock.advance(2)
    done = ledger(world).trades[KEY]
    await world.restart()
    await world.clock.advance(3)
    assert ledger(world).trades[KEY] == done
    assert [event.trade for event in world.of(ShadowChanged)] == [done]
    await world.close()


@pytest.mark.asyncio
async def test_an_old_last_price_is_no_print():
    """A ticker repeats its last price with every change of the mark: only another price is another trade."""
    world = World(make_decision())
    await rejected(world)
    shadow = ledger(world)
    shadow.take(make_ticker(BTC, "50000.0"))
    before = dict(shadow.trades)
    shadow.take(make_ticker(BTC, "50000.0", mark=D(1)))
    assert shadow.trades == before
    await world.close()


@pytest.mark.asyncio
async def test_a_book_under_repair_is_no_price():
    world = World(make_decision())
    await rejected(world)
    world.feed.live = False
    ledger(world).take(make_book(BTC, "40000.0", synchronised=False))
    assert ledger(world).trades[KEY].phase is ShadowPhase.WAITING
    await world.close()


@pytest.mark.asyncio
async def test_a_market_that_began_anew_gives_no_result_to_what_ran_on_the_old_one():
    world = World(make_decision(), simulated=True)
    await rejected(world)
    await world.clock.advance(2)
    assert ledger(world).trades[KEY].phase is ShadowPhase.OPEN
    await world.restart()
    trade = ledger(world).trades[KEY]
    assert (trade.phase, trade.result) == (ShadowPhase.UNKNOWN, None)
    assert "started anew" in trade.note
    await world.close()


@pytest.mark.asyncio
async def test_an_amended_approval_is_followed_as_proposed_and_as_amended():
    world = World(make_decision())
    await world.start()
    proposal = await world.proposed()
    half = make_instrument().floor_size(proposal.terms.size / 2)
    world.engine.post(Approve("d1", "ann", "key A", proposal.fingerprint, Amendment(size=half)))
    await world.clock.advance(3)
    assert world.order().terms.size == half
    trades = ledger(world).trades
    sizes = {trade.plan.leg: trade.plan.size for trade in trades.values()}
    assert sizes == {ShadowLeg.PROPOSED: proposal.terms.size, ShadowLeg.AMENDED: half}
    price(world, "58900.0")
    await world.clock.advance(2)
    [judged] = judge(trades.values())
    assert judged.worth > 0  # half of the loss was saved
    await world.close()


@pytest.mark.asyncio
async def test_a_click_that_was_voided_is_followed():
    world = World(make_decision())
    await world.start()
    proposal = await world.proposed()
    price(world, "60200.0")
    await world.clock.advance(1.2)
    world.engine.post(Approve("d1", "ann", "key A", proposal.fingerprint))
    await world.clock.advance(2)
    assert world.state_of() is ReviewState.VOIDED
    trade = ledger(world).trades[KEY]
    assert (trade.plan.cause, trade.plan.who, trade.phase) == (ShadowCause.VOIDED, "ann", ShadowPhase.OPEN)
    await world.close()


@pytest.mark.asyncio
async def test_in_shadow_mode_a_proposal_is_followed_from_the_start():
    world = World(make_decision())
    await world.start()
    world.engine.post(SetDeskMode(DeskMode.SHADOW, "SHADOW", "ann"))
    await world.proposed()
    await world.clock.advance(2)
    if world.proposal().mode is not DeskMode.SHADOW:  # the first cycle was faster than the command
        world.worker.answer = deciding(make_decision("d2", instrument_id=ETH))
        world.engine.core.cycle.request("bar closed")
        await world.clock.advance(3)
    [trade] = ledger(world).trades.values()
    assert (trade.plan.cause, trade.phase) == (ShadowCause.SHADOW, ShadowPhase.OPEN)
    assert world.venue.sends == []
    await world.close()
