"""Public market data. Source: reference section 5."""

from typing import Any, Final

from terminal.sim.market.candles import MONTH, WEEK
from terminal.sim.serving.digits import StepText, text
from terminal.sim.serving.market_view import Bar, bars, day_view, trade_view
from terminal.sim.woox.errors import WooError, internal, invalid_symbol
from terminal.sim.woox.fields import Fields
from terminal.sim.woox.instruments import BASE_IMR, BASE_MMR, FUNDING_HOURS, LISTINGS, QUOTE, RULES, TERMS, Listing
from terminal.sim.woox.trade_api import page_of
from terminal.sim.woox.venue import Call, Stamped, Venue

INTERVALS: Final = {
    "1m": 1,
    "5m": 5,
    "15m": 15,
    "30m": 30,
    "1h": 60,
    "4h": 240,
    "12h": 720,
    "1d": 1_440,
    "1w": WEEK,
    "1mon": MONTH,
}
_LEVELS: Final = 100
_LEVELS_MAX: Final = 500
_KLINES_MAX: Final = 1000
_MINUTE_MS: Final = 60_000
_MAINTENANCE_MS: Final = 3_600_000
_HISTORY: Final = 1_000
_WORDS: Final = (
    "System is functioning properly.",
    "Trading is under maintenance.",
    "System is under maintenance.",
)


def system_info(venue: Venue, call: Call) -> dict[str, Any]:
    """The status; the answer's timestamp is the venue's clock."""
    status = venue.maintenance
    end_ms = call.now_ms + _MAINTENANCE_MS if status else call.now_ms
    return {"status": status, "msg": _WORDS[status], "estimatedEndTime": end_ms}


def instruments(_venue: Venue, call: Call) -> dict[str, Any]:
    return {"rows": [_instrument(listing) for listing in _listings(call.fields)]}


def orderbook(venue: Venue, call: Call) -> Stamped:
    """Levels best first, stamped with the book's last change, not with the clock."""
    fields = call.fields
    listing = market_listing(fields)
    try:
        levels = fields.optional_integer("maxLevel", _LEVELS, 1, _LEVELS_MAX)
    except WooError as error:
        raise internal() from error
    state = venue.books.state(listing, levels, rpi=fields.boolean("rpi"))
    return Stamped({"asks": _levels(listing, state.asks), "bids": _levels(listing, state.bids)}, state.time_ms)


def market_trades(venue: Venue, call: Call) -> dict[str, Any]:
    listing = market_listing(call.fields)
    limit = call.fields.optional_integer("limit", 10, 1, 100)
    rows = []
    for trade in reversed(venue.market.tape(listing.pair, limit)):
        view = trade_view(RULES[listing.pair], trade)
        rows.append(
            {
                "symbol": listing.symbol,
                "side": trade.taker_side.value,
                "source": 0,
                "executedPrice": view.price,
                "executedQuantity": view.size,
                "executedTimestamp": view.time_ms,
            }
        )
    return {"rows": rows}


def kline(venue: Venue, call: Call) -> dict[str, Any]:
    """The newest bars, newest first."""
    fields = call.fields
    listing, interval = market_listing(fields), fields.choice("type", INTERVALS)
    limit = fields.optional_integer("limit", 100, 1, _KLINES_MAX)
    return {"rows": _bar_rows(listing, fields.text("type"), bars(venue, listing.pair, interval, limit))}


def kline_history(venue: Venue, call: Call) -> dict[str, Any]:
    """Bars after `after` and before `before`, both exclusive, newest first; without them as `kline`."""
    fields = call.fields
    listing, interval = market_listing(fields), fields.choice("type", INTERVALS)
    limit = fields.optional_integer("limit", 100, 1, _KLINES_MAX)
    after, before = fields.time_ms("after"), fields.time_ms("before")
    end_ms = before
    if after is not None and before is None:
        end_ms = after + (limit + 1) * interval * _MINUTE_MS
    found = bars(venue, listing.pair, interval, limit + 2, end_ms=end_ms)
    within = [
        bar for bar in found if (after is None or bar.open_ms > after) and (before is None or bar.open_ms < before)
    ]
    kept = within[:limit] if after is not None else within[-limit:]
    return {"rows": _bar_rows(listing, fields.text("type"), kept)}


def futures(venue: Venue, call: Call) -> dict[str, Any]:
    """The bulk ticker of the contracts."""
    return {"rows": [futures_row(venue, listing) for listing in _listings(call.fields) if not listing.is_spot]}


