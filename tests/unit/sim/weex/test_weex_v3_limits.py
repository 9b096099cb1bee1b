"""Faults, rate limits and the call log hold for v3 as for v2, out of the same buckets."""

from dataclasses import replace

import httpx
import pytest

from terminal.sim.serving.faults import Fault

pytestmark = pytest.mark.asyncio
BALANCE = "/account/balance"


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        (
            Fault("code", path=BALANCE, code="-1050", message="User status is abnormal."),
            400,
            {"code": -1050, "msg": "User status is abnormal."},
        ),
        (Fault("code", path=BALANCE), 500, {"code": -1054, "msg": "System error"}),
        (Fault("chinese", path=BALANCE), 500, {"code": -1054, "msg": "系统繁忙，请稍后再试"}),
        (Fault("429", path=BALANCE), 429, {"code": 429, "msg": "Too many requests"}),
    ],
)
async def test_faults_speak_v3(client, fault, status, body):
    client.exchange.add_fault(fault)
    response = await client.v3("GET", "account/balance")

    assert (response.status_code, response.json()) == (status, body)
    assert (await client.v3("GET", "account/balance")).status_code == 200


@pytest.mark.parametrize("kind", ["521", "500", "html"])
async def test_faults_without_json(client, kind):
    client.exchange.add_fault(Fault(kind))
    response = await client.v3("GET", "account/balance")

    assert response.status_code == {"521": 521, "500": 500, "html": 200}[kind]
    with pytest.raises(ValueError, match="Expecting value"):
        response.json()


async def test_an_order_that_was_accepted_and_never_answered(client):
    client.exchange.add_fault(Fault("drop", path="/capi/v3/order", after=True))
    with pytest.raises(httpx.RemoteProtocolError):
        await client.v3("POST", "order", client.v3_order(newClientOrderId="lost-1"))
    (row,) = await client.v3_ok("GET", "order/history")

    assert (row["clientOrderId"], row["status"]) == ("lost-1", "FILLED")


async def test_a_code_fault_without_a_code_is_v2s_system_error_there(client):
    client.exchange.add_fault(Fault("code", path="assets"))
    assert (await client.get("account/assets")).json()["code"] == "40015"


async def test_the_uid_bucket_is_one_for_both_dialects(start, options):
    async with start(replace(options, weight_per_10s=40)) as client:
        await client.v3_ok("GET", "account/position/allPosition")  # 15
        await client.read("account/position/allPosition")  # 15
        response = await client.v3("GET", "account/position/allPosition")
        assert (response.status_code, response.json()["code"]) == (429, 429)
        client.hands.now_s += 10.1
        await client.v3_ok("GET", "account/position/allPosition")


async def test_the_heavy_day_ticker(start, options):
    async with start(replace(options, weight_per_10s=100)) as client:
        statuses = [(await client.http.get("/capi/v3/market/ticker/24hr")).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


async def test_order_calls_of_both_dialects_share_ten_per_second(client):
    for number in range(5):
        await client.v3_place(quantity="0.0001")
        await client.place(size="0.0001", client_oid=f"v2-{number}")
    refused = await client.v3("DELETE", "order", orderId="1")
    conditional = await client.v3("DELETE", "algoOrder", orderId="1")
    reading = await client.v3("GET", "openOrders")

    assert (refused.status_code, conditional.status_code, reading.status_code) == (429, 429, 200)
    client.hands.now_s += 1.01
    assert (await client.v3("DELETE", "order", orderId="1")).status_code == 200


async def test_the_call_log_counts_client_ids_of_placements(client):
    await client.v3_place(newClientOrderId="one")
    await client.v3("POST", "order", client.v3_order(newClientOrderId="one"))
    resting = client.v3_order(newClientOrderId="two", type="LIMIT", timeInForce="GTC", price=client.price(off="-0.005"))
    order_id = (await client.v3_ok("POST", "order", resting))["orderId"]
    await client.v3_ok("DELETE", "order", origClientOrderId="two")
    state = client.exchange.control.state()

    assert state["client_oid_counts"] == {"one": 2, "two": 1}
    calls = state["calls"]
    assert [call["path"] for call in calls] == ["/capi/v3/order"] * 4
    assert [(call["http_status"], call["code"]) for call in calls] == [(200, ""), (500, "-1054"), (200, ""), (200, "")]
    assert [calls[2]["order_id"], calls[3]["order_id"]] == [order_id, order_id]
