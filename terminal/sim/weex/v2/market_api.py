"""Public market endpoints of v2. Source: reference sections 3.2 and 4."""

from datetime import UTC, datetime
from typing import Any

from terminal.sim.exchange.rules import ContractRules
from terminal.sim.market.types import PriceKind
from terminal.sim.serving.digits import StepText, text
from terminal.sim.serving.market_view import bars, day_view, level_rows
from terminal.sim.weex.digits import decimals_code
from terminal.sim.weex.errors import Problem, WeexError, invalid
from terminal.sim.weex.fields import Fields
from terminal.sim.weex.market_view import (
    FUNDING_CYCLE_MINUTES,
    PRICE_TYPES,
    REST_INTERVALS,
    contract_terms,
    history_end_ms,
    trade_view,
)
from terminal.sim.weex.v2.names import PAIRS, SYMBOLS
from terminal.sim.weex.venue import Call, Venue

_PAST_TIMES = 10**13  # times beyond this are not Unix ms of our days


def server_time(_venue: Venue, call: Call) -> dict[str, Any]:
    moment = datetime.fromtimestamp(call.now_ms / 1000, UTC)
    return {
        "epoch": f"{call.now_ms // 1000}.{call.now_ms % 1000:03d}",
        "iso": f"{moment:%Y-%m-%dT%H:%M:%S}.{call.now_ms % 1000:03d}Z",
        "timestamp": call.now_ms,
    }


def contracts(venue: Venue, call: Call) -> list[dict[str, Any]]:
    wanted = [_pair(call.query)] if call.query.has("symbol") else list(SYMBOLS)
    return [_contract(venue.exchange.rules[pair]) for pair in wanted]


def ticker(venue: Venue, call: Call) -> dict[str, str]:
    return _ticker(venue, _pair(call.query), call.now_ms)


def tickers(venue: Venue, call: Call) -> list[dict[str, str]]:
    return [_ticker(venue, pair, call.now_ms) for pair in SYMBOLS]


def depth(venue: Venue, call: Call) -> dict[str, Any]:
    pair = _pair(call.query)
    limit = call.query.optional_choice("limit", {"15": 15, "200": 200}) or 15
    bids, asks = venue.market.book(pair).depth(limit)
    return {
        "asks": level_rows(venue.exchange.rules[pair], asks),
        "bids": level_rows(venue.exchange.rules[pair], bids),
        "timestamp": str(call.now_ms),
    }


def trades(venue: Venue, call: Call) -> list[dict[str, Any]]:
    pair = _pair(call.query)
    limit = call.query.optional_integer("limit", 100, 1, 1000)
    rules = venue.exchange.rules[pair]
    views = [trade_view(rules, trade) for trade in venue.market.tape(pair, limit)]
    return [
        {
            "ticketId": view.trade_id,
            "time": view.time_ms,
            "price": view.price,
            "size": view.size,
            "value": view.value,
            "symbol": SYMBOLS[pair],
            "isBestMatch": True,
            "isBuyerMaker": view.buyer_is_maker,
            "contractVal": text(rules.lot),
        }
        for view in views
    ]


def candles(venue: Venue, call: Call) -> list[list[str]]:
    limit = call.query.optional_integer("limit", 100, 1, 1000)
    return _candles(venue, call.query, limit, None)


def history_candles(venue: Venue, call: Call) -> list[list[str]]:
    """At most 100 rows; the end time wins over the start time, nonsense times are ignored."""
    limit = call.query.optional_integer("limit", 100, 1, 100)
    start_ms, end_ms = _lenient_time(call.query, "startTime"), _lenient_time(call.query, "endTime")
    return _candles(venue, call.query, limit, history_end_ms(_interval(call.query), limit, start_ms, end_ms))


def index(venue: Venue, call: Call) -> dict[str, str]:
    pair = _pair(call.query)
    kind = call.query.optional_choice("priceType", {"INDEX": "INDEX", "MARK": "MARK"}) or "INDEX"
    day = day_view(venue, pair)
    price = day.index if kind == "INDEX" else day.mark
    return {"symbol": SYMBOLS[pair], "index": price, "timestamp": str(call.now_ms)}


