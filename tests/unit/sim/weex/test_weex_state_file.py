"""Restarts: nothing accepted is lost, the clock never goes back, ids go on."""

import shutil
import time
from dataclasses import replace
from itertools import pairwise

import orjson
import pytest

from terminal.sim.exchange.terms import OrderStatus
from terminal.sim.serving import founding
from terminal.sim.serving.store import StateFileError, read_state, replace_file

pytestmark = pytest.mark.asyncio


@pytest.fixture
def kept(options, tmp_path):
    return replace(options, state=tmp_path / "exchange.json")


def comparable(client):
    seen = client.exchange.control.state()
    return {name: seen[name] for name in ("wallet", "orders", "fills", "positions", "plans", "ai_logs", "version")}


async def busy(client):
    """Leave a bit of everything in the books; returns the id of a resting order."""
    await client.place(size="0.002", presetTakeProfitPrice=client.price(off="0.05"))
    resting = await client.place(match_price="0", price=client.price(off="-0.004"))
    body = {"stage": "s", "model": "m", "input": {"x": 1.5}, "output": {}, "explanation": "e", "orderId": int(resting)}
    await client.post("order/uploadAiLog", body)
    return resting


def without_addresses(info):
    """All but where it answers, which every start chooses anew, and whether it was founded or continued."""
    changing = {"rest", "continued"}
    return {name: value for name, value in info.items() if name not in changing and not name.startswith("ws_")}


async def test_a_stopped_exchange_goes_on_where_it_was(start, kept):
    async with start(kept) as client:
        await busy(client)
        client.wait(5)
        before, info = comparable(client), client.exchange.info
        prices = await client.public("candles", symbol="cmt_btcusdt", granularity="1m", limit=50)
        moment = client.exchange.venue.clock.now_ms()
    async with start(replace(kept, seed=99, balance=5)) as client:
        assert comparable(client) == before
        assert without_addresses(client.exchange.info) == without_addresses(info)
        assert (info["continued"], client.exchange.info["continued"]) == (False, True)
        assert client.exchange.venue.clock.now_ms() >= moment
        assert await client.public("candles", symbol="cmt_btcusdt", granularity="1m", limit=50) == prices


async def test_what_was_accepted_survives_a_kill(start, kept, tmp_path):
    """The file as it is on disk right after the answer is all a killed exchange leaves behind."""
    left = tmp_path / "left.json"
    async with start(kept) as client:
        client.wait(1)
        resting = await busy(client)
        shutil.copy(kept.state, left)
        before, moment = comparable(client), client.exchange.venue.clock.now_ms()
        last_id = client.exchange.exchange.books.ids.last
    async with start(replace(kept, state=left)) as client:
        assert comparable(client) == before
        assert client.exchange.venue.clock.now_ms() > moment
        assert client.exchange.venue.market.book("BTC").resting(resting) == 10
        assert (await client.post("order/cancel_order", {"orderId": resting})).json()["result"] is True
        assert int(await client.place(client_oid="later")) > last_id


async def test_an_order_not_yet_matched_is_matched_after_the_restart(start, kept):
    async with start(kept) as client:
        client.exchange.control.script({"kind": "late_fill", "delay_ms": 60_000})
        order_id = await client.place()
        assert client.exchange.exchange.books.orders[order_id].status is OrderStatus.PENDING
    async with start(kept) as client:
        client.wait(1)
        assert client.exchange.exchange.books.orders[order_id].status is OrderStatus.FILLED


async def test_a_client_id_stays_used_after_a_restart(start, kept):
    async with start(kept) as client:
        await client.place(client_oid="used")
    async with start(kept) as client:
        assert (await client.refused("order/placeOrder", client.order(client_oid="used")))[1] == "40015"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 7}', b'{"format": 1, "seed": 1}'])
async def test_an_unreadable_file_is_kept_and_named(start, kept, content):
    kept.state.write_bytes(content)
    with pytest.raises(StateFileError, match=r"exchange\.json.*move it away"):
        async with start(kept):
            pass

    assert kept.state.read_bytes() == content


async def test_a_damaged_account_is_refused(start, kept):
    async with start(kept):
        pass
    raw = orjson.loads(kept.state.read_bytes())
    del raw["account"]["wallet"]
    kept.state.write_bytes(orjson.dumps(raw))
    with pytest.raises(StateFileError, match="move it away"):
        async with start(kept):
            pass


async def test_no_file_is_a_fresh_start(tmp_path):
    assert read_state(tmp_path / "none.json") is None


async def test_replacing_leaves_no_second_file(tmp_path):
    path = tmp_path / "a.json"
    replace_file(path, b"1")
    replace_file(path, b"2")

    assert path.read_bytes() == b"2"
    assert list(tmp_path.iterdir()) == [path]


async def test_at_normal_speed_the_exchange_catches_up_with_the_day_outside(start, kept, monkeypatch):
    kept = replace(kept, start_ms=None)
    async with start(kept) as client:
        resting = await client.place(match_price="0", price=client.price(off="-0.2"))
        left_ms = client.exchange.venue.clock.now_ms()
    an_hour_later = time.time() + 3_600
    monkeypatch.setattr(founding.time, "time", lambda: an_hour_later)
    async with start(kept) as client:
        client.wait(0.5)
        rows = await client.public("candles", symbol="cmt_btcusdt", granularity="1m", limit=90)
        (order,) = await client.read("order/current")

    assert client.exchange.exchange.now_ms - left_ms >= 3_599_000
    assert {int(after[0]) - int(before[0]) for before, after in pairwise(rows)} == {60_000}
    assert (order["order_id"], order["status"]) == (resting, "open")
