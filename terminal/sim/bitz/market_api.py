"""Public contract calls. Source: reference section 4.

The replies to `getContractCoin`, `getContractTradesHistory` and `getContractKline` are in no
document we have; the first has the names of the reference, the others those of the spot calls.
"""

import re
from decimal import Decimal
from typing import Any, Final

from terminal.sim.bitz.contracts import CONTRACT_IDS, MAX_LEVERAGE, PAIR_OF_ID, SETTLE, contracts_in, pair_name
from terminal.sim.bitz.errors import BitzError, Code
from terminal.sim.bitz.form import Form
from terminal.sim.bitz.venue import BitzVenue, Call
from terminal.sim.exchange.rules import ContractRules
from terminal.sim.market.candles import WEEK
from terminal.sim.market.types import BookSide, Print
from terminal.sim.serving.digits import StepText, text

DEPTHS: Final = {str(depth): depth for depth in (5, 10, 15, 20, 30, 100)}
# 1m, 12h and 1w are simulated: the venue's own programs name 5m to 1d.
INTERVALS: Final = {
    "1m": 1,
    "5m": 5,
    "15m": 15,
    "30m": 30,
    "1h": 60,
    "4h": 240,
    "8h": 480,
    "12h": 720,
    "1d": 1_440,
    "1w": WEEK,
}
_TIME: Final = re.compile(r"[0-9]{13}([0-9]{3})?", re.ASCII)
BARS_MAX: Final = 300
TRADES_MAX: Final = 300


def server_time(_venue: BitzVenue, _call: Call) -> list[Any]:
    """The time is in the envelope, as in every answer."""
    return []


def contract_coin(venue: BitzVenue, call: Call) -> list[dict[str, str]]:
    return [_contract(venue.exchange.rules[pair]) for pair in _wanted(call.form)]


def tickers(venue: BitzVenue, call: Call) -> list[dict[str, str]]:
    return [_ticker(venue, pair) for pair in _wanted(call.form)]


def order_book(venue: BitzVenue, call: Call) -> dict[str, Any]:
    pair = pair_of(call.form, Code.SYMBOL_DEPTH)
    depth = call.form.choice("depth", DEPTHS) if call.form.has("depth") else 10
    bids, asks = venue.market.book(pair).depth(depth)
    price = StepText(venue.exchange.rules[pair].tick)

    def rows(levels: list[tuple[int, int]]) -> list[dict[str, str]]:
        return [{"price": price(ticks), "amount": str(lots)} for ticks, lots in levels]

    return {"bids": rows(bids), "asks": rows(asks)}


def trades_history(venue: BitzVenue, call: Call) -> list[dict[str, Any]]:
    """Newest first, as on spot."""
    pair = pair_of(call.form, Code.SYMBOL_TRADES)
    limit = call.form.optional_integer("pageSize", 10, 1, TRADES_MAX)
    rules = venue.exchange.rules[pair]
    return [trade_row(rules, trade, Decimal(1)) for trade in reversed(venue.market.tape(pair, limit))]


def kline(venue: BitzVenue, call: Call) -> dict[str, Any]:
    """Newest first, as on spot; without `to` the first bar is still forming."""
    pair = pair_of(call.form, Code.SYMBOL_KLINE)
    interval = call.form.choice("type", INTERVALS, Code.KLINE_TYPE)
    size = call.form.optional_integer("size", BARS_MAX, 1, BARS_MAX, Code.KLINE_SIZE)
    return {"bars": bar_rows(venue, pair, interval, size, Decimal(1), end_ms(call.form))}


def end_ms(form: Form) -> int | None:
    """`to` in milliseconds, or in microseconds as the text has it."""
    if not form.has("to"):
        return None
    written = form.text("to")
    if not _TIME.fullmatch(written):
        raise BitzError(Code.PARAMETER)
    return int(written[:13])


def pair_of(form: Form, code: int = Code.SYMBOL_TICKER) -> str:
    """The pair of a required `contractId`."""
    pair = PAIR_OF_ID.get(form.integer("contractId", code))
    if pair is None:
        raise BitzError(code)
    return pair


def trade_row(rules: ContractRules, trade: Print, unit: Decimal) -> dict[str, Any]:
    """A print; `unit` is what one lot counts for in `n`."""
    return {
        "id": int(trade.trade_id),
        "T": trade.time_ms // 1000,
        "p": StepText(rules.tick)(trade.price_ticks),
        "n": text(trade.lots * unit),
        "s": "buy" if trade.taker_side is BookSide.BUY else "sell",
    }


def bar_rows(
    venue: BitzVenue, pair: str, interval: int, size: int, unit: Decimal, until_ms: int | None = None
) -> list[dict[str, str]]:
    """Bars, newest first; `unit` is what one lot counts for in `volume`."""
    price = StepText(venue.exchange.rules[pair].tick)
    found = venue.market.bars(pair, interval, size, until_ms)
    columns = (found.open_ms, found.open, found.high, found.low, found.close, found.lots)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    bars = [
        {
            "time": str(open_ms),
            "open": price(opened),
            "high": price(high),
            "low": price(low),
            "close": price(close),
            "volume": text(lots * unit),
        }
        for open_ms, opened, high, low, close, lots in rows
    ]
    return bars[::-1]


def _wanted(form: Form) -> list[str]:
    return [pair_of(form)] if form.has("contractId") else list(CONTRACT_IDS)


def _contract(rules: ContractRules) -> dict[str, str]:
    return {
        "contractId": str(CONTRACT_IDS[rules.pair]),
        "pair": pair_name(rules.pair),
        "base": rules.pair,
        "quote": SETTLE,
        "settle": SETTLE,
        "contractSize": text(rules.lot),
        "priceStep": f"{rules.tick:f}",
        "minAmount": str(contracts_in(rules, rules.min_size)),
        "maxAmount": str(contracts_in(rules, rules.max_order_size)),
        "maxPositionAmount": str(contracts_in(rules, rules.max_position_size)),
        "maxLeverage": str(MAX_LEVERAGE),
        "priceRange": text(rules.price_ratio),
        "takerFee": text(rules.taker_fee),
        "makerFee": text(rules.maker_fee),
        "status": "1",
        "source": "simulated",
    }


def _ticker(venue: BitzVenue, pair: str) -> dict[str, str]:
    market, rules = venue.market, venue.exchange.rules[pair]
    price = StepText(rules.tick)
    day = market.ticker24h(pair)
    turnover = rules.tick * rules.lot * day.quote
    interest = market.open_interest(pair)
    base_interest = rules.size(interest)
    change = Decimal(day.close_ticks - day.open_ticks) / day.open_ticks
    return {
        "contractId": str(CONTRACT_IDS[pair]),
        "pair": pair_name(pair),
        "min": price(day.low_ticks),
        "max": price(day.high_ticks),
        "latest": price(market.last(pair)),
        "change24h": f"{change:.4f}",
        "amount": f"{day.lots}.00",
        "volumn": f"{turnover:.2f}",
        "baseAmount": f"{text(rules.size(day.lots))} {pair}",
        "quoteVolumn": f"{turnover:.2f} {SETTLE}",
        "openInterest": f"{interest}.00",
        "baseOpenInterest": f"{text(base_interest)} {pair}",
        "quoteOpenInterest": f"{base_interest * rules.price(market.mark_ticks(pair)):.2f} {SETTLE}",
        "indexPrice": price(market.index_ticks(pair)),
        "fairPrice": price(market.mark_ticks(pair)),
        "nextFundingRate": f"{market.funding_rate(pair):.8f}",
    }
