"""What is journalled is what leaves, once: the bytes of a prepared order, seen at the adapter's own connection."""

import pytest
from conformance_kit import BTC
from speakers import needs

from terminal.domain.capabilities import VenueCapabilities
from terminal.domain.errors import RequestRejected
from terminal.domain.order import OrderKind, TimeInForce
from terminal.ports.venue import Acknowledged


class Recorder:
    """Stands before an adapter's connection and keeps each order that leaves."""

    def __init__(self, http, path):
        self._http = http
        self._path = path
        self.orders = []

    async def send(self, request):
        if request.method == "POST" and request.target.partition("?")[0].endswith(self._path):
            self.orders.append(request)
        return await self._http.send(request)


def recorded(desk):
    caller = desk.adapter._desk.caller
    caller._http = Recorder(caller._http, desk.speaker.place_path)
    return caller._http.orders


@pytest.mark.asyncio
async def test_the_bytes_prepared_are_the_bytes_sent(desk):
    left = recorded(desk)
    prepared = desk.adapter.prepare_order(desk.new_id(), await desk.limit("-0.005"))
    assert isinstance(await desk.adapter.submit_order(prepared), Acknowledged)
    (request,) = left
    assert prepared.body in request.body, "a signature may stand behind these bytes, nothing may change them"


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", [OrderKind.LIMIT, OrderKind.MARKET])
async def test_an_order_that_is_not_answered_leaves_once(desk, kind):
    left = recorded(desk)
    terms = await (desk.limit("-0.005") if kind is OrderKind.LIMIT else desk.terms(tif=TimeInForce.IOC))
    desk.exchange.fault(kind="drop", path=desk.speaker.place_path, after=True, count=1)
    await desk.submit(terms)
    assert len(left) == 1


def test_capabilities_fit_together(speaker):
    able = speaker.able
    assert isinstance(able, VenueCapabilities)
    if able.is_spot:
        assert not any((able.leverage, able.margin_modes, able.short, able.reduce_only, able.triggers))
    assert able.orders_in_flight_per_instrument in {None, 1}
    assert able.client_order_ids or able.orders_in_flight_per_instrument == 1, "one at a time, or terms tell nothing"
    assert able.ai_logs is (speaker.venue == "weex")


@pytest.mark.asyncio
async def test_it_is_what_it_says_it_is(desk):
    assert desk.adapter.capabilities == desk.speaker.able


@needs("no weex")
@pytest.mark.asyncio
async def test_where_nothing_may_leave_no_position_is_closed_either(desk):
    """The competition's other venues and those that are only compared: an exit is an order, too."""
    order_id = await desk.place(await desk.terms(size=desk.speaker.size * 2))
    await desk.until(order_id, lambda report: report.filled_size == report.size)
    watching = desk.speaker.build(desk.exchange.line, desk.clock, may_trade=False)
    caller = watching._desk.caller
    caller._http = Recorder(caller._http, desk.speaker.place_path)
    await watching.sync_clock()
    await watching.instruments()
    try:
        outcome = await watching.close_position(BTC)
    except RequestRejected as error:
        said = str(error)
    else:
        said = " ".join(outcome.refusals)
        assert outcome.venue_order_ids == ()
    assert "WEEX" in said
    assert caller._http.orders == []
    assert await desk.adapter.positions()
    await watching.aclose()
