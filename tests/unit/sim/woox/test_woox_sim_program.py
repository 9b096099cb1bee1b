"""The program, its state file, and that a seed decides everything."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from woox_desk import BTC, OPTIONS, SPOT_BTC, started

from terminal.sim.serving.store import StateFileError

ROOT = Path(__file__).parents[4]
KEYS = {"venue", "rest", "ws_public", "ws_private", "key", "secret", "passphrase", "speed", "seed", "pattern"}


def seen(client):
    state = client.exchange.control.state()
    return {name: state[name] for name in ("wallet", "orders", "fills", "positions", "plans", "one_way", "spot")}


async def busy(client):
    """Leave a bit of everything in the books; returns the id of a resting order."""
    await client.place(quantity="0.002", clientOrderId=11)
    await client.place(symbol=SPOT_BTC, quantity=None, amount="100")
    await client.place(symbol=SPOT_BTC, type="LIMIT", price=client.price(off="-0.02"), quantity="0.001")
    stop = client.order(side="SELL", algoType="STOP", triggerPrice=client.price(off="-0.05"), reduceOnly=True)
    await client.ok("POST", "trade/algoOrder", stop)
    return await client.resting(off="-0.03")


def test_the_program_says_one_line_and_ends_when_asked(tmp_path):
    state = tmp_path / "state.json"
    command = [sys.executable, "-W", "error", "-m", "terminal.sim.woox", "--seed", "3", "--state", str(state)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as process:
        info = json.loads(process.stdout.readline())
        answer = httpx.get(info["rest"] + "/v3/public/systemInfo", trust_env=False).json()
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=60)

    assert set(info) == KEYS | {"genesis_ms", "continued", "rate", "simulated"}
    assert (info["venue"], info["seed"], info["passphrase"], info["simulated"]) == ("woox", 3, "", True)
    assert (info["ws_public"], info["ws_private"]) == tuple(
        info["rest"].replace("http", "ws") + path for path in ("/v3/public", "/v3/private")
    )
    assert answer["data"]["status"] == 0
    assert (process.returncode, rest, errors) == (0, "", "")
    assert json.loads(state.read_text())["venue"] == "woox"


@pytest.mark.asyncio
async def test_a_stopped_exchange_goes_on_where_it_was(tmp_path):
    kept = replace(OPTIONS, state=tmp_path / "exchange.json", generosity=100)
    async with started(kept) as client:
        await busy(client)
        client.wait(3)
        before, moment = seen(client), client.exchange.venue.clock.now_ms()
    async with started(replace(kept, seed=99, balance=Decimal(5))) as client:
        after = seen(client)
        assert after == before
        assert client.exchange.venue.clock.now_ms() >= moment
        assert await client.not_placed(clientOrderId=11) == (400, -1007)
        rows = (await client.ok("GET", "trade/orders", status="INCOMPLETE"))["rows"]
        book = client.exchange.venue.market.book("BTC")
        assert [book.resting(str(row["orderId"])) for row in rows] == [10, 10]
        await client.ok("DELETE", "trade/allOrders")
        held = (await client.ok("GET", "asset/balances"))["holding"]
        assert held[0]["frozen"] == 0
        assert Decimal(str(held[0]["holding"])) == client.books.wallet.cash


@pytest.mark.asyncio
async def test_a_file_of_another_venue_or_a_damaged_one_is_refused(tmp_path):
    kept = replace(OPTIONS, state=tmp_path / "exchange.json")
    async with started(kept):
        pass
    raw = json.loads(kept.state.read_bytes())
    for changed in (raw | {"venue": "weex"}, raw | {"account": {"spot": {}}}):
        kept.state.write_text(json.dumps(changed))
        with pytest.raises(StateFileError, match="move it away"):
            async with started(kept):
                pass


@pytest.mark.asyncio
async def test_a_seed_decides_everything():
    runs = []
    for _ in range(2):
        async with started(replace(OPTIONS, generosity=100)) as client:
            await busy(client)
            client.wait(20)
            book = (await client.public("orderbook", symbol=BTC)).json()
            runs.append((seen(client), book, client.exchange.info["key"]))
    assert runs[0] == runs[1]
