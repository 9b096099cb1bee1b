"""What the event log says: plain words for everything, and one line for each thing that happened."""

import re
from collections.abc import Iterator

import pytest

from helpers.builders import BTC, ETH, D, make_decision
from helpers.fake_clock import settle
from helpers.fake_venue import Step
from helpers.fake_world import World
from helpers.held_world import LONG, add_leg, add_resting, flatten, over, world_with_position
from terminal.domain.account import Income, IncomeKind
from terminal.domain.commands import AskAi, CancelOrder, ClosePosition, Reject, SetTradingState
from terminal.domain.decision import Action
from terminal.domain.errors import AuthFailed, VenueUnavailable
from terminal.domain.flatten import FlattenProgress
from terminal.domain.hand_messages import (
    AmendOrder,
    AmendProgress,
    CancelOrders,
    MoveStop,
    PauseEntries,
    ProtectionChanged,
)
from terminal.domain.messages import (
    CycleEnded,
    Event,
    FillSeen,
    Level,
    Notice,
    OrderChanged,
    Phase,
    ProposalChanged,
    TradingStateChanged,
)
from terminal.domain.order import Order, OrderState
from terminal.domain.risk import TradingState
from terminal.ports.venue import VenueStatus

pytestmark = pytest.mark.asyncio

_RAW = re.compile(
    r"[A-Z]+-PERP|(?<!\.)\.\.(?!\.)|\. \.|[a-z]+_[a-z]+|[A-Z]+_[A-Z]+|<class|<[A-Z]\w+\.|Error\b"
    r"|\b(?:LONG|SHORT|OPEN|CLOSE|BUY|SELL|ACTIVE|HALTED|FILLED|CANCELED|REJECTED|UNKNOWN|ACKED)\b"
)


def texts(event: Event) -> Iterator[str]:
    """Everything of one event that a window shows as words."""
    match event:
        case Notice() | Phase() | CycleEnded() | AmendProgress():
            yield event.text
        case TradingStateChanged():
            yield event.reason
        case OrderChanged(Order(reason=reason)):
            yield reason
        case ProposalChanged(proposal):
            yield proposal.reason
            yield from (check.text for check in proposal.verdict.checks)
        case FlattenProgress():
            yield event.text
            yield from (each.text for each in (*event.legs, *event.proofs))
        case ProtectionChanged(statuses):
            yield from (each.text for each in statuses)
        case _:
            return


def raw_words(world: World) -> list[str]:
    return [text for event in world.events for text in texts(event) if _RAW.search(text)]


def lines(world: World, words: str) -> list[Notice]:
    return [each for each in world.of(Notice) if words in each.text]


async def test_a_whole_life_is_told_in_plain_words():
    world = await world_with_position()
    add_leg(world)
    add_resting(world, "rest", "r1", instrument_id=ETH)
    world.engine.post(MoveStop(BTC, LONG, D("59500.0"), "ann"))
    await world.clock.advance(8)
    world.engine.post(MoveStop(BTC, LONG, D("10.0"), "ann"))  # wider: refused
    world.engine.post(AskAi(ETH, Action.OPEN_SHORT, "ann"))
    world.engine.post(AmendOrder("rest", D("59900.05"), None, "ann"))
    world.engine.post(CancelOrders(("rest", "nobody"), "ann"))
    await world.clock.advance(2)
    world.venue.script.append(Step(answer="refuse"))
    world.engine.post(ClosePosition(BTC, LONG, D("0.5"), "ann"))
    await world.clock.advance(2)
    world.venue.script.append(Step(answer="not_sent"))
    world.engine.post(ClosePosition(BTC, LONG, D(1), "ann"))
    await world.clock.advance(2)
    world.venue.go_away()
    world.engine.post(CancelOrder("d1", "ann"))
    await world.clock.advance(60)
    world.venue.come_back()
    await flatten(world)
    await world.clock.until(lambda: over(world), 300)
    world.engine.post(SetTradingState(TradingState.ACTIVE, "ann"))
    world.engine.post(SetTradingState(TradingState.HALTED, "ann"))
    await world.clock.advance(5)
    assert len(world.of(Notice)) > 15
    assert raw_words(world) == []
    await world.close()


async def test_a_fill_an_approval_and_an_acceptance_are_one_line_each():
    world = await world_with_position()
    (fill,) = {event.fill.trade_id: event.fill for event in world.of(FillSeen)}.values()
    (approved,) = lines(world, "Ann approved BTC long: buy to open")
    (accepted,) = lines(world, "The venue accepted buy to open")
    (bought,) = lines(world, "Bought ")
    assert accepted.text.endswith("at the market, approved by ann.")
    assert f"{fill.price:,f}".rstrip("0").rstrip(".") in bought.text
    assert "BTC" in bought.text
    assert "fee" in bought.text
    assert [each.level for each in (approved, accepted, bought)] == [Level.INFO, Level.INFO, Level.GOOD]
    assert world.events.index(accepted) < world.events.index(bought)
    await world.restart()  # what the journal brings back is no news
    assert not lines(world, "Bought ")
    assert not lines(world, "approved")
    await world.close()


