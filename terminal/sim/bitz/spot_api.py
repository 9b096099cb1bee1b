"""Public spot calls: prices of the same market under the venue's spot names.

The spot account is not simulated; these let a client written for the spot venue load its
markets and read prices. Source: reference section 4.
"""

from decimal import Decimal
from typing import Any, Final

from terminal.sim.bitz.contracts import PAIR_OF_SPOT
from terminal.sim.bitz.errors import BitzError, Code
from terminal.sim.bitz.form import Form
from terminal.sim.bitz.market_api import bar_rows, end_ms, trade_row
from terminal.sim.bitz.venue import BitzVenue, Call
from terminal.sim.exchange.rules import ContractRules
from terminal.sim.market.candles import MONTH, WEEK
from terminal.sim.serving.digits import StepText, text

_RESOLUTIONS: Final = {
    "1min": 1,
    "5min": 5,
    "15min": 15,
    "30min": 30,
    "60min": 60,
    "4hour": 240,
    "1day": 1_440,
    "5day": 7_200,
    "1week": WEEK,
    "1mon": MONTH,
}
_BARS_MAX: Final = 300
_LEVELS: Final = 50
_TRADES: Final = 300


def symbol_list(venue: BitzVenue, call: Call) -> dict[str, Any]:
    return {symbol: _symbol(venue, symbol, number) for number, symbol in enumerate(_wanted(call.form), 1)}


def ticker(venue: BitzVenue, call: Call) -> dict[str, Any]:
    return _ticker(venue, _symbol_of(call.form, Code.SYMBOL_TICKER))


def ticker_all(venue: BitzVenue, call: Call) -> dict[str, Any]:
    return {symbol: _ticker(venue, symbol) for symbol in _wanted(call.form)}


def depth(venue: BitzVenue, call: Call) -> dict[str, Any]:
    """Asks come worst first."""
    symbol = _symbol_of(call.form, Code.SYMBOL_DEPTH)
    pair = PAIR_OF_SPOT[symbol]
    rules = venue.exchange.rules[pair]
    bids, asks = venue.market.book(pair).depth(_LEVELS)
    return {"asks": _levels(rules, asks)[::-1], "bids": _levels(rules, bids), "coinPair": symbol}


def trades(venue: BitzVenue, call: Call) -> list[dict[str, Any]]:
    pair = PAIR_OF_SPOT[_symbol_of(call.form, Code.SYMBOL_TRADES)]
    rules = venue.exchange.rules[pair]
    rows = [trade_row(rules, trade, rules.lot) for trade in reversed(venue.market.tape(pair, _TRADES))]
    return [row | {"t": _clock_time(row["T"])} for row in rows]


def kline(venue: BitzVenue, call: Call) -> dict[str, Any]:
    symbol = _symbol_of(call.form, Code.SYMBOL_KLINE)
    resolution = call.form.text("resolution", Code.KLINE_TYPE)
    interval = call.form.choice("resolution", _RESOLUTIONS, Code.KLINE_TYPE)
    size = call.form.optional_integer("size", _BARS_MAX, 1, _BARS_MAX, Code.KLINE_SIZE)
    pair = PAIR_OF_SPOT[symbol]
    bars = bar_rows(venue, pair, interval, size, venue.exchange.rules[pair].lot, end_ms(call.form))
    times = [bar["time"] for bar in bars] or [str(call.now_ms)]
    return {
        "bars": bars,
        "resolution": resolution,
        "symbol": symbol,
        "from": times[-1],
        "to": times[0],
        "size": len(bars),
    }


def _wanted(form: Form) -> list[str]:
    if not form.has("symbols"):
        return list(PAIR_OF_SPOT)
    return [symbol for symbol in form.text("symbols").split(",") if symbol in PAIR_OF_SPOT]


def _symbol_of(form: Form, code: int) -> str:
    symbol = form.text("symbol", code)
    if symbol not in PAIR_OF_SPOT:
        raise BitzError(code)
    return symbol


def _symbol(venue: BitzVenue, symbol: str, number: int) -> dict[str, str]:
    rules = venue.exchange.rules[PAIR_OF_SPOT[symbol]]
    coin, _, quote = symbol.partition("_")
    return {
        "id": str(number),
        "name": symbol,
        "coinFrom": coin,
        "coinTo": quote,
        "numberFloat": str(StepText(rules.lot).decimals),
        "priceFloat": str(StepText(rules.tick).decimals),
        "status": "1",
        "minTrade": f"{rules.min_size:f}",
        "maxTrade": f"{rules.max_order_size:f}",
    }


def _ticker(venue: BitzVenue, symbol: str) -> dict[str, Any]:
    pair = PAIR_OF_SPOT[symbol]
    market, rules = venue.market, venue.exchange.rules[pair]
    price, size = StepText(rules.tick), StepText(rules.lot)
    day = market.ticker24h(pair)
    (bid, bid_lots), *_ = market.book(pair).depth(1)[0] or [(0, 0)]
    (ask, ask_lots), *_ = market.book(pair).depth(1)[1] or [(0, 0)]
    tape = market.tape(pair, day.trades)
    change = f"{Decimal(100 * (day.close_ticks - day.open_ticks)) / day.open_ticks:.2f}"
    return {
        "symbol": symbol,
        "quoteVolume": f"{rules.tick * rules.lot * day.quote:.2f}",
        "volume": text(rules.size(day.lots)),
        "priceChange": change,
        "priceChange24h": change,
        "askPrice": price(ask),
        "askQty": size(ask_lots),
        "bidPrice": price(bid),
        "bidQty": size(bid_lots),
        "open": price(day.open_ticks),
        "high": price(day.high_ticks),
        "low": price(day.low_ticks),
        "now": price(market.last(pair)),
        "firstId": int(tape[0].trade_id) if tape else 0,
        "lastId": int(tape[-1].trade_id) if tape else 0,
        "dealCount": day.trades,
        "numberPrecision": size.decimals,
        "pricePrecision": price.decimals,
    }


def _levels(rules: ContractRules, levels: list[tuple[int, int]]) -> list[list[str]]:
    price, size = StepText(rules.tick), StepText(rules.lot)
    return [[price(ticks), size(lots), f"{rules.price(ticks) * rules.size(lots):.4f}"] for ticks, lots in levels]


def _clock_time(seconds: int) -> str:
    hours, rest = divmod(seconds % 86_400, 3_600)
    return f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"
