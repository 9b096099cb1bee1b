"""The private stream: listen keys, execution reports, the other pushes, and their misbehaviour."""

from dataclasses import replace
from decimal import Decimal

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from woox_desk import BTC, OPTIONS, SPOT_BTC, started

pytestmark = pytest.mark.asyncio
KEY = {"type": "WEBSOCKET"}


async def reports(stream, order_id, until):
    """Execution reports of an order, up to the one with that status."""
    found = []
    while not found or found[-1]["ss"] != until:
        data = await stream.data("executionreport")
        if data["oid"] == order_id:
            found.append(data)
    return found


async def test_a_key_opens_the_stream_for_a_day(client):
    answer = await client.ok("POST", "account/listenKey", KEY)
    assert answer["expiredTime"] == client.exchange.venue.now_ms + 86_400_000
    async with client.private("executionreport", key=answer["authKey"]):
        pass
    for wrong in ("nonsense", answer["authKey"][:-1]):
        with pytest.raises(InvalidStatus) as refused:
            async with client.private(key=wrong):
                pass
        assert refused.value.response.status_code == 401
    assert await client.refused("POST", "account/listenKey", {}) == (400, -1005)
    assert await client.refused("POST", "account/listenKey", {"type": "HTTP"}) == (400, -1005)


async def test_a_new_key_ends_the_old_one_and_its_stream(client):
    first = (await client.ok("POST", "account/listenKey", KEY))["authKey"]
    async with client.private("executionreport", key=first) as stream:
        second = (await client.ok("POST", "account/listenKey", KEY))["authKey"]
        client.exchange.tick()
        with pytest.raises(ConnectionClosed):
            await stream.next()
        assert first != second
        with pytest.raises(InvalidStatus):
            async with client.private(key=first):
                pass
        async with client.private("executionreport", key=second):
            pass


@pytest.mark.parametrize("by_switch", [True, False])
async def test_a_key_expires_with_its_stream(by_switch):
    async with started(replace(OPTIONS, listen_key_ms=30_000)) as client, client.private("balance") as stream:
        client.wait(29)
        await stream.send({"cmd": "PING"})
        assert (await stream.next())["cmd"] == "PONG"
        if by_switch:
            client.fault("listen_key_expired")
            client.exchange.tick()
        else:
            client.wait(2)
        with pytest.raises(ConnectionClosed):
            await stream.next()


async def test_only_the_accounts_topics_are_here(client):
    async with client.private() as stream:
        named = ["executionreport", "algoexecutionreport", f"bbo@{BTC}", "orders"]
        assert await stream.subscribe(*named) == named[:2]


async def test_a_limit_order_is_told_once_at_each_turn(client):
    async with client.private("executionreport") as stream:
        order_id = await client.resting(clientOrderId=12, quantity="0.002")
        client.wait(0.1)
        await client.ok("DELETE", "trade/order", orderId=order_id, symbol=BTC)
        client.wait(0.1)
        new, gone = await reports(stream, order_id, "CANCELLED")

    assert (new["ss"], new["mt"], new["cid"], new["s"], new["tid"]) == ("NEW", 0, 12, BTC, 0)
    assert (new["sx"], new["tesx"], new["t"], new["sd"], new["ps"]) == ("0.002", "0", "LIMIT", "BUY", "BOTH")
    assert (gone["ss"], gone["tesx"]) == ("CANCELLED", "0")


async def test_a_fill_comes_with_its_figures(client):
    async with client.private("executionreport") as stream:
        order_id = await client.place(quantity="0.002")
        client.wait(0.1)
        found = await reports(stream, order_id, "FILLED")
    fills = [fill for fill in client.books.fills if fill.order_id == str(order_id)]
    filled = [row for row in found if row["tid"]]

    assert [row["tid"] for row in filled] == [int(fill.trade_id) for fill in fills]
    assert [Decimal(row["esx"]) for row in filled] == [fill.size for fill in fills]
    assert [Decimal(row["f"]) for row in filled] == [fill.fee for fill in fills]
    assert sum(Decimal(row["esx"]) * Decimal(row["epx"]) for row in filled) == sum(fill.value for fill in fills)
    last = filled[-1]
    assert (last["tesx"], last["fa"], last["mk"], last["m"], last["lv"]) == ("0.002", "USDT", False, "CROSS", 20)
    assert Decimal(last["tf"]) == sum(fill.fee for fill in fills)


