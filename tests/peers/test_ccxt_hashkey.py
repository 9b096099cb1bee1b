"""A client written by others, with nothing changed but the base URL, trades on the loopback HashKey exchange.

ccxt's numbers are compared with the exchange's own books. It paces itself for
another site of the venue, which allows more queries a second than this one:
the exchange is started with that site's pace.
"""

import asyncio
import itertools
import threading
from contextlib import ExitStack
from decimal import Decimal

import ccxt
import httpx
import pytest

from terminal.sim.hashkey.options import ExchangeOptions
from terminal.sim.hashkey.server import running_exchange

BTC, ETH = "BTC/USDT", "ETH/USDT"
GLOBAL_PACE = 10


class Background:
    """An exchange on a thread of its own, for a client that blocks."""

    def __init__(self):
        self.info = None
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._stop = None
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        assert self._ready.wait(60)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(60)

    def _run(self):
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self):
        self._stop = asyncio.Event()
        options = ExchangeOptions(seed=7, history_minutes=6_000, queries_per_s=GLOBAL_PACE)
        async with running_exchange(options, stop=self._stop) as exchange:
            self.info = exchange.info
            self._ready.set()
            await self._stop.wait()


@pytest.fixture(scope="module")
def line():
    """What a fresh exchange tells when it is ready; it ends with the module."""
    with Background() as exchange:
        yield exchange.info


@pytest.fixture(scope="module")
def shared(line):
    made = ccxt.hashkey({"apiKey": line["key"], "secret": line["secret"]})
    made.urls["api"] = dict.fromkeys(("public", "private"), line["rest"])
    made.load_markets()
    yield made
    made.session.close()


def control(line, what, **body):
    answer = httpx.post(f"{line['rest']}/_sim/{what}", json=body, trust_env=False)
    answer.raise_for_status()
    return answer.json()


@pytest.fixture
def peer(shared, line):
    """The client, on an account as at its first start."""
    control(line, "reset", balance="5000")
    return shared


@pytest.fixture
def books(line):
    """Read the exchange's own books."""

    def read():
        answer = httpx.get(line["rest"] + "/_sim/state", trust_env=False)
        answer.raise_for_status()
        return answer.json()

    return read


def same(number, text):
    return number is not None and Decimal(str(number)) == Decimal(text)


def one(rows, **wanted):
    (found,) = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    return found


def near(peer, symbol, share):
    """A price that far from the best bid, on the step."""
    return float(peer.price_to_precision(symbol, peer.fetch_order_book(symbol)["bids"][0][0] * (1 + share)))


def test_load_markets_finds_the_other_sites_pairs(shared):
    """ccxt names no site, so it is told of the pairs of the one that is meant then."""
    assert set(shared.markets) == {BTC, ETH, "SOL/USDT", "XRP/USDT"}
    btc = shared.market(BTC)
    assert (btc["spot"], btc["active"], btc["precision"]) == (True, True, {"amount": 0.00001, "price": 0.01})
    assert btc["limits"]["amount"] == {"min": 0.00001, "max": 8.0}


def test_ticker(shared):
    ticker = shared.fetch_ticker(BTC)
    assert ticker["low"] <= ticker["last"] <= ticker["high"]
    assert 0 < ticker["ask"] - ticker["bid"] < 0.001 * ticker["bid"]
    assert shared.fetch_last_prices([ETH])[ETH]["price"] > 0
    with pytest.raises(ccxt.BadSymbol):
        shared.fetch_ticker("SOL/USDT")


def test_order_book_and_trades(shared):
    book = shared.fetch_order_book(BTC, 50)
    bids, asks = [price for price, _ in book["bids"]], [price for price, _ in book["asks"]]
    assert (len(bids), len(asks)) == (50, 50)
    assert bids == sorted(bids, reverse=True)
    assert asks == sorted(asks)
    assert bids[0] < asks[0]
    trades = shared.fetch_trades(ETH, limit=50)
    assert len(trades) == 50
    assert {trade["side"] for trade in trades} <= {"buy", "sell"}


@pytest.mark.parametrize("timeframe", ["1m", "15m", "4h"])
def test_candles(shared, timeframe):
    span_ms = shared.parse_timeframe(timeframe) * 1000
    rows = shared.fetch_ohlcv(BTC, timeframe, limit=20)
    old = shared.fetch_ohlcv(BTC, timeframe, since=rows[0][0], limit=10)
    assert [later[0] - earlier[0] for earlier, later in itertools.pairwise(rows)] == [span_ms] * 19
    assert old == rows[:10]


def test_balance(peer, books):
    peer.create_order(BTC, "limit", "buy", 0.01, near(peer, BTC, -0.02))
    balance, held = peer.fetch_balance()["USDT"], books()["holdings"]["USDT"]
    assert same(balance["free"], held["free"])
    assert same(balance["used"], held["locked"])
    assert balance["total"] == 5000
    assert balance["used"] > 0


def test_a_limit_order_from_placing_to_cancelling(peer, books):
    price = near(peer, BTC, -0.02)
    placed = peer.create_order(BTC, "limit", "buy", 0.0012, price, {"clientOrderId": "peer-1"})
    resting = one(books()["orders"], order_id=placed["id"])
    fetched = peer.fetch_order(placed["id"], BTC)
    (listed,) = peer.fetch_open_orders(BTC)

    assert placed["clientOrderId"] == resting["client_oid"] == "peer-1"
    assert (resting["side"], resting["tif"], resting["status"]) == ("BUY", "GTC", "OPEN")
    for order in (fetched, listed):
        assert same(order["price"], resting["price"])
        assert same(order["amount"], resting["size"])
        assert (order["status"], order["side"], order["type"], order["filled"]) == ("open", "buy", "limit", 0)
        assert order["timestamp"] == resting["created_ms"]

    assert peer.cancel_order(placed["id"], BTC)["id"] == placed["id"]
    assert one(books()["orders"], order_id=placed["id"])["status"] == "CANCELED"
    assert peer.fetch_open_orders(BTC) == []
    assert peer.fetch_order(None, BTC, {"clientOrderId": "peer-1"})["status"] == "canceled"
    assert placed["id"] in {order["id"] for order in peer.fetch_canceled_and_closed_orders(BTC)}


