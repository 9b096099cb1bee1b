"""Orders whose answer got lost: found by their terms, believed absent, or left to a person; never sent twice."""

from decimal import Decimal

import pytest
from bitz_kit import BTC, bench

from helpers.event_sink import Events, running
from terminal.domain.fill import Fill
from terminal.domain.order import Effect, PositionSide
from terminal.ports.venue import Acknowledged, NotSent, OrderReport, ResyncNeeded, Unclear, VenueStatus
from terminal.venues.bitz.own import Found

pytestmark = pytest.mark.asyncio
LOST = {"kind": "drop", "path": "addContractTrade"}


@pytest.mark.parametrize(
    "fault",
    [
        LOST | {"after": True},
        {"kind": "500", "path": "addContractTrade", "after": True},
        {"kind": "html", "path": "addContractTrade", "after": True},
        {"kind": "truncate", "path": "addContractTrade"},
        *({"kind": "code", "code": code, "path": "addContractTrade", "after": True} for code in ("-104", "-106")),
        *({"kind": "code", "code": code, "path": "addContractTrade", "after": True} for code in ("-301001", "-200032")),
        *({"kind": "code", "code": code, "path": "addContractTrade", "after": True} for code in ("-200033", "-100044")),
        {"kind": "code", "code": "-77", "path": "addContractTrade", "after": True},
    ],
    ids=lambda fault: f"{fault['kind']} {fault.get('code', '')}",
)
@pytest.mark.parametrize("kind", ["market", "limit"])
async def test_an_order_that_arrived_is_found_and_named(fault, kind):
    async with bench() as desk:
        desk.fault(**fault)
        outcome = await desk.submit(desk.terms() if kind == "market" else desk.limit("-0.005"), "mine")
        assert isinstance(outcome, Unclear)
        if kind == "limit":
            (report,) = await desk.adapter.open_orders()
        else:
            fills = await desk.adapter.fills(BTC, 0)
            (order_id,) = {fill.venue_order_id for fill in fills}
            report = await desk.adapter.order(order_id)
            assert {fill.client_order_id for fill in fills} == {"mine"}
        assert (report.client_order_id, report.effect) == ("mine", Effect.OPEN)
        assert len(desk.calls("addContractTrade")) == 1


async def test_polling_tells_the_found_order_and_its_fill_under_our_name():
    async with bench() as desk:
        events = Events(20)
        async with running(desk.adapter.run_private(events)):
            desk.fault(**LOST, after=True)
            assert isinstance(await desk.submit(desk.terms(), "mine"), Unclear)
            report = await events.first(OrderReport)
            assert (report.client_order_id, report.status) == ("mine", VenueStatus.FILLED)
            assert (await events.first(Fill)).client_order_id == "mine"


async def test_one_that_never_arrived_is_believed_absent_after_five_looks_and_fifteen_seconds():
    async with bench() as desk:
        clock = desk.adapter._desk.clock
        async with running(desk.adapter.run_private(Events(20))):
            desk.fault(**LOST)
            assert isinstance(await desk.submit(desk.terms(), "mine"), Unclear)
            lost_s = clock.monotonic_s()
            (search,) = desk.adapter._desk.own._searches
            waits = await desk.submit(desk.terms())
            assert isinstance(waits, NotSent)
            assert "still unclear" in waits.message
            while search.state is Found.SEARCHING:
                await clock.sleep(0.5)
            assert search.state is Found.ABSENT
            assert search.looks >= 5
            assert clock.monotonic_s() - lost_s >= 15.0
            await desk.place(desk.terms())
        assert len(desk.calls("addContractTrade")) == 1  # the one that was dropped never got here


async def test_an_exit_goes_out_while_an_opening_is_unclear():
    async with bench() as desk:
        await desk.place(desk.terms())
        desk.fault(**LOST, after=True)
        assert isinstance(await desk.submit(desk.limit("-0.005"), "mine"), Unclear)
        await desk.place(desk.closing(), "exit")
        (report,) = await desk.adapter.open_orders()
        assert report.client_order_id == "mine"


