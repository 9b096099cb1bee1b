"""The exchange as a program."""

import json
import subprocess
import sys

import httpx


def test_the_program_says_its_line_and_ends(tmp_path):
    command = [sys.executable, "-m", "terminal.sim.bitz", "--start-ms", "1573813113000", "--exit-with-parent"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path, text=True)
    assert process.stdout is not None
    assert process.stdin is not None
    line = json.loads(process.stdout.readline())
    assert (line["venue"], line["passphrase"], line["simulated"], line["seed"]) == ("bitz", "", True, 1)
    assert {"rest", "ws_public", "ws_private", "key", "secret", "speed", "pattern", "genesis_ms", "rate"} <= set(line)
    answer = httpx.get(f"{line['rest']}/Market/getServerTime", trust_env=False).json()
    assert answer["time"] >= 1_573_813_113
    process.stdin.close()
    assert process.wait(10) == 0
    process.stdout.close()
