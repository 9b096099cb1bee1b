"""Orders from preparing to their end, against the exchange."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest
from bitz_kit import BTC, ETH, bench

from terminal.domain.errors import OutcomeUnknown, RequestRejected
from terminal.domain.order import Effect, OrderKind, PositionSide, Side, TimeInForce
from terminal.ports.venue import NotSent, PreparedOrder, Refused, Unclear, VenueStatus
from terminal.venues.bitz.signing import read_form

pytestmark = pytest.mark.asyncio


async def test_a_market_order_fills_and_reads_back_as_ours():
    async with bench() as desk:
        order_id = await desk.place(desk.terms(size=Decimal("0.0029")), "mine")
        report = await desk.adapter.order(order_id)
        assert (report.client_order_id, report.status, report.kind) == ("mine", VenueStatus.FILLED, OrderKind.MARKET)
        assert (report.size, report.price, report.effect) == (Decimal("0.002"), None, Effect.OPEN)  # rounded down
        fills = await desk.adapter.fills(BTC, 0)
        assert {(fill.client_order_id, fill.venue_order_id) for fill in fills} == {("mine", order_id)}
        assert sum(fill.size for fill in fills) == Decimal("0.002")
        (position,) = await desk.adapter.positions()
        assert (position.side, position.size, position.leverage) == (PositionSide.LONG, Decimal("0.002"), 5)
        assert [each.venue_order_id for each in await desk.adapter.order_history(BTC, 0)] == [order_id]
        with pytest.raises(RequestRejected, match="does not know order"):
            await desk.adapter.order("12")


async def test_the_bytes_that_were_prepared_are_what_is_sent():
    async with bench() as desk:
        prepared = desk.adapter.prepare_order("mine", desk.limit("-0.004"))
        assert read_form(prepared.body)["amount"] == "2"
        seen = []
        manners = desk.adapter._desk.manners
        original = manners.request

        def request(call, now_ms):
            made = original(call, now_ms)
            seen.append((call.path, made.body))
            return made

        manners.request = request
        await desk.adapter.submit_order(prepared)
        ((_, body),) = [each for each in seen if each[0].endswith("addContractTrade")]
        assert body.startswith(prepared.body + b"&apiKey=")


async def test_a_limit_order_rests_and_is_cancelled_once():
    async with bench() as desk:
        terms = desk.limit("-0.005")
        order_id = await desk.place(terms, "mine")
        (resting,) = await desk.adapter.open_orders()
        assert (resting.venue_order_id, resting.client_order_id, resting.price) == (order_id, "mine", terms.price)
        assert resting.tif is TimeInForce.GTC
        assert await desk.adapter.cancel_order(BTC, order_id) is True
        assert await desk.adapter.cancel_order(BTC, order_id) is False
        assert await desk.adapter.cancel_order(BTC, "12") is False
        assert await desk.adapter.open_orders() == ()
        assert (await desk.adapter.order(order_id)).status is VenueStatus.CANCELED


async def test_refusals_are_the_venues_own():
    async with bench() as desk:
        outcome = await desk.submit(desk.terms(size=Decimal(5)))
        assert isinstance(outcome, Refused)
        assert (outcome.code, outcome.halts) == ("-200031", False)
        assert "free margin" in outcome.hint
        desk.fault(kind="swapped_errors", count=-1)
        assert (await desk.submit(desk.terms(size=Decimal(5)))).code == "-200031"
        desk.fault(kind="halt")
        assert (await desk.submit(desk.terms())).code == "-200025"


async def test_the_gate_has_the_last_word_after_every_wait():
    async with bench() as desk:
        prepared = desk.adapter.prepare_order("mine", desk.terms())
        outcome = await desk.adapter.submit_order(replace(prepared, may_send=lambda: False))
        assert isinstance(outcome, NotSent)
        assert desk.calls("addContractTrade") == []


async def test_one_order_of_a_contract_is_on_its_way_at_a_time():
    async with bench() as desk:
        desk.fault(kind="delay", path="addContractTrade", delay_ms=150, count=1)
        order = []

        async def one(name, **changes):
            await desk.place(desk.terms(**changes), name)
            order.append(name)

        await asyncio.gather(one("first"), one("second"), one("elsewhere", instrument_id=ETH, size=Decimal("0.01")))
        assert order.index("first") < order.index("second")
        assert order[0] == "elsewhere"


async def test_an_exit_never_turns_the_position_over():
    async with bench() as desk:
        await desk.place(desk.terms(size=Decimal("0.003")))
        outcome = await desk.submit(desk.closing(size=Decimal("0.004")))
        assert isinstance(outcome, NotSent)
        assert "Only 0.003 BTC" in outcome.message
        await desk.place(desk.limit("0.005", side=Side.SELL, effect=Effect.CLOSE, size=Decimal("0.002")))
        assert "Only 0.001 BTC" in (await desk.submit(desk.closing(size=Decimal("0.002")))).message
        await desk.place(desk.closing(size=Decimal("0.001")))
        assert "would already close" in (await desk.submit(desk.closing(size=Decimal("0.002")))).message
        await desk.adapter.cancel_all(BTC)
        await desk.place(desk.closing(size=Decimal("0.002")))
        assert "no such BTC position" in (await desk.submit(desk.closing())).message
        assert await desk.adapter.positions() == ()
        assert len(desk.calls("addContractTrade")) == 4


async def test_an_exit_whose_position_cannot_be_read_is_not_sent_and_may_be_tried_again():
    async with bench() as desk:
        await desk.place(desk.terms())
        desk.fault(kind="500", path="getContractActivePositions", count=-1)
        outcome = await desk.submit(desk.closing())
        assert isinstance(outcome, NotSent)
        assert "could not be asked" in outcome.message
        desk.exchange.control.clear_faults()
        await desk.place(desk.closing())


async def test_closing_a_position_cancels_what_rests_first():
    async with bench() as desk:
        await desk.place(desk.terms(leverage=7))
        await desk.place(desk.limit("-0.005"))
        await desk.place(desk.terms(instrument_id=ETH, side=Side.SELL, size=Decimal("0.03")))
        closed = await desk.adapter.close_position(BTC)
        assert (len(closed.venue_order_ids), closed.refusals, closed.triggers_cancelled) == (1, (), True)
        (left,) = await desk.adapter.positions()
        assert (left.instrument_id, left.side) == (ETH, PositionSide.SHORT)
        everything = await desk.adapter.close_everything()
        assert len(everything.venue_order_ids) == 1
        assert await desk.adapter.positions() == await desk.adapter.open_orders() == ()
        assert await desk.adapter.close_position(BTC) == replace(closed, venue_order_ids=())


async def test_a_close_says_what_the_venue_said():
    async with bench() as desk:
        await desk.place(desk.terms())
        desk.fault(kind="halt")
        refused = await desk.adapter.close_position(BTC)
        assert refused.venue_order_ids == ()
        assert "halted" in refused.refusals[0]
        desk.fault(kind="500", path="getContractOrder", count=-1)
        with pytest.raises(Exception, match="500"):
            await desk.adapter.close_position(BTC)
        desk.exchange.control.clear_faults()
        desk.fault(kind="code", code="-106", path="addContractTrade")
        with pytest.raises(OutcomeUnknown, match="-106"):
            await desk.adapter.close_position(BTC)
        assert await desk.adapter.positions() != ()


async def test_cancel_all_lists_until_nothing_is_left():
    async with bench() as desk:
        for off in ("-0.004", "-0.005", "-0.006"):
            await desk.place(desk.limit(off))
        await desk.place(
            desk.terms(
                instrument_id=ETH,
                kind=OrderKind.LIMIT,
                tif=TimeInForce.GTC,
                price=desk.price("-0.004", "ETH"),
                size=Decimal("0.02"),
            )
        )
        assert await desk.adapter.cancel_all(ETH) == 1
        assert await desk.adapter.cancel_all(None) == 3
        assert await desk.adapter.cancel_all(None) == 0


async def test_orders_that_do_not_go_away_are_told():
    async with bench() as desk:
        await desk.place(desk.limit("-0.004"))
        desk.fault(kind="code", code="-200034", path="cancelContractTrade", count=-1)
        with pytest.raises(OutcomeUnknown, match="1 orders still rest"):
            await desk.adapter.cancel_all(None)
        desk.exchange.control.clear_faults()
        desk.fault(kind="code", code="-102", path="cancelContractTrade")
        with pytest.raises(RequestRejected):
            await desk.adapter.cancel_all(None)
        desk.fault(kind="drop", path="cancelContractTrade", after=True)
        with pytest.raises(OutcomeUnknown):
            await desk.adapter.cancel_all(None)


async def test_under_a_competition_profile_nothing_leaves():
    async with bench() as desk:
        prepared = desk.adapter.prepare_order("mine", desk.terms())
        await desk.place(desk.terms())
    async with bench(may_trade=False) as desk:
        with pytest.raises(RequestRejected, match="WEEX alone"):
            desk.adapter.prepare_order("mine", desk.terms())
        outcome = await desk.adapter.submit_order(prepared)
        assert isinstance(outcome, NotSent)
        assert "WEEX alone" in outcome.message
        assert desk.calls("addContractTrade") == []
        account = desk.account
        from terminal.sim.exchange.order_desk import OrderRequest
        from terminal.sim.exchange.terms import Effect as SimEffect
        from terminal.sim.exchange.terms import PositionSide as SimSide
        from terminal.sim.market.types import BookTif

        request = OrderRequest("BTC", "", SimSide.LONG, SimEffect.OPEN, Decimal("0.002"), None, BookTif.IOC)
        account.orders.place(request, account.now_ms)
        assert "WEEX alone" in (await desk.adapter.close_position(BTC)).refusals[0]
        assert desk.calls("addContractTrade") == []


async def test_a_cancelled_task_leaves_a_truthful_outcome():
    async with bench() as desk:
        desk.fault(kind="delay", path="addContractTrade", delay_ms=400, after=True)
        prepared = desk.adapter.prepare_order("mine", desk.terms())
        task = asyncio.create_task(desk.adapter.submit_order(prepared))
        while not desk.calls("addContractTrade"):
            await desk.adapter._desk.clock.sleep(0.1)
        task.cancel()
        assert isinstance(await task, Unclear)
        desk.fault(kind="delay", path="getContractOrder", delay_ms=400)
        task = asyncio.create_task(
            desk.adapter.submit_order(PreparedOrder("x", prepared.endpoint, prepared.body, True))
        )
        await asyncio.sleep(0.05)
        task.cancel()
        assert isinstance(await task, NotSent)
        assert len(desk.calls("addContractTrade")) == 1
