"""Account endpoints of v2. Source: reference section 5.1."""

from typing import Any

from terminal.sim.exchange.terms import ZERO, LeverageSetting
from terminal.sim.serving.digits import text
from terminal.sim.weex.account_rows import PENDING, wallet_totals
from terminal.sim.weex.bill_search import search_bills
from terminal.sim.weex.desk_calls import positions_of
from terminal.sim.weex.envelopes import done
from terminal.sim.weex.errors import invalid
from terminal.sim.weex.v2.names import MARGIN_MODE_NAMES, MARGIN_MODES, SYMBOLS, optional_pair, pair_of
from terminal.sim.weex.v2.shapes import bill_json, position_json
from terminal.sim.weex.venue import Call, Venue


def assets(venue: Venue, _call: Call) -> list[dict[str, str]]:
    margin = venue.exchange.margin
    return [
        {
            "coinName": "USDT",
            "available": text(max(margin.available(), ZERO)),
            "equity": text(margin.equity()),
            "frozen": text(margin.frozen()),
            "unrealizePnl": text(margin.unrealized()),
        }
    ]


def get_account(venue: Venue, call: Call) -> dict[str, Any]:
    if call.query.text("coin") != "USDT":
        raise invalid("coin")
    return _account(venue, "separatedMode", "positionMode")


def get_accounts(venue: Venue, _call: Call) -> dict[str, Any]:
    return _account(venue, "separatedModeEnum", "positionModeEnum")


def settings(venue: Venue, call: Call) -> dict[str, dict[str, str]]:
    wanted = [pair_of(call.query.text("symbol"))] if call.query.has("symbol") else list(SYMBOLS)
    return {SYMBOLS[pair]: _leverages(venue.exchange.books.leverage[pair]) for pair in wanted}


def leverage(venue: Venue, call: Call) -> dict[str, Any]:
    pair = pair_of(call.body.text("symbol"))
    mode = call.body.choice("marginMode", MARGIN_MODES)
    long, short = call.body.decimal("longLeverage"), call.body.decimal("shortLeverage")
    for name, figure in (("longLeverage", long), ("shortLeverage", short)):
        if figure != int(figure):
            raise invalid(name)
    venue.exchange.settings.set_leverage(pair, mode, long, short, venue.exchange.now_ms)
    return done(call.now_ms)


def change_hold_model(venue: Venue, call: Call) -> dict[str, Any]:
    pair = pair_of(call.body.text("symbol"))
    mode = call.body.choice("marginMode", MARGIN_MODES)
    call.body.optional_choice("separatedMode", {"1": 1})  # only Combined exists
    venue.exchange.settings.set_mode(pair, mode)
    return done(call.now_ms)


def adjust_margin(venue: Venue, call: Call) -> dict[str, Any]:
    call.body.optional_choice("coinId", {"2": 2})
    position_id = call.body.text("isolatedPositionId")
    amount = call.body.decimal("collateralAmount")
    venue.exchange.settings.adjust_margin(position_id, amount, venue.exchange.now_ms)
    return done(call.now_ms)


def bills(venue: Venue, call: Call) -> dict[str, Any]:
    body = call.body
    pair = optional_pair(body)
    body.optional_choice("coin", {"USDT": "USDT"})
    limit = body.optional_integer("limit", 20, 1, 100)
    found = search_bills(
        venue, pair, body.optional_text("businessType"), body.time_ms("startTime"), body.time_ms("endTime")
    )
    return {"hasNextPage": len(found) > limit, "items": [bill_json(bill) for bill in found[:limit]]}


def all_positions(venue: Venue, _call: Call) -> list[dict[str, Any]]:
    return _positions(venue, list(SYMBOLS))


def single_position(venue: Venue, call: Call) -> list[dict[str, Any]]:
    return _positions(venue, [pair_of(call.query.text("symbol"))])


def _positions(venue: Venue, pairs: list[str]) -> list[dict[str, Any]]:
    exchange = venue.exchange
    return [
        position_json(position, exchange.margin, venue.account_id, exchange.rules[position.pair].lot)
        for position in positions_of(venue, pairs)
    ]


def _leverages(setting: LeverageSetting) -> dict[str, str]:
    return {
        "isolated_long_leverage": f"{setting.isolated_long:.2f}",
        "isolated_short_leverage": f"{setting.isolated_short:.2f}",
        "cross_leverage": f"{setting.cross:.2f}",
    }


def _account(venue: Venue, separated_key: str, position_key: str) -> dict[str, Any]:
    """`{account, collateral, version}`; two keys are spelled differently by the two endpoints."""
    books = venue.exchange.books
    fees = {
        pair: _fee_setting(text(rules.taker_fee), text(rules.maker_fee)) for pair, rules in venue.exchange.rules.items()
    }
    modes = [
        {
            "symbol": SYMBOLS[pair],
            "marginMode": MARGIN_MODE_NAMES[setting.mode],
            separated_key: "COMBINED",
            position_key: "HEDGE",
        }
        for pair, setting in books.leverage.items()
    ]
    account = {
        "defaultFeeSetting": fees["BTC"],
        "feeSetting": [{"symbol": SYMBOLS[pair]} | fee for pair, fee in fees.items()],
        "modeSetting": modes,
        "leverageSetting": [
            {"symbol": SYMBOLS[pair]} | _leverages(setting) for pair, setting in books.leverage.items()
        ],
        "createOrderRateLimitPerMinute": 0,
        "createOrderDelayMilliseconds": 0,
        "createdTime": str(books.wallet.created_ms),
        "updatedTime": str(books.wallet.updated_ms),
    }
    return {"account": account, "collateral": [_collateral(venue)], "version": str(books.version)}


def _fee_setting(taker: str, maker: str) -> dict[str, Any]:
    return {
        "is_set_fee_rate": True,
        "taker_fee_rate": taker,
        "maker_fee_rate": maker,
        "is_set_fee_discount": False,
        "fee_discount": "0",
        "is_set_taker_maker_fee_discount": False,
        "taker_fee_discount": "0",
        "maker_fee_discount": "0",
    }


def _collateral(venue: Venue) -> dict[str, Any]:
    wallet = venue.exchange.books.wallet
    return {
        "coin": "USDT",
        "marginMode": "SHARED",
        "crossSymbol": None,
        "isolatedPositionId": 0,
        "amount": text(wallet.cash),
        **{f"pending_{name}_amount": "0" for name in PENDING},
        "is_liquidating": wallet.liquidating,
        "legacy_amount": text(wallet.cash),
        **{f"cum_{name}_amount": total for name, total in wallet_totals(wallet).items()},
        "created_time": wallet.created_ms,
        "updated_time": wallet.updated_ms,
    }
