"""Leverage and margin mode: what the program keeps by itself, and what a person sets."""

import pytest

from helpers.builders import BTC, ETH, D, make_decision, make_order, make_terms
from helpers.fake_clock import settle
from helpers.fake_venue import MarginStep
from helpers.fake_world import World
from helpers.held_world import add_leg, add_resting, world_with_position
from terminal.domain.account import LeverageSetting, MarginMode
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.errors import AuthFailed, OutcomeUnknown, RateLimited, RequestRejected, VenueUnavailable
from terminal.domain.hand_messages import MarginInForce, MarginPhase, MarginProgress, SetLeverage, SetMarginMode
from terminal.domain.instrument import perpetual
from terminal.domain.messages import Notice
from terminal.domain.order import Effect, OrderState, Side
from terminal.domain.records import MarginSet
from terminal.domain.review import ReviewState
from terminal.domain.risk import RiskLimits
from terminal.ports.venue import TriggerReport

CROSS, ISOLATED = MarginMode.CROSS, MarginMode.ISOLATED
LOST = OutcomeUnknown("no answer within 10 s")
WINDOW_S = 45.0  # the venue's 30 s, and what a request may wait here first

pytestmark = pytest.mark.asyncio


async def started(*decisions, **options) -> World:
    world = World(*decisions, **options)
    await world.start()
    world.venue.margin_sends.clear()
    return world


async def set_leverage(world: World, leverage: int, where=BTC) -> None:
    world.engine.post(SetLeverage(where, leverage, "ann"))
    await settle()


async def set_mode(world: World, mode: MarginMode, where=BTC) -> None:
    world.engine.post(SetMarginMode(where, mode, "ann"))
    await settle()


def phases(world: World) -> list[MarginPhase]:
    return [event.phase for event in world.of(MarginProgress)]


def last_words(world: World) -> str:
    return world.of(MarginProgress)[-1].text


def written(world: World) -> list[tuple]:
    return [(each.leverage or each.mode, each.outcome) for each in world.disk.of(MarginSet)]


def known(world: World, where=BTC) -> int | None:
    return world.engine.core.facts.leverage_of(where)


def shown(world: World, where=BTC) -> MarginInForce:
    return next(each for each in reversed(world.of(MarginInForce)) if each.setting.instrument_id == where)


# -- by itself ----------------------------------------------------------------------


async def test_the_start_brings_every_pair_to_the_profile_and_tells_what_was_read_back():
    world = World()
    await world.start()
    assert known(world) == known(world, ETH) == 5
    assert (shown(world).setting.words, shown(world).is_settled) == ("5x cross", True)
    assert written(world) == []  # nobody chose anything
    await world.close()


async def test_a_change_made_elsewhere_is_put_back_while_flat():
    world = await started()
    world.venue.put_leverage(BTC, 11)
    await world.clock.advance(601)
    assert world.venue.margin_sends == [(BTC, 5)]
    assert known(world) == 5
    await world.close()


async def test_uneven_sides_of_isolated_margin_are_made_even():
    world = World()
    world.venue.modes[BTC], world.venue.isolated[BTC] = ISOLATED, (5, 3)
    await world.start()
    assert world.venue.isolated[BTC] == (5, 5)
    assert world.venue.modes[BTC] is ISOLATED  # a mode nobody chose is left as it is
    await world.close()


async def test_a_held_pair_is_left_alone_and_shown_as_it_is():
    world = await world_with_position()
    world.venue.put_leverage(BTC, 9)
    world.venue.margin_sends.clear()
    await world.clock.advance(601)
    assert world.venue.margin_sends == []
    assert (known(world), shown(world).setting.in_force) == (9, 9)
    await world.close()


# -- a person's change --------------------------------------------------------------


async def test_a_change_is_written_down_then_sent_once_then_read_back():
    world = await started()
    world.calls.clear()
    await set_leverage(world, 3)
    assert world.venue.margin_sends == [(BTC, 3)]
    order = [each for each in world.calls if each.startswith(("commit MarginSet", "margin"))]
    assert order[:2] == ["commit MarginSet", f"margin {BTC} 3"]
    asked = world.disk.of(MarginSet)[0]
    assert (asked.who, asked.leverage_before, asked.mode_before, asked.leverage) == ("ann", 5, CROSS, 3)
    assert asked.at_ms == world.clock.now_ms()
    assert written(world) == [(3, "asked"), (3, "in force")]
    assert phases(world) == [MarginPhase.SETTING, MarginPhase.SET]
    assert (known(world), shown(world).setting.words) == (3, "3x cross")
    await world.close()


