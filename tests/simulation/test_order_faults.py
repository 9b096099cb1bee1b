"""Order faults O1 to O23 of the catalogue, through the whole program."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from helpers.fake_chance import SeededChance
from simulation.kit import Desk, play, said
from simulation.world import LIMITS
from terminal.domain.commands import Approve, CancelAll, CancelOrder, SetTradingState
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.errors import ConfigError, RequestRejected
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId, perpetual
from terminal.domain.order import Effect, OrderKind, OrderState, Side, TimeInForce
from terminal.domain.risk import TradingState
from terminal.sim.exchange.order_desk import OrderRequest
from terminal.sim.exchange.terms import Effect as VenueEffect
from terminal.sim.exchange.terms import PositionSide
from terminal.sim.market.types import BookTif


def test_o1_while_an_order_is_unclear_its_pair_opens_nothing_else():
    async def story(desk: Desk) -> None:
        order = await desk.open("lost", wait_s=11.0)
        assert desk.again(order).state is OrderState.UNKNOWN
        for _ in range(5):
            desk.engine.core.cycle.request("test")
            await asyncio.sleep(1.0)
        proposals = desk.engine.core.review.open_proposals()
        assert all(each.terms.instrument_id != order.terms.instrument_id for each in proposals)
        await desk.until(lambda: desk.again(order).state is OrderState.NOT_ACCEPTED, 200)

    play(story)


def test_o2_a_partial_fill_then_the_end_keeps_what_was_filled():
    async def story(desk: Desk) -> None:
        faults = desk.exchange.orders.faults
        faults.partial, faults.count = Decimal("0.3"), 1
        order = await desk.open(wait_s=4.0)
        seen = desk.again(order)
        assert seen.state is OrderState.CANCELED
        assert 0 < seen.filled_size < seen.terms.size

    play(story)


def test_o3_cancelling_what_is_done_is_no_error():
    async def story(desk: Desk) -> None:
        order = await desk.open(wait_s=3.0)
        with said(desk, "Nothing to cancel"):
            desk.engine.post(CancelOrder(order.client_order_id, "ann"))
            await asyncio.sleep(1)
        assert desk.again(order).state is OrderState.FILLED

    play(story)


def test_o3_a_cancel_that_meets_a_filled_order_adopts_the_fill():
    async def story(desk: Desk) -> None:
        desk.world.network.silent_until_s = desk.world.loop.time() + 4
        order = await desk.open(wait_s=0.3)
        assert desk.again(order).state is OrderState.ACKED
        desk.engine.post(CancelOrder(order.client_order_id, "ann"))
        await asyncio.sleep(1)
        assert desk.again(order).state is OrderState.FILLED

    play(story)


def test_o4_a_fill_after_the_end_is_booked():
    async def story(desk: Desk) -> None:
        faults = desk.exchange.orders.faults
        faults.partial, faults.count = Decimal("0.3"), 1
        order = await desk.open(wait_s=4.0)
        fill = _fill_of(desk, order, "late-1", Decimal("0.0001"))
        desk.engine.core.intake.on_fill(fill)
        assert desk.engine.core.ledger.illegal_transitions == 0
        assert desk.again(order).filled_size > order.filled_size

    play(story, check=False)


def test_o5_more_than_the_size_is_reality_and_pauses_the_pair():
    async def story(desk: Desk) -> None:
        order = await desk.open(wait_s=3.0)
        desk.engine.core.intake.on_fill(_fill_of(desk, order, "over-1", Decimal("0.0001")))
        assert desk.again(order).filled_size > order.terms.size
        assert "more than its size" in desk.engine._switch.pause_of(order.terms.instrument_id)

    play(story, check=False)


def test_o6_the_same_trade_with_another_price_keeps_the_first():
    async def story(desk: Desk) -> None:
        order = await desk.open(wait_s=3.0)
        (known,) = desk.engine.core.ledger.fills_of(order.client_order_id)
        with said(desk, "came again"):
            desk.engine.core.intake.on_fill(replace(known, price=known.price * 2))
        assert desk.engine.core.ledger.fills[known.trade_id].price == known.price

    play(story)


def test_o7_client_ids_are_32_plain_characters_and_never_repeat():
    async def story(desk: Desk) -> None:
        ids = {desk.engine.core.orders.new_client_order_id() for _ in range(2_000)}
        assert len(ids) == 2_000
        assert all(len(each) == 32 and each.isascii() and each.isalnum() and each == each.lower() for each in ids)

    play(story)


def test_o8_sizes_are_rounded_down_and_never_raised_to_the_least():
    async def story(desk: Desk) -> None:
        order = await desk.open(wait_s=3.0)
        rules = desk.engine.core.hub.instruments[order.terms.instrument_id]
        assert rules.is_on_step(order.terms.size)
        assert rules.floor_size(rules.min_size * Decimal("0.99")) < rules.min_size

    play(story)


def test_o9_a_price_outside_the_collar_is_denied_here():
    from terminal.services.risk.checks.price import r7_collar
    from terminal.services.risk.context import RiskStage

    async def story(desk: Desk) -> None:
        order = await desk.open(wait_s=3.0)
        far = replace(order.terms, kind=OrderKind.LIMIT, tif=TimeInForce.GTC, price=order.terms.reference_price * 2)
        assert not r7_collar(desk.engine.core.facts.context(far, RiskStage.FINAL, None)).passed

    play(story)


def test_o10_long_order_ids_stay_texts_all_the_way():
    async def story(desk: Desk) -> None:
        order = await desk.open(wait_s=3.0)
        venue_order_id = desk.again(order).venue_order_id
        assert isinstance(venue_order_id, str)
        assert int(venue_order_id) > 2**53
        assert venue_order_id in desk.exchange.books.orders

    play(story)


def test_o11_a_status_nobody_knows_freezes_the_order_and_is_never_a_fill():
    from terminal.ports.venue import VenueStatus

    async def story(desk: Desk) -> None:
        desk.world.network.silent_until_s = desk.world.loop.time() + 60
        desk.exchange.orders.faults.late_ms, desk.exchange.orders.faults.count = 30_000, 1
        order = await desk.open(wait_s=0.5)
        report = await desk.world.adapter.order(desk.again(order).venue_order_id)
        desk.engine.core.intake.on_report(replace(report, status=VenueStatus.UNKNOWN))
        seen = desk.again(order)
        assert seen.frozen
        assert seen.filled_size == 0
        assert "do not know" in desk.engine._switch.pause_of(order.terms.instrument_id)

    play(story, check=False)


def test_o12_a_close_is_never_larger_than_the_position():
    async def story(desk: Desk) -> None:
        await desk.open(wait_s=4.0)
        for _ in range(3):
            await desk.close(wait_s=0.0)  # three clicks at once
        await asyncio.sleep(5)
        assert not list(desk.exchange.books.held())
        assert sum(order.terms.effect is Effect.CLOSE for order in desk.orders) == 1

    play(story)


def test_o13_an_order_of_somebody_else_is_adopted_and_pauses_the_pair():
    async def story(desk: Desk) -> None:
        order = stranger(desk)
        await asyncio.sleep(12)
        known = desk.engine.core.ledger.of_venue_id(order.order_id)
        assert known.origin.value == "EXTERNAL"
        assert "not made here" in desk.engine._switch.pause_of(perpetual("BTC"))

    play(story)


@pytest.mark.parametrize("leverage", [10, 21, 100])
def test_o14_o15_leverage_changed_elsewhere_lets_nothing_open(leverage):
    async def story(desk: Desk) -> None:
        for pair in ("BTC", "ETH"):
            setting = desk.exchange.books.leverage[pair]
            desk.exchange.books.leverage[pair] = replace(setting, **_all_leverages(setting, leverage))
        stranger(desk)  # not flat: we may not set it back
        stranger(desk, "ETH")
        await asyncio.sleep(3)
        await desk.engine.core.leverage.set_all(tuple(map(perpetual, ("BTC", "ETH"))))
        proposals = desk.engine.core.review.open_proposals()
        assert proposals
        for proposal in proposals:
            desk.engine.post(Approve(proposal.decision_id, "ann", "key A", proposal.fingerprint))
        await asyncio.sleep(3)
        assert desk.world.sent.total() == 0
        assert all("R4" in desk.engine.core.review.proposals[each.decision_id].reason for each in proposals)

    play(story, check=False)


def test_o16_a_forced_close_is_recorded_and_reduces():
    async def story(desk: Desk) -> None:
        order = await desk.open(wait_s=4.0)
        report = await desk.world.adapter.order(desk.again(order).venue_order_id)
        forced = replace(
            report,
            venue_order_id="799999999999999999",
            client_order_id=None,
            side=report.side.opposite,
            effect=Effect.CLOSE,
            is_forced=True,
        )
        desk.engine.core.intake.on_report(forced)
        await asyncio.sleep(1)
        assert desk.engine.trading_state is TradingState.REDUCE_ONLY
        assert "forced" in desk.engine._switch.reason

    play(story, check=False)


def test_o17_a_reset_of_the_account_is_accepted_as_it_is():
    async def story(desk: Desk) -> None:
        await desk.open(wait_s=4.0)
        desk.exchange.reset_account(Decimal(1_000))
        await asyncio.sleep(40)
        assert desk.engine.core.portfolio.positions == ()
        assert desk.engine.core.ledger.illegal_transitions == 0

    play(story, check=False)


def test_o18_no_other_symbol_passes_the_gate_or_the_adapter():
    from terminal.services.risk.checks.state import r2_allowed
    from terminal.services.risk.context import RiskStage

    async def story(desk: Desk) -> None:
        order = await desk.open(wait_s=3.0)
        other = replace(order.terms, instrument_id=InstrumentId("PEPE-PERP"))
        assert other.instrument_id not in ALLOWED_INSTRUMENTS
        assert not r2_allowed(desk.engine.core.facts.context(other, RiskStage.FINAL, None)).passed
        with pytest.raises(RequestRejected):
            desk.world.adapter.prepare_order("a" * 32, other)

    play(story)


def test_o19_nothing_opens_against_an_order_of_our_own():
    from terminal.services.risk.checks.flow import r19_self_match
    from terminal.services.risk.context import RiskStage

    async def story(desk: Desk) -> None:
        desk.exchange.orders.faults.late_ms, desk.exchange.orders.faults.count = 5_000, 1
        order = await desk.open(wait_s=0.5)
        opposite = replace(order.terms, side=order.terms.side.opposite)
        assert not r19_self_match(desk.engine.core.facts.context(opposite, RiskStage.FINAL, None)).passed

    play(story)


def test_o20_cancel_all_keeps_trying_while_the_venue_fails():
    async def story(desk: Desk) -> None:
        desk.weather.script.extend([("cancelAllOrders", "500")] * 4)
        with said(desk, "Trying on", "the venue took"):
            desk.engine.post(CancelAll("ann"))
            await asyncio.sleep(30)

    play(story)


def test_o22_an_answer_without_our_id_is_linked_by_the_exchange_of_messages():
    async def story(desk: Desk) -> None:
        order = await desk.open("null_id", wait_s=3.0)
        assert desk.again(order).state is OrderState.FILLED
        assert desk.again(order).venue_order_id == desk.at_venue(order)[0].order_id

    play(story)


def test_o23_play_money_and_real_money_exclude_each_other():
    from terminal.venues.weex.adapter import WeexAdapter

    async def story(desk: Desk) -> None:
        world = desk.world
        keys = world.adapter._desk.credentials
        with pytest.raises(ConfigError):
            WeexAdapter(
                "https://api-contract.weex.com",
                "wss://ws-contract.weex.com/v2/ws/public",
                "wss://ws-contract.weex.com/v2/ws/private",
                keys,
                world.clock,
                SeededChance(),
                simulated=True,
            )

    play(story)


def test_o20_the_kill_switch_stops_an_order_that_waits_for_the_request_budget():
    async def story(desk: Desk) -> None:
        limiter = desk.world.adapter._desk.limiter
        limiter._order_calls.window.spend(6, desk.world.loop.time())  # the next second's placements must wait
        order = await desk.open(wait_s=0.1)
        desk.engine.post(SetTradingState(TradingState.HALTED, "ann"))
        await asyncio.sleep(3)
        assert desk.again(order).state in {OrderState.NOT_SENT, OrderState.FILLED}
        assert desk.world.violations == []

    play(story, limits=LIMITS)


def stranger(desk: Desk, pair: str = "BTC"):
    request = OrderRequest(pair, "web1" + pair, PositionSide.LONG, VenueEffect.OPEN, Decimal("0.01"), None, BookTif.IOC)
    order = desk.exchange.orders.place(request, desk.exchange.now_ms)
    desk.world.external.add(order.order_id)
    return order


def _fill_of(desk: Desk, order, trade_id: str, size: Decimal) -> Fill:
    seen = desk.again(order)
    return Fill(
        trade_id=trade_id,
        venue_order_id=seen.venue_order_id,
        client_order_id=None,
        instrument_id=seen.terms.instrument_id,
        side=Side(seen.terms.side),
        position_side=seen.terms.position_side,
        price=seen.terms.reference_price,
        size=size,
        fee=Decimal(0),
        is_maker=False,
        realized_pnl=Decimal(0),
        ts_event_ms=desk.world.clock.now_ms(),
    )


def _all_leverages(setting, leverage: int) -> dict[str, int]:
    return {
        name: leverage
        for name in ("cross", "long", "short", "isolated_long", "isolated_short")
        if hasattr(setting, name)
    }
