"""The program, its one line, and restarts."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from terminal.sim.serving.store import StateFileError

ROOT = Path(__file__).parents[4]


def test_one_line_then_a_stop_by_signal_is_exit_0(tmp_path):
    state = tmp_path / "state.json"
    command = [sys.executable, "-W", "error", "-m", "terminal.sim.hashkey", "--seed", "3", "--state", str(state)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([*command, "--start-ms", "1765423487896"], cwd=ROOT, text=True, **pipes) as process:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        info = json.loads(line)
        moment = httpx.get(info["rest"] + "/api/v1/time", trust_env=False).json()["serverTime"]
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=60)

    assert set(info) == {
        *("venue", "rest", "ws_public", "ws_private", "ws_public_v1", "key", "secret", "passphrase"),
        *("speed", "seed", "pattern", "genesis_ms", "continued", "rate", "simulated"),
    }
    assert (info["venue"], info["passphrase"], info["seed"], info["simulated"]) == ("hashkey", "", 3, True)
    assert moment >= info["genesis_ms"] == 1765423487896
    assert (process.returncode, rest, errors) == (0, "", "")
    assert json.loads(state.read_text())["venue"] == "hashkey"


@pytest.mark.asyncio
async def test_a_restart_goes_on_where_it_was(start, options, tmp_path):
    kept = replace(options, state=tmp_path / "exchange.json")
    async with start(kept) as client:
        resting = await client.place(client.limit())
        await client.place()
        client.wait(3)
        before, moment = client.exchange.control.state(), client.venue.now_ms
        key = await client.listen_key()
    async with start(replace(kept, seed=99)) as client:
        after = client.exchange.control.state()
        for part in ("holdings", "orders", "fills", "flows"):
            assert after[part] == before[part]
        assert client.venue.clock.now_ms() >= moment
        assert client.exchange.info["seed"] == options.seed
        assert not client.venue.listen_keys.is_valid(key)
        assert await client.refused(client.limit(newClientOrderId=resting["clientOrderId"])) == "-1141"
        assert (await client.delete("/api/v1/spot/order", orderId=resting["orderId"])).status_code == 200


@pytest.mark.asyncio
@pytest.mark.parametrize("damage", ["venue", "holdings"])
async def test_a_file_that_does_not_fit_is_left_as_it_is(start, options, tmp_path, damage):
    kept = replace(options, state=tmp_path / "exchange.json")
    async with start(kept):
        pass
    raw = json.loads(kept.state.read_text())
    if damage == "venue":
        raw["venue"] = "weex"
    else:
        del raw["account"]["holdings"]
    kept.state.write_text(json.dumps(raw))
    with pytest.raises(StateFileError, match="move it away"):
        async with start(kept):
            pass
    assert json.loads(kept.state.read_text()) == raw