async def test_orders_are_sized_with_what_was_read_back():
    world = await started()
    await set_leverage(world, 2)
    await world.clock.advance(1)
    await world.restart(make_decision())
    assert (await world.proposed()).terms.leverage == 2
    await world.close()


async def test_a_proposal_made_at_the_old_leverage_is_not_sent():
    world = await started(make_decision())
    await world.proposed()
    await set_leverage(world, 3)
    await world.approve()
    assert world.venue.sends == []
    assert world.state_of() is ReviewState.VOIDED
    assert "was sized at 5x" in world.proposal().reason
    await world.close()


@pytest.mark.parametrize(("asked", "limits"), [(6, 5), (20, 5), (21, 20), (400, 20), (0, 5), (-3, 5)])
async def test_beyond_the_limits_nothing_is_sent(asked, limits):
    world = await started(limits=RiskLimits(max_leverage=limits))
    await set_leverage(world, asked)
    assert (world.venue.margin_sends, written(world), phases(world)) == ([], [], [MarginPhase.REFUSED])
    assert f"1x to {limits}x" in last_words(world)
    assert known(world) == limits
    await world.close()


async def with_position(world: World) -> None:
    add_leg(world, BTC)


async def with_order(world: World) -> None:
    add_resting(world)


async def with_foreign_order(world: World) -> None:
    sink, world.venue.sink = world.venue.sink, None  # the stream has not told us
    world.venue.make_order(make_terms())
    world.venue.sink = sink


async def with_trigger(world: World) -> None:
    report = TriggerReport("77", None, BTC, Side.SELL, Effect.CLOSE, D("0.001"), D(59_000), world.clock.now_ms())
    world.venue.triggers.append(report)


async def with_unknown_order(world: World) -> None:
    core = world.engine.core
    core.ledger.put(make_order(OrderState.UNKNOWN, client_order_id="lost", decision_id="r9"))


@pytest.mark.parametrize("use", [with_position, with_order, with_foreign_order, with_trigger, with_unknown_order])
@pytest.mark.parametrize("command", [SetLeverage(BTC, 3, "ann"), SetMarginMode(BTC, ISOLATED, "ann")])
async def test_a_pair_in_use_is_refused_with_the_reason(use, command):
    world = await started()
    await use(world)
    world.engine.post(command)
    await settle()
    assert world.venue.margin_sends == []
    assert phases(world) == [MarginPhase.SETTING, MarginPhase.REFUSED]
    assert "was not set for BTC" in last_words(world)
    assert any(word in last_words(world) for word in ("position", "order"))
    assert known(world) == 5  # back in force, not lost
    assert written(world) == []
    await world.close()


async def test_what_is_in_force_already_is_kept_without_a_request_even_while_held():
    world = await world_with_position()
    world.venue.margin_sends.clear()
    await set_leverage(world, 5)
    assert (world.venue.margin_sends, written(world)) == ([], [(5, "in force")])
    assert known(world) == 5
    await world.close()


async def test_the_venues_refusal_is_said_in_its_words_and_changes_nothing():
    world = await started()
    world.venue.margin_script.append(MarginStep(RequestRejected("open orders exist", code="40015"), arrives=False))
    await set_leverage(world, 3)
    assert written(world) == [(3, "asked"), (3, "refused")]
    assert "Open orders exist" in last_words(world) or "open orders exist" in last_words(world)
    assert known(world) == 5
    await world.clock.advance(601)
    assert world.venue.margin_sends == [(BTC, 3)]  # not a choice: the target is still the profile's
    await world.close()


@pytest.mark.parametrize("error", [VenueUnavailable("no connection"), AuthFailed("the key was refused")])
async def test_nothing_left_is_a_refusal_and_not_a_doubt(error):
    world = await started()
    world.venue.margin_script.append(MarginStep(error, arrives=False))
    await set_leverage(world, 3)
    assert phases(world)[-1] is MarginPhase.REFUSED
    assert known(world) == 5
    await world.close()


