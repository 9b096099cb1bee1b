"""The program: its one line, its exit codes, kill and restart, reproducibility."""

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from terminal.sim.serving.clock import SimClock

ROOT = Path(__file__).parents[4]
START = ["--start-ms", "1765423487896", "--seed", "3"]


@contextmanager
def program(*arguments):
    command = [sys.executable, "-W", "error", "-m", "terminal.sim.weex", *arguments]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def ready(process):
    line = process.stdout.readline()
    assert line, process.stderr.read()
    return json.loads(line)


def test_one_line_then_a_stop_by_signal_is_exit_0(tmp_path):
    state = tmp_path / "state.json"
    with program(*START, "--speed", "20", "--state", str(state)) as process:
        info = ready(process)
        moment = httpx.get(info["rest"] + "/capi/v2/market/time", trust_env=False).json()["timestamp"]
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=60)

    assert set(info) == {
        "venue",
        "rest",
        "ws_public",
        "ws_private",
        "ws_public_v3",
        "ws_private_v3",
        "key",
        "secret",
        "passphrase",
        "speed",
        "seed",
        "pattern",
        "genesis_ms",
        "continued",
        "rate",
        "simulated",
    }
    assert (info["venue"], info["speed"], info["seed"], info["simulated"]) == ("weex", 20.0, 3, True)
    assert moment >= info["genesis_ms"] == 1765423487896
    assert (process.returncode, rest, errors) == (0, "", "")
    assert json.loads(state.read_text())["resume_ms"] >= moment


def test_after_a_kill_the_clock_goes_on_and_the_key_stays(tmp_path):
    state = tmp_path / "state.json"
    with program(*START, "--state", str(state), "--speed", "20") as process:
        first = ready(process)
        process.kill()
        process.wait(60)
    before = json.loads(state.read_text())["market"]["now_ms"]
    with program("--state", str(state), "--speed", "20", "--exit-with-parent") as process:
        second = ready(process)
        moment = httpx.get(second["rest"] + "/capi/v2/market/time", trust_env=False).json()["timestamp"]
        process.communicate(timeout=60)  # closes stdin

    assert (first["continued"], second["continued"]) == (False, True)
    assert (second["key"], second["seed"], second["genesis_ms"]) == (first["key"], 3, first["genesis_ms"])
    assert moment > before
    assert process.returncode == 0


def test_a_port_in_use_is_exit_2_and_one_line():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with program("--port", port) as process:
            out, errors = process.communicate(timeout=60)

    assert (process.returncode, out) == (2, "")
    assert errors.count("\n") == 1
    assert port in errors
    assert "--port" in errors


def test_an_unreadable_state_file_is_exit_2_and_one_line(tmp_path):
    state = tmp_path / "state.json"
    state.write_text("not json")
    with program("--state", str(state)) as process:
        out, errors = process.communicate(timeout=60)

    assert (process.returncode, out) == (2, "")
    assert errors.count("\n") == 1
    assert str(state) in errors
    assert state.read_text() == "not json"


@pytest.mark.skipif(sys.platform == "win32", reason="there a child's computing time cannot be read")
def test_it_is_ready_soon():
    """Measured in computing time: how busy the machine is with other things says nothing about the program."""
    before = os.times()
    with program("--exit-with-parent") as process:
        ready(process)
        process.communicate(timeout=60)
    after = os.times()

    used_s = after.children_user + after.children_system - before.children_user - before.children_system
    assert used_s < 5  # about 1 s


@pytest.mark.parametrize("speed", [0.5, 1.0, 20.0])
def test_the_clock_runs_at_its_speed_and_never_back(speed):
    now = [10.0]
    clock = SimClock(1_000, speed, lambda: now[0])
    now[0] = 12.0
    assert clock.now_ms() == 1_000 + int(2_000 * speed)
    now[0] = 11.0
    assert clock.now_ms() == 1_000 + int(2_000 * speed)
    assert clock.window_ms(30_000) == 30_000 * max(1, speed)


def test_a_clock_that_stands_still_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        SimClock(0, 0.0, lambda: 0.0)