def open_interest(venue: Venue, call: Call) -> list[dict[str, str]]:
    pair = _pair(call.query)
    rules = venue.exchange.rules[pair]
    base = rules.size(venue.market.open_interest(pair))
    quote = base * rules.price(venue.market.mark_ticks(pair))
    row = {"symbol": SYMBOLS[pair], "base_volume": text(base), "target_volume": text(quote)}
    return [row | {"timestamp": str(call.now_ms)}]


def funding_time(venue: Venue, call: Call) -> dict[str, Any]:
    return {"symbol": SYMBOLS[_pair(call.query)], "fundingTime": venue.market.next_funding_ms}


def current_funding(venue: Venue, call: Call) -> list[dict[str, Any]]:
    wanted = [_pair(call.query)] if call.query.has("symbol") else list(SYMBOLS)
    return [
        {
            "symbol": SYMBOLS[pair],
            "fundingRate": text(venue.market.funding_rate(pair)),
            "collectCycle": FUNDING_CYCLE_MINUTES,
            "timestamp": call.now_ms,
        }
        for pair in wanted
    ]


def funding_history(venue: Venue, call: Call) -> list[dict[str, Any]]:
    pair = _pair(call.query)
    limit = call.query.optional_integer("limit", 10, 1, 100)
    return [
        {"symbol": SYMBOLS[pair], "fundingRate": text(due.rate), "fundingTime": due.time_ms}
        for due in venue.market.funding_history(pair, limit)
    ]


def _candles(venue: Venue, query: Fields, limit: int, end_ms: int | None) -> list[list[str]]:
    """Rows of seven strings, oldest first: open time, o, h, l, c, base volume, quote volume."""
    pair, interval = _pair(query), _interval(query)
    kind = query.optional_choice("priceType", PRICE_TYPES) or PriceKind.LAST
    found = bars(venue, pair, interval, limit, kind, end_ms)
    return [[str(bar.open_ms), bar.open, bar.high, bar.low, bar.close, bar.base, bar.quote] for bar in found]


def _contract(rules: ContractRules) -> dict[str, Any]:
    price = StepText(rules.tick)
    return {
        "symbol": SYMBOLS[rules.pair],
        "underlying_index": rules.pair,
        "quote_currency": "USDT",
        "coin": "USDT",
        "contract_val": text(rules.lot),
        "size_increment": decimals_code(rules.lot),
        "tick_size": str(price.decimals),
        "priceEndStep": price.last_digit_step,
        **contract_terms(rules),
    }


def _ticker(venue: Venue, pair: str, now_ms: int) -> dict[str, str]:
    day = day_view(venue, pair)
    return {
        "symbol": SYMBOLS[pair],
        "last": day.last,
        "best_ask": day.ask,
        "best_bid": day.bid,
        "high_24h": day.high,
        "low_24h": day.low,
        "volume_24h": day.quote,
        "timestamp": str(now_ms),
        "priceChangePercent": day.change_fraction,
        "base_volume": day.base,
        "markPrice": day.mark,
        "indexPrice": day.index,
    }


def _pair(fields: Fields) -> str:
    """The pair behind a symbol; market data knows no pairs that are merely forbidden."""
    symbol = fields.text("symbol")
    if symbol not in PAIRS:
        raise invalid("symbol")
    return PAIRS[symbol]


def _interval(fields: Fields) -> int:
    written = fields.text("granularity")
    if written not in REST_INTERVALS:
        raise WeexError(Problem.UNKNOWN_INTERVAL)
    return REST_INTERVALS[written]


def _lenient_time(fields: Fields, name: str) -> int | None:
    written = fields.optional_text(name) or ""
    if not (written.isascii() and written.isdigit()):
        return None
    moment = int(written)
    return moment if 0 < moment < _PAST_TIMES else None
