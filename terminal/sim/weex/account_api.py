"""Account endpoints. Source: reference section 5.1."""

from typing import Any

from terminal.sim.exchange.records import Bill
from terminal.sim.exchange.terms import ZERO, BillKind, LeverageSetting, PositionSide
from terminal.sim.weex.replies import done, invalid, text
from terminal.sim.weex.shapes import bill_json, position_json
from terminal.sim.weex.symbols import MARGIN_MODE_NAMES, MARGIN_MODES, SYMBOLS, pair_of
from terminal.sim.weex.venue import Call, Venue

_MODES = {str(code): mode for code, mode in MARGIN_MODES.items()}
TOTALS = (
    "deposit",
    "withdraw",
    "transfer_in",
    "transfer_out",
    "margin_move_in",
    "margin_move_out",
    "position_open_long",
    "position_open_short",
    "position_close_long",
    "position_close_short",
    "position_fill_fee",
    "position_liquidate_fee",
    "position_funding",
    "order_fill_fee_income",
    "order_liquidate_fee_income",
)


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
    mode = call.body.choice("marginMode", _MODES)
    long, short = call.body.decimal("longLeverage"), call.body.decimal("shortLeverage")
    for name, figure in (("longLeverage", long), ("shortLeverage", short)):
        if figure != int(figure):
            raise invalid(name)
    venue.exchange.settings.set_leverage(pair, mode, long, short, venue.exchange.now_ms)
    return done(call.now_ms)


def change_hold_model(venue: Venue, call: Call) -> dict[str, Any]:
    pair = pair_of(call.body.text("symbol"))
    mode = call.body.choice("marginMode", _MODES)
    call.body.optional_choice("separatedMode", {"1": 1})  # only Combined exists
    venue.exchange.settings.set_mode(pair, mode)
    return done(call.now_ms)


def adjust_margin(venue: Venue, call: Call) -> dict[str, Any]:
    call.body.optional_choice("coinId", {"2": 2})
    position_id = call.body.text("isolatedPositionId")
    amount = call.body.decimal("collateralAmount")
    venue.exchange.settings.adjust_margin(position_id, amount, venue.exchange.now_ms)
    return done(call.now_ms)


def modify_auto_append(venue: Venue, call: Call) -> dict[str, Any]:
    position_id = call.body.text("positionId")
    on = call.body.boolean("autoAppendMargin")
    venue.exchange.settings.set_auto_append(position_id, on, venue.exchange.now_ms)
    return done(call.now_ms)


def bills(venue: Venue, call: Call) -> dict[str, Any]:
    body = call.body
    pair = pair_of(body.text("symbol")) if body.has("symbol") else None
    body.optional_choice("coin", {"USDT": "USDT"})
    kind = body.optional_text("businessType")
    start_ms, end_ms = body.time_ms("startTime"), body.time_ms("endTime")
    limit = body.optional_integer("limit", 20, 1, 100)

    def wanted(bill: Bill) -> bool:
        return (
            pair in {None, bill.pair}
            and (kind is None or bill.kind is _BILL_KINDS.get(kind))
            and (start_ms is None or bill.created_ms >= start_ms)
            and (end_ms is None or bill.created_ms <= end_ms)
        )

    found = [bill for bill in reversed(venue.exchange.books.bills) if wanted(bill)]
    return {"hasNextPage": len(found) > limit, "items": [bill_json(bill) for bill in found[:limit]]}


def all_positions(venue: Venue, _call: Call) -> list[dict[str, Any]]:
    return _positions(venue, list(SYMBOLS))


def single_position(venue: Venue, call: Call) -> list[dict[str, Any]]:
    return _positions(venue, [pair_of(call.query.text("symbol"))])


_BILL_KINDS = {kind.value: kind for kind in BillKind}


def _positions(venue: Venue, pairs: list[str]) -> list[dict[str, Any]]:
    """Rows of positions that ever existed; a closed one stays as a row of size 0, as documented."""
    exchange = venue.exchange
    found = (exchange.books.position(pair, side) for pair in pairs for side in PositionSide)
    return [
        position_json(position, exchange.margin, venue.account_id, exchange.rules[position.pair].lot)
        for position in found
        if position is not None
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
    pending = ("deposit", "withdraw", "transfer_in", "transfer_out")
    return {
        "coin": "USDT",
        "marginMode": "SHARED",
        "crossSymbol": None,
        "isolatedPositionId": 0,
        "amount": text(wallet.cash),
        **{f"pending_{name}_amount": "0" for name in pending},
        "is_liquidating": wallet.liquidating,
        "legacy_amount": text(wallet.cash),
        **{f"cum_{name}_amount": text(wallet.totals.get(name, ZERO)) for name in TOTALS},
        "created_time": wallet.created_ms,
        "updated_time": wallet.updated_ms,
    }
