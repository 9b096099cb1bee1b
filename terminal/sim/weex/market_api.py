"""Public market endpoints. Source: reference sections 3.2 and 4."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from terminal.sim.exchange.rules import MAX_LEVERAGE, MIN_LEVERAGE, ContractRules
from terminal.sim.market.types import BookSide, PriceKind, Print
from terminal.sim.weex.fields import Fields
from terminal.sim.weex.replies import WeexError, invalid, text
from terminal.sim.weex.step_text import StepText, decimals_code
from terminal.sim.weex.symbols import GRANULARITIES, PAIRS, SYMBOLS
from terminal.sim.weex.venue import Call, Venue

_FUNDING_CYCLE_MINUTES = 480
_PRICE_TYPES = {"LAST": PriceKind.LAST, "MARK": PriceKind.MARK, "INDEX": PriceKind.INDEX}
_PAST_TIMES = 10**13  # times beyond this are not Unix ms of our days
UNKNOWN_INTERVAL = "参数granularity错误"


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
    limit = int(call.query.optional_choice("limit", {"15": "15", "200": "200"}) or "15")
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
    return [_trade(rules, trade) for trade in venue.market.tape(pair, limit)]


def candles(venue: Venue, call: Call) -> list[list[str]]:
    pair = _pair(call.query)
    interval = _interval(call.query)
    limit = call.query.optional_integer("limit", 100, 1, 1000)
    kind = call.query.optional_choice("priceType", _PRICE_TYPES) or PriceKind.LAST
    return candle_rows(venue, pair, interval, limit, kind)


def history_candles(venue: Venue, call: Call) -> list[list[str]]:
    """At most 100 rows; the end time wins over the start time, nonsense times are ignored."""
    pair = _pair(call.query)
    interval = _interval(call.query)
    limit = call.query.optional_integer("limit", 100, 1, 100)
    kind = call.query.optional_choice("priceType", _PRICE_TYPES) or PriceKind.LAST
    end_ms = _lenient_time(call.query, "endTime")
    start_ms = _lenient_time(call.query, "startTime")
    if end_ms is None and start_ms is not None:
        end_ms = start_ms + limit * interval * 60_000
    return candle_rows(venue, pair, interval, limit, kind, end_ms)


def index(venue: Venue, call: Call) -> dict[str, str]:
    pair = _pair(call.query)
    kind = call.query.optional_choice("priceType", {"INDEX": "INDEX", "MARK": "MARK"}) or "INDEX"
    ticks = venue.market.index_ticks(pair) if kind == "INDEX" else venue.market.mark_ticks(pair)
    price = venue.exchange.rules[pair].price(ticks)
    return {"symbol": SYMBOLS[pair], "index": f"{price:f}", "timestamp": str(call.now_ms)}


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
            "collectCycle": _FUNDING_CYCLE_MINUTES,
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


def candle_rows(
    venue: Venue,
    pair: str,
    interval: int,
    limit: int,
    kind: PriceKind = PriceKind.LAST,
    end_ms: int | None = None,
) -> list[list[str]]:
    """Rows of seven strings, oldest first: open time, o, h, l, c, base volume, quote volume."""
    rules = venue.exchange.rules[pair]
    bars = venue.market.bars(pair, interval, limit, end_ms, kind)
    price, size = StepText(rules.tick), StepText(rules.lot)
    unit = rules.tick * rules.lot
    columns = (bars.open_ms, bars.open, bars.high, bars.low, bars.close, bars.lots, bars.quote)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [
        [str(ms), price(o), price(h), price(low), price(c), size(lots), text(unit * quote)]
        for ms, o, h, low, c, lots, quote in rows
    ]


def level_rows(rules: ContractRules, levels: list[tuple[int, int]]) -> list[list[str]]:
    price, size = StepText(rules.tick), StepText(rules.lot)
    return [[price(ticks), size(lots)] for ticks, lots in levels]


def trade_id(trade: Print) -> str:
    """The tape's ids are UUIDs; ours follow from the engine's."""
    return str(uuid5(NAMESPACE_OID, trade.trade_id))


def _trade(rules: ContractRules, trade: Print) -> dict[str, Any]:
    price, size = rules.price(trade.price_ticks), rules.size(trade.lots)
    return {
        "ticketId": trade_id(trade),
        "time": trade.time_ms,
        "price": f"{price:f}",
        "size": text(size),
        "value": text(price * size),
        "symbol": SYMBOLS[trade.pair],
        "isBestMatch": True,
        "isBuyerMaker": trade.taker_side is BookSide.SELL,
        "contractVal": text(rules.lot),
    }


def _contract(rules: ContractRules) -> dict[str, Any]:
    price = StepText(rules.tick)
    ratio = text(rules.price_ratio)
    return {
        "symbol": SYMBOLS[rules.pair],
        "underlying_index": rules.pair,
        "quote_currency": "USDT",
        "coin": "USDT",
        "contract_val": text(rules.lot),
        "delivery": ["00:00:00", "08:00:00", "16:00:00"],
        "size_increment": decimals_code(rules.lot),
        "tick_size": str(price.decimals),
        "forwardContractFlag": True,
        "priceEndStep": price.last_digit_step,
        "minLeverage": MIN_LEVERAGE,
        "maxLeverage": MAX_LEVERAGE,
        "buyLimitPriceRatio": ratio,
        "sellLimitPriceRatio": ratio,
        "makerFeeRate": text(rules.maker_fee),
        "takerFeeRate": text(rules.taker_fee),
        "minOrderSize": text(rules.min_size),
        "maxOrderSize": text(rules.max_order_size),
        "maxPositionSize": text(rules.max_position_size),
        "marketOpenLimitSize": text(rules.market_open_limit),
    }


def _ticker(venue: Venue, pair: str, now_ms: int) -> dict[str, str]:
    rules = venue.exchange.rules[pair]
    price = StepText(rules.tick)
    day = venue.market.ticker24h(pair)
    bids, asks = venue.market.book(pair).depth(1)
    return {
        "symbol": SYMBOLS[pair],
        "last": price(venue.market.last(pair)),
        "best_ask": price(asks[0][0]) if asks else "",
        "best_bid": price(bids[0][0]) if bids else "",
        "high_24h": price(day.high_ticks),
        "low_24h": price(day.low_ticks),
        "volume_24h": text(rules.tick * rules.lot * day.quote),
        "timestamp": str(now_ms),
        "priceChangePercent": change_fraction(day.close_ticks, day.open_ticks),
        "base_volume": text(rules.size(day.lots)),
        "markPrice": price(venue.market.mark_ticks(pair)),
        "indexPrice": price(venue.market.index_ticks(pair)),
    }


def change_fraction(close: int, opened: int) -> str:
    """Relative change as the venue writes it: "0.000474" is +0.0474 %."""
    return f"{(Decimal(close) - opened) / opened:.6f}"


def _pair(fields: Fields) -> str:
    symbol = fields.text("symbol")
    if symbol not in PAIRS:
        raise invalid("symbol")
    return PAIRS[symbol]


def _interval(fields: Fields) -> int:
    """Minutes of the granularity; an unknown one is refused in Chinese whatever the locale."""
    written = fields.text("granularity")
    if written not in GRANULARITIES:
        raise WeexError("40020", UNKNOWN_INTERVAL)
    return GRANULARITIES[written]


def _lenient_time(fields: Fields, name: str) -> int | None:
    written = fields.optional_text(name) or ""
    if not (written.isascii() and written.isdigit()):
        return None
    moment = int(written)
    return moment if 0 < moment < _PAST_TIMES else None
