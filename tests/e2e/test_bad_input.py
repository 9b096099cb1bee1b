"""Wrong arguments and damaged files: the program says what is wrong and what to do, and leaves everything as it is."""

import asyncio
import json
import os
import socket
import subprocess
import sys

import pytest

from helpers.loopback import wait_for
from helpers.seat import write_profile
from terminal.domain.records import Noted
from terminal.storage.journal import open_journal
from terminal.storage.lock import ProfileLock
from terminal.storage.paths import profile_paths
from terminal.storage.profiles import load_profile
from terminal.storage.secrets import chain_key

RUN_WITHIN_S = 120
DISPLAYS = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}


def alphadesk(*arguments, **environ) -> subprocess.CompletedProcess:
    """Run the command the way a shell would; an environment value of None takes the variable away."""
    env = {name: value for name, value in {**os.environ, **environ}.items() if value is not None}
    command = [sys.executable, "-m", "terminal", *(str(each) for each in arguments)]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=RUN_WITHIN_S, check=False)


def headless(tmp_path, *arguments) -> subprocess.CompletedProcess:
    return alphadesk("demo", "--headless", "--seconds", "20", "--out", tmp_path / "out", *arguments)


def refused(done: subprocess.CompletedProcess, code: int, *words: str) -> None:
    """Check exit code and words, and that a person was not shown a traceback."""
    assert done.returncode == code, done.stderr
    for word in words:
        assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_a_connection_file_that_is_not_there(tmp_path):
    link = tmp_path / "nowhere.json"
    refused(headless(tmp_path, "--connect", link), 1, str(link), "Is the loopback exchange running?")


@pytest.mark.parametrize("text", ["", "hello", "[]", '{"venue": "weex"}', "\ufffd\x00"])
def test_a_connection_file_full_of_garbage(tmp_path, text):
    link = tmp_path / "line.json"
    link.write_text(text)
    refused(headless(tmp_path, "--connect", link), 1, str(link), "Start the exchange again")


def test_a_connection_that_leaves_this_machine(tmp_path):
    line = {"venue": "weex", "simulated": True, "key": "k", "secret": "hush-hush", "passphrase": "p"}
    line |= {"rest": "https://api-contract.weex.com", "ws_public": "ws://x:1/p", "ws_private": "ws://x:1/q"}
    link = tmp_path / "line.json"
    link.write_text(json.dumps(line))
    done = headless(tmp_path, "--connect", link)
    refused(done, 1, str(link), "api-contract.weex.com", "not an exchange on this machine")
    assert "hush-hush" not in done.stderr


def test_an_unknown_profile_lists_the_known_ones(tmp_path):
    write_profile("team-a", tmp_path / "line.json")
    refused(headless(tmp_path, "--profile", "team-b"), 1, "'team-b'", "Known: demo, team-a")


def test_a_second_start_names_the_first(tmp_path):
    with ProfileLock(profile_paths("demo").lock):
        done = headless(tmp_path)
    refused(done, 1, f"process id {os.getpid()}", "close it first")


def test_a_port_in_use():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = alphadesk("exchange", "--port", port)
    refused(done, 2, f"Port {port}", "another --port")


@pytest.mark.parametrize("content", [b"", b"{", b'{"format": 1}', b"[1]", bytes(range(256))])
def test_an_exchange_state_that_cannot_be_read_is_left_alone(tmp_path, content):
    state = tmp_path / "exchange.json"
    state.write_bytes(content)
    refused(alphadesk("exchange", "--state", state), 2, str(state), "move it away")
    assert state.read_bytes() == content


def test_the_demo_whose_exchange_cannot_start_says_why(tmp_path):
    state = profile_paths("demo").exchange_state
    state.write_bytes(b"half of a st")
    refused(headless(tmp_path), 1, "exchange did not start", str(state), "move it away")
    assert state.read_bytes() == b"half of a st"


def make_journal(paths, records: int) -> None:
    async def make() -> None:
        key = chain_key(load_profile("demo"), paths)
        journal = await open_journal(paths.journal, key, now_ms=lambda: 0, boot_id="test")
        for number in range(records):
            await journal.commit(Noted("info", "test", f"note {number}", number))
        await journal.aclose()

    with asyncio.Runner() as runner:
        runner.run(make())


@pytest.mark.parametrize("keep", [0, 1_000, 20_000])
def test_a_truncated_journal_is_left_alone(tmp_path, keep):
    paths = profile_paths("demo")
    make_journal(paths, 300)
    whole = paths.journal.read_bytes()
    assert len(whole) > keep
    paths.journal.write_bytes(whole[:keep])
    refused(headless(tmp_path), 1, str(paths.journal), "left as it is", "start again")
    assert paths.journal.read_bytes() == whole[:keep]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there a window may have no display")
def test_without_a_display_it_goes_on_headless(tmp_path):
    env = {name: each for name, each in os.environ.items() if name not in DISPLAYS}
    command = [sys.executable, "-m", "terminal", "--speed", "20"]
    program = subprocess.Popen(
        command, env=env, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        first = program.stderr.readline()
        wait_for(profile_paths("demo").journal.exists)
    finally:
        program.terminate()
        words, trouble = program.communicate(timeout=RUN_WITHIN_S)
    assert first == "alphadesk: there is no display, so this goes on as 'alphadesk demo --headless'.\n"
    assert program.returncode == 0, trouble
    assert not trouble
    json.loads(words)


def test_a_folder_for_pictures_that_cannot_be_made(tmp_path):
    (tmp_path / "out").write_text("a file, not a folder")
    refused(headless(tmp_path), 1, str(tmp_path / "out"), "--out")
