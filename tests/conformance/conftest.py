"""A flat account and a fresh adapter of each speaker for every test that fits it.

A WEEX exchange allows only so much weight in ten seconds, and the suite is quicker than that; so
exchanges are used up one after another instead of being waited for. Each venue has its own.
"""

import secrets
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from conformance_kit import SPEED, Desk, PacedClock
from speakers import fitting

from helpers.hurry import let_run
from helpers.loopback import Loopback, loopback
from terminal.net.windows import RollingWindow

WEIGHT = 480  # of the 500 a WEEX exchange allows
ONE_TEST = 170  # more than the heaviest test needs


def pytest_configure(config):
    config.addinivalue_line("markers", "needs(*what): made for the speakers that have all of it; see speakers.py")


def pytest_generate_tests(metafunc):
    """Make a test for each speaker it fits: none is skipped, what does not fit is not made."""
    if "speaker" in metafunc.fixturenames:
        what = tuple(one for mark in metafunc.definition.iter_markers("needs") for one in mark.args)
        metafunc.parametrize("speaker", fitting(what), ids=lambda speaker: speaker.name)


class Exchanges:
    """Gives an exchange of a venue with room for one more test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stacks: dict[str, ExitStack] = {}
        self._running: dict[str, Loopback] = {}
        self._spent = 0
        self._count = 0
        self.order_calls = RollingWindow(8, 1.0)  # the second of one test may reach into the next

    def with_room(self, venue: str) -> Loopback:
        if venue == "weex" and self._spent + ONE_TEST > WEIGHT:
            self._end(venue)
        if venue not in self._running:
            self._count += 1
            folder = self._folder / str(self._count)
            folder.mkdir()
            stack = self._stacks.setdefault(venue, ExitStack())
            self._running[venue] = stack.enter_context(
                loopback(folder, speed=SPEED, venue=venue, generous=venue != "weex")
            )
            self._spent = 0 if venue == "weex" else self._spent
        return self._running[venue]

    def spend(self, venue: str, weight: int) -> None:
        self._spent += weight if venue == "weex" else 0

    def close(self) -> None:
        for venue in tuple(self._running):
            self._end(venue)

    def _end(self, venue: str) -> None:
        if self._running.pop(venue, None) is not None:
            self._stacks.pop(venue).close()


@pytest.fixture(scope="session")
def exchanges(tmp_path_factory):
    pool = Exchanges(tmp_path_factory.mktemp("conformance"))
    yield pool
    pool.close()


@pytest.fixture
def exchange(exchanges, speaker):
    """Give an exchange without faults, and an account without orders, triggers and positions."""
    exchange = exchanges.with_room(speaker.venue)
    exchange.clear_faults()
    answer = httpx.post(exchange.line["rest"] + "/_sim/reset", json={"balance": "1000"}, trust_env=False)
    assert answer.status_code == 200
    return exchange


@pytest_asyncio.fixture
async def desk(exchanges, exchange, speaker):
    clock = PacedClock()
    adapter = speaker.adapter(exchange, clock)
    # Ids must differ from those of earlier tests on the same exchange; nothing depends on their value.
    desk = Desk(adapter, speaker, exchange, clock, secrets.token_hex(8))
    if speaker.has("weex"):
        adapter._desk.limiter._order_calls.window = exchanges.order_calls
    else:
        let_run(adapter._desk.limiter)
        await adapter.sync_clock()
        desk.rules = {rules.instrument_id: rules for rules in await adapter.instruments()}
    yield desk
    exchanges.spend(speaker.venue, adapter.health().budget_used)
    await adapter.aclose()