async def test_what_happened_before_is_not_told(client):
    before = await client.place()
    async with client.private("executionreport") as stream:
        after = await client.place()
        client.wait(0.1)
        first = await stream.data("executionreport")
    assert first["oid"] == after != before


async def test_spot_orders_are_told_too(client):
    async with client.private("executionreport", "balance") as stream:
        order_id = await client.place(symbol=SPOT_BTC, quantity=None, amount="100")
        client.wait(0.1)
        last = (await reports(stream, order_id, "FILLED"))[-1]
        balances = (await stream.data("balance"))["balances"]
    assert (last["s"], last["fa"], last["ps"]) == (SPOT_BTC, "BTC", "BOTH")
    assert balances["BTC"]["holding"] == pytest.approx(float(client.exchange.venue.spot.books.holdings["BTC"].total))
    assert balances["USDT"]["holding"] < 1000


async def test_positions_and_balances_have_the_old_names_or_none(client):
    async with client.private("position", "balance", "account") as stream:
        await client.place(quantity="0.002")
        client.wait(0.1)
        position = (await stream.data("position"))["positions"][BTC]
        await client.place(side="SELL", quantity="0.002")
        client.wait(0.1)
        flat = (await stream.data("position"))["positions"][BTC]
        client.fault("odd_push", path="position")
        client.fault("odd_push", path="balance")
        await client.place(quantity="0.002")
        client.wait(0.1)
        odd = [await stream.next(lambda frame: "rows" in frame.get("data", {})) for _ in range(2)]
    assert (position["holding"], flat["holding"]) == ("0.002", "0")
    assert {frame["topic"] for frame in odd} == {"position", "balance"}


async def test_an_algo_order_is_told_when_it_comes_and_goes(client):
    async with client.private("algoexecutionreport") as stream:
        body = client.order(algoType="STOP", triggerPrice=client.price(off="0.02"), clientAlgoOrderId=3)
        await client.ok("POST", "trade/algoOrder", body)
        client.wait(0.1)
        new = await stream.data("algoexecutionreport")
        await client.ok("DELETE", "trade/algoOrders")
        client.wait(0.1)
        gone = await stream.data("algoexecutionreport")
    assert (new["algoStatus"], gone["algoStatus"], new["clientAlgoOrderId"]) == ("NEW", "CANCELLED", 3)


async def test_reports_twice_and_out_of_order(client):
    async with client.private("executionreport") as stream:
        client.fault("report_twice")
        first = await client.resting()
        client.wait(0.1)
        assert await stream.data("executionreport") == await stream.data("executionreport")
        client.fault("reports_shuffled")
        second = await client.place()
        client.wait(0.1)
        seen = [await stream.data("executionreport") for _ in range(2)]
    assert [row["ss"] for row in seen] == ["FILLED", "NEW"]
    assert {row["oid"] for row in seen} == {second} != {first}


async def test_an_edit_that_is_refused_afterwards(client):
    async with client.private("executionreport") as stream:
        order_id = await client.resting()
        client.fault("edit_rejected")
        sent = await client.ok("PUT", "trade/order", {"orderId": order_id, "price": client.price(off="-0.02")})
        client.wait(0.1)
        await stream.data("executionreport")
        rejected = await stream.data("executionreport")
    assert sent == {"status": "EDIT_SENT"}
    assert (rejected["mt"], rejected["oid"], rejected["ss"]) == (1, order_id, "NEW")


async def test_a_late_rejection_is_told(client):
    async with client.private("executionreport") as stream:
        client.fault("late_reject", message="Collateral is not sufficient.")
        order_id = await client.place()
        client.wait(0.1)
        last = (await reports(stream, order_id, "REJECTED"))[-1]
    assert (last["rs"], last["tesx"]) == ("Collateral is not sufficient.", "0")
