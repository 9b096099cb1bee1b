"""Contracts and base coin, what a fill did, and the rest of the mapping."""

from dataclasses import replace
from decimal import Decimal

import pytest
from bitz_samples import ORDER, TICKER

from terminal.domain.account import MarginMode
from terminal.domain.errors import MalformedReply, RequestRejected
from terminal.domain.instrument import perpetual
from terminal.domain.market import Interval
from terminal.domain.order import Effect, OrderKind, OrderTerms, PositionSide, Side, TimeInForce
from terminal.net.wire.decode import parse
from terminal.ports.venue import VenueStatus
from terminal.venues.bitz.mapper.account import (
    balance_from,
    has_opening_orders,
    is_idle,
    net_of,
    position_from,
    position_margin,
    setting_of,
)
from terminal.venues.bitz.mapper.catalogue import catalogue_from
from terminal.venues.bitz.mapper.market import (
    book_from,
    candles_from,
    depth_for,
    funding_from,
    interest_from,
    ticker_from,
    trade_from,
)
from terminal.venues.bitz.mapper.orders import (
    Wanted,
    effects_of,
    fill_from,
    income_from,
    likely_effect,
    order_parameters,
    report_from,
    wanted_of,
)
from terminal.venues.bitz.wire import account, market, orders

BTC = perpetual("BTC")
CONTRACT = {
    "contractId": "101",
    "base": "BTC",
    "settle": "USDT",
    "contractSize": "0.001",
    "priceStep": "0.5",
    "minAmount": "1",
    "maxAmount": "1000",
    "maxPositionAmount": "5000",
    "maxLeverage": "50",
    "priceRange": "0.01",
    "takerFee": "0.0008",
    "makerFee": "0.0002",
    "status": "1",
}
TRADE = {
    "tradeId": "1",
    "orderId": "9",
    "contractId": "101",
    "price": "8000",
    "tradeNum": "5",
    "type": "buy",
    "tradeFee": "0.032",
    "rlzPnl": "0",
    "time": 1557994526,
}


def catalogue(*rows):
    return catalogue_from([parse(market.Contract, row) for row in rows or (CONTRACT,)])


@pytest.fixture
def btc():
    return catalogue().of(BTC)


def terms(**changes):
    base = {
        "instrument_id": BTC,
        "side": Side.BUY,
        "effect": Effect.OPEN,
        "kind": OrderKind.LIMIT,
        "tif": TimeInForce.GTC,
        "size": Decimal("0.0059"),
        "price": Decimal("8000.5"),
        "leverage": 10,
        "stop_price": None,
        "target_price": None,
        "reference_price": Decimal(8000),
    }
    return OrderTerms(**(base | changes))


def trades(*signed):
    """Fills newest first, by signed number of contracts."""
    rows = [
        TRADE | {"tradeId": str(number), "tradeNum": str(abs(amount)), "type": "buy" if amount > 0 else "sell"}
        for number, amount in enumerate(signed)
    ]
    return [parse(orders.Trade, row) for row in rows]


def test_rules_in_base_coin(btc):
    rules = btc.rules
    assert (rules.size_step, rules.min_size, rules.max_size) == (Decimal("0.001"), Decimal("0.001"), Decimal(1))
    assert (rules.max_position_size, rules.max_leverage, rules.min_leverage) == (Decimal(5), 20, 1)
    assert (rules.buy_limit_ratio, rules.price_step) == (Decimal("0.01"), Decimal("0.5"))
    bare = {name: value for name, value in CONTRACT.items() if name not in {"maxPositionAmount", "priceRange"}}
    rules = catalogue(bare).of(BTC).rules
    assert (rules.max_position_size, rules.buy_limit_ratio) == (Decimal(1), Decimal(1))


def test_only_open_usdt_contracts_of_the_pairs():
    others = ({"base": "EOS", "contractId": "7"}, {"settle": "BTC", "contractId": "8"}, {"status": "0"})
    found = catalogue(CONTRACT, *(CONTRACT | other for other in others[:2]))
    assert [listed.contract_id for listed in found] == ["101"]
    assert found.known("101").rules.instrument_id == BTC
    with pytest.raises(MalformedReply, match="not asked for"):
        found.known("7")
    with pytest.raises(RequestRejected, match="lists no contract of ETH"):
        found.of(perpetual("ETH"))
    with pytest.raises(MalformedReply, match="none of the competition"):
        catalogue(CONTRACT | others[2])


@pytest.mark.parametrize(("base", "contracts"), [("0.001", 1), ("0.0019", 1), ("0.0059", 5), ("2", 2000)])
def test_base_coin_to_contracts_rounds_down(btc, base, contracts):
    assert btc.contracts(Decimal(base)) == contracts
    assert btc.base(Decimal(contracts)) <= Decimal(base)


def test_less_than_one_contract_is_refused(btc):
    with pytest.raises(RequestRejected, match=r"0.0009 BTC is less than one contract here, which is 0.001 BTC"):
        btc.contracts(Decimal("0.0009"))


