"""Sending orders once, stops that belong to them, looking up what is unclear, and the ways out."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import httpx
import pytest
from woox_kit import (
    ALGO,
    BTC,
    CID,
    DOGE,
    ETH,
    FILL,
    HELD,
    INSTRUMENT,
    ORDER,
    POSITION,
    failure,
    market,
    rows,
    speaking,
    success,
    terms,
    trigger,
)

from helpers.stepping_clock import REFERENCE_MS
from terminal.domain.errors import MalformedReply, OutcomeUnknown, RequestRejected, VenueUnavailable
from terminal.domain.instrument import perpetual
from terminal.domain.order import Effect, Order, OrderState, Origin, PositionSide, Side, TimeInForce
from terminal.ports.venue import Acknowledged, NotSent, ProductKind, Refused, Unclear, VenueStatus
from terminal.venues.woox.mapper.ids import number_of
from terminal.venues.woox.signing import prehash, sign

pytestmark = pytest.mark.asyncio
D = Decimal
PLACE, STOP = "POST trade/order", "POST trade/algoOrder"
INFO = {"positionMode": "ONE_WAY", "totalAccountValue": "1000", "freeCollateral": "1000"}
COINS = {"holding": [{"token": "USDT", "holding": "1000", "frozen": 0}]}
TAKEN = {"orderId": 77, "clientOrderId": 0}


async def submitted(adapter, order=None, client_order_id=CID):
    return await adapter.submit_order(adapter.prepare_order(client_order_id, order or terms()))


def cut(_request):
    raise httpx.ReadError("cut")


# -- sending --------------------------------------------------------------------------


async def test_an_order_is_signed_and_sent_as_it_was_prepared():
    adapter, venue, clock = speaking(answers={PLACE: TAKEN})
    prepared = adapter.prepare_order(CID, terms())
    assert await adapter.submit_order(prepared) == Acknowledged("77")
    (request,) = venue.requests
    assert request.content == prepared.body
    stamp = request.headers["x-api-timestamp"]
    signed = prehash(int(stamp), "POST", "/v3/trade/order", prepared.body)
    assert request.headers["x-api-signature"] == sign("woox-test-secret-0001", signed)
    assert request.headers["Content-Type"] == "application/json"
    assert abs(int(stamp) - clock.now_ms()) < 1_000
    assert venue.sent(PLACE)[0]["clientOrderId"] == number_of(CID)


async def test_the_gate_has_the_last_word():
    adapter, venue, _ = speaking(answers={PLACE: TAKEN})
    prepared = replace(adapter.prepare_order(CID, terms()), may_send=lambda: False)
    assert isinstance(await adapter.submit_order(prepared), NotSent)
    assert venue.requests == []


async def test_an_adapter_that_may_not_trade_sends_no_order():
    adapter, venue, _ = speaking(may_trade=False, answers={"GET futures/positions": {"positions": []}})
    outcomes = [
        await submitted(adapter),
        await adapter.submit_order(adapter.prepare_trigger(CID, trigger())),
        (await adapter.protect(POSITION, D(59000), None, stop_id=CID, target_id=CID)).stop,
    ]
    assert all(isinstance(outcome, NotSent) for outcome in outcomes)
    assert "WEEX" in outcomes[0].message
    assert venue.requests == []


async def test_more_than_five_orders_a_second_of_one_symbol_wait():
    adapter, venue, clock = speaking(answers={PLACE: TAKEN})
    await adapter.sync_clock()
    began_s = clock.monotonic_s()
    for number in range(8):
        assert isinstance(await submitted(adapter, client_order_id=f"id{number}"), Acknowledged)
    assert len(venue.sent(PLACE)) == 8
    assert clock.monotonic_s() - began_s > 2.0  # three a second: two are kept for exits
    way_out = terms(side=Side.SELL, effect=Effect.CLOSE)
    before_s = clock.monotonic_s()
    await submitted(adapter, way_out, "exit")
    assert clock.monotonic_s() == before_s  # an exit takes what was kept


async def test_a_429_refuses_and_closes_the_gate_to_all_but_exits():
    adapter, venue, _ = speaking(answers={PLACE: [failure(-1003, status=429), success(TAKEN)]})
    assert isinstance(await submitted(adapter), Refused)
    assert isinstance(await submitted(adapter, client_order_id="other"), NotSent)
    way_out = terms(side=Side.SELL, effect=Effect.CLOSE)
    assert isinstance(await submitted(adapter, way_out, "exit"), Acknowledged)
    assert len(venue.sent(PLACE)) == 2


async def test_a_refused_time_has_the_clock_measured_again():
    adapter, *_ = speaking(answers={PLACE: failure("317179")})
    await adapter.sync_clock()
    assert isinstance(await submitted(adapter), Refused)
    assert adapter._desk.server_clock.is_stale


async def test_a_changed_position_mode_is_read_again():
    adapter, *_ = speaking(answers={PLACE: failure("302186")})
    adapter._desk.known.position_mode = adapter._desk.known.state_of(BTC).position_mode
    assert isinstance(await submitted(adapter), Refused)
    assert adapter._desk.known.position_mode is None


# -- orders without a price -------------------------------------------------------------------


async def test_a_market_order_gets_a_price_and_never_rests():
    adapter, venue, _ = speaking(
        answers={
            PLACE: TAKEN,
            "GET public/instruments": {"rows": [INSTRUMENT]},
            "GET trade/tradingFee": {"takerFee": 3, "makerFee": 0},
        }
    )
    await adapter.instruments()
    book = adapter._books.of("PERP_BTC_USDT")
    book.align(1, ((D(59990), D(1)),), ((D(60010), D("0.05")), (D(60020), D(5))), is_quiet=True)
    await submitted(adapter, market())
    (body,) = venue.sent(PLACE)
    assert (body["type"], body["price"]) == ("IOC", "60080")  # the second level and a thousandth
    book.lose()
    prepared = adapter.prepare_order("b", market(tif=TimeInForce.FOK, side=Side.SELL))
    assert b'"type":"FOK"' in prepared.body
    assert b'"price":"59400"' in prepared.body  # a hundredth from the reference price


async def test_a_book_too_thin_for_an_opening_is_said_before_anything_is_sent():
    adapter, venue, _ = speaking()
    adapter._books.of("PERP_BTC_USDT").align(1, (), ((D(66000), D(5)),), is_quiet=True)
    with pytest.raises(RequestRejected, match="too thin"):
        adapter.prepare_order(CID, market())
    exit_ = adapter.prepare_order(CID, market(side=Side.BUY, effect=Effect.CLOSE))
    assert exit_.is_exit
    assert venue.requests == []


async def test_an_order_below_the_least_value_is_said():
    adapter, *_ = speaking(
        answers={"GET public/instruments": {"rows": [INSTRUMENT]}, "GET trade/tradingFee": failure("-1000")}
    )
    await adapter.instruments()
    with pytest.raises(RequestRejected, match="smallest, 5 USDT"):
        adapter.prepare_order(CID, terms(size=D("0.00001")))
    adapter.prepare_order(CID, terms(size=D("0.00001"), side=Side.SELL, effect=Effect.CLOSE))  # an exit must pass


async def test_a_one_way_account_cannot_open_against_what_it_holds():
    adapter, *_ = speaking(
        answers={"GET futures/positions": {"positions": [HELD]}, "GET account/info": INFO, "GET asset/balances": COINS}
    )
    await adapter.positions()
    with pytest.raises(RequestRejected, match="hedge mode"):
        adapter.prepare_order(CID, terms(side=Side.SELL))
    adapter.prepare_order(CID, terms())
    hedged, *_ = speaking(
        answers={
            "GET futures/positions": {"positions": [HELD | {"positionSide": "LONG"}]},
            "GET account/info": INFO | {"positionMode": "HEDGE_MODE"},
            "GET asset/balances": COINS,
        }
    )
    await hedged.positions()
    assert b'"positionSide":"SHORT"' in hedged.prepare_order(CID, terms(side=Side.SELL)).body


# -- stops --------------------------------------------------------------------------------


async def test_a_stop_and_a_target_follow_the_order_they_belong_to():
    adapter, venue, _ = speaking(
        answers={PLACE: TAKEN, STOP: [{"rows": [{"orderId": 8, "clientOrderId": 0}]}, failure("-1102")]}
    )
    order = terms(stop_price=D(58000), target_price=D(65000))
    assert await submitted(adapter, order) == Acknowledged("77")
    stop, target = venue.sent(STOP)
    assert (stop["triggerPrice"], target["triggerPrice"], stop["side"], stop["quantity"]) == (
        "58000",
        "65000",
        "SELL",
        "0.1",
    )
    assert stop["reduceOnly"]
    assert stop["clientAlgoOrderId"] != target["clientAlgoOrderId"]
    assert adapter._placing.guards == {"77": ["8"]}


@pytest.mark.parametrize("answer", [failure("-1102"), cut])
async def test_no_stop_without_its_order(answer):
    adapter, venue, _ = speaking(answers={PLACE: answer})
    await submitted(adapter, terms(stop_price=D(58000)))
    assert venue.sent(STOP) == []


async def test_protecting_a_position():
    adapter, venue, _ = speaking(answers={STOP: {"rows": [{"orderId": 8, "clientOrderId": 0}]}})
    placed = await adapter.protect(POSITION, D(58000), D(65000), stop_id="a", target_id="b")
    assert (placed.stop, placed.target) == (Acknowledged("8"), Acknowledged("8"))
    assert [body["triggerPrice"] for body in venue.sent(STOP)] == ["58000", "65000"]
    only = await adapter.protect(POSITION, None, D(65000), stop_id="c", target_id="d")
    assert (only.stop, only.target) == (None, Acknowledged("8"))
    only = await adapter.protect(POSITION, D(58000), None, stop_id="e", target_id="f")
    assert only.target is None
    with pytest.raises(RequestRejected):
        await adapter.protect(POSITION, D(65000), D(58000), stop_id="c", target_id="d")


async def test_a_conditional_entry_is_a_limit_beyond_its_trigger():
    adapter, venue, _ = speaking(answers={STOP: {"orderId": 8}})
    assert await adapter.submit_order(adapter.prepare_trigger(CID, trigger())) == Acknowledged("8")
    (body,) = venue.sent(STOP)
    assert (body["type"], body["triggerPrice"], body["price"]) == ("LIMIT", "61000", "61610")
    exit_ = adapter.prepare_trigger("x", trigger(effect=Effect.CLOSE))
    assert exit_.is_exit
    assert b'"type":"MARKET"' in exit_.body
    assert await adapter.submit_order(exit_) == Acknowledged("8")
    assert b'"price":"61500"' in adapter.prepare_trigger("y", trigger(price=D(61500))).body


async def test_moving_and_cancelling_a_stop():
    adapter, venue, _ = speaking(
        answers={
            "PUT trade/algoOrder": {"status": "EDIT_SENT"},
            "DELETE trade/algoOrder": [{"status": "CANCEL_SENT"}, failure("-1006"), cut],
        }
    )
    await adapter.modify_trigger("8", D(57000))
    assert venue.sent("PUT trade/algoOrder") == [{"algoOrderId": 8, "triggerPrice": "57000"}]
    with pytest.raises(RequestRejected, match="above zero"):
        await adapter.modify_trigger("8", D(0))
    assert await adapter.cancel_trigger("8") is True
    assert await adapter.cancel_trigger("8") is False
    with pytest.raises(OutcomeUnknown):
        await adapter.cancel_trigger("8")


async def test_stops_that_wait_and_stops_that_fired():
    fired = ALGO | {
        "isTriggered": True,
        "algoStatus": "FILLED",
        "triggerTime": REFERENCE_MS,
        "createdTime": REFERENCE_MS - 5,
    }
    adapter, venue, _ = speaking(
        answers={
            "GET trade/algoOrders": lambda request: success(
                rows(fired | {"algoOrderId": 9}, ALGO)
                if request.url.params["isTriggered"] == "true"
                else rows(
                    ALGO,
                    ALGO,
                    ALGO | {"algoOrderId": 2, "algoStatus": "CANCELLED"},
                    ALGO | {"algoOrderId": 3, "triggerPrice": None},
                    ALGO | {"algoOrderId": 4, "symbol": "SPOT_BTC_USDT"},
                )
            )
        }
    )
    (waiting,) = await adapter.trigger_orders(BTC)
    assert waiting.venue_order_id == "10399260"
    (gone,) = await adapter.fired_triggers(BTC, REFERENCE_MS - 10)
    assert gone.fired_ms == REFERENCE_MS
    assert await adapter.fired_triggers(BTC, REFERENCE_MS) == ()
    assert venue.sent("GET trade/algoOrders")[0]["symbol"] == "PERP_BTC_USDT"


# -- what is unclear ---------------------------------------------------------------------------


async def test_an_unclear_order_is_asked_for_by_its_number_and_then_known():
    found = ORDER | {"orderId": 99, "createdTime": REFERENCE_MS}
    adapter, venue, _ = speaking(
        answers={PLACE: cut, "GET trade/order": [failure("-1006"), found], "GET trade/orders": rows()}
    )
    assert isinstance(await submitted(adapter), Unclear)
    assert await adapter.open_orders() == ()
    (report,) = await adapter.order_history(BTC, 0)
    assert (report.venue_order_id, report.client_order_id, report.status) == ("99", CID, VenueStatus.OPEN)
    assert venue.sent("GET trade/order") == [{"clientOrderId": str(number_of(CID))}] * 2
    assert adapter._history.sought() == ()
    assert len(venue.sent(PLACE)) == 1  # and never sent again


async def test_an_unclear_order_that_is_listed_is_not_asked_for():
    listed = ORDER | {"clientOrderId": number_of(CID)}
    adapter, venue, _ = speaking(answers={PLACE: cut, "GET trade/orders": rows(listed)})
    await submitted(adapter)
    (report,) = await adapter.open_orders()
    assert report.client_order_id == CID
    assert venue.sent("GET trade/order") == []
    assert adapter._history.sought() == ()


async def test_an_order_is_not_looked_for_for_ever():
    adapter, _, clock = speaking(answers={PLACE: cut})
    await submitted(adapter)
    assert adapter._history.sought() == (CID,)
    clock.advance(1_000)
    assert adapter._history.sought() == ()


async def test_a_reading_that_fails_is_no_information():
    adapter, *_ = speaking(
        answers={PLACE: cut, "GET trade/order": failure("-1000", status=500), "GET trade/orders": rows()}
    )
    await submitted(adapter)
    with pytest.raises(VenueUnavailable):
        await adapter.open_orders()


async def test_orders_of_an_earlier_run_are_recognised():
    adapter, *_ = speaking(
        answers={"GET trade/orders": rows(ORDER, ORDER | {"orderId": 5, "clientOrderId": number_of("b")})}
    )
    done = Order(CID, terms(), Origin.AI, None, OrderState.WORKING, 0, venue_order_id="60780315704")
    lost = Order("b", terms(), Origin.AI, None, OrderState.UNKNOWN, 0)
    never = Order("c", terms(), Origin.AI, None, OrderState.DENIED, 0)
    adapter.recall_orders((done, lost, never))
    assert adapter._history.sought() == ("b",)
    assert {report.client_order_id for report in await adapter.open_orders()} == {CID, "b"}


# -- lists --------------------------------------------------------------------------------------


async def test_lists_are_read_to_their_end():
    pages = {
        "1": rows(ORDER, total=3, recordsPerPage=1),
        "2": rows(ORDER | {"orderId": 2}, total=3, recordsPerPage=1, currentPage=2),
        "3": rows(ORDER | {"symbol": "SPOT_BTC_USDT"}, total=3, recordsPerPage=1, currentPage=3),
    }
    adapter, venue, _ = speaking(
        answers={"GET trade/orders": lambda request: success(pages[request.url.params["page"]])}
    )
    assert [report.venue_order_id for report in await adapter.open_orders()] == ["60780315704", "2"]
    assert [query["status"] for query in venue.sent("GET trade/orders")] == ["INCOMPLETE"] * 3


async def test_a_list_without_an_end_is_no_information():
    endless = rows(ORDER, total=10**6, recordsPerPage=1)
    adapter, *_ = speaking(answers={"GET trade/orders": lambda _request: success(endless)})
    with pytest.raises(MalformedReply, match="50 pages"):
        await adapter.open_orders()


@pytest.mark.parametrize("data", [{"rows": 5}, {}, None, {"rows": [ORDER], "meta": {"total": "x"}}, {"rows": [{}]}])
async def test_a_list_that_is_none(data):
    adapter, *_ = speaking(
        answers={"GET trade/orders": lambda _request: httpx.Response(200, json={"success": True, "data": data})}
    )
    with pytest.raises(MalformedReply):
        await adapter.open_orders()


async def test_a_list_that_says_nothing_of_its_length_is_read_until_it_is_empty():
    adapter, venue, _ = speaking(answers={"GET trade/orders": [{"rows": [ORDER]}, {"rows": []}]})
    assert len(await adapter.open_orders()) == 1
    assert len(venue.sent("GET trade/orders")) == 2


async def test_one_order():
    adapter, *_ = speaking(answers={"GET trade/order": [ORDER, failure("-1006")]})
    assert (await adapter.order("60780315704")).venue_order_id == "60780315704"
    with pytest.raises(RequestRejected):
        await adapter.order("5")


def fill(trade_id, **changes):
    return FILL | {"id": trade_id, "executedTimestamp": REFERENCE_MS - 1_000 + trade_id} | changes


async def test_executions_learn_their_position_from_their_order():
    orders = rows(ORDER | {"orderId": 1, "side": "SELL", "reduceOnly": True}, ORDER | {"orderId": 2, "side": "SELL"})
    adapter, venue, _ = speaking(
        answers={
            "GET trade/transactionHistory": rows(
                fill(1, orderId=1, side="SELL"),
                fill(2, orderId=2, side="SELL"),
                fill(3, orderId=3, side="SELL"),
                fill(4, orderId=4, side="SELL", realizedPnl="5"),
                fill(5, symbol="SPOT_BTC_USDT"),
            ),
            "GET trade/orders": orders,
            "GET trade/order": lambda request: (
                success(ORDER | {"orderId": 3, "side": "SELL", "reduceOnly": True})
                if request.url.params["orderId"] == "3"
                else failure("-1006")
            ),
        }
    )
    sides = [each.position_side for each in await adapter.fills(None, 0)]
    assert sides == [PositionSide.LONG, PositionSide.SHORT, PositionSide.LONG, PositionSide.LONG]
    await adapter.fills(BTC, 0)
    assert len(venue.sent("GET trade/orders")) == 2  # the one that is too old is looked for again
    (newest,) = await adapter.fills(None, REFERENCE_MS - 1_000 + 4)
    assert newest.trade_id == "4"


async def test_what_executions_brought_and_cost_and_funding_is_the_bill():
    paid = {"id": 7, "symbol": "PERP_BTC_USDT", "fundingFee": "9.5", "paymentType": "Pay", "createdTime": REFERENCE_MS}
    adapter, *_ = speaking(
        answers={
            "GET trade/transactionHistory": rows(fill(1, realizedPnl="3")),
            "GET trade/orders": rows(ORDER),
            "GET futures/fundingFee/history": rows(paid, paid | {"id": 8, "createdTime": 1_700_000_000_000}),
        }
    )
    trade, funding = await adapter.income(None, REFERENCE_MS - 5_000)
    assert (trade.amount, trade.fee, funding.amount) == (3, D("1.8"), D("-9.5"))
    assert len(await adapter.income(BTC, REFERENCE_MS - 5_000)) == 2


# -- ways out --------------------------------------------------------------------------------------


async def test_cancelling():
    adapter, venue, _ = speaking(answers={"DELETE trade/order": [{"status": "CANCEL_SENT"}, failure("-1006"), cut]})
    assert await adapter.cancel_order(BTC, "77") is True
    assert await adapter.cancel_order(BTC, "77") is False
    with pytest.raises(OutcomeUnknown):
        await adapter.cancel_order(BTC, "77")
    request = venue.requests[0]
    assert (request.url.query, request.content) == (b"orderId=77&symbol=PERP_BTC_USDT", b"")


ALL = {"DELETE trade/allOrders": {"status": "CANCEL_ALL_SENT"}}


async def test_cancelling_everything_counts_what_was_listed():
    other = ORDER | {"orderId": 2, "symbol": "PERP_ETH_USDT"}
    adapter, venue, _ = speaking(
        answers={"GET trade/orders": rows(ORDER, other), "GET trade/algoOrders": rows(ALGO), **ALL}
    )
    assert await adapter.cancel_all(None) == 3
    assert venue.sent("DELETE trade/allOrders") == [{"symbol": "PERP_BTC_USDT"}, {"symbol": "PERP_ETH_USDT"}]
    assert await adapter.cancel_all(ETH) == 1
    assert venue.sent("DELETE trade/allOrders")[2:] == [{"symbol": "PERP_ETH_USDT"}]


async def test_cancelling_goes_on_where_the_lists_cannot_be_read():
    adapter, venue, _ = speaking(answers={"GET trade/orders": failure("-1000"), **ALL})
    assert await adapter.cancel_all(None) == 0
    assert await adapter.cancel_all(BTC) == 0
    assert venue.sent("DELETE trade/allOrders") == [{}, {"symbol": "PERP_BTC_USDT"}]


BOOK = {"bids": [{"price": "59990", "quantity": "5"}], "asks": [{"price": "60010", "quantity": "5"}]}


def closing(*held, **more):
    """Answers of an account that holds `held` before, and nothing after it."""
    return {
        "GET account/info": INFO,
        "GET asset/balances": COINS,
        "GET futures/positions": [{"positions": []}, *held, {"positions": []}],
        "GET public/orderbook": BOOK,
        "GET trade/algoOrders": rows(ALGO),
        "DELETE trade/algoOrder": {"status": "CANCEL_SENT"},
        PLACE: TAKEN,
    } | more


async def test_closing_a_position_is_one_order_that_only_reduces_priced_off_the_book():
    adapter, venue, _ = speaking(answers=closing({"positions": [HELD]}))
    outcome = await adapter.close_position(BTC)
    assert (outcome.venue_order_ids, outcome.refusals, outcome.triggers_cancelled) == (("77",), (), True)
    (body,) = venue.sent(PLACE)
    assert (body["side"], body["type"], body["reduceOnly"], body["quantity"]) == ("SELL", "IOC", True, "0.1")
    assert body["price"] == "58200"
    assert venue.sent("DELETE trade/algoOrder") == [{"algoOrderId": "10399260"}]
    assert venue.sent("GET public/orderbook")[0]["rpi"] == "false"


async def test_what_a_close_could_not_fill_is_said_and_keeps_its_stops():
    left = {"positions": [HELD | {"holding": "0.04"}]}
    answers = closing({"positions": [HELD]}) | {
        "GET futures/positions": [{"positions": []}, {"positions": [HELD]}, *[left] * 4]
    }
    adapter, venue, _ = speaking(answers=answers)
    outcome = await adapter.close_position(BTC)
    assert outcome.refusals == ("BTC long: 0.04 is left, for the book was too thin",)
    assert not outcome.triggers_cancelled
    assert venue.sent("DELETE trade/algoOrder") == []


async def test_a_refused_close_keeps_its_stops_too():
    adapter, venue, _ = speaking(
        answers=closing({"positions": [HELD]}, **{PLACE: failure("302138", "Insufficient position")})
    )
    outcome = await adapter.close_everything()
    assert outcome.venue_order_ids == ()
    assert outcome.refusals[0].startswith("BTC long: Insufficient position")
    assert not outcome.triggers_cancelled
    assert venue.sent("DELETE trade/algoOrder") == []


async def test_a_close_without_an_answer_is_unclear():
    adapter, *_ = speaking(answers=closing({"positions": [HELD]}, **{PLACE: cut}))
    with pytest.raises(OutcomeUnknown):
        await adapter.close_position(BTC)


async def test_an_exit_goes_on_without_a_book_and_past_pairs_we_do_not_trade():
    strange = HELD | {"symbol": "PERP_TAO_USDT"}
    held = {"positions": [strange, HELD | {"holding": "-0.1"}]}
    adapter, venue, _ = speaking(
        answers=closing(held, **{"GET public/orderbook": failure("-1000"), "GET trade/algoOrders": failure("-1000")})
        | {
            "GET futures/positions": [
                {"positions": []},
                held,
                httpx.Response(500),
                *[httpx.Response(500)] * 8,
                {"positions": []},
            ]
        }
    )
    outcome = await adapter.close_everything()
    assert outcome.venue_order_ids == ("77",)
    assert outcome.refusals == ("TAO long: TAO-PERP is not one of the pairs this program trades.",)
    assert not outcome.triggers_cancelled  # its stops could not be listed
    (body,) = venue.sent(PLACE)
    assert (body["side"], body["price"]) == ("BUY", "61800")


async def test_nothing_held_is_nothing_to_close():
    adapter, venue, _ = speaking(answers=closing())
    outcome = await adapter.close_position(DOGE)
    assert (outcome.venue_order_ids, outcome.refusals, outcome.triggers_cancelled) == ((), (), True)
    assert venue.sent(PLACE) == []
    with pytest.raises(RequestRejected):
        await adapter.close_position(perpetual("TAO"))


async def test_a_cancelled_send_is_unclear():
    arrived = asyncio.Event()

    async def never(_request):
        arrived.set()
        await asyncio.Event().wait()

    adapter, *_ = speaking(answers={PLACE: never})
    task = asyncio.create_task(submitted(adapter))
    await arrived.wait()
    task.cancel()
    assert isinstance(await task, Unclear)


# -- spot ----------------------------------------------------------------------------------------------


async def test_a_spot_close_sells_what_is_free_on_the_step():
    coins = {
        "holding": [
            *COINS["holding"],
            {"token": "BTC", "holding": "0.01234567", "frozen": "0.002", "markPrice": 60000, "averageOpenPrice": 50000},
        ]
    }
    empty = {"holding": COINS["holding"]}
    adapter, venue, _ = speaking(
        ProductKind.SPOT,
        answers={
            "GET public/instruments": {"rows": [INSTRUMENT | {"symbol": "SPOT_BTC_USDT"}]},
            "GET trade/tradingFee": {"takerFee": 6, "makerFee": 0},
            "GET asset/balances": [coins, coins, empty, coins, empty],
            "GET public/orderbook": BOOK,
            PLACE: TAKEN,
        },
    )
    await adapter.instruments()
    outcome = await adapter.close_position(BTC)
    assert outcome.refusals == ()
    (body,) = venue.sent(PLACE)
    assert body["quantity"] == "0.0103"
    assert "reduceOnly" not in body
    outcome = await adapter.close_position(BTC)
    assert outcome.refusals == ("BTC long: all of it stands in open orders; cancel them first",)


async def test_spot_keeps_no_stops_at_the_venue():
    adapter, venue, _ = speaking(ProductKind.SPOT, answers={PLACE: TAKEN})
    assert await submitted(adapter, terms(stop_price=D(58000))) == Acknowledged("77")
    assert venue.sent(STOP) == []  # this program watches the price itself
    assert await adapter.trigger_orders(None) == ()
    assert await adapter.fired_triggers(BTC, 0) == ()
    for ask in (
        lambda: adapter.protect(POSITION, D(1), None, stop_id="a", target_id="b"),
        lambda: adapter.modify_trigger("1", D(1)),
    ):
        with pytest.raises(RequestRejected, match="keeps no stops"):
            await ask()
    with pytest.raises(RequestRejected, match="keeps no stops"):
        adapter.prepare_trigger(CID, trigger())
