"""Lost answers, limits, refused addresses, AI logs and the private stream."""

import asyncio
import json
from decimal import Decimal

import pytest
from conformance_kit import BTC, eventually
from speakers import needs

from helpers.event_sink import Events, running
from terminal.domain.errors import AuthFailed, RateLimited
from terminal.domain.fill import Fill
from terminal.domain.market import StreamState
from terminal.domain.order import PositionSide, Side
from terminal.ports.venue import (
    AccountTouched,
    NotSent,
    OrderReport,
    Refused,
    ResyncNeeded,
    Unclear,
    VenueStatus,
)

pytestmark = pytest.mark.asyncio


async def test_a_lost_answer_is_unclear_and_the_order_is_found_by_our_id(desk):
    desk.exchange.fault(kind="drop", path=desk.speaker.place_path, after=True, count=1)
    own_id = desk.new_id()
    assert isinstance(await desk.submit(await desk.limit("-0.005"), own_id), Unclear)
    (found,) = await eventually(desk.adapter.open_orders)
    assert (found.client_order_id, found.status) == (own_id, VenueStatus.OPEN)
    desk.exchange.fault(kind="500", path=desk.speaker.place_path, after=True, count=1)
    second = desk.new_id()
    assert isinstance(await desk.submit(await desk.terms(), second), Unclear)
    history = await eventually(
        lambda: desk.adapter.order_history(BTC, 0), lambda rows: second in {each.client_order_id for each in rows}
    )
    assert [each.status for each in history if each.client_order_id == second] == [VenueStatus.FILLED]


async def test_what_never_arrived_is_in_no_list(desk):
    desk.exchange.fault(kind="drop", path=desk.speaker.place_path, count=1)
    own_id = desk.new_id()
    assert isinstance(await desk.submit(await desk.limit("-0.005"), own_id), Unclear)
    known = (*await desk.adapter.open_orders(), *await desk.adapter.order_history(BTC, 0))
    assert own_id not in {each.client_order_id for each in known}


@needs("weex")
async def test_429_refuses_and_closes_the_gate(desk):
    terms = await desk.limit("-0.005")
    desk.exchange.fault(kind="429", path=desk.speaker.place_path, count=1)
    first = await desk.submit(terms)
    assert isinstance(first, Refused)
    assert not first.halts
    assert isinstance(await desk.submit(terms), NotSent)
    with pytest.raises(RateLimited):
        await desk.adapter.balance()


@needs("weex")
async def test_521_halts_and_names_the_white_list(desk):
    terms = await desk.limit("-0.005")
    await desk.adapter.sync_clock()
    desk.exchange.fault(kind="521", count=2)
    outcome = await desk.submit(terms)
    assert isinstance(outcome, Refused)
    assert outcome.halts
    assert "white list" in outcome.hint
    with pytest.raises(AuthFailed):
        await desk.adapter.balance()


@needs("ai_logs")
async def test_ai_log_with_and_without_an_order(desk):
    order_id = await desk.place(await desk.terms())
    for number in (int(order_id), None):
        log = {
            "orderId": number,
            "stage": "Decision Making",
            "model": "ridge-1",
            "input": {"features": ["momentum"]},
            "output": {"action": "OPEN_LONG"},
            "explanation": "Momentum is up on every interval.",
        }
        receipt = await desk.adapter.upload_ai_log(json.dumps(log).encode())
        assert (receipt.accepted, receipt.code) == (True, "00000")
    refused = await desk.adapter.upload_ai_log(b'{"orderId":null,"stage":"Decision Making"}')
    assert (refused.accepted, refused.permanent) == (False, True)


def told(fill):
    return fill.trade_id, fill.price, fill.fee


async def test_private_stream_tells_orders_fills_and_the_account(desk):
    events = Events()
    async with running(desk.adapter.run_private(events)):
        await events.first(StreamState, lambda state: state.connected)
        own_id = desk.new_id()
        order_id = await desk.place(await desk.terms(), own_id)
        fill = await events.first(Fill, lambda fill: fill.venue_order_id == order_id)
        assert (fill.side, fill.position_side) == (Side.BUY, PositionSide.LONG)
        done = await events.first(
            OrderReport, lambda report: report.venue_order_id == order_id and report.status is VenueStatus.FILLED
        )
        assert done.client_order_id == own_id
        await events.first(AccountTouched)
        listed = await desk.fills_of(order_id)
        assert sum(each.size for each in listed) == Decimal("0.001")
        await events.wait(lambda: len(events.of(Fill)) == len(listed))
        assert {told(each) for each in events.of(Fill)} == {told(each) for each in listed}
    assert not events.of(ResyncNeeded)


@needs("weex")
async def test_a_lost_private_event_asks_for_a_resync(desk):
    events = Events()
    async with running(desk.adapter.run_private(events)):
        await events.first(StreamState, lambda state: state.connected)
        first = await desk.place(await desk.limit("-0.005"))
        await events.first(OrderReport, lambda report: report.venue_order_id == first)
        desk.exchange.fault(kind="stream_silence", count=-1)
        silent = await desk.place(await desk.limit("-0.004"))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await events.first(OrderReport, lambda report: report.venue_order_id == silent)
        desk.exchange.clear_faults()
        await desk.adapter.cancel_order(BTC, silent)
        resync = await events.first(ResyncNeeded)
        assert "not received" in resync.reason


@needs("private_stream")
async def test_a_cut_private_stream_comes_back_and_asks_for_a_resync(desk):
    events = Events()
    async with running(desk.adapter.run_private(events)):
        await events.first(StreamState, lambda state: state.connected)
        desk.exchange.fault(kind="drop_sockets", count=1)
        resync = await events.first(ResyncNeeded)
        assert resync.reason
        assert [state.connected for state in events.of(StreamState)] == [True, False, True]


@needs("weex")
@pytest.mark.parametrize(("words", "letters", "accepted"), [(500, 1, True), (501, 1, False), (1, 1001, False)])
async def test_quirk_11_02_an_explanation_keeps_both_limits(desk, words, letters, accepted):
    log = {"orderId": None, "stage": "Decision Making", "model": "m", "input": {}, "output": {}}
    body = json.dumps(log | {"explanation": " ".join(["x" * letters] * words)}).encode()
    receipt = await desk.adapter.upload_ai_log(body)
    assert (receipt.accepted, receipt.permanent) == (accepted, not accepted)