async def test_a_venue_that_cannot_be_read_gets_no_request():
    world = await started()
    world.venue.go_away()
    await set_leverage(world, 3)
    assert (world.venue.margin_sends, phases(world)[-1]) == ([], MarginPhase.REFUSED)
    world.venue.come_back()
    await world.clock.advance(10)
    assert known(world) == 5
    await world.close()


async def test_a_broken_journal_gets_no_request():
    world = await started()
    world.journal.broken = True
    await set_leverage(world, 3)
    assert (world.venue.margin_sends, phases(world)[-1]) == ([], MarginPhase.REFUSED)
    assert known(world) == 5
    world.journal.broken = False
    await world.close()


# -- margin mode ----------------------------------------------------------------------


async def test_another_mode_never_leaves_the_other_modes_leverage_in_force():
    world = await started()
    await set_mode(world, ISOLATED)
    assert world.venue.margin_sends == [(BTC, ISOLATED), (BTC, 5)]  # it stood at 20x there
    assert written(world) == [(ISOLATED, "asked"), (ISOLATED, "in force")]
    assert (known(world), shown(world).setting.words) == (5, "5x isolated")
    await set_mode(world, CROSS)
    assert shown(world).setting.words == "5x cross"
    await world.close()


async def test_leverage_and_mode_asked_for_at_once_come_one_after_the_other():
    world = await started()
    world.engine.post(SetMarginMode(BTC, ISOLATED, "ann"))
    world.engine.post(SetLeverage(BTC, 2, "ann"))
    await settle()
    assert shown(world).setting == LeverageSetting(BTC, 5, 2, 2, is_isolated=True)
    await world.close()


# -- no clear answer ------------------------------------------------------------------


async def test_a_lost_answer_is_read_back_and_never_sent_again():
    world = await started()
    world.venue.margin_script.append(MarginStep(LOST))
    await set_leverage(world, 3)
    assert written(world) == [(3, "asked"), (3, "unclear"), (3, "in force")]
    assert phases(world) == [MarginPhase.SETTING, MarginPhase.UNCLEAR, MarginPhase.SET]
    assert (world.venue.margin_sends, known(world)) == ([(BTC, 3)], 3)
    await world.close()


async def test_until_it_is_clear_nothing_opens_and_nothing_else_is_changed():
    world = await started(make_decision())
    await world.proposed()
    world.venue.margin_script.append(MarginStep(LOST, arrives=False))
    await set_leverage(world, 3)
    assert (known(world), shown(world).is_settled) == (None, False)
    await world.approve()
    assert world.venue.sends == []
    assert "R4" in world.proposal().reason
    await set_leverage(world, 4)
    assert "no clear answer yet" in last_words(world)
    assert world.venue.margin_sends == [(BTC, 3)]
    await world.close()


async def test_what_cannot_arrive_any_more_is_refused_and_the_pair_opens_again():
    world = await started()
    world.venue.margin_script.append(MarginStep(LOST, arrives=False))
    await set_leverage(world, 3)
    await world.clock.advance(WINDOW_S - 5)
    assert known(world) is None
    await world.clock.advance(10)
    assert phases(world)[-1] is MarginPhase.REFUSED
    assert "did not get 3x: the venue shows 5x cross" in last_words(world)
    assert (known(world), world.venue.margin_sends) == (5, [(BTC, 3)])
    assert written(world)[-1] == (3, "refused")
    await world.close()


async def test_a_request_that_arrives_late_is_seen():
    world = await started()
    world.venue.margin_script.append(MarginStep(LOST, arrives=False))
    await set_leverage(world, 3)
    await world.clock.advance(20)
    world.venue.put_leverage(BTC, 3)
    await world.clock.advance(5)
    assert (known(world), phases(world)[-1]) == (3, MarginPhase.SET)
    await world.close()


async def test_the_programs_own_lost_change_is_read_back_too():
    world = await started()
    world.venue.put_leverage(BTC, 11)
    world.venue.margin_script.append(MarginStep(LOST, arrives=False))
    await world.clock.advance(605)
    assert (known(world), world.venue.margin_sends) == (None, [(BTC, 5)])
    await world.clock.advance(WINDOW_S + 5)  # it did not arrive: now a new request is a new request
    assert (known(world), world.venue.margin_sends) == (5, [(BTC, 5), (BTC, 5)])
    await world.close()


