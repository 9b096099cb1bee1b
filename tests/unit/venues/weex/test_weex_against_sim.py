"""The adapter against the built-in exchange in its own process: two readings of one document must agree."""

import asyncio
import json
import subprocess
import sys
import time
from contextlib import asynccontextmanager, contextmanager
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from weex_kit import BTC, RealClock, SeededChance, terms

from helpers.event_sink import Events, running
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.errors import AuthFailed, RequestRejected
from terminal.domain.fill import Fill
from terminal.domain.instrument import perpetual
from terminal.domain.market import CandleUpdate, Interval, OrderBook, StreamState, Ticker
from terminal.domain.order import Effect, OrderKind, PositionSide, Side, TimeInForce
from terminal.ports.venue import Acknowledged, OrderReport, Refused, VenueStatus
from terminal.venues.weex.adapter import Credentials, WeexAdapter

pytestmark = pytest.mark.asyncio(loop_scope="module")
ROOT = Path(__file__).parents[4]


@contextmanager
def running_exchange(*options):
    """Start the exchange; gives what it announces on its first line."""
    command = [sys.executable, "-m", "terminal.sim.weex", "--port", "0", "--seed", "7", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def exchange():
    with running_exchange() as said:
        yield said


class FastClock(RealClock):
    """A demo's clock: shown time runs at a multiple, the operator's time does not."""

    def __init__(self, speed):
        self._speed = speed
        self._start_s = time.monotonic()

    def now_ms(self):
        return round(1_765_423_487_896 + (time.monotonic() - self._start_s) * 1000 * self._speed)

    async def sleep(self, seconds):
        await asyncio.sleep(seconds)


@asynccontextmanager
async def connected(exchange, *, clock=None, **changes):
    said = exchange | changes
    adapter = WeexAdapter(
        said["rest"],
        said["ws_public"],
        said["ws_private"],
        Credentials(said["key"], said["secret"], said["passphrase"]),
        clock or RealClock(),
        SeededChance(),
        simulated=True,
    )
    try:
        yield adapter
    finally:
        await adapter.aclose()


async def last_price(adapter):
    (bar,) = await adapter.candles(BTC, Interval.M1, 1)
    return Decimal(str(bar.close)).quantize(Decimal("0.1"))


async def test_market_data(exchange):
    async with connected(exchange) as adapter:
        await adapter.sync_clock()
        instruments = await adapter.instruments()
        assert {item.instrument_id for item in instruments} == set(ALLOWED_INSTRUMENTS)
        assert all(item.price_step > 0 and item.size_step > 0 for item in instruments)
        assert next(item for item in instruments if item.base == "DOGE").size_step == 100
        for interval in Interval:
            bars = await adapter.candles(BTC, interval, 50)
            starts = [bar.open_ms for bar in bars]
            assert len(bars) == 50 or interval is Interval.W1  # the exchange has some weeks of history
            assert all(later - earlier == interval.ms for earlier, later in pairwise(starts))
            assert [bar.closed for bar in bars] == [True] * (len(bars) - 1) + [False]
        funding = await adapter.funding(BTC)
        assert funding.interval_min == 480
        assert adapter.health().clock_offset_ms is not None


@pytest.mark.parametrize("field", ["key", "secret", "passphrase"])
async def test_a_wrong_credential_is_an_auth_failure_with_a_hint(exchange, field):
    async with connected(exchange, **{field: "wrong-" + "x" * 20}) as adapter:
        with pytest.raises(AuthFailed) as caught:
            await adapter.balance()
        assert "settings" in caught.value.hint
        outcome = await adapter.submit_order(adapter.prepare_order("w" * 32, terms(price=await last_price(adapter))))
        assert isinstance(outcome, Refused)
        assert outcome.halts


async def test_leverage(exchange):
    async with connected(exchange) as adapter:
        await adapter.set_leverage(perpetual("ETH"), 3)
        assert (await adapter.leverage(perpetual("ETH"))).cross == 3


async def test_public_stream(exchange):
    async with connected(exchange) as adapter:
        events = Events()
        adapter.watch_candles(frozenset({(BTC, Interval.M1)}))
        async with running(adapter.run_public((BTC, perpetual("ETH")), events)):
            books = await events.wait_count(OrderBook, 6)
            tickers = await events.wait_count(Ticker, 2)
            await events.wait_count(CandleUpdate, 1)
        assert all(book.synchronised for book in books)
        assert all(book.best_bid.price < book.best_ask.price for book in books)
        assert {ticker.instrument_id for ticker in tickers} <= {BTC, perpetual("ETH")}


def fills_for(events, size):
    """Give the fills once they add up to `size`, and nothing before."""
    fills = events.of(Fill)
    return fills if sum(fill.size for fill in fills) == size else []


async def test_order_round_trip(exchange):
    """Place a market order with stop and target, see the fill on the stream and by REST, then close."""
    async with connected(exchange) as adapter:
        events = Events()
        async with running(adapter.run_private(events)):
            await events.wait_count(StreamState, 1)
            price = await last_price(adapter)
            opening = terms(
                kind=OrderKind.MARKET,
                tif=TimeInForce.IOC,
                price=None,
                size=Decimal("0.001"),
                reference_price=price,
                stop_price=price - 900,
                target_price=price + 900,
            )
            placed = await adapter.submit_order(adapter.prepare_order("m" * 32, opening))
            assert isinstance(placed, Acknowledged)
            fills = await events.wait(lambda: fills_for(events, opening.size))  # at one price or at two
            assert {(fill.venue_order_id, fill.side) for fill in fills} == {(placed.venue_order_id, Side.BUY)}
            reports = [report for report in events.of(OrderReport) if report.status is VenueStatus.FILLED]
            assert {report.client_order_id for report in reports} == {"m" * 32}
            (position,) = await adapter.positions()
            assert (position.side, position.size) == (PositionSide.LONG, opening.size)
            paid = sum(fill.price * fill.size for fill in fills)
            assert abs(position.entry_price - paid / opening.size) < Decimal("0.1")
            by_rest = await adapter.fills(BTC, fills[0].ts_event_ms)
            assert {item.trade_id for item in by_rest} == {fill.trade_id for fill in fills}
            assert (await adapter.order(placed.venue_order_id)).status is VenueStatus.FILLED
            history = await adapter.order_history(BTC, fills[0].ts_event_ms - 60_000)
            assert placed.venue_order_id in {report.venue_order_id for report in history}
            async with asyncio.timeout(60):
                while len(await adapter.trigger_orders(BTC)) < 2:  # they appear with a lag, and no event tells
                    await RealClock().sleep(2.0)
            closing = terms(
                side=Side.SELL,
                effect=Effect.CLOSE,
                kind=OrderKind.MARKET,
                price=None,
                size=opening.size,
                reference_price=price,
            )
            assert isinstance(await adapter.submit_order(adapter.prepare_order("c" * 32, closing)), Acknowledged)
            await events.wait(lambda: fills_for(events, 2 * opening.size))
            assert await adapter.positions() == ()
            await adapter.cancel_all(BTC)
            assert await adapter.trigger_orders(None) == ()


async def test_resting_order_and_cancel(exchange):
    async with connected(exchange) as adapter:
        price = (await last_price(adapter) * Decimal("0.995")).quantize(Decimal("0.1"))
        prepared = adapter.prepare_order("r" * 32, terms(size=Decimal("0.001"), price=price, tif=TimeInForce.POST_ONLY))
        placed = await adapter.submit_order(prepared)
        assert isinstance(placed, Acknowledged)
        (resting,) = await adapter.open_orders()
        assert (resting.venue_order_id, resting.price, resting.tif) == (
            placed.venue_order_id,
            price,
            TimeInForce.POST_ONLY,
        )
        assert await adapter.cancel_order(BTC, placed.venue_order_id) is True
        assert await adapter.cancel_order(BTC, placed.venue_order_id) is False
        assert (await adapter.order(placed.venue_order_id)).status is VenueStatus.CANCELED
        assert await adapter.open_orders() == ()


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"size": Decimal("0.00015")}, "step"),
        ({"size": Decimal(900)}, "margin"),
        ({"side": Side.SELL, "effect": Effect.CLOSE, "size": Decimal("0.5")}, ""),
    ],
)
async def test_business_refusals_are_definite(exchange, changes, word):
    async with connected(exchange) as adapter:
        price = await last_price(adapter)
        outcome = await adapter.submit_order(adapter.prepare_order("b" * 32, terms(price=price, **changes)))
        assert isinstance(outcome, Refused)
        assert outcome.code == "40015"
        assert word in outcome.hint.lower()
        assert not outcome.halts