async def test_equal_fills_are_each_told():
    world = World()
    await world.start()
    number = add_resting(world)
    for _ in range(8):
        world.venue.fill(number, D("0.0005"))
    await world.clock.advance(2)
    assert len(lines(world, "Bought 0.0005 BTC")) == 8
    await world.close()


async def test_a_rejection_and_an_unanswered_proposal_are_one_line_each():
    world = World(make_decision(), make_decision("d2", instrument_id=ETH))
    await world.start()
    await world.proposed("d2")
    world.engine.post(Reject("d1", "bob", "too late in the day."))
    await world.clock.advance(90)
    (rejected,) = lines(world, "rejected")
    assert rejected.text == "Bob rejected BTC long: too late in the day."
    (expired,) = lines(world, "expired")
    assert expired.text == "The proposal ETH long expired: nobody answered in time. Nothing was sent."
    await world.close()


async def test_a_cancel_says_who_asked_for_it():
    world = World()
    await world.start()
    add_resting(world)
    number = add_resting(world, "other", "r2", instrument_id=ETH)
    world.engine.post(CancelOrder("mine", "ann"))
    await world.clock.advance(2)
    (mine,) = lines(world, "was cancelled by ann")
    assert mine.level is Level.INFO
    world.venue.finish(number, VenueStatus.CANCELED)
    await world.clock.advance(2)
    assert world.engine.core.ledger.orders["other"].state is OrderState.CANCELED
    (other,) = lines(world, "was cancelled at the venue, not from here")
    assert other.level is Level.WARNING
    await world.close()


async def test_what_a_person_asks_of_trading_is_one_calm_line_and_what_the_program_forces_is_loud():
    world = World()
    await world.start()
    before = len(world.of(Notice))
    world.engine.post(PauseEntries("ann"))
    await settle()
    world.engine.post(SetTradingState(TradingState.ACTIVE, "ann"))
    await settle()
    paused, resumed = world.of(Notice)[before:]
    assert paused.text.startswith("Ann paused entries. ")
    assert "Entries are resumed." in resumed.text
    assert {paused.level, resumed.level} == {Level.INFO}
    world.engine._switch.demand("loss", TradingState.REDUCE_ONLY, "lost 3.1 % today")
    assert world.of(Notice)[-1].level is Level.ERROR
    world.engine.post(PauseEntries("ann"))  # nothing changes, and yet it is answered
    await settle()
    assert world.of(Notice)[-1].text.startswith("Ann paused entries. ")
    assert world.of(Notice)[-1].level is Level.INFO
    await world.close()


async def test_a_pause_that_a_reconnection_only_confirms_is_not_told_again():
    world = World()
    await world.start()
    world.engine.post(PauseEntries("ann"))
    await settle()
    before = len(lines(world, "reduce only"))
    world.engine._switch.demand("private stream", TradingState.STARTING, "lost")
    world.engine._switch.clear("private stream")
    assert world.engine.trading_state is TradingState.REDUCE_ONLY
    assert len(lines(world, "reduce only")) - before <= 1
    world.engine._switch.demand("private stream", TradingState.STARTING, "lost")
    world.engine._switch.clear("private stream")
    assert len(lines(world, "reduce only")) - before <= 1
    await world.close()


async def test_each_funding_payment_is_a_line_at_its_own_time():
    world = World()
    paid = Income("b1", IncomeKind.FUNDING, D("-0.42"), D(0), ETH, "", world.clock.now_ms() - 3_600_000)
    world.venue.bills.append(paid)
    await world.start()
    await world.clock.advance(400)
    (line,) = [each for each in world.of(Notice) if each.source == "funding"]
    assert line == Notice(Level.INFO, "funding", "Funding paid on ETH: 0.42 USDT.", paid.ts_event_ms)
    await world.close()


@pytest.mark.parametrize(
    ("error", "says", "state"),
    [
        (AuthFailed("apikey invalid", code="40006", hint="Check the API key."), "the venue refuses our key", "HALTED"),
        (AuthFailed("The secret store is locked."), "the account cannot be used", "HALTED"),
        (VenueUnavailable("Nothing was sent: the venue could not be reached."), "waiting for the venue", "STARTING"),
    ],
)
async def test_the_start_tells_a_refused_key_from_a_venue_out_of_reach(error, says, state):
    world = World()

    async def fails():
        raise error

    world.venue.balance = fails
    await world.engine.start()
    await world.clock.advance(2)
    assert any(event.text == f"Reading the account: {says}" for event in world.of(Phase))
    assert world.engine.trading_state.value == state
    assert bool(lines(world, "refuses our key")) is (says == "the venue refuses our key")
    assert raw_words(world) == []
    await world.crash()
