"""Each rule as a light: what it shows while all is well, near its limit, broken, and not known."""

from dataclasses import replace

import pytest

from helpers.builders import BTC, ETH, D, make_decision, make_order, make_terms
from helpers.fake_world import World
from helpers.held_world import add_resting
from helpers.rule_kit import OFFICIAL, rules_for
from terminal.domain.account import LeverageSetting
from terminal.domain.ai_log import AiLogState, LogResolution
from terminal.domain.commands import ResolveLog
from terminal.domain.order import OrderState, Origin, Side
from terminal.domain.records import SessionOpened
from terminal.domain.rule_messages import RuleLights
from terminal.domain.rules import RULE_IDS, SEASON_IDS, RuleLight, RuleState, Seat
from terminal.domain.season import Season
from terminal.ports.market_feed import LinkHealth
from terminal.ports.venue import LogReceipt

HOUR_MS = 3_600_000
OK, NEAR, BROKEN, UNKNOWN = RuleState.OK, RuleState.NEAR, RuleState.BROKEN, RuleState.UNKNOWN


async def lit(*decisions, season: Season | None = None, seat: Seat = OFFICIAL) -> World:
    world = World(*decisions, rules=rules_for(season, seat=seat), rule_version="book v1 abc")
    await world.start()
    return world


async def after(world: World, seconds: float = 2) -> None:
    await world.clock.advance(seconds)


def light(world: World, rule_id: str) -> RuleLight:
    newest = world.of(RuleLights)[-1]
    return next(each for each in newest.lights if each.rule.rule_id == rule_id)


def shown(world: World, rule_id: str) -> tuple[RuleState, str]:
    found = light(world, rule_id)
    return found.state, found.distance


@pytest.mark.asyncio
async def test_a_quiet_desk_keeps_every_rule_and_says_so_once():
    world = await lit(season=Season(world_start(-24), world_start(240), D(1_000)))
    await after(world, 5)
    told = len(world.of(RuleLights))
    newest = world.of(RuleLights)[-1]
    assert [each.rule.rule_id for each in newest.lights] == [*RULE_IDS, *SEASON_IDS]
    assert {each.rule.rule_id: each.state for each in newest.lights if each.state is not OK} == {}
    assert all(each.evidence for each in newest.lights)
    assert newest.version.startswith("weex-ai-wars-1 v1 ")
    await after(world, 30)
    assert len(world.of(RuleLights)) == told  # nothing moved
    await world.close()


def world_start(hours: float) -> int:
    """A time so many hours from where the clock of a world starts."""
    return 1_760_000_400_000 + round(hours * HOUR_MS)


@pytest.mark.asyncio
async def test_they_are_told_at_most_once_a_second():
    world = await lit()
    for count in range(40):
        world.engine.core.pace.cancel_sent()
        world.engine.core.ledger.put(make_order(OrderState.WORKING, client_order_id=f"c{count}"))
        await world.clock.advance(0.1)
    assert len(world.of(RuleLights)) <= 6
    await world.close()


@pytest.mark.asyncio
async def test_the_version_and_the_season_are_in_the_journal():
    world = await lit(season=Season(pairs=(BTC, ETH)))
    (opened,) = world.disk.of(SessionOpened)
    assert opened.rules == "book v1 abc"
    assert '"pairs":["BTC-PERP","ETH-PERP"]' in opened.season_json
    assert world.engine.core.facts.season.pairs == (BTC, ETH)
    await world.close()


@pytest.mark.asyncio
async def test_without_a_book_there_are_no_lights_and_nothing_is_narrowed():
    world = World()
    await world.start()
    await after(world, 3)
    assert world.of(RuleLights) == []
    assert world.engine.core.facts.season == Season()
    await world.close()


@pytest.mark.asyncio
async def test_an_order_from_decision_to_log_keeps_r5_r6_r7_and_counts():
    world = await lit(make_decision(), season=Season(end_ms=world_start(31)))
    await world.approve()
    await after(world, 10)
    assert shown(world, "R5") == (OK, "1 of 1 opening")
    assert shown(world, "R6") == (OK, "AI logs 1 of 1 accepted")
    assert light(world, "R7").state is OK
    state, distance = shown(world, "S1")
    assert (state, distance) == (NEAR, "1 of 10 trades, 30 h left")
    assert light(world, "S1").used == pytest.approx(0.1)
    assert "held or working: BTC" in light(world, "R1").evidence
    await world.close()


@pytest.mark.asyncio
async def test_r1_a_pair_the_season_leaves_out_is_shown_while_it_is_held():
    world = await lit(season=Season(pairs=(BTC,)))
    add_resting(world, instrument_id=ETH)
    await after(world)
    assert light(world, "R1").state is NEAR
    assert "ETH can only be closed" in light(world, "R1").evidence
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize(("leverage", "state"), [(5, OK), (15, OK), (16, NEAR), (20, NEAR), (21, BROKEN)])
async def test_r2_leverage_as_read_back(leverage, state):
    world = await lit()
    world.engine.core.facts.leverage[ETH] = LeverageSetting(ETH, leverage, leverage, leverage, is_isolated=False)
    world.engine._lights.look()
    assert shown(world, "R2") == (state, f"leverage {max(5, leverage)}/20")
    assert light(world, "R2").used == max(5, leverage) / 20
    await world.close()