def test_placements(btc):
    limit = order_parameters(btc, terms(), MarginMode.CROSS)
    assert limit == {
        "contractId": "101",
        "amount": "5",
        "leverage": "10",
        "direction": "1",
        "type": "limit",
        "isCross": "1",
        "price": "8000.5",
    }
    assert wanted_of(limit) == Wanted("101", 1, "limit", Decimal(5), Decimal("8000.5"))
    sell = terms(side=Side.SELL, kind=OrderKind.MARKET, tif=TimeInForce.IOC, price=None)
    market_order = order_parameters(btc, sell, MarginMode.ISOLATED)
    assert (market_order["type"], market_order["direction"], market_order["isCross"]) == ("market", "-1", "-1")
    assert "price" not in market_order
    assert wanted_of(market_order).price == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stop_price": Decimal(7000)}, "keeps no stops"),
        ({"target_price": Decimal(9000)}, "keeps no stops"),
        ({"tif": TimeInForce.POST_ONLY}, "only until they are cancelled"),
        ({"tif": TimeInForce.FOK}, "only until they are cancelled"),
        ({"price": Decimal("8000.3")}, "step of 0.5"),
        ({"price": Decimal(0)}, "step of 0.5"),
        ({"leverage": 21}, "1 to 20"),
        ({"leverage": 0}, "1 to 20"),
        ({"size": Decimal("1.001")}, "largest order"),
        ({"size": Decimal("0.0004")}, "less than one contract"),
    ],
)
def test_what_the_venue_cannot_express(btc, changes, words):
    with pytest.raises(RequestRejected, match=words):
        order_parameters(btc, terms(**changes), MarginMode.CROSS)


def test_reports(btc):
    row = parse(orders.Order, ORDER)
    report = report_from(btc, row, "mine", Effect.OPEN)
    assert (report.client_order_id, report.size, report.price) == ("mine", Decimal("0.5"), Decimal(7500))
    assert (report.status, report.kind, report.tif) == (VenueStatus.OPEN, OrderKind.LIMIT, TimeInForce.GTC)
    assert (report.average_price, report.side) == (None, Side.BUY)
    done = ORDER | {"type": "market", "price": "0", "orderStatus": "1", "dealAmount": "500", "dealPrice": "7501"}
    report = report_from(btc, parse(orders.Order, done | {"direction": "-1"}), None, Effect.CLOSE)
    assert (report.status, report.price, report.average_price) == (VenueStatus.FILLED, None, Decimal(7501))
    assert (report.side, report.tif, report.filled_size) == (Side.SELL, TimeInForce.IOC, Decimal("0.5"))
    assert report_from(btc, parse(orders.Order, ORDER | {"orderStatus": "-1"}), None, Effect.OPEN).status is (
        VenueStatus.CANCELED
    )


@pytest.mark.parametrize(
    ("held", "signed", "effects"),
    [
        (0, (), []),
        (5, (5,), [Effect.OPEN]),
        (0, (-5, 5), [Effect.CLOSE, Effect.OPEN]),
        (2, (-3, 5), [Effect.CLOSE, Effect.OPEN]),
        (-4, (-7, 3), [Effect.OPEN, Effect.OPEN]),  # three of seven closed, four opened
        (-1, (-7, 6), [Effect.CLOSE, Effect.OPEN]),
        (0, (4, -4), [Effect.CLOSE, Effect.OPEN]),
        (7, (2,), [Effect.OPEN]),  # what was before is older than the list
    ],
)
def test_what_fills_did_is_read_backwards(held, signed, effects):
    rows = trades(*signed)
    found = effects_of(rows, Decimal(held))
    assert [found[row.trade_id] for row in rows] == effects


@pytest.mark.parametrize(
    ("direction", "amount", "held", "effect"),
    [
        (-1, 3, 5, Effect.CLOSE),
        (-1, 6, 5, Effect.OPEN),
        (1, 3, 5, Effect.OPEN),
        (1, 3, 0, Effect.OPEN),
        (1, 2, -2, Effect.CLOSE),
    ],
)
def test_what_a_strangers_order_is_for(direction, amount, held, effect):
    assert likely_effect(direction, Decimal(amount), Decimal(held)) is effect


def test_fills_know_their_leg_and_their_role(btc):
    taker = fill_from(btc, parse(orders.Trade, TRADE), "mine", Effect.OPEN)
    assert (taker.side, taker.position_side, taker.is_maker) == (Side.BUY, PositionSide.LONG, False)
    assert (taker.size, taker.fee) == (Decimal("0.005"), Decimal("0.032"))
    maker = fill_from(btc, parse(orders.Trade, TRADE | {"tradeFee": "0.008"}), None, Effect.CLOSE)
    assert (maker.position_side, maker.is_maker, maker.client_order_id) == (PositionSide.SHORT, True, None)
    sold = fill_from(btc, parse(orders.Trade, TRADE | {"type": "sell"}), None, Effect.CLOSE)
    assert (sold.side, sold.position_side) == (Side.SELL, PositionSide.LONG)
    income = income_from(btc, parse(orders.Trade, TRADE | {"rlzPnl": "1.5"}))
    assert (income.amount, income.fee, income.income_id) == (Decimal("1.468"), Decimal("0.032"), "1")


