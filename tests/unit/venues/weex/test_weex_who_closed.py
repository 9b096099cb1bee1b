"""What pushes and lists of WEEX say of who made an order, spelled by hand from the documents. No network."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from terminal.domain.order import Effect, Side
from terminal.net.wire.decode import parse
from terminal.venues.weex.mapper.private import report_from_push
from terminal.venues.weex.mapper.v2 import orders as v2
from terminal.venues.weex.mapper.v3 import orders as v3
from terminal.venues.weex.wire.private import OrderPush
from terminal.venues.weex.wire.v2.orders import OrderRow, PlanRow
from terminal.venues.weex.wire.v3.orders import AlgoRow

PAYLOADS = Path(__file__).parents[3] / "venues/weex/payloads"
V2_PUSH = json.loads((PAYLOADS / "v2/ws_orders.json").read_text())["msg"]["data"]["order"][0]
V3_PUSH = json.loads((PAYLOADS / "v3/ws_orders.json").read_text())["d"][0]
PLAN = {
    "symbol": "cmt_btcusdt",
    "order_id": "596471064624628269",
    "client_oid": None,
    "size": "0.002",
    "type": "3",
    "triggerPrice": "59000.0",
    "createTime": "1765423487000",
    "status": "2",
    "triggerTime": "1765423499000",
}
ALGO = {
    "symbol": "BTCUSDT",
    "algoId": 596471064624628269,
    "clientAlgoId": "",
    "orderType": "STOP_MARKET",
    "algoStatus": "TRIGGERED",
    "side": "SELL",
    "positionSide": "LONG",
    "quantity": "0.002",
    "triggerPrice": "59000.0",
    "createTime": 1765423487000,
    "triggerTime": 1765423499000,
    "actualOrderId": 596471064624628270,
}


def marks(element):
    report = report_from_push(parse(OrderPush, element))
    return report.is_forced, report.is_triggered, report.is_by_hand


@pytest.mark.parametrize("element", [V2_PUSH, V3_PUSH], ids=["v2", "v3"])
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (False, False, False)),
        ({"orderSource": "WEB"}, (False, False, True)),
        ({"orderSource": "web"}, (False, False, True)),
        ({"orderSource": "APP"}, (False, False, True)),
        ({"orderSource": ""}, (False, False, False)),
        ({"openTpslParentOrderId": "596471064624628269"}, (False, True, False)),
        ({"openTpslParentOrderId": 596471064624628269}, (False, True, False)),
        ({"openTpslParentOrderId": None}, (False, False, False)),
        ({"type": "STOP_MARKET"}, (False, True, False)),
        ({"type": "TAKE_PROFIT_LIMIT"}, (False, True, False)),
        ({"cumLiquidateFee": "0.1"}, (True, False, False)),
        ({"orderSource": "LIQUIDATE"}, (True, False, False)),
        ({"orderSource": "AUTO_DELEVERAGING"}, (True, False, False)),
    ],
)
def test_a_push_says_who_made_the_order(element, changes, expected):
    assert marks(element | changes) == expected


@pytest.mark.parametrize(("element", "flag"), [(V2_PUSH, "isPositionTpsl"), (V3_PUSH, "positionTpsl")])
def test_a_stop_of_the_whole_position_is_flagged_under_two_names(element, flag):
    assert marks(element | {flag: True}) == (False, True, False)


@pytest.mark.parametrize("word", ["burst_liquidate_long", "offset_liquidate_long", "agreement_close_long"])
def test_v2_lists_mark_forced_closes(word):
    row = {
        "symbol": "cmt_btcusdt",
        "order_id": "1",
        "client_oid": None,
        "size": "0.002",
        "filled_qty": "0.002",
        "fee": "0.1",
        "price": "0.0",
        "price_avg": "59000",
        "status": "filled",
        "type": word,
        "order_type": "ioc",
        "createTime": "1765423499000",
    }
    assert v2.report_from_row(parse(OrderRow, row)).is_forced
    assert not v2.report_from_row(parse(OrderRow, row | {"type": "close_long"})).is_forced


def test_v2_a_fired_trigger_names_its_moment_but_not_its_order():
    fired = v2.fired_from(parse(PlanRow, PLAN))
    assert (fired.trigger_id, fired.order_id, fired.fired_ms) == ("596471064624628269", None, 1765423499000)
    assert (fired.side, fired.effect, fired.size) == (Side.SELL, Effect.CLOSE, Decimal("0.002"))


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "-1"},
        {"status": -1},
        {"status": "canceled"},
        {"triggerTime": None},
        {"triggerTime": ""},
        {"triggerTime": "0"},
    ],
)
def test_v2_a_trigger_that_was_cancelled_has_not_fired(changes):
    assert v2.fired_from(parse(PlanRow, PLAN | changes)).fired_ms == 0


def test_v3_a_fired_trigger_names_its_order():
    fired = v3.fired_from(parse(AlgoRow, ALGO))
    assert (fired.trigger_id, fired.order_id) == ("596471064624628269", "596471064624628270")
    assert (fired.fired_ms, fired.side, fired.effect) == (1765423499000, Side.SELL, Effect.CLOSE)


@pytest.mark.parametrize(
    "changes", [{"algoStatus": "CANCELED"}, {"algoStatus": "EXPIRED"}, {"triggerTime": 0}, {"triggerTime": None}]
)
def test_v3_one_that_did_not_fire_names_its_entry_which_is_no_order_it_made(changes):
    fired = v3.fired_from(parse(AlgoRow, ALGO | changes))
    assert (fired.fired_ms, fired.order_id) == (0, None)