@pytest.mark.asyncio
async def test_r2_a_pair_never_read_back_is_unknown():
    world = await lit()
    del world.engine.core.facts.leverage[ETH]
    world.engine._lights.look()
    assert light(world, "R2").state is UNKNOWN
    assert "ETH" in light(world, "R2").evidence
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize(("size", "state"), [("0.1", OK), ("0.3", NEAR), ("0.4", BROKEN)])
async def test_r3_the_book_against_equity(size, state):
    world = await lit()
    world.engine.core.ledger.put(make_order(OrderState.WORKING, terms=make_terms(size=D(size))))
    world.engine._lights.look()
    assert light(world, "R3").state is state
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize(("calls", "state"), [(2, OK), (7, NEAR), (8, NEAR), (9, BROKEN)])
async def test_r4_calls_of_the_last_second(calls, state):
    world = await lit()
    for _ in range(calls):
        world.engine.core.pace.cancel_sent()
    world.engine._lights.look()
    assert shown(world, "R4") == (state, f"order calls {calls} of 8 a second")
    await after(world, 3)
    assert shown(world, "R4") == (OK, "order calls 0 of 8 a second")
    assert f"most seen so far {calls}" in light(world, "R4").evidence
    await world.close()


@pytest.mark.asyncio
async def test_r5_an_opening_without_decision_is_broken_and_named():
    world = await lit()
    order = make_order(OrderState.FILLED, client_order_id="x", decision_id=None, venue_order_id="77")
    world.engine.core.ledger.save(order, "TEST")
    await after(world)
    assert shown(world, "R5") == (BROKEN, "0 of 1 opening")
    assert "BTC, the venue's order 77" in light(world, "R5").evidence
    await world.close()


@pytest.mark.asyncio
async def test_r6_a_refused_log_is_broken_until_it_is_settled():
    world = await lit(make_decision())
    world.venue.receipts.append(LogReceipt(accepted=False, code="40015", message="bad", permanent=True))
    await world.approve()
    await after(world, 10)
    assert shown(world, "R6") == (BROKEN, "AI logs 0 of 1 accepted")
    await world.close()


@pytest.mark.asyncio
async def test_r6_an_overdue_log_is_broken():
    world = await lit(make_decision())
    world.venue.receipts.extend(
        [LogReceipt(accepted=False, code="500", message="later", permanent=False) for _ in range(60)]
    )
    await world.approve()
    await after(world, 70)
    assert light(world, "R6").state is BROKEN
    assert "overdue" in light(world, "R6").evidence
    await world.close()


@pytest.mark.asyncio
async def test_r6_a_log_that_will_never_come_is_not_called_on_the_way():
    """A recorded gap, and an order made elsewhere: the light stays broken and says why."""
    world = await lit(make_decision())
    world.venue.receipts.append(LogReceipt(accepted=False, code="40015", message="bad", permanent=True))
    await world.approve()
    await after(world, 10)
    (log,) = (each for each in world.engine.core.outbox.logs.values() if each.state is AiLogState.NEEDS_HAND)
    await world.engine.handle(ResolveLog(log.log_id, LogResolution.UNMENDABLE, "told its support", "ann"))
    await after(world, 90)
    assert shown(world, "R6") == (BROKEN, "AI logs 0 of 1 accepted")
    assert light(world, "R6").evidence.startswith("1 order will never have a log")
    changes = {"decision_id": None, "venue_order_id": "77", "origin": Origin.EXTERNAL, "filled_size": D("0.01")}
    foreign = make_order(OrderState.FILLED, client_order_id="x", **changes)
    world.engine.core.ledger.save(foreign, "TEST")
    await after(world)
    assert light(world, "R6").evidence.startswith("2 orders will never have a log")
    await world.close()


@pytest.mark.asyncio
async def test_r7_a_changed_log_is_broken():
    world = await lit(make_decision())
    proposal = await world.proposed()
    outbox = world.engine.core.outbox
    log = outbox.of_order(proposal.client_order_id)[0]
    await after(world)
    assert light(world, "R7").state is OK
    outbox.add(replace(log, content=b"{}", state=AiLogState.KEPT))
    await after(world)
    assert light(world, "R7").state is BROKEN
    assert "no longer as frozen" in light(world, "R7").evidence
    await world.close()


@pytest.mark.asyncio
async def test_r8_own_orders_that_can_meet_and_turns():
    world = await lit()
    pace = world.engine.core.pace
    for at in range(4):
        pace.sent(make_terms(side=(Side.SELL, Side.BUY)[at % 2]))
    world.engine._lights.look()
    assert shown(world, "R8") == (NEAR, "3 of 3 turns a minute")
    add_resting(world, "one", "r1")
    add_resting(world, "two", "r2", side=Side.SELL, stop_price=D("61000.0"), target_price=D("58000.0"))
    world.engine._lights.look()
    assert light(world, "R8").state is BROKEN
    assert "orders of BTC can meet" in light(world, "R8").evidence
    await world.close()


