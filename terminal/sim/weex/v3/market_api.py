"""Public market endpoints of v3. Source: reference sections 3.3 and 4."""

from typing import Any

from terminal.sim.exchange.rules import ContractRules
from terminal.sim.market.types import PriceKind
from terminal.sim.serving.digits import StepText, text
from terminal.sim.serving.market_view import bars, day_view, level_rows
from terminal.sim.weex.digits import decimals_code
from terminal.sim.weex.errors import Problem, WeexError
from terminal.sim.weex.fields import Fields
from terminal.sim.weex.market_view import (
    FUNDING_CYCLE_MINUTES,
    PRICE_TYPES,
    REST_INTERVALS,
    contract_terms,
    history_end_ms,
    trade_view,
)
from terminal.sim.weex.names import BASES
from terminal.sim.weex.v3.names import ASSET, SYMBOLS, market_pair, time_range
from terminal.sim.weex.venue import Call, Venue

_DAY_MS = 86_400_000
_TICKER_GRID_MS = 1_800_000  # the live venue's windows end on half hours, not at the moment of the answer
_INTEREST_RATE = "0.0003"
_NO_SPAN = 100_000  # days; funding history knows no longest span
_FUNDING_MAX = 1000


def server_time(_venue: Venue, call: Call) -> dict[str, int]:
    return {"serverTime": call.now_ms}


def exchange_info(venue: Venue, call: Call) -> dict[str, Any]:
    assets = [{"asset": base, "marginAvailable": False} for base in BASES]
    return {
        "assets": [*assets, {"asset": ASSET, "marginAvailable": True}],
        "symbols": [_contract(venue.exchange.rules[pair]) for pair in _pairs(call.query)],
    }


def ticker(venue: Venue, call: Call) -> list[dict[str, Any]]:
    return [_ticker(venue, pair, call.now_ms) for pair in _pairs(call.query)]


def book_ticker(venue: Venue, call: Call) -> list[dict[str, Any]]:
    days = [day_view(venue, pair) for pair in _pairs(call.query)]
    return [
        {
            "symbol": SYMBOLS[day.pair],
            "bidPrice": day.bid,
            "bidQty": day.bid_size,
            "askPrice": day.ask,
            "askQty": day.ask_size,
            "time": call.now_ms,
        }
        for day in days
    ]


def depth(venue: Venue, call: Call) -> dict[str, Any]:
    pair = market_pair(call.query)
    limit = call.query.optional_choice("limit", {"15": 15, "200": 200}) or 15
    book = venue.market.book(pair)
    bids, asks = book.depth(limit)
    return {
        "asks": level_rows(venue.exchange.rules[pair], asks),
        "bids": level_rows(venue.exchange.rules[pair], bids),
        "lastUpdateId": book.version,
    }


def trades(venue: Venue, call: Call) -> list[dict[str, Any]]:
    pair = market_pair(call.query)
    limit = call.query.optional_integer("limit", 100, 1, 1000)
    views = [trade_view(venue.exchange.rules[pair], trade) for trade in venue.market.tape(pair, limit)]
    return [
        {
            "id": view.trade_id,
            "price": view.price,
            "qty": view.size,
            "quoteQty": view.value,
            "time": view.time_ms,
            "isBuyerMaker": view.buyer_is_maker,
            "isBestMatch": True,
        }
        for view in views
    ]


def klines(venue: Venue, call: Call) -> list[list[Any]]:
    return _klines(venue, call.query, PriceKind.LAST)


def index_klines(venue: Venue, call: Call) -> list[list[Any]]:
    return _klines(venue, call.query, PriceKind.INDEX)


def mark_klines(venue: Venue, call: Call) -> list[list[Any]]:
    return _klines(venue, call.query, PriceKind.MARK)


def history_klines(venue: Venue, call: Call) -> list[list[Any]]:
    """At most 100 rows up to `endTime`, or from `startTime` on when that stands alone."""
    query = call.query
    limit = query.optional_integer("limit", 100, 1, 100)
    start_ms, end_ms = time_range(query, _NO_SPAN)
    kind = query.optional_choice("priceType", PRICE_TYPES) or PriceKind.LAST
    end_ms = history_end_ms(_interval(query), limit, start_ms, end_ms)
    rows = _rows(venue, query, limit, kind, end_ms)
    return [row for row in rows if start_ms is None or row[0] >= start_ms]


