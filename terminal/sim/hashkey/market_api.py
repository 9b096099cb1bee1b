"""Market data over REST. Source: reference sections 5 and 6."""

from decimal import Decimal
from typing import Any

from terminal.sim.hashkey import errors
from terminal.sim.hashkey.errors import HashKeyError
from terminal.sim.hashkey.filters import ALL_FILTERS, PairFilters
from terminal.sim.hashkey.names import INTERVALS, LISTED_ELSEWHERE, OTHER_SITE, QUOTE, SITE, symbol_of
from terminal.sim.hashkey.params import Params
from terminal.sim.hashkey.shapes import plain
from terminal.sim.hashkey.venue import Call, Venue
from terminal.sim.serving.market_view import DayView, bars, day_view, level_rows, trade_view

DEPTH_LEVELS = 200
_FAR_MS = 10**15
_INSTRUMENT_TYPES = {"SPOT": True, "FUTURES": False, "ANY": True}
_SITES = {SITE: True, OTHER_SITE: False}
_FULL_NAMES = {
    "BTC": "Bitcoin",
    "ETH": "Ethereum",
    "SOL": "Solana",
    "DOGE": "Dogecoin",
    "XRP": "Ripple",
    "LTC": "Litecoin",
    "USDT": "Tether",
}


def ping(_venue: Venue, _call: Call) -> dict[str, Any]:
    return {}


def time(_venue: Venue, call: Call) -> dict[str, int]:
    return {"serverTime": call.now_ms}


def exchange_info(venue: Venue, call: Call) -> dict[str, Any]:
    """The pairs of one site. Without `site` it is not the one this account belongs to."""
    params = call.params
    is_ours = params.optional_choice("site", _SITES, errors.ILLEGAL_PARAMETER) or False
    shown = list(venue.filters.values()) if is_ours else [ALL_FILTERS[pair] for pair in LISTED_ELSEWHERE]
    symbol = params.optional("symbol")
    if symbol is not None:
        shown = [filters for filters in shown if filters.symbol == symbol]
        if not shown:
            raise HashKeyError(errors.BAD_SYMBOLS)
        if venue.faults.take("bare_info") is not None:
            return _symbol_json(venue, shown[0])
    coins = [*(filters.pair for filters in shown), QUOTE]
    return {
        "timezone": "UTC",
        "serverTime": str(call.now_ms),
        "brokerFilters": [],
        "symbols": [_symbol_json(venue, filters) for filters in shown],
        "options": [],
        "contracts": [],
        "coins": [coin_json(coin) for coin in coins],
        "site": SITE if is_ours else OTHER_SITE,
    }


def _symbol_json(venue: Venue, filters: PairFilters) -> dict[str, Any]:
    return filters.as_json("HALT" if venue.is_halted(filters.symbol) else "TRADING")


def coin_json(coin: str) -> dict[str, Any]:
    """A coin that can neither be paid in nor out here."""
    return {
        "orgId": "9001",
        "coinId": coin,
        "coinName": coin,
        "coinFullName": _FULL_NAMES[coin],
        "allowWithdraw": False,
        "allowDeposit": False,
        "tokenType": "CHAIN_TOKEN",
        "chainTypes": [],
    }


def coin_info(venue: Venue, call: Call) -> dict[str, Any]:
    coin = call.params.text("coinId")
    if coin not in {QUOTE, *venue.filters}:
        raise HashKeyError(errors.ILLEGAL_PARAMETER, "coinId")
    return coin_json(coin)


def depth(venue: Venue, call: Call) -> dict[str, Any]:
    pair = required_pair(venue, call.params)
    return {"t": call.now_ms, **depth_sides(venue, pair, call.params.limit(100, DEPTH_LEVELS))}


