"""Account endpoints of v3. Source: reference section 5.2."""

from decimal import Decimal
from typing import Any

from terminal.sim.exchange.terms import ZERO, LeverageSetting, MarginMode
from terminal.sim.serving.digits import text
from terminal.sim.weex.bill_search import search_bills
from terminal.sim.weex.desk_calls import positions_of
from terminal.sim.weex.envelopes import done
from terminal.sim.weex.errors import Problem, WeexError, empty, invalid
from terminal.sim.weex.fields import Fields
from terminal.sim.weex.v3.names import (
    ASSET,
    MARGIN_TYPE_NAMES,
    MARGIN_TYPES,
    SYMBOLS,
    optional_pair,
    pair_of,
    time_range,
)
from terminal.sim.weex.v3.shapes import bill_json, position_json
from terminal.sim.weex.venue import Call, Venue

_INCOME_DAYS = 100


def balance(venue: Venue, _call: Call) -> list[dict[str, str]]:
    """The cash without unrealised PnL, which stands beside it."""
    margin = venue.exchange.margin
    return [
        {
            "asset": ASSET,
            "balance": text(venue.exchange.books.wallet.cash),
            "availableBalance": text(max(margin.available(), ZERO)),
            "frozen": text(margin.frozen()),
            "unrealizePnl": text(margin.unrealized()),
        }
    ]


def commission_rate(venue: Venue, call: Call) -> dict[str, str]:
    pair = pair_of(call.query)
    rules = venue.exchange.rules[pair]
    return {
        "symbol": SYMBOLS[pair],
        "makerCommissionRate": text(rules.maker_fee),
        "takerCommissionRate": text(rules.taker_fee),
    }


def account_config(venue: Venue, _call: Call) -> dict[str, Any]:
    return {
        "canTrade": True,
        "canDeposit": False,
        "canWithdraw": False,
        "dualSidePosition": True,
        "updateTime": venue.exchange.books.wallet.updated_ms,
    }


def symbol_config(venue: Venue, call: Call) -> list[dict[str, str]]:
    wanted = optional_pair(call.query)
    settings = venue.exchange.books.leverage
    return [
        {
            "symbol": SYMBOLS[pair],
            "marginType": MARGIN_TYPE_NAMES[setting.mode],
            "separatedType": "COMBINED",
            "crossLeverage": f"{setting.cross:.2f}",
            "isolatedLongLeverage": f"{setting.isolated_long:.2f}",
            "isolatedShortLeverage": f"{setting.isolated_short:.2f}",
        }
        for pair, setting in settings.items()
        if wanted in {None, pair}
    ]


def leverage(venue: Venue, call: Call) -> dict[str, str]:
    """Set what is named; without a margin type, the figures tell which one is meant."""
    body = call.body
    pair = pair_of(body)
    named_isolated = body.has("isolatedLongLeverage") or body.has("isolatedShortLeverage")
    mode = body.optional_choice("marginType", MARGIN_TYPES)
    if mode is None:
        mode = MarginMode.ISOLATED if named_isolated and not body.has("crossLeverage") else MarginMode.CROSS
    present = venue.exchange.books.leverage[pair]
    if mode is MarginMode.CROSS:
        long = short = _figure(body, "crossLeverage", None)
    elif not named_isolated:
        raise empty("isolatedLongLeverage")
    else:
        long = _figure(body, "isolatedLongLeverage", present.isolated_long)
        short = _figure(body, "isolatedShortLeverage", present.isolated_short)
    changed = venue.exchange.settings.set_leverage(pair, mode, long, short, venue.exchange.now_ms)
    return _leverage_echo(pair, changed)


def margin_type(venue: Venue, call: Call) -> dict[str, Any]:
    pair = pair_of(call.body)
    mode = call.body.choice("marginType", MARGIN_TYPES)
    if call.body.optional_choice("separatedType", {"COMBINED": False, "SEPARATED": True}):
        raise WeexError(Problem.SEPARATED_MODE)
    if mode is not venue.exchange.books.leverage[pair].mode:
        venue.exchange.settings.set_mode(pair, mode)
    return done(call.now_ms)


def position_margin(venue: Venue, call: Call) -> dict[str, Any]:
    position_id = call.body.text("isolatedPositionId")
    amount = call.body.decimal("amount")
    if amount <= 0:
        raise invalid("amount")
    sign = call.body.choice("type", {"1": 1, "2": -1})
    venue.exchange.settings.adjust_margin(position_id, sign * amount, venue.exchange.now_ms)
    return done(call.now_ms)


def income(venue: Venue, call: Call) -> dict[str, Any]:
    """Bills, newest first; the two times only work as a pair."""
    body = call.body
    pair = optional_pair(body)
    body.optional_choice("asset", {ASSET: ASSET})
    limit = body.optional_integer("limit", 20, 1, 100)
    start_ms, end_ms = time_range(body, _INCOME_DAYS, only_as_pair=True)
    found = search_bills(venue, pair, body.optional_text("incomeType"), start_ms, end_ms)
    items = [bill_json(bill) for bill in found[:limit]]
    return {"hasNextPage": len(found) > limit, "nextKey": None, "items": items}


def all_positions(venue: Venue, _call: Call) -> list[dict[str, Any]]:
    return _positions(venue, list(SYMBOLS))


def single_position(venue: Venue, call: Call) -> list[dict[str, Any]]:
    return _positions(venue, [pair_of(call.query)])


def _positions(venue: Venue, pairs: list[str]) -> list[dict[str, Any]]:
    """What is held; unlike in v2, closed positions do not stay as rows."""
    held = [position for position in positions_of(venue, pairs) if position.size]
    return [position_json(position, venue.exchange.margin) for position in held]


def _figure(body: Fields, name: str, otherwise: Decimal | None) -> Decimal:
    """A leverage in whole numbers; `otherwise` when it is not named and need not be."""
    if otherwise is not None and not body.has(name):
        return otherwise
    figure = body.decimal(name)
    if figure != int(figure):
        raise invalid(name)
    return figure


def _leverage_echo(pair: str, setting: LeverageSetting) -> dict[str, str]:
    is_cross = setting.mode is MarginMode.CROSS
    return {
        "symbol": SYMBOLS[pair],
        "marginType": MARGIN_TYPE_NAMES[setting.mode],
        "crossLeverage": text(setting.cross) if is_cross else "0",
        "isolatedLongLeverage": "0" if is_cross else text(setting.isolated_long),
        "isolatedShortLeverage": "0" if is_cross else text(setting.isolated_short),
    }