# -- after a restart -------------------------------------------------------------------


async def test_a_persons_choice_holds_after_a_restart_and_every_ten_minutes():
    world = await started()
    await set_leverage(world, 3)
    await set_mode(world, ISOLATED)
    await world.clock.advance(1)
    world.venue.modes[BTC] = CROSS
    world.venue.put_leverage(BTC, 20)  # somebody changed both meanwhile
    await world.restart()
    assert shown(world).setting.words == "3x isolated"
    assert known(world, ETH) == 5
    world.venue.margin_sends.clear()
    await world.clock.advance(1_300)
    assert world.venue.margin_sends == []
    await world.close()


async def test_a_lower_limit_of_the_profile_wins_over_an_old_choice():
    world = await started()
    await set_leverage(world, 4)
    await world.clock.advance(1)
    world.options = {"limits": RiskLimits(max_leverage=2)}
    await world.restart()
    assert known(world) == 2
    await world.close()


@pytest.mark.parametrize(("arrives", "kept"), [(True, 3), (False, 5)])
async def test_a_crash_before_the_answer_is_settled_by_reading_back(arrives, kept):
    world = await started()
    world.venue.margin_script.append(MarginStep(hangs=True, arrives=arrives))
    await set_leverage(world, 3)
    assert written(world) == [(3, "asked")]
    await world.restart()
    if not arrives:
        assert (known(world), shown(world).is_settled) == (None, False)
        assert world.venue.margin_sends == [(BTC, 3)]
        await world.clock.advance(WINDOW_S + 5)
    assert known(world) == kept
    assert written(world)[-1] == (3, "in force" if arrives else "refused")
    assert world.venue.margin_sends == [(BTC, 3)]
    await world.close()


# -- where leverage may be read a few times a minute ------------------------------------


def counted_readings(world: World) -> list:
    read, calls = world.venue.leverage, []

    async def leverage(instrument_id):
        calls.append(instrument_id)
        return await read(instrument_id)

    world.venue.leverage = leverage
    return calls


async def test_a_new_account_is_read_once_for_each_pair_and_once_more():
    world = World()
    readings = counted_readings(world)
    await world.start()
    pairs = world.engine._ids
    assert len(pairs) == 8
    assert len(readings) == len(pairs) + 1, "only the first was read before it was changed"
    assert [where for where, _ in world.venue.margin_sends] == list(pairs)
    assert {known(world, each) for each in pairs} == {5}
    await world.close()


async def test_an_account_that_is_right_is_only_read():
    world = World()
    for each in ALLOWED_INSTRUMENTS:
        world.venue.put_leverage(each, 5)
    readings = counted_readings(world)
    await world.start()
    assert len(readings) == len(ALLOWED_INSTRUMENTS)
    assert world.venue.margin_sends == []
    await world.close()


async def test_a_refused_change_before_the_reading_is_tried_with_the_usual_words():
    world = World()
    change = world.venue.set_leverage

    async def set_leverage(instrument_id, leverage):
        if instrument_id == ETH:
            raise RequestRejected("no")
        await change(instrument_id, leverage)

    world.venue.set_leverage = set_leverage
    await world.start()
    assert known(world, ETH) == 20
    assert any("ETH stays at 20x" in each.text for each in world.of(Notice))
    await world.close()


async def test_the_start_does_not_wait_for_a_venue_that_lets_few_readings_through():
    world, few = World(), RateLimited("slow down", retry_after_s=1.0, code="-1003")
    read, left = world.venue.leverage, [3]

    async def leverage(instrument_id):
        left[0] -= 1
        if left[0] < 0:
            raise few
        return await read(instrument_id)

    world.venue.leverage = leverage
    await world.start()
    assert world.engine._startup.ready.is_set()
    assert known(world) == 5
    assert known(world, perpetual("LTC")) is None, "and so it opens nothing"
    assert any("not read back yet" in each.text for each in world.of(Notice))
    tries = left[0]
    await world.clock.advance(29)
    assert tries - left[0] <= 8, "what the venue finds too much is not repeated every few seconds"
    left[0] = 100
    await world.clock.advance(35)
    assert known(world, perpetual("LTC")) == 5
    await world.close()
