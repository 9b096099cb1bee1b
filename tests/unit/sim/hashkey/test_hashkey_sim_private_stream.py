"""The account's stream: one array a push, and figures that add up."""

from decimal import Decimal

import pytest

pytestmark = pytest.mark.asyncio


async def reports(stream, order_id, last):
    told = []
    while not told or told[-1]["X"] != last:
        told.append(await stream.event("executionReport", i=order_id))
    return told


async def test_a_market_buy_from_new_to_filled(client):
    async with client.private() as stream:
        client.venue.reset(Decimal(100_000))
        order = await client.place(client.order(quantity="0.5", newClientOrderId="mine"))
        client.exchange.tick()
        told = await reports(stream, order["orderId"], "FILLED")

    new, fills, last = told[0], told[1:], told[-1]
    assert (new["X"], new["c"], new["S"], new["o"], new["f"], new["q"], new["l"], new["d"]) == (
        *("NEW", "mine", "BUY", "MARKET", "IOC", "0.5", "0", ""),
    )
    assert {one["X"] for one in fills[:-1]} <= {"PARTIALLY_FILLED"}
    assert sum(Decimal(one["l"]) for one in fills) == Decimal(last["z"]) == Decimal("0.5")
    assert sum(Decimal(one["l"]) * Decimal(one["L"]) for one in fills) == Decimal(last["Z"])
    assert (last["r"], last["w"], last["N"]) == ("0", False, "BTC")
    rows = await client.read("/api/v1/account/trades", clientOrderId="mine")
    assert [one["d"] for one in fills] == [row["id"] for row in reversed(rows)]
    assert [one["n"] for one in fills] == [row["commission"] for row in reversed(rows)]


async def test_a_fill_is_told_three_times_over(client):
    async with client.private() as stream:
        order = await client.place()
        client.exchange.tick()
        ticket = await stream.event("ticketInfo", o=order["orderId"])
        coins = await stream.event("outboundAccountInfo")
    (row,) = await client.read("/api/v1/account/trades")

    assert (ticket["T"], ticket["p"], ticket["q"], ticket["c"]) == (
        *(row["ticketId"], row["price"], row["qty"], order["clientOrderId"]),
    )
    assert (ticket["m"], ticket["S"], ticket["a"]) == (False, "BUY", client.venue.account_id)
    balances = {one["a"]: (one["f"], one["l"]) for one in coins["B"]}
    account = {row["asset"]: (row["free"], row["locked"]) for row in (await client.read("/api/v1/account"))["balances"]}
    assert balances == account


@pytest.mark.parametrize(
    ("tif", "reason", "status"), [("IOC", "RISKLIMIT_CANCEL", "CANCELED"), ("GTC", "USER_CANCEL", "CANCELED")]
)
async def test_why_an_order_ended(client, tif, reason, status):
    async with client.private() as stream:
        order = await client.place(client.limit(timeInForce=tif))
        if tif == "GTC":
            await client.delete("/api/v1/spot/order", orderId=order["orderId"])
        client.exchange.tick()
        last = (await reports(stream, order["orderId"], status))[-1]
    assert (last["x"], last["r"], last["z"], last["V"]) == (reason, "0.001", "0", "0")


async def test_an_order_by_amount_is_a_type_of_its_own(client):
    async with client.private() as stream:
        order = await client.place(client.order(amount="100"))
        client.exchange.tick()
        last = (await reports(stream, order["orderId"], "FILLED"))[-1]
    assert (last["o"], last["q"], last["reqAmt"], last["r"]) == ("MARKET_OF_QUOTE", "0", "100", "0")
    assert Decimal(last["V"]) == pytest.approx(Decimal(last["Z"]) / Decimal(last["z"]), rel=Decimal("1e-6"))


async def test_a_late_order_is_pending_new(client):
    async with client.private() as stream:
        await client.fault(kind="late_fill", delay_ms=1_000)
        order = await client.place()
        assert order["status"] == "PENDING_NEW"
        client.wait(1.1)
        told = await reports(stream, order["orderId"], "FILLED")
    assert [one["X"] for one in told] == ["PENDING_NEW", "NEW", "FILLED"]


async def test_a_resting_order_is_filled_by_strangers(client):
    async with client.private() as stream:
        order = await client.place(client.limit("-0.0002", type="LIMIT_MAKER", quantity="0.0005"))
        for _ in range(6_000):
            client.wait(0.25)
            if client.books.orders[order["orderId"]].status.is_final:
                break
        last = (await reports(stream, order["orderId"], "FILLED"))[-1]
    assert (last["m"], last["o"], last["N"]) == (True, "LIMIT_MAKER", "BTC")
    assert Decimal(last["n"]) == Decimal("0.0005") * Decimal("0.0012") or Decimal(last["l"]) < Decimal("0.0005")


async def test_what_happened_before_is_not_told(client):
    await client.place()
    async with client.private() as stream:
        order = await client.place(client.limit())
        client.exchange.tick()
        assert (await stream.event("executionReport"))["i"] == order["orderId"]
