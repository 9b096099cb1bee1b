"""Limits, faults, and the state file."""

import json
from dataclasses import replace
from decimal import Decimal

import httpx
import pytest

from terminal.sim.market.engine import MarketEngine

pytestmark = pytest.mark.asyncio


async def test_thirty_calls_a_second_of_one_interface(client):
    answers = [(await client.market("getServerTime"))["status"] for _ in range(31)]
    assert answers == [200] * 30 + [-110]
    assert (await client.market("getContractCoin"))["status"] == 200  # another interface
    client.wait(1.01)
    assert (await client.market("getServerTime"))["status"] == 200


async def test_five_thousand_a_minute_of_all(client):
    limits = client.exchange.venue.limits
    assert all(limits.take(f"/Market/{number // 20}") for number in range(5_000))
    assert not limits.take("/Market/another")
    client.wait(61)
    assert limits.take("/Market/another")


async def test_unknown_paths_and_methods(client):
    assert (await client.http.get("/Market/nothing")).status_code == 404
    answer = await client.http.post("/Market/getServerTime")
    assert (answer.status_code, answer.json()["status"]) == (404, -100044)


async def test_an_order_that_is_taken_but_never_answered(client):
    client.exchange.control.script({"kind": "drop", "path": "addContractTrade", "after": True})
    with pytest.raises(httpx.RemoteProtocolError):
        await client.call("addContractTrade", **client.order())
    assert (await client.position())["amount"] == "2"
    client.exchange.control.script({"kind": "drop", "path": "addContractTrade"})
    with pytest.raises(httpx.RemoteProtocolError):
        await client.call("addContractTrade", **client.order())
    assert (await client.position())["amount"] == "2"


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ({"kind": "code", "code": "-106"}, 200, -106),
        ({"kind": "429"}, 200, -110),
        ({"kind": "chinese"}, 200, -200032),
        ({"kind": "maintenance"}, 200, -112),
        ({"kind": "html"}, 200, None),
        ({"kind": "truncate"}, 200, None),
        ({"kind": "500"}, 500, None),
        ({"kind": "521"}, 521, None),
    ],
)
async def test_faults(client, fault, status, code):
    client.exchange.control.script(fault | {"path": "getContractAccountInfo"})
    response = await client.http.post("/Contract/getContractAccountInfo", data=client.signed())
    assert response.status_code == status
    if code is None:
        with pytest.raises(json.JSONDecodeError):
            response.json()
    else:
        assert response.json()["status"] == code


async def test_a_trading_halt_refuses_orders_alone(client):
    client.exchange.control.script({"kind": "halt"})
    assert await client.code("addContractTrade", **client.order()) == -200025
    assert await client.place()
    with pytest.raises(ValueError, match="Unknown fault"):
        client.exchange.control.script({"kind": "depth_gap"})


async def test_a_skewed_clock_shows_and_counts(client):
    honest = client.signed()
    client.exchange.control.script({"kind": "clock_skew", "delay_ms": 90_000})
    assert (await client.call("getContractAccountInfo", form=honest))["status"] == -103
    assert (await client.call("getContractAccountInfo"))["status"] == 200


async def test_a_late_answer_is_an_answer(client):
    client.exchange.control.script({"kind": "delay", "delay_ms": 20, "path": "Account"})
    assert (await client.wallet())["total"] == "1000"


async def test_the_exchange_goes_on_where_it_was_killed(start, options, tmp_path):
    kept = replace(options, state=tmp_path / "bitz.json")
    async with start(kept) as client:
        held = await client.place(amount=3, leverage=7, direction=-1)
        resting = await client.limit("-0.01", amount=1)
        before = await client.position()
    async with start(kept) as client:
        after = await client.position()
        assert {name: after[name] for name in ("amount", "direction", "leverage", "price", "positionId")} == {
            name: before[name] for name in ("amount", "direction", "leverage", "price", "positionId")
        }
        assert [row["orderId"] for row in await client.data("getContractOrder", contractId=101)] == [resting]
        assert (await client.result(held))["dealAmount"] == "3"
        await client.place(amount=3)
        assert await client.position() is None
        assert client.exchange.venue.exchange.books.one_way


async def test_the_same_seed_is_the_same_market_but_for_the_basis(start, options):
    async with start(options) as client:
        weex = MarketEngine(seed=7, start_ms=options.start_ms, history_minutes=60)
        for pair in weex.pairs:
            ours = client.exchange.venue.exchange.last(pair)
            theirs = weex.spec(pair).tick * weex.last(pair)
            assert abs(ours / theirs - 1) < Decimal("0.003"), pair
