"""A client written by others, with nothing changed but the base URL, trades on the loopback exchange over v3.

ccxt's numbers are compared with the exchange's own books, which speak no dialect.
"""

import itertools
import json
import subprocess
import sys
from decimal import Decimal

import ccxt
import httpx
import pytest

BTC, ETH, DOGE = "BTC/USDT:USDT", "ETH/USDT:USDT", "DOGE/USDT:USDT"
KINDS = ("public", "private", "contract", "contractPrivate")


@pytest.fixture(scope="module")
def line():
    """What a fresh exchange prints when it is ready; it ends with the module."""
    command = [sys.executable, "-m", "terminal.sim.weex", "--seed", "7", "--exit-with-parent"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield json.loads(process.stdout.readline())
        process.terminate()


def client(line, **changes):
    settings = {"apiKey": line["key"], "secret": line["secret"], "password": line["passphrase"]} | changes
    made = ccxt.weex(settings | {"options": {"defaultType": "swap"}})
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
    """A price that far from the best bid, on the step. (ccxt waits four seconds after reading a ticker.)"""
    return float(peer.price_to_precision(symbol, peer.fetch_order_book(symbol)["bids"][0][0] * (1 + share)))


def held(books, pair="BTC", side="LONG"):
    return one(books()["positions"], pair=pair, side=side)


def test_load_markets_finds_the_eight_contracts_and_no_spot(shared):
    bases = ("BTC", "ETH", "SOL", "DOGE", "XRP", "ADA", "BNB", "LTC")
    assert set(shared.markets) == {f"{base}/USDT:USDT" for base in bases}
    btc, doge = shared.market(BTC), shared.market(DOGE)
    assert (btc["precision"], doge["precision"]["amount"]) == ({"amount": 0.0001, "price": 0.1}, 100.0)
    assert (btc["limits"]["amount"], btc["limits"]["leverage"]) == (
        {"min": 0.0001, "max": 1200.0},
        {"min": 1, "max": 400},
    )
    assert (btc["maker"], btc["taker"], btc["linear"], btc["active"]) == (0.0002, 0.0008, True, True)


def test_tickers(shared):
    ticker = shared.fetch_ticker(BTC)
    assert ticker["low"] <= ticker["last"] <= ticker["high"]
    assert ticker["open"] + ticker["change"] == pytest.approx(ticker["last"])
    assert ticker["percentage"] == pytest.approx(100 * ticker["change"] / ticker["open"], abs=1e-3)
    assert ticker["markPrice"] == pytest.approx(ticker["last"], rel=0.01)
    many = shared.fetch_tickers([BTC, ETH])
    assert set(many) == {BTC, ETH}
    best = shared.fetch_bids_asks([BTC])[BTC]
    assert 0 < best["ask"] - best["bid"] < 0.001 * best["bid"]
    assert shared.fetch_mark_price(BTC)["markPrice"] == pytest.approx(ticker["markPrice"], rel=0.01)
    assert len(shared.fetch_mark_prices()) == 8


@pytest.mark.parametrize(("limit", "levels"), [(None, 15), (200, 200)])
def test_order_book(shared, limit, levels):
    book = shared.fetch_order_book(BTC, limit)
    bids, asks = [price for price, _ in book["bids"]], [price for price, _ in book["asks"]]
    assert (len(bids), len(asks)) == (levels, levels)
    assert bids == sorted(bids, reverse=True)
    assert asks == sorted(asks)
    assert bids[0] < asks[0]
    assert book["nonce"] > 0


@pytest.mark.parametrize("timeframe", ["1m", "15m", "1h", "4h", "1d"])
def test_candles(shared, timeframe):
    span_ms = shared.parse_timeframe(timeframe) * 1000
    rows = shared.fetch_ohlcv(BTC, timeframe, limit=20)
    old = shared.fetch_ohlcv(
        BTC, timeframe, since=rows[0][0], limit=10, params={"until": rows[10][0], "historical": True}
    )
    assert [later[0] - earlier[0] for earlier, later in itertools.pairwise(rows)] == [span_ms] * 19
    assert all(low <= min(start, end) <= max(start, end) <= high for _, start, high, low, end, _ in rows)
    assert old == rows[:10]
    assert rows[-1][4] == pytest.approx(shared.fetch_order_book(BTC)["bids"][0][0], rel=0.01)


@pytest.mark.parametrize("price", ["mark", "index"])
def test_candles_of_other_prices(shared, price):
    rows = shared.fetch_ohlcv(BTC, "5m", limit=5, params={"price": price})
    assert len(rows) == 5
    assert rows != shared.fetch_ohlcv(BTC, "5m", limit=5)


def test_trades(shared):
    trades = shared.fetch_trades(ETH, limit=50)
    assert len({trade["id"] for trade in trades}) == 50
    assert {trade["side"] for trade in trades} <= {"buy", "sell"}
    for trade in trades:
        assert trade["cost"] == pytest.approx(trade["price"] * trade["amount"])


def test_funding_and_open_interest(shared):
    rate = shared.fetch_funding_rate(BTC)
    past = shared.fetch_funding_rate_history(BTC, limit=5)
    assert rate["interval"] == "8h"
    assert rate["fundingRate"] == past[-1]["fundingRate"]
    assert rate["nextFundingTimestamp"] - past[-1]["timestamp"] == 8 * 3_600_000
    assert shared.fetch_open_interest(BTC)["openInterestAmount"] > 0


def test_time_and_status(shared, books):
    assert abs(shared.fetch_time() - books()["now_ms"]) < 60_000
    assert shared.fetch_status()["status"] == "ok"


def test_balance(peer, books):
    peer.create_order(BTC, "limit", "buy", 0.001, near(peer, BTC, -0.02))
    balance, state = peer.fetch_balance()["USDT"], books()

    assert same(balance["total"], state["wallet"]["cash"])
    assert same(balance["free"], state["available"])
    assert Decimal(str(balance["used"])) == Decimal(state["wallet"]["cash"]) - Decimal(state["available"])


def test_leverage(peer, books):
    assert peer.set_leverage(7, BTC)["crossLeverage"] == "7"
    assert peer.fetch_leverage(BTC)["longLeverage"] == 7
    order = peer.create_order(BTC, "limit", "buy", 0.001, near(peer, BTC, -0.02))
    placed = one(books()["orders"], order_id=order["id"])
    peer.cancel_order(order["id"], BTC)
    peer.set_leverage(20, BTC)

    assert same(7, placed["leverage"])


def test_margin_mode_and_margin(peer, books):
    assert peer.set_margin_mode("isolated", ETH)["msg"] == "success"
    assert peer.fetch_margin_mode(ETH)["marginMode"] == "isolated"
    peer.set_leverage(10, ETH, {"marginMode": "isolated"})
    peer.create_order(ETH, "market", "buy", 0.1)
    position = peer.fetch_position(ETH)
    before = Decimal(held(books, "ETH")["isolated_margin"])
    peer.add_margin(ETH, 5, {"positionId": position["id"]})
    added = Decimal(held(books, "ETH")["isolated_margin"])
    peer.reduce_margin(ETH, 2, {"positionId": position["id"]})
    after = held(books, "ETH")

    assert (position["marginMode"], position["leverage"]) == ("isolated", 10)
    assert (added - before, Decimal(after["isolated_margin"]) - added) == (5, -2)
    peer.close_position(ETH)
    assert peer.set_margin_mode("cross", ETH)["msg"] == "success"


def test_a_limit_order_from_placing_to_cancelling(peer, books):
    price, above, below = (near(peer, BTC, share) for share in (-0.02, 0.02, -0.05))
    stops = {"takeProfit": {"triggerPrice": above}, "stopLoss": {"triggerPrice": below, "triggerPriceType": "mark"}}
    placed = peer.create_order(BTC, "limit", "buy", 0.0012, price, {"clientOrderId": "peer-1", **stops})
    resting = one(books()["orders"], order_id=placed["id"])
    fetched = peer.fetch_order(placed["id"], BTC)
    (listed,) = peer.fetch_open_orders(BTC)

    assert placed["clientOrderId"] == resting["client_oid"] == "peer-1"
    assert (resting["side"], resting["effect"], resting["tif"], resting["status"]) == ("LONG", "OPEN", "GTC", "OPEN")
    assert same(above, resting["preset_take_profit"])
    assert same(below, resting["preset_stop_loss"])
    assert (resting["take_profit_source"], resting["stop_loss_source"]) == ("LAST", "MARK")
    for order in (fetched, listed):
        assert same(order["price"], resting["price"])
        assert same(order["amount"], resting["size"])
        assert (order["status"], order["side"], order["type"], order["filled"]) == ("open", "buy", "limit", 0)
        assert order["timestamp"] == resting["created_ms"]

    assert peer.cancel_order(placed["id"], BTC)["status"] == "canceled"
    assert one(books()["orders"], order_id=placed["id"])["status"] == "CANCELED"
    assert peer.fetch_open_orders(BTC) == []
    assert placed["id"] in {order["id"] for order in peer.fetch_canceled_orders(BTC)}


def test_a_market_order_its_trades_and_its_position(peer, books):
    above, below = near(peer, BTC, 0.03), near(peer, BTC, -0.03)
    stops = {"takeProfit": {"triggerPrice": above}, "stopLoss": {"triggerPrice": below}}
    placed = peer.create_order(BTC, "market", "buy", 0.002, None, stops)
    order = peer.fetch_order(placed["id"], BTC)
    trades = peer.fetch_my_trades(BTC, params={"orderId": placed["id"]})
    state = books()
    kept = one(state["orders"], order_id=placed["id"])
    fills = {fill["trade_id"]: fill for fill in state["fills"] if fill["order_id"] == placed["id"]}

    assert (order["status"], order["type"], order["reduceOnly"]) == ("closed", "market", False)
    assert same(order["filled"], kept["filled_size"])
    assert same(order["cost"], kept["filled_value"])
    assert {trade["id"] for trade in trades} == set(fills)
    for trade in trades:
        fill = fills[trade["id"]]
        assert same(trade["amount"], fill["size"])
        assert same(trade["cost"], fill["value"])
        assert same(trade["fee"]["cost"], fill["fee"])
        assert (trade["side"], trade["takerOrMaker"], trade["timestamp"]) == ("buy", "taker", fill["created_ms"])

    (position,) = peer.fetch_positions([BTC])
    mine = held(books)
    assert (position["side"], position["id"]) == ("long", mine["position_id"])
    assert same(position["contracts"], mine["size"])
    assert same(position["notional"], mine["open_value"])
    assert position["entryPrice"] == pytest.approx(float(Decimal(mine["open_value"]) / Decimal(mine["size"])))
    assert placed["id"] in {order["id"] for order in peer.fetch_closed_orders(BTC)}

    waiting = peer.fetch_open_orders(BTC, params={"trigger": True})
    plans = {plan["order_id"]: plan for plan in books()["plans"] if plan["status"] == "UNTRIGGERED"}
    assert {order["id"] for order in waiting} == set(plans)
    assert {(order["takeProfitPrice"], order["stopLossPrice"]) for order in waiting} == {(above, None), (None, below)}
    for stop in waiting:
        assert plans[stop["id"]]["parent_order_id"] == placed["id"]

    closing = peer.close_position(BTC)
    assert same(0, held(books)["size"])
    assert one(books()["orders"], order_id=closing["id"])["effect"] == "CLOSE"
    assert peer.fetch_positions() == []


def test_long_and_short_are_held_apart_and_reduced(peer, books):
    peer.create_order(BTC, "market", "buy", 0.002)
    peer.create_order(BTC, "market", "sell", 0.001)
    assert {(row["side"], row["contracts"]) for row in peer.fetch_positions()} == {("long", 0.002), ("short", 0.001)}

    peer.create_order(BTC, "market", "sell", 0.0015, None, {"reduceOnly": True})
    assert same("0.0005", held(books)["size"])
    assert same("0.001", held(books, side="SHORT")["size"])
    assert len(peer.close_all_positions()) == 2
    assert peer.fetch_positions() == []


@pytest.mark.parametrize("tif", ["GTC", "IOC", "FOK", "POST_ONLY"])
def test_time_in_force(peer, books, tif):
    order = peer.create_order(BTC, "limit", "buy", 0.001, near(peer, BTC, -0.02), {"timeInForce": tif})
    kept = one(books()["orders"], order_id=order["id"])
    assert (kept["tif"], kept["status"]) == (tif, "OPEN" if tif in {"GTC", "POST_ONLY"} else "CANCELED")


def test_stops_and_triggers(peer, books):
    peer.create_order(BTC, "market", "buy", 0.002)
    below, above, dip = near(peer, BTC, -0.03), near(peer, BTC, 0.03), near(peer, BTC, -0.01)
    stop = peer.create_order(BTC, "market", "sell", 0.002, None, {"stopLossPrice": below})
    take = peer.create_order(BTC, "limit", "sell", 0.001, above, {"takeProfitPrice": above})
    entry = peer.create_order(
        BTC, "limit", "buy", 0.001, dip, {"triggerPrice": dip, "stopLoss": {"triggerPrice": below}}
    )
    plans = {plan["order_id"]: plan for plan in books()["plans"]}

    assert (plans[stop["id"]]["kind"], plans[stop["id"]]["execute_price"]) == ("STOP_LOSS", None)
    assert plans[take["id"]]["kind"] == "TAKE_PROFIT"
    assert same(above, plans[take["id"]]["execute_price"])
    assert (plans[entry["id"]]["kind"], plans[entry["id"]]["effect"]) == ("TRIGGER", "OPEN")
    assert same(below, plans[entry["id"]]["preset_stop_loss"])
    assert same(below, plans[stop["id"]]["trigger_price"])

    peer.cancel_order(take["id"], BTC, {"trigger": True})
    ended = peer.cancel_all_orders(BTC, {"trigger": True})
    assert {order["id"] for order in ended} == {stop["id"], entry["id"]}
    assert {plan["status"] for plan in books()["plans"] if plan["order_id"] in plans} == {"CANCELED"}


def test_cancel_many_and_all(peer, books):
    price = near(peer, BTC, -0.02)
    ids = [peer.create_order(BTC, "limit", "buy", 0.0001, price)["id"] for _ in range(4)]
    by_list = peer.cancel_orders(ids[:2], BTC)
    assert [order["id"] for order in by_list] == ids[:2]
    assert {order["id"] for order in peer.cancel_all_orders(BTC)} == set(ids[2:])
    assert {order["status"] for order in books()["orders"] if order["order_id"] in ids} == {"CANCELED"}


def test_ledger_and_fees(peer, books):
    peer.create_order(BTC, "market", "buy", 0.001)
    ledger = peer.fetch_ledger("USDT")
    # An order that fills at two prices leaves two lines of the same millisecond, whose order ccxt does not keep.
    newest = [line for line in ledger if line["timestamp"] == ledger[-1]["timestamp"]]

    assert {(line["type"], line["direction"]) for line in newest} == {("trade", "out")}
    cash = books()["wallet"]["cash"]
    assert any(same(line["after"], cash) for line in newest)
    assert peer.fetch_trading_fee(BTC)["taker"] == 0.0008
    assert peer.fetch_funding_history(BTC, since=peer.milliseconds()) == []


def test_refusals_become_the_right_exceptions(peer, books):
    count = len(books()["orders"])
    low = near(peer, BTC, -0.02)
    with pytest.raises(ccxt.InsufficientFunds, match="margin available amount not enough"):
        peer.create_order(BTC, "market", "buy", 5)
    with pytest.raises(ccxt.BadRequest, match="take profit param triggerPrice must be greater"):
        peer.create_order(BTC, "market", "buy", 0.001, None, {"takeProfit": {"triggerPrice": low}})
    with pytest.raises(ccxt.InvalidOrder, match="Maximum contract order quantity"):
        peer.create_order(BTC, "market", "buy", 1300)
    with pytest.raises(ccxt.InvalidOrder, match="Leverage exceeds"):
        peer.set_leverage(401, BTC)
    with pytest.raises(ccxt.OrderNotFound):
        peer.cancel_order("123", BTC)
    with pytest.raises(ccxt.InvalidOrder, match="-3200"):
        peer.fetch_order("123", BTC)
    with pytest.raises(ccxt.BadRequest, match="interval"):
        peer.fetch_ohlcv(BTC, "2h")
    assert len(books()["orders"]) == count


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"secret": "x"}, "-1047"), ({"password": "x"}, "-1049"), ({"apiKey": "x"}, "-1044")],
)
def test_wrong_credentials(line, changes, code):
    stranger = client(line, **changes)
    with pytest.raises(ccxt.AuthenticationError, match=code):
        stranger.fetch_balance()
    stranger.session.close()