def test_a_partial_fill_and_the_rest_cancelled(peer, line, books):
    control(line, "faults", kind="partial_fill", share="0.25", delay_ms=600_000)
    order = peer.create_order(BTC, "limit", "buy", 0.02, near(peer, BTC, 0.01))
    partly = peer.fetch_order(order["id"], BTC)
    trades = peer.fetch_my_trades(BTC)
    assert (partly["status"], partly["filled"], partly["remaining"]) == ("open", 0.005, 0.015)
    assert sum(trade["amount"] for trade in trades if trade["order"] == order["id"]) == pytest.approx(0.005)

    peer.cancel_order(order["id"], BTC)
    over = peer.fetch_order(order["id"], BTC)
    assert (over["info"]["status"], over["status"]) == ("PARTIALLY_CANCELED", "canceled")
    assert same(over["cost"], one(books()["orders"], order_id=order["id"])["filled_value"])


def test_market_orders_and_their_trades(peer, books):
    placed = peer.create_order(BTC, "market", "buy", 0.002)
    order = peer.fetch_order(placed["id"], BTC)
    trades = [trade for trade in peer.fetch_my_trades(BTC) if trade["order"] == placed["id"]]
    state = books()
    fills = {fill["trade_id"]: fill for fill in state["fills"] if fill["order_id"] == placed["id"]}

    assert (order["status"], order["type"]) == ("closed", "market")
    assert {trade["id"] for trade in trades} == set(fills)
    for trade in trades:
        fill = fills[trade["id"]]
        assert same(trade["amount"], fill["size"])
        assert same(trade["price"], fill["price"])
        assert (trade["fee"]["currency"], trade["side"], trade["takerOrMaker"]) == ("BTC", "buy", "taker")
        assert same(trade["fee"]["cost"], fill["fee"])

    spent = peer.create_market_buy_order_with_cost(BTC, 100)
    assert 0 < Decimal(one(books()["orders"], order_id=spent["id"])["filled_value"]) <= 100
    sold = peer.create_order(BTC, "market", "sell", 0.002)
    assert sold["status"] == "closed"
    assert same(peer.fetch_balance()["BTC"]["total"], books()["holdings"]["BTC"]["free"])


def test_post_only_batches_and_cancelling_many(peer, books):
    price = near(peer, BTC, -0.02)
    maker = peer.create_order(BTC, "limit", "buy", 0.001, price, {"postOnly": True})
    assert one(books()["orders"], order_id=maker["id"])["tif"] == "POST_ONLY"
    orders = [{"symbol": BTC, "type": "limit", "side": "buy", "amount": 0.001, "price": price - i} for i in range(3)]
    made = peer.create_orders(orders)
    assert {order["status"] for order in made} == {"open"}
    peer.cancel_orders([made[0]["id"], made[1]["id"]], BTC)
    assert len(peer.fetch_open_orders(BTC)) == 2
    peer.cancel_all_orders(BTC)
    assert peer.fetch_open_orders(BTC) == []


def test_fees_accounts_ledger_and_time(peer, books, line):
    assert peer.fetch_trading_fee(BTC)["taker"] == 0.0012
    assert peer.fetch_accounts()[0]["type"] == "main spot account"
    peer.create_order(BTC, "market", "buy", 0.001)
    now_ms = books()["now_ms"]
    lines = peer.fetch_ledger("BTC", now_ms - 60_000, 20, {"until": now_ms + 60_000})
    assert {"trade", "fee"} <= {line["type"] for line in lines}
    assert abs(peer.fetch_time() - now_ms) < 60_000


def test_refusals_become_the_right_exceptions(peer, books):
    count = len(books()["orders"])
    low = near(peer, BTC, -0.02)
    with pytest.raises(ccxt.InsufficientFunds):
        peer.create_order(BTC, "limit", "buy", 1, low)
    with pytest.raises(ccxt.InvalidOrder):
        peer.create_order(BTC, "limit", "buy", 0.00001, low)
    with pytest.raises(ccxt.BadRequest):
        peer.create_order(BTC, "limit", "buy", 0.001, low * 1.2)
    with pytest.raises(ccxt.OrderNotFound):
        peer.fetch_order("12345", BTC)
    assert len(books()["orders"]) == count


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"kind": "429"}, ccxt.RateLimitExceeded),
        ({"kind": "500"}, ccxt.ExchangeNotAvailable),
        ({"kind": "code", "code": "-1007"}, ccxt.RequestTimeout),
        ({"kind": "drop"}, ccxt.NetworkError),
        ({"kind": "halt"}, ccxt.OperationRejected),
    ],
)
def test_faults_become_the_right_exceptions(peer, line, fault, expected):
    low = near(peer, BTC, -0.02)
    with ExitStack() as stack:
        stack.callback(control, line, "faults", clear=True)
        control(line, "faults", path="BTCUSDT" if fault["kind"] == "halt" else "/spot/order", count=1, **fault)
        with pytest.raises(expected):
            peer.create_order(BTC, "limit", "buy", 0.001, low)