def symbol_price(venue: Venue, call: Call) -> dict[str, Any]:
    pair = market_pair(call.query)
    kind = call.query.optional_choice("priceType", {"INDEX": "INDEX", "MARK": "MARK"}) or "INDEX"
    day = day_view(venue, pair)
    return {"symbol": SYMBOLS[pair], "price": day.index if kind == "INDEX" else day.mark, "time": call.now_ms}


def open_interest(venue: Venue, call: Call) -> dict[str, Any]:
    pair = market_pair(call.query)
    base = venue.exchange.rules[pair].size(venue.market.open_interest(pair))
    return {"symbol": SYMBOLS[pair], "openInterest": text(base), "time": call.now_ms}


def premium_index(venue: Venue, call: Call) -> list[dict[str, Any]]:
    return [_premium(venue, pair, call.now_ms) for pair in _pairs(call.query)]


def funding_rate(venue: Venue, call: Call) -> list[dict[str, Any]]:
    """Past settlements, newest first."""
    query = call.query
    pair = market_pair(query)
    limit = query.optional_integer("limit", 100, 1, _FUNDING_MAX)
    start_ms, end_ms = time_range(query, _NO_SPAN)
    rules = venue.exchange.rules[pair]
    found = [
        due
        for due in venue.market.funding_history(pair, _FUNDING_MAX)
        if (start_ms is None or due.time_ms >= start_ms) and (end_ms is None or due.time_ms <= end_ms)
    ]
    return [
        {
            "symbol": SYMBOLS[pair],
            "fundingRate": text(due.rate),
            "fundingTime": due.time_ms,
            "markPrice": f"{rules.price(due.mark_ticks):f}",
        }
        for due in found[:limit]
    ]


def trading_symbols(_venue: Venue, _call: Call) -> list[str]:
    return list(SYMBOLS.values())


def _pairs(query: Fields) -> list[str]:
    return [market_pair(query)] if query.has("symbol") else list(SYMBOLS)


def _interval(query: Fields) -> int:
    written = query.text("interval")
    if written not in REST_INTERVALS:
        raise WeexError(Problem.UNKNOWN_INTERVAL)
    return REST_INTERVALS[written]


def _klines(venue: Venue, query: Fields, kind: PriceKind) -> list[list[Any]]:
    """The newest rows; times in the query are ignored, as on the live venue."""
    return _rows(venue, query, query.optional_integer("limit", 100, 1, 1000), kind, None)


def _rows(venue: Venue, query: Fields, limit: int, kind: PriceKind, end_ms: int | None) -> list[list[Any]]:
    """Rows of eleven, oldest first; the times and the count are numbers."""
    return [list(bar) for bar in bars(venue, market_pair(query), _interval(query), limit, kind, end_ms)]


def _contract(rules: ContractRules) -> dict[str, Any]:
    return {
        "symbol": SYMBOLS[rules.pair],
        "baseAsset": rules.pair,
        "quoteAsset": ASSET,
        "marginAsset": ASSET,
        "pricePrecision": StepText(rules.tick).decimals,
        "quantityPrecision": int(decimals_code(rules.lot)),
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "contractVal": text(rules.lot),
        **contract_terms(rules),
    }


def _ticker(venue: Venue, pair: str, now_ms: int) -> dict[str, Any]:
    """No bid and ask here; those are in the book ticker."""
    day = day_view(venue, pair)
    close_ms = now_ms // _TICKER_GRID_MS * _TICKER_GRID_MS
    return {
        "symbol": SYMBOLS[pair],
        "priceChange": day.change,
        "priceChangePercent": day.change_fraction,
        "lastPrice": day.last,
        "openPrice": day.open,
        "highPrice": day.high,
        "lowPrice": day.low,
        "volume": day.base,
        "quoteVolume": day.quote,
        "openTime": close_ms - _DAY_MS,
        "closeTime": close_ms,
        "markPrice": day.mark,
        "indexPrice": day.index,
    }


def _premium(venue: Venue, pair: str, now_ms: int) -> dict[str, Any]:
    """`forecastFundingRate` is the coming settlement's rate, `lastFundingRate` the newest settled one."""
    day = day_view(venue, pair)
    settled = venue.market.funding_history(pair, 1)
    return {
        "symbol": SYMBOLS[pair],
        "markPrice": day.mark,
        "indexPrice": day.index,
        "forecastFundingRate": text(venue.market.funding_rate(pair)),
        "lastFundingRate": text(settled[0].rate) if settled else "0",
        "interestRate": _INTEREST_RATE,
        "nextFundingTime": venue.market.next_funding_ms,
        "time": now_ms,
        "collectCycle": FUNDING_CYCLE_MINUTES,
    }