def merged_depth(venue: Venue, call: Call) -> dict[str, Any]:
    """The book with its levels put together at coarser prices: `scale` digits fewer."""
    params = call.params
    pair = required_pair(venue, params)
    scale = params.integer("scale") or 0
    if scale > 5:
        raise HashKeyError(errors.ILLEGAL_PARAMETER, "scale")
    limit = params.limit(100, DEPTH_LEVELS)
    step = 10**scale
    rules = venue.rules[pair]
    bids, asks = venue.market.book(pair).depth(10_000)
    sides = {
        "b": merged([(price // step * step, lots) for price, lots in bids])[:limit],
        "a": merged([(-(-price // step) * step, lots) for price, lots in asks])[:limit],
    }
    rows = {name: [[plain(p), plain(q)] for p, q in level_rows(rules, levels)] for name, levels in sides.items()}
    return {"t": call.now_ms, **rows}


def merged(levels: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Levels of one price as one level, in the order they came."""
    total: dict[int, int] = {}
    for price, lots in levels:
        total[price] = total.get(price, 0) + lots
    return list(total.items())


def depth_sides(venue: Venue, pair: str, levels: int) -> dict[str, list[list[str]]]:
    """`{"b": [[price, size], ...], "a": ...}`, best first."""
    rules = venue.rules[pair]
    bids, asks = venue.market.book(pair).depth(levels)
    return {
        "b": [[plain(price), plain(size)] for price, size in level_rows(rules, bids)],
        "a": [[plain(price), plain(size)] for price, size in level_rows(rules, asks)],
    }


def trades(venue: Venue, call: Call) -> list[dict[str, Any]]:
    pair = required_pair(venue, call.params)
    found = [trade_view(venue.rules[pair], one) for one in venue.market.tape(pair, call.params.limit(100, 100))]
    return [{"t": one.time_ms, "p": plain(one.price), "q": plain(one.size), "ibm": one.buyer_is_maker} for one in found]


def klines(venue: Venue, call: Call) -> list[list[Any]]:
    """Candles, oldest first; the close time is always 0, as it is on the venue."""
    params = call.params
    pair = required_pair(venue, params)
    interval = params.choice("interval", INTERVALS, errors.ILLEGAL_PARAMETER)
    limit = params.limit(1_000, 1_000)
    start, end = params.integer("startTime"), params.integer("endTime")
    end_ms = None if end is None else end + 1
    if start is not None:
        reach = start + limit * interval * 60_000
        end_ms = min(reach, _FAR_MS if end_ms is None else end_ms)
    found = bars(venue, pair, interval, limit, end_ms=end_ms)
    return [
        [
            bar.open_ms,
            *(plain(price) for price in (bar.open, bar.high, bar.low, bar.close, bar.base)),
            0,
            plain(bar.quote),
            bar.trades,
            plain(bar.buy_base),
            plain(bar.buy_quote),
        ]
        for bar in found
        if start is None or bar.open_ms >= start
    ]


def ticker(venue: Venue, call: Call) -> list[dict[str, Any]]:
    """A list, also for one symbol. There are no contracts here."""
    is_spot = call.params.optional_choice("instType", _INSTRUMENT_TYPES, errors.ILLEGAL_PARAMETER)
    pairs = [] if is_spot is False else _pairs(venue, call.params)
    return [{**day_json(day_view(venue, pair)), "it": "SPOT"} for pair in pairs]


def day_json(day: DayView) -> dict[str, Any]:
    """A pair's day; figures as text."""
    return {
        "t": day.time_ms,
        "s": symbol_of(day.pair),
        "c": plain(day.last),
        "h": plain(day.high),
        "l": plain(day.low),
        "o": plain(day.open),
        "b": plain(day.bid),
        "a": plain(day.ask),
        "v": plain(day.base),
        "qv": plain(day.quote),
    }


def prices(venue: Venue, call: Call) -> list[dict[str, str]]:
    return [{"s": symbol_of(pair), "p": _price(venue.last(pair))} for pair in _pairs(venue, call.params)]


def book_ticker(venue: Venue, call: Call) -> list[dict[str, Any]]:
    pair = required_pair(venue, call.params)
    return [best_json(venue, pair, "bq", "aq")]


def mark_price(venue: Venue, call: Call) -> dict[str, Any]:
    """Known from another site of the venue only; price bands are measured from it."""
    pair = required_pair(venue, call.params)
    return {"exchangeId": 301, "symbolId": symbol_of(pair), "price": _price(venue.mark(pair)), "time": str(call.now_ms)}


def best_json(venue: Venue, pair: str, bid_size: str, ask_size: str) -> dict[str, Any]:
    """The best bid and ask; REST and stream name the sizes apart."""
    sides = depth_sides(venue, pair, 1)
    (bid, bid_lots), (ask, ask_lots) = ((sides[side] or [["", ""]])[0] for side in ("b", "a"))
    return {
        "s": symbol_of(pair),
        "b": bid,
        bid_size: bid_lots,
        "a": ask,
        ask_size: ask_lots,
        "t": venue.clock.shown_ms(),
    }


def required_pair(venue: Venue, params: Params) -> str:
    """The pair of the symbol that must be named.

    Raises:
        HashKeyError: SYMBOL_MISSING, BAD_SYMBOLS.
    """
    if not params.has("symbol"):
        raise HashKeyError(errors.SYMBOL_MISSING)
    return venue.pair(params.text("symbol"))


def _pairs(venue: Venue, params: Params) -> list[str]:
    return [required_pair(venue, params)] if params.has("symbol") else list(venue.filters)


def _price(price: Decimal) -> str:
    return plain(f"{price:f}")
