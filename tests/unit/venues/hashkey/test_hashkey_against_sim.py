"""The adapter against the built-in exchange: two readings of one document must agree."""

import asyncio
import itertools
import time
from contextlib import asynccontextmanager
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import httpx
import pytest
import pytest_asyncio
from hashkey_kit import ADA, BTC, DOGE, ETH, terms

from helpers.event_sink import Events, running
from helpers.fake_chance import SeededChance
from terminal.domain.errors import AuthFailed, RequestRejected
from terminal.domain.fill import Fill
from terminal.domain.market import CandleUpdate, Interval, OrderBook, PublicTrade, StreamState, Ticker
from terminal.domain.order import Effect, OrderKind, Side, TimeInForce
from terminal.ports.venue import Acknowledged, OrderReport, Refused, ResyncNeeded, VenueStatus
from terminal.sim.hashkey.options import ExchangeOptions
from terminal.sim.hashkey.server import running_exchange
from terminal.venues.hashkey.adapter import Credentials, HashKeyAdapter

pytestmark = pytest.mark.asyncio(loop_scope="module")
WIDE = 10**6
SPEED = 20.0
STARTED_MS = 1_795_000_000_000


class FastClock:
    """Everything runs at the exchange's speed: waiting for a budget costs a test next to nothing."""

    def __init__(self):
        self._started_s = time.monotonic()

    def now_ms(self):
        return STARTED_MS + round((time.monotonic() - self._started_s) * 1000 * SPEED)

    def monotonic_s(self):
        return time.monotonic() * SPEED

    async def sleep(self, seconds):
        await asyncio.sleep(seconds / SPEED)


class PlainClock:
    """The machine's own pace, at the exchange's time."""

    def __init__(self):
        self._started_s = time.monotonic()

    def now_ms(self):
        return STARTED_MS + round((time.monotonic() - self._started_s) * 1000)

    def monotonic_s(self):
        return time.monotonic()

    async def sleep(self, seconds):
        await asyncio.sleep(seconds)


@asynccontextmanager
async def exchange_with(**options):
    """Run an exchange; gives what it announces on its line."""
    made = ExchangeOptions(seed=7, start_ms=STARTED_MS, history_minutes=3_000, balance=Decimal(100_000), **options)
    async with running_exchange(made) as running:
        yield running.info


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def exchange():
    async with exchange_with(speed=SPEED, queries_per_s=WIDE, orders_per_s=WIDE) as line:
        yield line


