"""A client written by others, with nothing changed but the base URL, trades on the loopback WOO X.

ccxt's numbers are compared with the exchange's own books. ccxt's streams are
those of the older protocol, which this exchange does not speak. What it asks
for and this exchange refuses is in the last test.
"""

import itertools
import json
import subprocess
import sys
from decimal import Decimal

import ccxt
import httpx
import pytest

BTC, ETH, SPOT = "BTC/USDT:USDT", "ETH/USDT:USDT", "BTC/USDT"
KINDS = ("pub", "public", "private")


@pytest.fixture(scope="module")
def line():
    """What a fresh exchange prints when it is ready; it ends with the module."""
    command = [sys.executable, "-m", "terminal.sim.woox", "--seed", "7", "--exit-with-parent"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield json.loads(process.stdout.readline())
        process.terminate()


def client(line, **changes):
    made = ccxt.woo({"apiKey": line["key"], "secret": line["secret"]} | changes)
    made.urls["api"] = {**made.urls["api"], **dict.fromkeys(KINDS, line["rest"])}
    return made


@pytest.fixture(scope="module")
def shared(line):
    made = client(line)
    made.load_markets()
    yield made
    made.session.close()


@pytest.fixture
def peer(shared, line):
    """The client, on an account as at its first start."""
    httpx.post(line["rest"] + "/_sim/reset", json={"balance": "1000"}, trust_env=False).raise_for_status()
    return shared


@pytest.fixture
def hasty(peer, line):
    """The client without its own pauses: it rests twelve seconds after each change of a mode."""
    made = client(line, enableRateLimit=False)
    made.set_markets(peer.markets, peer.currencies)
    yield made
    made.session.close()


@pytest.fixture
def books(line):
    """Read the exchange's own books."""

    def read():
        answer = httpx.get(line["rest"] + "/_sim/state", trust_env=False)
        answer.raise_for_status()
        return answer.json()

    return read


def fault(line, **switch):
    httpx.post(line["rest"] + "/_sim/faults", json=switch, trust_env=False).raise_for_status()


def same(number, text):
    return number is not None and Decimal(str(number)) == Decimal(text)


def one(rows, **wanted):
    (found,) = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    return found


def near(peer, symbol, share):
    """A price that far from the best bid, on the step."""
    return float(peer.price_to_precision(symbol, peer.fetch_order_book(symbol)["bids"][0][0] * (1 + share)))


def test_load_markets_finds_eight_contracts_and_eight_spot_pairs(shared):
    bases = ("BTC", "ETH", "SOL", "DOGE", "XRP", "ADA", "BNB", "LTC")
    assert set(shared.markets) == {f"{base}/USDT" for base in bases} | {f"{base}/USDT:USDT" for base in bases}
    btc = shared.market(BTC)
    assert btc["precision"] == {"amount": 0.0001, "price": 1.0}
    assert (btc["limits"]["amount"]["min"], btc["limits"]["cost"]["min"]) == (0.0001, 5.0)
    assert (btc["linear"], btc["active"], btc["contractSize"]) == (True, True, 1)


def test_time_and_status(shared, books):
    assert abs(shared.fetch_time() - books()["now_ms"]) < 60_000
    assert shared.fetch_status()["status"] == "ok"


def test_tickers(shared):
    ticker = shared.fetch_ticker(BTC)
    assert ticker["low"] <= ticker["last"] <= ticker["high"]
    assert ticker["markPrice"] == pytest.approx(ticker["last"], rel=0.01)
    assert len(shared.fetch_tickers()) == 8


@pytest.mark.parametrize("symbol", [BTC, SPOT])
def test_order_book(shared, symbol):
    book = shared.fetch_order_book(symbol, 50)
    bids, asks = [price for price, _ in book["bids"]], [price for price, _ in book["asks"]]
    assert (len(bids), len(asks)) == (50, 50)
    assert bids == sorted(bids, reverse=True)
    assert asks == sorted(asks)
    assert bids[0] < asks[0]


@pytest.mark.parametrize("timeframe", ["1m", "15m", "1h", "4h", "1d"])
def test_candles(shared, timeframe):
    span_ms = shared.parse_timeframe(timeframe) * 1000
    rows = shared.fetch_ohlcv(BTC, timeframe, limit=20)
    old = shared.fetch_ohlcv(BTC, timeframe, since=rows[5][0], limit=10)
    assert [later[0] - earlier[0] for earlier, later in itertools.pairwise(rows)] == [span_ms] * 19
    assert all(low <= min(start, end) <= max(start, end) <= high for _, start, high, low, end, _ in rows)
    assert old == rows[5:15]


def test_trades(shared):
    trades = shared.fetch_trades(ETH, limit=50)
    assert len(trades) == 50
    assert {trade["side"] for trade in trades} <= {"buy", "sell"}


def test_funding(shared):
    rate = shared.fetch_funding_rate(BTC)
    past = shared.fetch_funding_rate_history(BTC, limit=5)
    assert rate["interval"] == "8h"
    assert rate["previousFundingRate"] == past[-1]["fundingRate"]
    assert rate["fundingTimestamp"] - past[-1]["timestamp"] == 8 * 3_600_000


def test_balance_and_fees(peer, books):
    peer.create_order(BTC, "limit", "buy", 0.001, near(peer, BTC, -0.02))
    balance, state = peer.fetch_balance()["USDT"], books()
    assert same(balance["total"], state["wallet"]["cash"])
    assert same(balance["free"], state["available"])
    assert peer.fetch_trading_fee(BTC)["info"] == {"symbol": "PERP_BTC_USDT", "takerFee": "3", "makerFee": "0"}


def test_leverage_and_position_mode(hasty, books):
    hasty.set_leverage(7, BTC)
    assert hasty.fetch_leverage(BTC)["longLeverage"] == 7
    order = hasty.create_order(BTC, "limit", "buy", 0.001, near(hasty, BTC, -0.02))
    assert same(7, one(books()["orders"], order_id=order["id"])["leverage"])
    hasty.cancel_order(order["id"], BTC)
    hasty.set_leverage(20, BTC)
    hasty.set_position_mode(True)
    hasty.create_order(ETH, "market", "buy", 0.02, None, {"positionSide": "LONG"})
    hasty.create_order(ETH, "market", "sell", 0.01, None, {"positionSide": "SHORT"})
    assert {(row["side"], row["contracts"]) for row in hasty.fetch_positions()} == {("long", 0.02), ("short", 0.01)}
    hasty.create_order(ETH, "market", "sell", 0.02, None, {"positionSide": "LONG"})
    hasty.create_order(ETH, "market", "buy", 0.01, None, {"positionSide": "SHORT"})
    hasty.set_position_mode(False)
    assert books()["one_way"] is True


def test_a_limit_order_from_placing_to_cancelling(peer, books):
    price = near(peer, BTC, -0.02)
    number = int(peer.milliseconds())
    placed = peer.create_order(BTC, "limit", "buy", 0.0012, price, {"clientOrderId": number})
    resting = one(books()["orders"], order_id=placed["id"])
    fetched = peer.fetch_order(placed["id"], BTC)
    (listed,) = peer.fetch_open_orders(BTC)

    assert placed["clientOrderId"] == resting["client_oid"] == str(number)
    for order in (fetched, listed):
        assert same(order["price"], resting["price"])
        assert same(order["amount"], resting["size"])
        assert (order["status"], order["side"], order["type"], order["filled"]) == ("open", "buy", "limit", 0)
        assert order["timestamp"] == resting["created_ms"]

    # ccxt takes the acknowledgement for the end; here, with nothing in the way, it is.
    assert peer.cancel_order(placed["id"], BTC)["status"] == "canceled"
    assert one(books()["orders"], order_id=placed["id"])["status"] == "CANCELED"
    assert peer.fetch_open_orders(BTC) == []
    with pytest.raises(ccxt.BadRequest, match="duplicated"):
        peer.create_order(BTC, "limit", "buy", 0.0012, price, {"clientOrderId": number})


def test_a_market_order_its_trades_and_its_position(peer, books):
    placed = peer.create_order(BTC, "market", "buy", 0.002)
    order = peer.fetch_order(placed["id"], BTC)
    trades = [trade for trade in peer.fetch_my_trades(BTC) if trade["order"] == placed["id"]]
    state = books()
    kept = one(state["orders"], order_id=placed["id"])
    fills = {fill["trade_id"]: fill for fill in state["fills"] if fill["order_id"] == placed["id"]}

    assert (order["status"], order["type"], order["reduceOnly"]) == ("closed", "market", False)
    assert same(order["filled"], kept["filled_size"])
    assert order["cost"] == pytest.approx(float(kept["filled_value"]))
    assert same(order["fee"]["cost"], kept["fee"])
    assert {trade["id"] for trade in trades} == set(fills)
    for trade in trades:
        fill = fills[trade["id"]]
        assert same(trade["amount"], fill["size"])
        assert same(trade["cost"], fill["value"])
        assert same(trade["fee"]["cost"], fill["fee"])
        assert (trade["side"], trade["takerOrMaker"], trade["timestamp"]) == ("buy", "taker", fill["created_ms"])
    assert {trade["id"] for trade in peer.fetch_order_trades(placed["id"], BTC)} == set(fills)

    position = peer.fetch_position(BTC)
    mine = one(state["positions"], pair="BTC", side="LONG")
    assert (position["side"], position["hedged"], position["leverage"]) == ("long", False, 20)
    assert same(position["contracts"], mine["size"])
    assert position["entryPrice"] == pytest.approx(float(Decimal(mine["open_value"]) / Decimal(mine["size"])))

    peer.create_order(BTC, "market", "sell", 0.002, None, {"reduceOnly": True})
    assert peer.fetch_positions() == []
    assert len(peer.fetch_closed_orders(BTC)) >= 2


def test_a_partial_fill(peer, books, line):
    fault(line, kind="partial_fill", share="0.4", delay_ms=60_000)
    placed = peer.create_order(BTC, "limit", "buy", 0.01, near(peer, BTC, 0.004))
    order = peer.fetch_order(placed["id"], BTC)
    assert (order["status"], order["filled"], order["remaining"]) == ("open", 0.004, 0.006)
    peer.cancel_order(placed["id"], BTC)
    assert peer.fetch_order(placed["id"], BTC)["status"] == "canceled"
    assert same("0.004", one(books()["positions"], pair="BTC", side="LONG")["size"])


@pytest.mark.parametrize("tif", ["IOC", "FOK", "PO"])
def test_time_in_force(peer, books, tif):
    order = peer.create_order(BTC, "limit", "buy", 0.001, near(peer, BTC, -0.02), {"timeInForce": tif})
    kept = one(books()["orders"], order_id=order["id"])
    wanted = {"IOC": ("IOC", "CANCELED"), "FOK": ("FOK", "CANCELED"), "PO": ("POST_ONLY", "OPEN")}[tif]
    assert (kept["tif"], kept["status"]) == wanted


def test_an_edit_and_all_cancelled(peer, books):
    placed = peer.create_order(BTC, "limit", "buy", 0.001, near(peer, BTC, -0.02))
    price = near(peer, BTC, -0.03)
    edited = peer.edit_order(placed["id"], BTC, "limit", "buy", 0.002, price)
    kept = one(books()["orders"], order_id=placed["id"])
    assert edited["status"] == "open"
    assert same(price, kept["price"])
    assert same("0.002", kept["size"])
    peer.cancel_all_orders(BTC)
    assert peer.fetch_open_orders(BTC) == []


def test_stops_and_brackets(peer, books):
    below, above = near(peer, BTC, -0.03), near(peer, BTC, 0.03)
    stops = {"takeProfit": {"triggerPrice": above}, "stopLoss": {"triggerPrice": below}}
    entry = peer.create_order(BTC, "market", "buy", 0.002, None, stops)
    plans = [plan for plan in books()["plans"] if plan["parent_order_id"] == entry["id"]]
    assert {(plan["kind"], Decimal(plan["trigger_price"])) for plan in plans} == {
        ("TAKE_PROFIT", Decimal(str(above))),
        ("STOP_LOSS", Decimal(str(below))),
    }
    trigger = peer.create_order(BTC, "market", "sell", 0.001, None, {"triggerPrice": below, "reduceOnly": True})
    waiting = peer.fetch_open_orders(BTC, params={"trigger": True})
    assert {order["id"] for order in waiting} == {plan["order_id"] for plan in plans} | {trigger["id"]}
    assert same(below, peer.fetch_order(trigger["id"], BTC, {"trigger": True})["triggerPrice"])
    peer.cancel_order(trigger["id"], BTC, {"trigger": True})
    peer.cancel_all_orders(BTC, {"trigger": True})
    assert peer.fetch_open_orders(BTC, params={"trigger": True}) == []


def test_spot(peer, books):
    bought = peer.create_market_buy_order_with_cost(SPOT, 100)
    order = peer.fetch_order(bought["id"], SPOT)
    fills = [fill for fill in books()["spot"]["fills"] if fill["order_id"] == bought["id"]]
    coin = peer.fetch_balance()["BTC"]
    assert order["status"] == "closed"
    assert same(order["filled"], str(sum(Decimal(fill["size"]) for fill in fills)))
    assert same(coin["total"], books()["spot"]["holdings"]["BTC"]["free"])
    sold = peer.create_order(SPOT, "market", "sell", 0.0005)
    assert peer.fetch_order(sold["id"], SPOT)["status"] == "closed"


def test_refusals_come_as_ccxts_errors(peer):
    with pytest.raises(ccxt.InsufficientFunds):
        peer.create_order(BTC, "market", "buy", 5)
    with pytest.raises(ccxt.InvalidOrder):
        peer.create_order(BTC, "limit", "buy", 0.001, near(peer, BTC, 0.2))
    with pytest.raises(ccxt.BadRequest):
        peer.cancel_order("12345", BTC)


def test_a_wrong_secret_is_refused(shared, line):
    stranger = client(line, secret="0" * 40)
    stranger.set_markets(shared.markets, shared.currencies)
    with pytest.raises(ccxt.AuthenticationError):
        stranger.fetch_balance()
    stranger.session.close()


def test_maintenance(peer, line):
    fault(line, kind="maintenance", code="1", count=-1)
    try:
        assert peer.fetch_status()["status"] == "maintenance"
        with pytest.raises(ccxt.OnMaintenance):
            peer.create_order(BTC, "market", "buy", 0.001)
    finally:
        fault(line, clear=True)


def test_what_this_exchange_refuses(hasty):
    """Trailing stops and the dead man's switch; coins cannot be moved, lent or converted here either."""
    with pytest.raises(ccxt.InvalidOrder, match="unsupported algo type"):
        hasty.create_trailing_percent_order(BTC, "market", "sell", 0.001, None, 1, near(hasty, BTC, 0.01))
    with pytest.raises(ccxt.AuthenticationError):
        hasty.cancel_all_orders_after(60_000)
    with pytest.raises(ccxt.ExchangeNotAvailable, match="no such path"):
        hasty.fetch_deposit_address("BTC", {"network": "BTC"})