def test_market_figures(btc):
    row = parse(market.Ticker, TICKER)
    ticker = ticker_from(btc, row, 5)
    assert (ticker.base_volume_24h, ticker.quote_volume_24h) == (Decimal("286.231"), Decimal("2502462.46"))
    assert (ticker.mark, ticker.index, ticker.change_24h) == (
        Decimal("8060.09"),
        Decimal("8065.25"),
        Decimal("-0.0248"),
    )
    funding = funding_from(btc, row, 8 * 3_600_000 + 1)
    assert (funding.next_ms, funding.interval_min, funding.rate) == (16 * 3_600_000, 480, Decimal("-0.00075"))
    interest = interest_from(btc, row, 5)
    assert (interest.base_size, interest.quote_value) == (Decimal("10110.336"), Decimal("89623073.47"))
    print_row = parse(market.Trade, {"id": 5, "T": 1557994526, "p": "1", "n": "2", "s": "sell"})
    trade = trade_from(btc, print_row)
    assert (trade.taker, trade.size, trade.trade_id) == (Side.SELL, Decimal("0.002"), "5")


def test_depths():
    assert [depth_for(levels) for levels in (1, 5, 11, 15, 31, 200)] == [5, 5, 15, 15, 100, 100]


def test_books_must_be_in_order(btc):
    def book(bids, asks):
        levels = ([{"price": price, "amount": "3"} for price in side] for side in (bids, asks))
        bid_rows, ask_rows = levels
        return book_from(btc, parse(market.Book, {"bids": bid_rows, "asks": ask_rows}), 7, 9)

    good = book(("8", "7"), ("9", "10"))
    assert (good.best_bid.price, good.best_ask.size, good.version, good.synchronised) == (8, Decimal("0.003"), 7, True)
    assert book((), ("9",)).best_bid is None
    for bids, asks in ((("7", "8"), ("9",)), (("8",), ("10", "9")), (("9",), ("9",))):
        with pytest.raises(MalformedReply, match="out of order"):
            book(bids, asks)


def test_bars_oldest_first(btc):
    bars = [
        parse(market.Bar, {"time": str(ms), "open": "2", "high": "3", "low": "1", "close": "2.5", "volume": "9"})
        for ms in (120_000, 60_000)
    ]
    found = candles_from(btc, bars, Interval.M1, 120_000)
    assert [(bar.open_ms, bar.closed, bar.volume) for bar in found] == [(60_000, True, 0.009), (120_000, False, 0.009)]
    with pytest.raises(MalformedReply, match="contradict"):
        candles_from(btc, [bars[0].model_copy(update={"low": Decimal(5)})], Interval.M1, 0)


def wallet(**changes):
    row = {"coin": "USDT", "balance": "90", "positionMargin": "8", "orderMargin": "2", "unrlzPnl": "-1", "total": "100"}
    return row | changes


def test_the_wallet():
    both = parse(account.Account, {"balances": [wallet(coin="BTC", total="0"), wallet()]})
    balance = balance_from(both, 5)
    assert (balance.equity, balance.available, balance.frozen, balance.unrealized_pnl) == (100, 90, 2, -1)
    assert not is_idle(both)
    assert has_opening_orders(both)
    assert position_margin(both) == 16
    calm = parse(account.Account, {"balances": [wallet(positionMargin="0", orderMargin="0")]})
    assert is_idle(calm)
    assert not has_opening_orders(calm)
    with pytest.raises(MalformedReply, match="no USDT"):
        balance_from(parse(account.Account, {"balances": []}), 5)


def test_positions(btc):
    row = parse(
        account.Position,
        {
            "contractId": "101",
            "price": "8000",
            "direction": "-1",
            "amount": "12",
            "liquidationPrice": "0",
            "unrlzPnl": "-3.5",
            "margin": "9.6",
            "leverage": "10.00",
            "isCross": "1",
            "time": 1557994526,
        },
    )
    position = position_from(btc, row)
    assert (position.side, position.size, position.leverage) == (PositionSide.SHORT, Decimal("0.012"), 10)
    assert (position.liquidation_price, position.margin) == (None, Decimal("9.6"))
    assert net_of(row) == -12
    assert net_of(None) == 0
    other = position_from(btc, row.model_copy(update={"direction": 1, "liquidation": Decimal(7000)}))
    assert (other.side, other.liquidation_price) == (PositionSide.LONG, Decimal(7000))


def test_one_figure_of_leverage():
    setting = setting_of(BTC, 7, MarginMode.ISOLATED)
    assert setting.is_at(7)
    assert setting.mode is MarginMode.ISOLATED
    assert replace(setting, is_isolated=False).words == "7x cross"
