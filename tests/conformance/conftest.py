"""A flat account and a fresh adapter of each speaker for every test.

An exchange allows only so much weight in ten seconds, and the suite is quicker than that; so
exchanges are used up one after another instead of being waited for.
"""

import secrets
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from conformance_kit import SPEAKERS, SPEED, Desk

from helpers.loopback import Loopback, loopback
from terminal.net.limiter import RollingWindow

WEIGHT = 480  # of the 500 an exchange allows
ONE_TEST = 170  # more than the heaviest test needs


class Exchanges:
    """Gives an exchange with room for one more test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._running: Loopback | None = None
        self._spent = 0
        self._count = 0
        self.order_calls = RollingWindow(8, 1.0)  # the second of one test may reach into the next

    def with_room(self) -> Loopback:
        if self._running is None or self._spent + ONE_TEST > WEIGHT:
            self.close()
            self._count += 1
            folder = self._folder / str(self._count)
            folder.mkdir()
            self._running, self._spent = self._stack.enter_context(loopback(folder, speed=SPEED)), 0
        return self._running

    def spend(self, weight: int) -> None:
        self._spent += weight

    def close(self) -> None:
        self._stack.close()
        self._running = None


@pytest.fixture(scope="session")
def exchanges(tmp_path_factory):
    pool = Exchanges(tmp_path_factory.mktemp("conformance"))
    yield pool
    pool.close()


@pytest.fixture(params=SPEAKERS, ids=lambda speaker: speaker.name)
def speaker(request):
    return request.param


@pytest.fixture
def exchange(exchanges):
    """Give an exchange without faults, and an account without orders, triggers and positions."""
    exchange = exchanges.with_room()
    exchange.clear_faults()
    answer = httpx.post(exchange.line["rest"] + "/_sim/reset", json={"balance": "1000"}, trust_env=False)
    assert answer.status_code == 200
    return exchange


@pytest_asyncio.fixture
async def desk(exchanges, exchange, speaker):
    adapter = speaker.adapter(exchange)
    adapter._desk.limiter._order_calls = exchanges.order_calls
    # Ids must differ from those of earlier tests on the same exchange; nothing depends on their value.
    yield Desk(adapter, speaker, exchange, secrets.token_hex(8))
    exchanges.spend(adapter.health().budget_used)
    await adapter.aclose()
