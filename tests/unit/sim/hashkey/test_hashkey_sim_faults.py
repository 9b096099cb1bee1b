"""Known misbehaviour on demand, and what it leaves in the books."""

import asyncio
from decimal import Decimal

import httpx
import pytest

pytestmark = pytest.mark.asyncio
PLACE = "/spot/order"


def placed(client):
    return [order.client_oid for order in client.books.orders.values()]


@pytest.mark.parametrize("code", ["-1006", "-1007", "-1000", "-1146"])
@pytest.mark.parametrize("after", [False, True])
async def test_an_unclear_answer_with_and_without_the_order(client, code, after):
    await client.fault(kind="code", code=code, path=PLACE, after=after)
    response = await client.send(client.order(newClientOrderId="unclear"))

    assert (response.status_code, response.json()["code"]) == (400, code)
    assert placed(client) == (["unclear"] if after else [])


async def test_an_error_after_the_order_and_a_cut_connection(client):
    await client.fault(kind="500", path=PLACE, after=True)
    assert (await client.send(client.order(newClientOrderId="first"))).status_code == 500
    await client.fault(kind="drop", path=PLACE, after=True)
    with pytest.raises(httpx.RemoteProtocolError):
        await client.send(client.order(newClientOrderId="second"))
    assert placed(client) == ["first", "second"]


@pytest.mark.parametrize(
    ("kind", "status"), [("418", 418), ("429", 429), ("521", 521), ("html", 200), ("chinese", 400), ("truncate", 200)]
)
async def test_other_bad_days(client, kind, status):
    await client.fault(kind=kind)
    hit = await client.get("/api/v1/account")
    assert hit.status_code == status
    if kind in {"html", "truncate"}:
        with pytest.raises(ValueError, match=r".+"):
            hit.json()
    assert (await client.get("/api/v1/account")).json()["userId"]


async def test_a_block_turns_everything_away_until_it_has_passed(client):
    await client.fault(kind="418", delay_ms=20_000)
    assert (await client.get("/api/v1/account")).status_code == 418
    client.wait(19)
    assert (await client.http.get("/api/v1/time")).status_code == 418
    client.wait(2)
    assert (await client.http.get("/api/v1/time")).status_code == 200


async def test_a_delay_passes_the_request_on(client):
    await client.fault(kind="delay", delay_ms=20)
    assert (await client.get("/api/v1/account")).status_code == 200


async def test_a_halted_symbol(client):
    await client.fault(kind="halt", path="BTCUSDT", count=-1)
    info = await client.public("/api/v1/exchangeInfo", site="UAE")
    statuses = {row["symbol"]: row["status"] for row in info["symbols"]}
    assert (statuses["BTCUSDT"], statuses["ETHUSDT"]) == ("HALT", "TRADING")
    assert await client.refused(client.order()) == "-1151"
    assert (await client.place(client.order(symbol="ETHUSDT", quantity="0.01")))["status"] == "FILLED"


async def test_reports_late_twice_and_never(client):
    async with client.private() as stream:
        await client.fault(kind="late_reports", delay_ms=5_000)
        order = await client.place(client.limit())
        client.exchange.tick()
        client.wait(5.1)
        report = await stream.event("executionReport")
        assert (report["i"], report["X"]) == (order["orderId"], "NEW")
        await stream.event("outboundAccountInfo")

        await client.fault(kind="repeat_reports", path="BTCUSDT")
        second = await client.place(client.limit())
        client.exchange.tick()
        assert (await stream.event("executionReport"))["i"] == second["orderId"]
        assert (await stream.event("executionReport"))["i"] == second["orderId"]

        await client.fault(kind="lost_reports", path="BTCUSDT")
        await client.place(client.limit())
        fourth = await client.place(client.limit())
        client.exchange.tick()
        assert (await stream.event("executionReport"))["i"] == fourth["orderId"]


async def test_streams_are_cut_refused_and_silent(client):
    async with client.stream() as stream:
        await client.fault(kind="drop_sockets")
        with pytest.raises(Exception, match=r".*"):
            await asyncio.wait_for(stream.socket.recv(), 10)
    await client.fault(kind="refuse_sockets")
    with pytest.raises(Exception, match="521"):
        async with client.stream():
            pass


async def test_a_fault_of_another_venue_is_refused(client):
    response = await client.http.post("/_sim/faults", json={"kind": "ai_log_blocked"})
    assert response.status_code == 400
    assert "listen_key_gone" in response.json()["error"]


async def test_a_sale_by_hand_and_the_reset(client):
    await client.place(client.order(quantity="0.002"))
    state = (await client.http.post("/_sim/close", json={"pair": "BTC"})).json()
    assert (state["orders"][-1]["origin"], state["orders"][-1]["side"]) == ("WEB", "SELL")
    assert (await client.http.post("/_sim/close", json={"pair": "ADA"})).status_code == 400
    after = (await client.http.post("/_sim/reset", json={"balance": "77"})).json()
    totals = {name: Decimal(held["free"]) + Decimal(held["locked"]) for name, held in after["holdings"].items()}
    assert {name: total for name, total in totals.items() if total} == {"USDT": 77}


async def test_the_log_counts_what_arrived(client):
    await client.place(client.order(newClientOrderId="one"))
    await client.batch([client.limit(newClientOrderId="two"), client.limit(newClientOrderId="three", side="X")])
    await client.batch([])
    state = (await client.http.get("/_sim/state")).json()
    assert state["client_oid_counts"] == {"one": 1, "two": 1, "three": 1}
    assert [(call["client_oid"], call["code"]) for call in state["calls"]] == [
        ("one", ""),
        ("two", "0000"),
        ("three", "-1117"),
        ("", "-1004"),
    ]
