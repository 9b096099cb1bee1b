"""Balances, positions, leverage, modes, funding paid, the listen key. Source: reference section 7."""

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from terminal.sim.exchange.records import Bill, Position
from terminal.sim.exchange.terms import ZERO, BillKind, MarginMode, PositionSide
from terminal.sim.serving.digits import text
from terminal.sim.woox.errors import WooError, malformed
from terminal.sim.woox.fields import Fields
from terminal.sim.woox.instruments import (
    BASE_IMR,
    BASE_MMR,
    FUNDING_HOURS,
    MAX_LEVERAGE,
    QUOTE,
    RULES,
    Listing,
    Product,
)
from terminal.sim.woox.order_terms import MARGIN_MODES, listing_of, optional_listing
from terminal.sim.woox.shapes import PositionSurroundings, number, position_json
from terminal.sim.woox.trade_api import page_of
from terminal.sim.woox.venue import Call, Venue

_DAY_MS: Final = 86_400_000
_SETTLEMENTS: Final = 1_000
_MODES: Final = {"ONE_WAY": True, "HEDGE_MODE": False}
_NO_END_MS: Final = 10**15


def balances(venue: Venue, _call: Call) -> dict[str, Any]:
    """USDT always, coins that are held; the contracts' results that are not realised are no part of it."""
    return {"holding": [balance_row(venue, asset) for asset in assets(venue)]}


def assets(venue: Venue) -> list[str]:
    held = [holding.asset for holding in venue.spot.books.holdings.values() if holding.total]
    return [QUOTE, *(asset for asset in held if asset != QUOTE)]


def balance_row(venue: Venue, asset: str) -> dict[str, Any]:
    holding = venue.spot.books.holdings[asset]
    total = holding.total if asset != QUOTE else venue.exchange.books.wallet.cash + holding.locked
    return {
        "token": asset,
        "holding": number(total),
        "frozen": number(holding.locked),
        "staked": 0,
        "unbonding": 0,
        "vault": 0,
        "interest": 0,
        "pendingShortQty": 0,
        "pendingLongQty": 0,
        "availableBalance": number(holding.free),
        "averageOpenPrice": 0,
        "markPrice": 1 if asset == QUOTE else number(venue.exchange.mark(asset)),
        "pnl24H": 0,
        "updatedTime": venue.now_ms / 1000,
    }


def account_value(venue: Venue) -> Decimal:
    """What contracts and coins are worth at present marks, USDT."""
    coins = sum(
        (
            venue.exchange.mark(held.asset) * held.total
            for held in venue.spot.books.holdings.values()
            if held.asset != QUOTE
        ),
        ZERO,
    )
    return venue.exchange.margin.equity() + venue.spot.books.holdings[QUOTE].locked + coins


def account_info(venue: Venue, _call: Call) -> dict[str, Any]:
    margin, total = venue.exchange.margin, account_value(venue)
    notional = sum((held.size * venue.exchange.mark(held.pair) for held in venue.exchange.books.held()), ZERO)
    ratio = text((margin.equity() / notional).quantize(Decimal("0.0001"))) if notional else "10"
    return {
        "applicationId": f"loopback-{venue.options.seed}",
        "account": "loopback",
        "alias": "loopback",
        "otpauth": True,
        "accountMode": "FUTURES",
        "positionMode": "ONE_WAY" if venue.is_one_way else "HEDGE_MODE",
        "leverage": 0,
        "makerFeeRate": 0,
        "takerFeeRate": 3,
        "marginRatio": ratio,
        "openMarginRatio": ratio,
        "initialMarginRatio": BASE_IMR,
        "maintenanceMarginRatio": BASE_MMR,
        "totalCollateral": text(margin.equity()),
        "freeCollateral": text(max(margin.available(), ZERO)),
        "totalAccountValue": text(total),
        "totalTradingValue": text(total),
        "totalVaultValue": "0",
        "totalStakingValue": "0",
        "totalLaunchpadValue": "0",
        "totalEarnValue": "0",
        "referrerID": None,
        "accountType": "Main",
    }


def positions(venue: Venue, call: Call) -> dict[str, Any]:
    """What is held; coins are no positions."""
    listing = optional_listing(call.fields)
    held = [one for one in venue.exchange.books.held() if listing in {None, Listing(Product.PERP, one.pair)}]
    return {"positions": [position_row(venue, one) for one in held]}