async def test_an_order_that_was_there_before_is_never_taken_for_ours():
    async with bench() as desk:
        terms = desk.limit("-0.005")
        await desk.place(terms, "first")
        desk.adapter._desk.own._made.clear()  # as if somebody else had made it
        desk.fault(**LOST)
        assert isinstance(await desk.submit(terms, "second"), Unclear)
        (report,) = await desk.adapter.open_orders()
        assert report.client_order_id == ""  # nobody may match it with ours by its terms


async def test_of_two_that_fit_a_person_decides():
    async with bench() as desk:
        events = Events(20)
        terms = desk.limit("-0.005")
        desk.fault(**LOST, after=True)
        assert isinstance(await desk.submit(terms, "mine"), Unclear)
        await _place_elsewhere(desk, terms)
        async with running(desk.adapter.run_private(events)):
            doubt = await events.first(ResyncNeeded)
            assert "look there" in doubt.reason
        reports = await desk.adapter.open_orders()
        assert [report.client_order_id for report in reports] == [None, None]


async def test_a_restart_forgets_names_but_not_terms():
    """The next run has only the journal: the report carries the terms, and the services match them."""
    async with bench() as desk:
        terms = desk.limit("-0.005")
        desk.fault(**LOST, after=True)
        await desk.submit(terms, "mine")
        desk.adapter._desk.own._searches.clear()
        (report,) = await desk.adapter.open_orders()
        assert report.client_order_id is None
        found = (report.instrument_id, report.side, report.effect, report.kind, report.size, report.price)
        assert found == (terms.instrument_id, terms.side, terms.effect, terms.kind, terms.size, terms.price)


async def _place_elsewhere(desk, terms):
    """Somebody else places the same order on the same account."""
    from terminal.sim.exchange.order_desk import OrderRequest
    from terminal.sim.exchange.terms import Effect as SimEffect
    from terminal.sim.exchange.terms import PositionSide
    from terminal.sim.market.types import BookTif

    request = OrderRequest("BTC", "", PositionSide.LONG, SimEffect.OPEN, terms.size, terms.price, BookTif.GTC)
    desk.account.orders.place(request, desk.account.now_ms)


async def test_an_exit_waits_while_one_of_the_same_terms_is_searched_for_and_leaves_in_the_end():
    async with bench() as desk:
        clock = desk.adapter._desk.clock
        await desk.place(desk.terms(size=Decimal("0.004")))
        desk.fault(**LOST)
        assert isinstance(await desk.submit(desk.closing(), "first"), Unclear)
        began_s = clock.monotonic_s()
        (search,) = desk.adapter._desk.own._searches
        other = await desk.submit(desk.closing(size=Decimal("0.001")), "smaller")
        assert isinstance(other, Acknowledged), "one that cannot be mistaken for it waits for nothing"
        assert isinstance(await desk.submit(desk.closing(), "second"), Acknowledged)
        assert search.state is Found.ABSENT
        assert clock.monotonic_s() - began_s >= 15.0
        (held,) = await desk.adapter.positions()
        assert held.size == Decimal("0.001")


async def test_an_exit_that_waited_is_not_sent_when_the_first_had_arrived():
    async with bench() as desk:
        await desk.place(desk.terms())
        desk.fault(**LOST, after=True)
        assert isinstance(await desk.submit(desk.closing(), "first"), Unclear)
        second = await desk.submit(desk.closing(), "second")
        assert isinstance(second, NotSent)
        assert "no such BTC position" in second.message
        fills = await desk.adapter.fills(BTC, 0)
        assert {fill.client_order_id for fill in fills if fill.position_side is PositionSide.LONG} >= {"first"}


async def test_an_exit_that_waits_says_so_when_the_venue_cannot_be_asked():
    async with bench() as desk:
        await desk.place(desk.terms())
        desk.fault(**LOST)
        assert isinstance(await desk.submit(desk.closing(), "first"), Unclear)
        desk.fault(kind="500", path="getContractOrder", count=-1)
        second = await desk.submit(desk.closing(), "second")
        assert isinstance(second, NotSent)
        assert "what became of the last order" in second.message