def futures_row(venue: Venue, listing: Listing) -> dict[str, Any]:
    day = day_view(venue, listing.pair)
    settled = venue.market.funding_history(listing.pair, 1)
    return {
        "symbol": listing.symbol,
        "indexPrice": day.index,
        "markPrice": day.mark,
        "estFundingRate": text(venue.market.funding_rate(listing.pair)),
        "lastFundingRate": text(settled[0].rate) if settled else "0",
        "openInterest": text(RULES[listing.pair].size(venue.market.open_interest(listing.pair))),
        "24hOpen": day.open,
        "24hClose": day.last,
        "24hHigh": day.high,
        "24hLow": day.low,
        "24hVolume": day.base,
        "24hAmount": day.quote,
        "nextFundingTime": venue.market.next_funding_ms,
    }


def funding_rate(venue: Venue, call: Call) -> dict[str, Any]:
    rows = []
    for listing in _listings(call.fields):
        if listing.is_spot:
            continue
        settled = venue.market.funding_history(listing.pair, 1)
        rows.append(
            {
                "symbol": listing.symbol,
                "estFundingRate": text(venue.market.funding_rate(listing.pair)),
                "estFundingRateTimestamp": call.now_ms,
                "lastFundingRate": text(settled[0].rate) if settled else "0",
                "lastFundingRateTimestamp": settled[0].time_ms if settled else None,
                "nextFundingTime": venue.market.next_funding_ms,
                "lastFundingIntervalHours": FUNDING_HOURS,
                "estFundingIntervalHours": FUNDING_HOURS,
            }
        )
    return {"rows": rows}


def funding_rate_history(venue: Venue, call: Call) -> dict[str, Any]:
    """Past settlements, newest first."""
    fields = call.fields
    listing = market_listing(fields)
    start_ms, end_ms = fields.time_ms("startTime") or 0, fields.time_ms("endTime") or 10**15
    settled = venue.market.funding_history(listing.pair, _HISTORY)
    found = [due for due in settled if start_ms <= due.time_ms <= end_ms]
    shown, meta = page_of(found, fields)
    rows = [
        {
            "symbol": listing.symbol,
            "fundingRate": text(due.rate),
            "fundingRateTimestamp": due.time_ms,
            "nextFundingTime": due.time_ms + FUNDING_HOURS * 3_600_000,
            "markPrice": text(RULES[listing.pair].price(due.mark_ticks)),
        }
        for due in shown
    ]
    return {"rows": rows, "meta": meta}


def market_listing(fields: Fields) -> Listing:
    """The product a market data call names."""
    symbol = fields.text("symbol")
    if symbol not in LISTINGS:
        raise invalid_symbol(symbol)
    return LISTINGS[symbol]


def _listings(fields: Fields) -> list[Listing]:
    return [market_listing(fields)] if fields.has("symbol") else list(LISTINGS.values())


def _levels(listing: Listing, levels: list[tuple[int, int]]) -> list[dict[str, str]]:
    rules = RULES[listing.pair]
    price, size = StepText(rules.tick), StepText(rules.lot)
    return [{"price": price(ticks), "quantity": size(lots)} for ticks, lots in levels]


def _bar_rows(listing: Listing, kind: str, found: list[Bar]) -> list[dict[str, Any]]:
    return [
        {
            "symbol": listing.symbol,
            "open": bar.open,
            "close": bar.close,
            "high": bar.high,
            "low": bar.low,
            "volume": bar.base,
            "amount": bar.quote,
            "type": kind,
            "startTimestamp": bar.open_ms,
            "endTimestamp": bar.close_ms,
        }
        for bar in reversed(found)
    ]


def _instrument(listing: Listing) -> dict[str, Any]:
    rules, terms = RULES[listing.pair], TERMS[listing.product]
    common = {
        "symbol": listing.symbol,
        "status": "TRADING",
        "baseAsset": listing.pair,
        "baseAssetMultiplier": 1,
        "quoteAsset": QUOTE,
        "quoteMin": "0",
        "quoteMax": text(rules.tick * 10_000_000),
        "quoteTick": text(rules.tick),
        "baseMin": text(rules.min_size),
        "baseMax": text(rules.max_order_size),
        "baseTick": text(rules.lot),
        "minNotional": text(terms.min_notional),
        "bidCapRatio": text(terms.buy_cap),
        "bidFloorRatio": None,
        "askCapRatio": None,
        "askFloorRatio": text(terms.sell_floor),
        "orderMode": "NORMAL",
        "isAllowedRpi": not listing.is_spot,
        "tickGranularity": None,
    }
    if listing.is_spot:
        return common | {"impactNotional": None}
    return common | {
        "impactNotional": "10000",
        "fundingIntervalHours": FUNDING_HOURS,
        "fundingCap": "0.0005",
        "fundingFloor": "-0.0005",
        "baseIMR": BASE_IMR,
        "baseMMR": BASE_MMR,
    }
