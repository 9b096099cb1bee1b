"""An engine on a spot venue: no mark, no leverage, no funding, fees in the coin, stops kept here."""

from dataclasses import replace

import pytest

from helpers.builders import BTC, ETH, D, make_decision, make_instrument
from helpers.fake_world import World
from helpers.held_world import LONG, said
from terminal.domain.account import MarginMode
from terminal.domain.capabilities import FULL_CAPABILITIES, ProductKind
from terminal.domain.commands import ClosePosition
from terminal.domain.decision import Action
from terminal.domain.errors import RequestRejected
from terminal.domain.fill import Fill
from terminal.domain.funnel import StepState
from terminal.domain.hand_messages import FundingPaid, MarginInForce, SetLeverage, SetMarginMode
from terminal.domain.log_messages import FindLogGaps
from terminal.domain.market import Funding, StreamState
from terminal.domain.order import Effect, OrderState
from terminal.domain.review import ReviewState
from terminal.domain.venue_messages import VenueShown

pytestmark = pytest.mark.asyncio
SPOT = replace(
    FULL_CAPABILITIES,
    product=ProductKind.SPOT,
    leverage=False,
    margin_modes=False,
    short=False,
    triggers=False,
    reduce_only=False,
    ai_logs=False,
)
FEE = D("0.001")


def spot_world(*decisions, **options) -> World:
    """A venue that knows neither leverage nor funding, and whose ticker carries no mark price."""
    world = World(*decisions, able=SPOT, **options)
    world.feed.rules = {
        each: make_instrument(each, min_leverage=1, max_leverage=1, min_notional=D(10)) for each in world.feed.ids
    }

    async def no_contract(*_):
        raise RequestRejected("spot has none")

    world.feed.funding = world.feed.open_interest = no_contract
    for name in ("leverage", "set_leverage", "set_margin_mode", "margin_mode", "income"):
        setattr(world.venue, name, no_contract)
    world.venue.presets = False
    return world


def take_fees_in_the_coin(world: World) -> None:
    """As HashKey does: what was bought arrives less the fee."""
    whole, say = world.venue.positions, world.venue.say

    def told(event):
        if isinstance(event, Fill) and event.side.value == "BUY":
            event = replace(event, base_fee=event.size * FEE)
            world.venue.all_fills[-1] = event
        say(event)

    async def positions():
        paid = sum(fill.base_fee for fill in world.venue.all_fills)
        held = [replace(each, size=each.size - paid, leverage=1) for each in await whole()]
        return tuple(each for each in held if each.size >= D("0.0001"))

    world.venue.say, world.venue.positions = told, positions


async def test_it_gets_ready_without_funding_interest_and_leverage():
    world = spot_world()
    await world.start()
    assert world.of(VenueShown)[0].venue.capabilities is SPOT
    assert not world.of(Funding)
    assert {event.setting.in_force for event in world.of(MarginInForce)} == {1}
    await world.clock.advance(700)
    assert not said(world, "could not be read")
    assert not world.of(FundingPaid)
    await world.close()


async def test_a_purchase_goes_through_at_1x_and_its_log_stays_here():
    world = spot_world(make_decision())
    await world.start()
    await world.approve()
    await world.clock.advance(6)
    order = world.order()
    assert (order.state, order.terms.leverage) == (OrderState.FILLED, 1)
    assert world.venue.uploads == []
    assert world.engine.core.outbox.is_settled(order.client_order_id)
    assert world.engine.core.outbox.needing_hand() == 0
    await world.close()


async def test_a_short_is_blocked_in_words():
    short = make_decision(action=Action.OPEN_SHORT, stop_price=D("61000.0"), target_price=D("58000.0"))
    world = spot_world(short)
    await world.start()
    proposal = await world.proposed()
    assert proposal.state is ReviewState.BLOCKED
    assert "not sold short" in proposal.reason
    await world.close()