@pytest.mark.asyncio
async def test_r9_fills_of_one_side_and_many_cancels():
    world = await lit()
    core = world.engine.core
    for at in range(4):
        core.pace.filled(BTC, Side.BUY, f"c{at}")
    world.engine._lights.look()
    assert shown(world, "R9") == (NEAR, "4 of 5 fills of one side a minute")
    for at in range(20):
        order = make_order(OrderState.CANCELED, client_order_id=f"x{at}", venue_order_id=f"v{at}", decision_id=None)
        core.ledger.save(order, "TEST")
    await after(world, 90)
    assert shown(world, "R9") == (NEAR, "20 cancels for 0 fills")
    await world.close()


@pytest.mark.asyncio
async def test_r10_another_terminal_breaks_it():
    world = await lit(make_decision())
    ours = (await world.proposed()).client_order_id
    await after(world)
    assert light(world, "R10").state is OK
    assert "the system's vault" in light(world, "R10").evidence
    world.venue.make_order(make_terms(instrument_id=ETH), "zzzz" + ours[4:])
    await after(world, 120)
    assert shown(world, "R10") == (BROKEN, "shared account")
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("hosts", "state"),
    [
        (("api-contract.weex.com",), OK),
        (("127.0.0.1",), OK),
        (("api-contract.weex.com", "proxy.example"), BROKEN),
        ((), UNKNOWN),
    ],
)
async def test_r11_hosts(hosts, state):
    world = await lit(seat=Seat(hosts, ""))
    await after(world)
    assert light(world, "R11").state is state
    await world.close()


@pytest.mark.asyncio
async def test_r12_a_journal_that_cannot_be_written_is_broken():
    world = await lit()
    world.engine._writer._trouble("the disk is full")
    world.engine._lights.look()
    assert light(world, "R12").state is BROKEN
    await world.close()


@pytest.mark.asyncio
async def test_r13_what_our_fills_do_not_explain_waits_for_a_person():
    world = await lit()
    world.engine._switch.freeze(BTC, "the venue holds 0.01 more.")
    await after(world)
    assert shown(world, "R13") == (NEAR, "1 waiting")
    assert "BTC: the venue holds 0.01 more; look at the venue" in light(world, "R13").evidence
    world.engine._switch.release(BTC, "ann")
    await after(world)
    assert light(world, "R13").state is OK
    await world.close()


@pytest.mark.asyncio
async def test_r14_a_refused_address_is_broken_and_fades_to_a_warning():
    world = await lit()
    world.feed.health = lambda: LinkHealth(2.0, 20.0, 10, 500, 0, 2)
    await after(world)
    assert shown(world, "R14") == (BROKEN, "2 refused")
    await after(world, 700)
    assert shown(world, "R14") == (NEAR, "2 refused")
    await world.close()


# -- the round ------------------------------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("season", "state", "distance"),
    [
        (Season(), UNKNOWN, "0 of 10 trades"),
        (Season(start_ms=world_start(5)), UNKNOWN, "0 of 10 trades"),
        (Season(end_ms=world_start(200), min_trades=12), OK, "0 of 12 trades, 8 days left"),
        (Season(end_ms=world_start(31.5)), NEAR, "0 of 10 trades, 31 h left"),
        (Season(end_ms=world_start(-1)), BROKEN, "0 of 10 trades"),
    ],
)
async def test_s1_trades_against_the_clock(season, state, distance):
    world = await lit(season=season)
    await after(world)
    assert shown(world, "S1") == (state, distance)
    await world.close()


@pytest.mark.asyncio
async def test_s1_counts_the_entries_of_this_round_only():
    world = await lit(season=Season(world_start(1), world_start(9)))
    for at, hours in enumerate((0.5, 1.5, 2.5)):
        order = make_order(
            OrderState.FILLED,
            client_order_id=f"c{at}",
            venue_order_id=f"v{at}",
            filled_size=D("0.005"),
            created_ms=world_start(hours),
        )
        world.engine.core.ledger.save(order, "TEST")
    world.clock.start_ms += 3 * HOUR_MS
    await after(world)
    assert light(world, "S1").distance.startswith("2 of 10 trades, ")
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("season", "state", "distance"),
    [
        (Season(), UNKNOWN, ""),
        (Season(world_start(5.5), world_start(50)), OK, "begins in 5 h"),
        (Season(world_start(-10), world_start(90)), OK, "3 days left"),
        (Season(world_start(-10), world_start(10.5)), NEAR, "10 h left"),
        (Season(world_start(-10), world_start(-1)), NEAR, "the round is over"),
    ],
)
async def test_s2_the_round(season, state, distance):
    world = await lit(season=season)
    await after(world)
    assert shown(world, "S2") == (state, distance)
    await world.close()


@pytest.mark.asyncio
async def test_s2_says_what_was_made_and_lost():
    world = await lit(season=Season(world_start(-50), world_start(50), D(800)))
    await after(world)
    assert light(world, "S2").evidence == "equity 1,000 USDT, +25 % since the start; 0 % from the peak"
    assert light(world, "S2").used == pytest.approx(0.5, abs=0.01)
    await world.close()