async def test_unknown_order_is_rejected_not_empty(exchange):
    async with connected(exchange) as adapter:
        with pytest.raises(RequestRejected):
            await adapter.order("123456789012345678")


async def test_ai_log(exchange):
    async with connected(exchange) as adapter:
        log = {
            "orderId": None,
            "stage": "Decision Making",
            "model": "test",
            "input": {"prompt": "p"},
            "output": {"signal": "HOLD"},
            "explanation": "Größe ✓",
        }
        receipt = await adapter.upload_ai_log(json.dumps(log, ensure_ascii=False).encode())
        assert (receipt.accepted, receipt.code) == (True, "00000")
        del log["stage"]
        refused = await adapter.upload_ai_log(json.dumps(log).encode())
        assert (refused.accepted, refused.code, refused.permanent) == (False, "40019", True)


async def test_n11_a_sped_up_exchange_still_accepts_our_signatures():
    """At 60 times real time the 30 s window is half a second, and 1.5 s of drift would be three windows."""
    with running_exchange("--speed", "60") as said:
        async with connected(said, clock=FastClock(60)) as adapter:
            assert (await adapter.balance()).equity > 0
            await asyncio.sleep(1.5)
            assert (await adapter.balance()).equity > 0
            outcome = await adapter.submit_order(
                adapter.prepare_order("f" * 32, terms(price=await last_price(adapter)))
            )
            assert isinstance(outcome, Acknowledged)
