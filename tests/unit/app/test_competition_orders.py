"""Under a competition profile nothing but WEEX receives an order: refused by profile, gate and adapters."""

import asyncio

import pytest

from helpers.fake_chance import SeededChance
from helpers.fake_clock import ManualClock
from terminal.app.venue_link import open_adapter
from terminal.domain.capabilities import TradedVenue
from terminal.domain.venues import COMPETITION_VENUE, PRODUCTS, VENUES
from terminal.net.route import DIRECT
from terminal.ports.venue import NotSent, PreparedOrder
from terminal.storage.endpoints import Endpoints
from terminal.storage.profiles import Mode, Profile

OTHERS = [
    (venue, product) for venue in VENUES if venue != COMPETITION_VENUE for product in PRODUCTS[venue]
]  # WOO X twice: each of its products sends by another way
STREAMS = {"hashkey": ("/quote/ws/v2", "/api/v1/ws"), "woox": ("/v3/public", "/v3/private"), "bitz": ("/", "/")}
TITLES = {"hashkey": "HashKey", "woox": "WOO X", "bitz": "Bit-Z"}


class Door:
    """Listens like a venue would, and counts who comes."""

    def __init__(self) -> None:
        self.came = 0

    async def __aenter__(self) -> "Door":
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    @property
    def port(self) -> int:
        return self._server.sockets[0].getsockname()[1]

    async def _take(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.came += 1
        writer.close()


def adapter_at(port: int, venue: str, product: str, *, may_trade: bool):
    public, private = STREAMS[venue]
    here = f"127.0.0.1:{port}"
    where = Endpoints(f"http://{here}", f"ws://{here}{public}", f"ws://{here}{private}")
    options = {"venue": venue, "product": product, "may_trade": may_trade, "route": DIRECT}
    return open_adapter(where, None, ManualClock(), SeededChance(), **options)


def profile_of(mode: Mode, venue: str) -> Profile:
    return Profile("team", mode, venue)


@pytest.mark.parametrize(("venue", "product"), OTHERS)
@pytest.mark.parametrize("is_exit", [False, True], ids=["opening", "exit"])
@pytest.mark.asyncio
async def test_the_adapter_opens_no_connection_for_an_order(venue, product, is_exit):
    may_trade = profile_of(Mode.COMPETITION, venue).may_trade
    async with Door() as door:
        adapter = adapter_at(door.port, venue, product, may_trade=may_trade)
        order = PreparedOrder("a1", "/any", b"symbol=BTC", is_exit=is_exit)
        outcome = await adapter.submit_order(order)
        await adapter.aclose()
    assert isinstance(outcome, NotSent)
    assert "WEEX" in outcome.message
    assert door.came == 0


@pytest.mark.parametrize(("venue", "product"), OTHERS)
def test_the_gate_refuses_it_by_name_and_only_under_the_competition(venue, product):
    adapter = adapter_at(1, venue, product, may_trade=True)
    refusal = TradedVenue(adapter.name, adapter.capabilities, is_competition=True).why_no_orders
    assert "only WEEX" in refusal
    assert TITLES[venue] in refusal
    assert TradedVenue(adapter.name, adapter.capabilities).why_no_orders == ""


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("venue", VENUES)
def test_a_profile_says_whether_orders_may_leave(mode, venue):
    assert profile_of(mode, venue).may_trade is (mode is not Mode.COMPETITION or venue == "weex")