def position_row(venue: Venue, position: Position) -> dict[str, Any]:
    since = venue.now_ms - _DAY_MS
    fills = [fill for fill in venue.exchange.books.fills if fill.pair == position.pair and fill.created_ms >= since]
    waiting = list(venue.exchange.books.open_orders(position.pair))
    buys, sells = (
        sum((order.remaining for order in waiting if (order.book_side.value == "BUY") is buying), ZERO)
        for buying in (True, False)
    )
    around = PositionSurroundings(
        mark=venue.exchange.mark(position.pair),
        pending_long=buys,
        pending_short=-sells,
        realized_24h=sum((fill.realized_pnl for fill in fills), ZERO),
        fees_24h=sum((fill.fee for fill in fills), ZERO),
        one_way=venue.is_one_way,
    )
    return position_json(position, venue.exchange.margin, around)


def leverage(venue: Venue, call: Call) -> dict[str, Any]:
    listing, mode = _contract(call.fields), _margin_mode(call.fields)
    setting = replace(venue.exchange.books.leverage[listing.pair], mode=mode)
    sides = {"BOTH": PositionSide.LONG} if venue.is_one_way else {side.value: side for side in PositionSide}
    return {
        "symbol": listing.symbol,
        "marginMode": mode.value,
        "positionMode": "ONE_WAY" if venue.is_one_way else "HEDGE_MODE",
        "details": [{"positionSide": name, "leverage": int(setting.of(side))} for name, side in sides.items()],
    }


def set_leverage(venue: Venue, call: Call) -> dict[str, Any]:
    """For one margin mode of a contract; in the isolated one of the hedge mode, for one side."""
    fields = call.fields
    listing, mode = _contract(fields), _margin_mode(fields)
    try:
        figure = Decimal(fields.integer("leverage", 1, MAX_LEVERAGE))
    except WooError as error:
        raise WooError(302306, "Invalid leverage, please provide positive integer leverage") from error
    desk, present = venue.exchange.settings, venue.exchange.books.leverage[listing.pair]
    named = fields.optional_text("positionSide") or "BOTH"
    isolated = mode is MarginMode.ISOLATED
    long = present.isolated_long if isolated and named == "SHORT" else figure
    short = present.isolated_short if isolated and named == "LONG" else figure
    if mode is present.mode:
        desk.set_leverage(listing.pair, mode, long, short, venue.now_ms, despite_orders=not isolated)
    else:
        changed = (
            replace(present, isolated_long=long, isolated_short=short) if isolated else replace(present, cross=long)
        )
        venue.exchange.books.leverage[listing.pair] = changed
        venue.exchange.books.revision += 1
    return leverage(venue, call)


def set_position_mode(venue: Venue, call: Call) -> None:
    venue.exchange.set_one_way(one_way=call.fields.choice("positionMode", _MODES))


def funding_history(venue: Venue, call: Call) -> dict[str, Any]:
    """Funding paid and received, newest first."""
    fields = call.fields
    listing = optional_listing(fields)
    start_ms, end_ms = fields.time_ms("startTime") or 0, fields.time_ms("endTime") or _NO_END_MS
    found = [
        bill
        for bill in reversed(venue.exchange.books.bills)
        if bill.kind is BillKind.FUNDING
        and listing in {None, Listing(Product.PERP, bill.pair)}
        and start_ms <= bill.created_ms <= end_ms
    ]
    rows, meta = page_of(found, fields)
    return {"meta": meta, "rows": [_funding_row(venue, bill) for bill in rows]}


def listen_key(venue: Venue, call: Call) -> dict[str, Any]:
    """A new key; the one before, and the stream it opened, end with it."""
    if call.fields.text("type") != "WEBSOCKET":
        raise malformed("type")
    key, expires_ms = venue.keys.new()
    return {"authKey": key, "expiredTime": expires_ms}


def _funding_row(venue: Venue, bill: Bill) -> dict[str, Any]:
    settled = venue.market.funding_history(bill.pair, _SETTLEMENTS)
    due = next((due for due in settled if due.time_ms == bill.created_ms), None)
    return {
        "id": int(bill.bill_id),
        "symbol": Listing(Product.PERP, bill.pair).symbol,
        "fundingRate": number(due.rate) if due else None,
        "markPrice": text(RULES[bill.pair].price(due.mark_ticks)) if due else None,
        "fundingFee": text(abs(bill.amount)),
        "fundingIntervalHours": FUNDING_HOURS,
        "paymentType": "Pay" if bill.amount < 0 else "Receive",
        "status": "COMPLETED",
        "createdTime": bill.created_ms,
        "updatedTime": bill.created_ms,
    }


def _contract(fields: Fields) -> Listing:
    listing = listing_of(fields)
    if listing.is_spot:
        raise malformed("symbol")
    return listing


def _margin_mode(fields: Fields) -> MarginMode:
    return fields.optional_choice("marginMode", MARGIN_MODES) or MarginMode.CROSS