def adapter_on(line, clock=None, **changes):
    keys = {"key": line["key"], "secret": line["secret"]} | changes
    return HashKeyAdapter(
        line["rest"],
        line["ws_public"],
        line["ws_private"],
        Credentials(keys["key"], keys["secret"]),
        clock or FastClock(),
        SeededChance(5),
        simulated=True,
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def adapter(exchange):
    """One for all tests: the venue counts the calls of a key, so only one may spend them."""
    made = adapter_on(exchange)
    await made.instruments()
    yield made
    await made.aclose()


async def fault(line, **what):
    async with httpx.AsyncClient(trust_env=False) as client:
        (await client.post(line["rest"] + "/_sim/faults", json=what)).raise_for_status()


async def limit_terms(adapter, share, **changes):
    """A limit order so far from the last price, on the tick."""
    rules = adapter._desk.listings.require(BTC).instrument
    last = (await adapter.ticker(BTC)).last
    price = (last * (1 + Decimal(share)) / rules.price_step).to_integral_value(
        ROUND_CEILING if share.startswith("-") else ROUND_FLOOR
    ) * rules.price_step
    return terms(price=price, reference_price=last, **changes)


async def bought(adapter, own, size="0.01"):
    prepared = adapter.prepare_order(
        own, terms(kind=OrderKind.MARKET, tif=TimeInForce.IOC, price=None, size=Decimal(size))
    )
    return await adapter.submit_order(prepared)


async def eventually(ask, fits=bool):
    for _ in range(200):
        if fits(answer := await ask()):
            return answer
        await asyncio.sleep(0.1)
    raise AssertionError(f"not seen in time; the last answer was {answer}")


async def test_market_data(exchange, adapter):
    await adapter.sync_clock()
    assert abs(adapter.health().clock_offset_ms) < 60_000
    rules = {each.instrument_id for each in await adapter.instruments()}
    assert {BTC, ETH, DOGE} <= rules
    assert "not listed" in adapter.not_listed[ADA]
    ticker = await adapter.ticker(BTC)
    assert ticker.low_24h <= ticker.last <= ticker.high_24h
    book = await adapter.book(BTC, 20)
    assert len(book.bids) == 20
    assert book.best_bid.price < book.best_ask.price
    bars = await adapter.candles(BTC, Interval.M1, 50)
    assert len(bars) == 50
    assert all(later.open_ms - first.open_ms == 60_000 for first, later in itertools.pairwise(bars))
    older = await adapter.older_candles(BTC, Interval.M5, bars[0].open_ms)
    assert older
    assert all(bar.closed and bar.open_ms < bars[0].open_ms for bar in older)
    prints = await adapter.recent_trades(BTC, 20)
    assert [each.ts_event_ms for each in prints] == sorted(each.ts_event_ms for each in prints)


async def test_public_streams(exchange, adapter):
    events = Events(limit_s=20)
    await adapter.instruments()
    adapter.watch_candles(frozenset({(BTC, Interval.M1)}))
    adapter.watch_trades(frozenset({BTC}))
    async with running(adapter.run_public((BTC, ETH, ADA), events)):
        assert (await events.first(StreamState)).connected
        for instrument_id in (BTC, ETH):
            book = await events.first(OrderBook, lambda each, what=instrument_id: each.instrument_id == what)
            assert book.synchronised
            assert 0 < len(book.bids) <= 15
            await events.first(Ticker, lambda each, what=instrument_id: each.instrument_id == what)
        await events.first(CandleUpdate, lambda each: each.candle.closed)
        await events.first(PublicTrade)
        adapter.watch_deep_books(frozenset({BTC}))
        await events.first(OrderBook, lambda each: len(each.bids) > 15)
        adapter.catch_up()
    books = events.of(OrderBook)
    assert all(each.best_bid.price < each.best_ask.price for each in books if each.synchronised)


async def test_pairs_that_are_not_listed_do_not_silence_the_others(exchange, adapter):
    """The program follows all eight before it knows the list; one unknown name would refuse the whole message."""
    events = Events(limit_s=20)
    adapter.watch_candles(frozenset({(BTC, Interval.M1), (ADA, Interval.M1)}))
    adapter.watch_trades(frozenset({ADA}))
    async with running(adapter.run_public((BTC, ADA, ETH), events)):
        assert (await events.first(StreamState)).connected
        await events.first(OrderBook, lambda each: each.instrument_id == BTC and each.synchronised)
        await events.first(CandleUpdate)
    assert ADA in adapter.not_listed
    assert not any(each.instrument_id == ADA for each in events.of(OrderBook))


async def test_an_order_from_purchase_to_sale(exchange, adapter):
    events = Events(limit_s=20)
    await adapter.instruments()
    begun = await adapter.balance()
    async with running(adapter.run_private(events)):
        await events.first(StreamState, lambda each: each.connected)
        outcome = await bought(adapter, "purchase1")
        assert isinstance(outcome, Acknowledged)
        done = await events.first(OrderReport, lambda each: each.status is VenueStatus.FILLED)
        assert (done.venue_order_id, done.client_order_id) == (outcome.venue_order_id, "purchase1")
        (held,) = await eventually(adapter.positions)
        fills = [fill for fill in events.of(Fill) if fill.venue_order_id == outcome.venue_order_id]
        paid = sum(fill.price * fill.size for fill in fills)
        assert sum(fill.size for fill in fills) == Decimal("0.01") == done.filled_size
        assert held.entry_price == pytest.approx(paid / Decimal("0.01"))
        assert Decimal("0.0099") < held.size < Decimal("0.01")  # the fee was taken in the coin
        rows = await adapter.fills(None, fills[0].ts_event_ms - 60_000)
        assert {fill.trade_id for fill in rows} == {fill.trade_id for fill in fills}
        assert {fill.trade_id: fill.fee for fill in rows} == {fill.trade_id: fill.fee for fill in fills}
        assert (await adapter.order(outcome.venue_order_id)).status is VenueStatus.FILLED
        worth = await adapter.balance()
        assert worth.equity == pytest.approx(begun.equity, rel=Decimal("0.01"))
        assert worth.available < begun.available
        closed = await adapter.close_position(BTC)
        assert len(closed.venue_order_ids) == 1
        await eventually(adapter.positions, lambda found: not found)
        sold = await events.first(Fill, lambda each: each.side is Side.SELL)
        gain = (sold.price - held.entry_price) * sold.size
        assert sold.realized_pnl == pytest.approx(gain)
    history = await adapter.order_history(BTC, STARTED_MS)
    assert {outcome.venue_order_id, closed.venue_order_ids[0]} <= {each.venue_order_id for each in history}


async def test_resting_orders_are_seen_and_cancelled(exchange, adapter):
    placed = []
    for number, share in enumerate(("-0.08", "-0.085", "-0.09")):
        prepared = adapter.prepare_order(f"resting{number}", await limit_terms(adapter, share))
        placed.append(await adapter.submit_order(prepared))
    assert all(isinstance(each, Acknowledged) for each in placed)
    resting = await adapter.open_orders()
    assert {each.client_order_id for each in resting} == {"resting0", "resting1", "resting2"}
    assert {each.status for each in resting} == {VenueStatus.OPEN}
    assert await adapter.cancel_order(BTC, placed[0].venue_order_id)
    await eventually(adapter.open_orders, lambda found: len(found) == 2)
    assert (await adapter.order(placed[0].venue_order_id)).status is VenueStatus.CANCELED
    assert not await adapter.cancel_order(BTC, placed[0].venue_order_id)
    await adapter._desk.clock.sleep(3)  # without budget for a reading the orders would go uncounted
    assert await adapter.cancel_all(None) == 2
    assert await adapter.open_orders() == ()


async def test_refusals_are_definite(exchange, adapter):
    good = await limit_terms(adapter, "-0.02")
    off_tick = adapter.prepare_order("offtick", await limit_terms(adapter, "-0.02", size=Decimal("0.000123456")))
    too_much = adapter.prepare_order("toomuch", terms(price=good.price, size=Decimal("4.5")))
    for prepared in (off_tick, too_much):
        outcome = await adapter.submit_order(prepared)
        assert isinstance(outcome, Refused)
        assert outcome.hint
    naked = adapter.prepare_order(
        "naked", terms(side=Side.SELL, effect=Effect.CLOSE, price=good.price, size=Decimal(1))
    )
    assert isinstance(await adapter.submit_order(naked), Refused)
    with pytest.raises(RequestRejected):
        await adapter.placing.check("offtick", await limit_terms(adapter, "-0.02", size=Decimal("0.000123456")))
    await adapter.placing.check("fine", good)
    with pytest.raises(RequestRejected):
        await adapter.order("123")


async def test_batches_and_cancels_by_id(exchange, adapter):
    orders = tuple([adapter.prepare_order(f"batch{n}", await limit_terms(adapter, "-0.03")) for n in range(3)])
    outcomes = await adapter.placing.submit_batch(orders)
    assert all(isinstance(each, Acknowledged) for each in outcomes)
    ids = tuple(each.venue_order_id for each in outcomes)
    assert await adapter.placing.cancel_several(ids) == {}
    await eventually(adapter.open_orders, lambda found: not found)


@pytest.mark.parametrize("part", ["key", "secret"])
async def test_wrong_credentials_say_what_to_do(exchange, part):
    wrong = adapter_on(exchange, **{part: "wrong-value-0001"})
    with pytest.raises(AuthFailed) as caught:
        await wrong.balance()
    assert part in caught.value.hint
    await wrong.aclose()


async def test_an_order_that_was_executed_in_silence_is_found_by_our_id(exchange, adapter):
    """The venue says -1007 although it has executed: the code comes with HTTP 400."""
    await adapter.instruments()
    await fault(exchange, kind="code", code="-1007", path="/api/v1.1/spot/order", after=True)
    outcome = await bought(adapter, "silent1")
    assert isinstance(outcome, Acknowledged)
    again = await bought(adapter, "silent1")  # the same id once more: what is there is ours
    assert again == outcome
    await adapter.close_position(BTC)


async def test_a_lost_private_stream_is_made_up_for(exchange, adapter):
    events = Events(limit_s=30)
    await adapter.instruments()
    async with running(adapter.run_private(events)):
        await events.first(StreamState, lambda each: each.connected)
        await fault(exchange, kind="drop_sockets")
        outcome = await bought(adapter, "unseen1")
        assert isinstance(outcome, Acknowledged)
        await events.first(ResyncNeeded)
        fill = await events.first(Fill, lambda each: each.venue_order_id == outcome.venue_order_id)
        assert [each.trade_id for each in events.of(Fill)].count(fill.trade_id) == 1
    await adapter.close_position(BTC)


async def test_our_pace_is_one_the_venue_takes():
    """At the documented limits and the machine's own pace, reads of every weight never meet a 429."""
    async with exchange_with() as line:
        adapter = adapter_on(line, PlainClock())
        await adapter.instruments()
        await asyncio.gather(*(adapter.open_orders() for _ in range(5)))
        assert adapter.health().too_many == 0
        await adapter.aclose()
