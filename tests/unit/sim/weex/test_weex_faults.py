"""Fault switches and the control endpoints."""

from decimal import Decimal

import httpx
import pytest

from terminal.sim.serving.faults import Fault, FaultScript, fault_from

pytestmark = pytest.mark.asyncio
PLACE = "/order/placeOrder"


async def control(client, body):
    return (await client.http.post("/_sim/faults", json=body)).json()


async def state(client):
    return (await client.http.get("/_sim/state")).json()


@pytest.mark.parametrize(
    ("kind", "status", "is_json"),
    [("521", 521, False), ("500", 500, False), ("429", 429, True), ("html", 200, False), ("chinese", 400, True)],
)
async def test_a_fault_before_the_order_places_nothing_and_wears_off(client, kind, status, is_json):
    await control(client, {"kind": kind, "path": PLACE})
    hit = await client.post("order/placeOrder", client.order())
    orders = (await state(client))["orders"]
    after = await client.post("order/placeOrder", client.order())

    assert hit.status_code == status
    assert hit.text.startswith("{") is is_json
    assert orders == []
    assert after.status_code == 200


@pytest.mark.parametrize("kind", ["521", "500", "html"])
async def test_a_fault_after_the_order_leaves_it_placed(client, kind):
    await control(client, {"kind": kind, "path": PLACE, "after": True})
    await client.post("order/placeOrder", client.order(client_oid="kept"))
    seen = await state(client)

    assert [order["client_oid"] for order in seen["orders"]] == ["kept"]
    assert seen["client_oid_counts"] == {"kept": 1}


async def test_an_order_accepted_but_never_answered(client):
    await control(client, {"kind": "drop", "path": PLACE, "after": True})
    with pytest.raises(httpx.RemoteProtocolError):
        await client.post("order/placeOrder", client.order(client_oid="ghost"))
    seen = await state(client)

    assert [(order["client_oid"], order["status"]) for order in seen["orders"]] == [("ghost", "FILLED")]
    assert [(call["path"], call["http_status"]) for call in seen["calls"]] == [(f"/capi/v2{PLACE}", 200)]


async def test_a_connection_dropped_before_the_order(client):
    await control(client, {"kind": "drop", "path": PLACE})
    with pytest.raises(httpx.RemoteProtocolError):
        await client.post("order/placeOrder", client.order())

    assert (await state(client))["orders"] == []


async def test_a_truncated_answer_is_half_a_body(client):
    await control(client, {"kind": "truncate", "path": PLACE})
    response = await client.post("order/placeOrder", client.order())

    assert response.status_code == 200
    with pytest.raises(ValueError, match=r".+"):
        response.json()
    assert len((await state(client))["orders"]) == 1


async def test_a_delay_passes_the_request_on(client):
    await control(client, {"kind": "delay", "path": PLACE, "delay_ms": 20})

    assert (await client.post("order/placeOrder", client.order())).status_code == 200


async def test_a_code_of_the_tests_choice(client):
    await control(client, {"kind": "code", "path": PLACE, "code": "40021", "message": "check openapi permission"})

    assert (await client.refused("order/placeOrder", client.order()))[1:] == ("40021", "check openapi permission")


async def test_a_skewed_clock_refuses_the_right_time(client):
    true_ms = client.exchange.venue.clock.now_ms()
    await control(client, {"kind": "clock_skew", "delay_ms": -31_000})
    shown = (await client.public("time"))["timestamp"]
    headers = client.headers(b"GET/capi/v2/account/assets", str(true_ms))
    refused = await client.http.get("/capi/v2/account/assets", headers=headers)
    await control(client, {"clear": True})

    assert shown == true_ms - 31_000
    assert refused.json()["code"] == "40008"
    assert (await client.public("time"))["timestamp"] >= true_ms


async def test_faults_stay_until_cleared_when_asked(client):
    active = await control(client, [{"kind": "500", "count": -1}, {"kind": "delay", "count": 3}])
    for _ in range(3):
        assert (await client.http.get("/capi/v2/market/time")).status_code == 500
    cleared = await control(client, {"clear": True})

    assert [fault["kind"] for fault in active["active"]] == ["500", "delay"]
    assert cleared == {"active": []}
    assert (await client.http.get("/capi/v2/market/time")).status_code == 200


async def test_orders_can_be_shown_without_their_client_id(client):
    order_id = await client.place(client_oid="hidden")
    await control(client, {"kind": "null_client_oid"})
    first = await client.read("order/detail", orderId=order_id)
    second = await client.read("order/detail", orderId=order_id)

    assert (first["client_oid"], second["client_oid"]) == (None, "hidden")


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "earthquake"},
        {"path": "/x"},
        {"kind": "500", "count": "1"},
        {"kind": "500", "often": 1},
        {"kind": "partial_fill", "share": "2"},
        "500",
    ],
)
async def test_a_misspelt_fault_is_refused_in_words(client, body):
    response = await client.http.post("/_sim/faults", json=body)

    assert response.status_code == 400
    assert response.json()["error"]
    assert (await client.http.get("/_sim/faults")).json() == {"active": []}


async def test_the_organisers_reset(client):
    await client.place()
    await client.place(match_price="0", price=client.price(off="-0.005"))
    seen = (await client.http.post("/_sim/reset", json={"balance": "500"})).json()

    assert Decimal(seen["wallet"]["cash"]) == Decimal(seen["equity"]) == 500
    assert {order["status"] for order in seen["orders"]} == {"FILLED", "CANCELED"}
    assert {Decimal(position["size"]) for position in seen["positions"]} == {Decimal(0)}


async def test_other_control_paths_do_not_exist(client):
    assert (await client.http.get("/_sim/anything")).status_code == 404


async def test_faults_apply_in_the_order_they_were_added():
    script = FaultScript()
    script.add(Fault("500", path="/a"))
    script.add(Fault("429", path="/a"))

    kinds = [fault.kind for fault in (script.take_for_request("/x/a", after=False) for _ in range(2)) if fault]
    assert kinds == ["500", "429"]
    assert script.take_for_request("/x/a", after=False) is None


async def test_a_fault_reads_back_what_it_was_given():
    assert fault_from({"kind": "late_fill", "delay_ms": 5, "count": 2}) == Fault("late_fill", delay_ms=5, count=2)


async def test_a_close_by_hand_is_pushed_as_made_on_the_web(client):
    await client.place()
    before = (await client.http.get("/_sim/state")).json()
    response = await client.http.post("/_sim/close", json={"pair": "BTC", "side": "LONG"})
    assert response.status_code == 200
    seen = response.json()
    assert len(seen["orders"]) == len(before["orders"]) + 1
    closing = seen["orders"][-1]
    assert (closing["origin"], closing["client_oid"], closing["effect"]) == ("WEB", "", "CLOSE")
    assert Decimal(seen["positions"][0]["size"]) == 0


@pytest.mark.parametrize(
    "body", [{}, {"pair": "BTC"}, {"pair": "GOLD", "side": "LONG"}, {"pair": "BTC", "side": "UP"}, ["BTC"]]
)
async def test_a_close_by_hand_of_nothing_is_refused(client, body):
    response = await client.http.post("/_sim/close", json=body)
    assert response.status_code == 400
    assert response.json()["error"]


async def test_a_close_by_hand_without_a_position_is_refused(client):
    response = await client.http.post("/_sim/close", json={"pair": "BTC", "side": "LONG"})
    assert (response.status_code, "refuses" in response.json()["error"]) == (400, True)