async def test_fees_taken_in_the_coin_freeze_nothing_and_the_whole_can_be_sold():
    world = spot_world(make_decision())
    take_fees_in_the_coin(world)
    await world.start()
    await world.approve()
    await world.clock.advance(6)
    bought = world.order().filled_size
    held = world.engine.core.portfolio.held(BTC, LONG)
    assert held == bought * (1 - FEE)
    await world.clock.advance(120)
    assert not world.engine._switch.frozen
    world.engine.post(ClosePosition(BTC, LONG, D(1), "ann"))
    await world.clock.advance(30)
    (close,) = [each for each in world.engine.core.ledger.orders.values() if each.terms.effect is Effect.CLOSE]
    assert close.state is OrderState.FILLED
    assert close.terms.size == make_instrument(BTC).floor_size(held)
    assert world.engine.core.portfolio.held(BTC, LONG) == 0
    await world.clock.advance(120)
    assert not world.engine._switch.frozen
    await world.close()


async def test_coins_that_came_from_elsewhere_are_still_seen():
    world = spot_world(make_decision())
    await world.start()
    await world.approve()
    await world.clock.advance(6)
    whole = world.venue.positions

    async def more():
        return tuple(replace(each, size=each.size + D("0.5")) for each in await whole())

    world.venue.positions = more
    await world.clock.advance(120)
    assert BTC in world.engine._switch.frozen
    await world.close()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (SetLeverage(BTC, 3, "ann"), "no leverage here"),
        (SetMarginMode(BTC, MarginMode.CROSS, "ann"), "no margin modes"),
    ],
)
async def test_what_there_is_not_cannot_be_set(command, words):
    world = spot_world()
    await world.start()
    await world.engine.handle(command)
    assert said(world, words)
    await world.close()


async def test_less_than_the_least_order_is_never_proposed():
    world = spot_world(make_decision())
    world.feed.rules = {each: replace(rules, min_notional=D(5_000)) for each, rules in world.feed.rules.items()}
    await world.start()
    proposal = await world.proposed()
    assert proposal.state is ReviewState.BLOCKED
    assert "less than the least" in proposal.reason
    await world.close()


async def test_pairs_the_venue_does_not_list_hold_nothing_up():
    world = spot_world(make_decision())
    listed = (BTC, ETH)
    world.feed.rules = {each: world.feed.rules[each] for each in listed}
    asked: list = []

    def only_listed(what):
        async def ask(instrument_id, *rest):
            asked.append(instrument_id)
            assert instrument_id in listed, f"{instrument_id} was asked for"
            return await what(instrument_id, *rest)

        return ask

    for name in ("candles", "older_candles"):
        setattr(world.feed, name, only_listed(getattr(world.feed, name)))
    world.venue.order_history = only_listed(world.venue.order_history)
    await world.start()
    assert said(world, "cannot be traded")
    assert {pair for pair, _ in world.feed.watched} == set(listed)
    await world.approve()
    await world.clock.advance(700)
    assert world.order().state is OrderState.FILLED
    assert set(asked) == set(listed)
    world.feed.sink(StreamState("public", connected=False, detail="lost"))
    world.feed.sink(StreamState("public", connected=True, detail=""))
    await world.clock.advance(5)
    assert set(asked) == set(listed)
    assert not said(world, "could not be read")
    await world.close()


async def test_there_are_no_ai_logs_to_compare():
    world = spot_world()
    await world.start()
    await world.engine.handle(FindLogGaps("ann"))
    assert said(world, "there is nothing to compare")
    await world.close()


async def test_the_model_is_told_what_spot_has_not_and_its_inputs_are_whole():
    world = spot_world()
    await world.start()
    quiet = world.engine.core.hub
    for each in tuple(quiet.tickers):
        quiet.tickers[each] = replace(quiet.tickers[each], mark=None)
    asked = len(world.worker.snapshots)
    world.engine.core.cycle.request("bar closed")
    await world.clock.advance(0.2)
    shown = world.worker.snapshots[asked]
    assert shown.can_short is False
    for view in shown.views:
        assert (view.mark, view.funding_rate) == (None, D(0))
        reasons = {each.field: each.why for each in view.facts.missing}
        assert reasons["funding"] == "spot pays no funding"
        assert reasons["open_interest"] == "spot has no open contracts"
    *_, cycle = world.engine.core.hindsight.funnel.cycles.values()
    inputs = {pair.instrument_id: pair.steps[0] for pair in cycle.pairs}
    assert {inputs[each.instrument.instrument_id].state for each in shown.views} == {StepState.PASSED}
    await world.close()


async def test_where_shorts_can_be_held_the_model_is_told_so():
    world = World(make_decision())
    await world.start()
    await world.proposed()
    assert world.worker.snapshots[0].can_short is True
    await world.close()
