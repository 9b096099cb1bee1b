"""Sets a live record against policies without a mind, on the recorded bars of the same days.

Nothing is guessed: where a bar is missing there is no comparison. The simple rules are kept simple in their favour:
they pay the taker's fee and no spread, slippage or funding, so a record that beats them beats something better than
anybody could have had.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.domain.comparison import Comparison, NotCompared
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.market import Candle
from terminal.domain.promotion import Resolved
from terminal.lab.chance import RANDOM_DRAWS, Moved, random_means
from terminal.lab.rule_strategists import WARM_UP_BARS, cross_sides
from terminal.lab.statistics import deepest_fall
from terminal.ports.baselines import ComparisonRequest
from terminal.services.promotion.against import BEATEN, RULES
from terminal.strategy.arrays import DAY_MS, FloatArray, IntArray

SEED: Final = 20_261
"""Fixed: the same record and bars give the same comparison, whoever looks."""
Bars = Mapping[InstrumentId, Sequence[Candle]]


@dataclass(frozen=True, slots=True)
class _Prices:
    """Open and close of every bar, (pairs, bars); the record's days begin at bar `first`."""

    pairs: tuple[InstrumentId, ...]
    opens: FloatArray
    closes: FloatArray
    first: int
    first_ms: int
    bar_ms: int

    def bar_of(self, at_ms: int) -> int:
        """The bar of a moment, counted from the first of all."""
        return self.first + (at_ms - self.first_ms) // self.bar_ms


def begin_ms(request: ComparisonRequest) -> int:
    """The day the record began: the prices compared are those from then until its last whole day."""
    return min(each.opened_ms for each in request.results) // DAY_MS * DAY_MS


def compare(request: ComparisonRequest, bars: Bars) -> Comparison | NotCompared:
    """Compare a record with chance and with simple rules; `bars` of every pair, oldest first."""
    prices = _prices(request, bars)
    if isinstance(prices, NotCompared):
        return prices
    strangers = sorted({each.instrument_id for each in request.results} - set(prices.pairs))
    if strangers:
        return NotCompared(f"{base_of(strangers[0])} is not followed any more, so its bars are missing")
    means = _random(prices, request.results)
    own = float(np.mean([each.net_bp for each in request.results]))
    ratios = (0.0, _ratio(_held(prices, request.taker_fee)), _ratio(_crossed(prices, request.taker_fee)))
    return Comparison(
        own_bp=own,
        bar_bp=float(np.quantile(means, BEATEN)),
        beaten=float((means < own).mean()),
        draws=len(means),
        own_ratio=_ratio(_own_equity(prices, request)),
        baselines=tuple(zip(RULES, ratios, strict=True)),
    )


def _prices(request: ComparisonRequest, bars: Bars) -> _Prices | NotCompared:
    """Put the bars of all pairs on one time axis, with what the averages need before it as far as there is any."""
    step = request.interval.ms
    first_ms = begin_ms(request)
    count = (request.until_ms - first_ms) // step
    spare = min((_bars_before(each, first_ms, step) for each in bars.values()), default=0)
    begin = first_ms - spare * step
    opens, closes = (np.full((len(bars), spare + count), np.nan) for _ in range(2))
    for row, each in enumerate(bars.values()):
        known = [bar for bar in each if begin <= bar.open_ms < request.until_ms]
        place = np.array([(bar.open_ms - begin) // step for bar in known], dtype=np.int64)
        opens[row, place] = [bar.open for bar in known]
        closes[row, place] = [bar.close for bar in known]
    missing = np.isnan(closes).sum(axis=1)
    if count < 1 or missing.any():
        name = base_of(tuple(bars)[int(np.argmax(missing > 0))]) if len(bars) else "every pair"
        return NotCompared(f"{int(missing.max(initial=0))} recorded bars of {name} are missing")
    return _Prices(tuple(bars), opens, closes, spare, first_ms, step)


def _bars_before(bars: Sequence[Candle], first_ms: int, step: int) -> int:
    """How many bars without a gap lie right before a moment, at most what the averages need."""
    known = {bar.open_ms for bar in bars}
    count = 0
    while count < WARM_UP_BARS and first_ms - (count + 1) * step in known:
        count += 1
    return count


def _random(prices: _Prices, results: Sequence[Resolved]) -> FloatArray:
    rows = {name: row for row, name in enumerate(prices.pairs)}
    begin, end = _spans(prices, results)
    moved = Moved(
        row=np.array([rows[each.instrument_id] for each in results]),
        side=np.array([each.sign for each in results], dtype=np.float64),
        held=np.maximum(1, end - begin),
        costs_bp=np.array([each.gross_bp - each.net_bp for each in results]),
    )
    return random_means(prices.opens, prices.first, moved, np.random.default_rng(SEED), RANDOM_DRAWS)


def _spans(prices: _Prices, results: Sequence[Resolved]) -> tuple[IntArray, IntArray]:
    begin = np.array([prices.bar_of(each.opened_ms) for each in results], dtype=np.int64)
    end = np.array([prices.bar_of(each.ended_ms) for each in results], dtype=np.int64)
    return begin, end


def _own_equity(prices: _Prices, request: ComparisonRequest) -> FloatArray:
    """The account at each bar's close, open decisions at that price: what a fall was in between counts, too."""
    rows = {name: row for row, name in enumerate(prices.pairs)}
    net = sum(float(each.net) for each in request.results)
    equity = np.full(prices.closes.shape[1], request.equity - net)
    begin, end = _spans(prices, request.results)
    for each, first, last in zip(request.results, begin, end, strict=True):
        entry, size = float(each.entry), float(each.notional)
        closes = prices.closes[rows[each.instrument_id], first:last]
        equity[first:last] += (closes / entry - 1.0) * size * each.sign
        equity[last:] += float(each.net)
    return equity[prices.first :]


def _held(prices: _Prices, fee: float) -> FloatArray:
    """Equal parts in every pair at the first bar, held to the end."""
    opens, closes = prices.opens[:, prices.first], prices.closes[:, prices.first :]
    equity = (closes / opens[:, None]).mean(axis=0) * (1.0 - fee)
    equity[-1] *= 1.0 - fee
    return np.concatenate([[1.0], equity])


def _crossed(prices: _Prices, fee: float) -> FloatArray:
    """Equal parts in every pair, long while the fast average is over the slow one, else short."""
    side = cross_sides(prices.closes).astype(np.float64)
    # Decided at a close, in force from the next open to the one after it.
    held = side[:, prices.first - 1 : -1] if prices.first else np.pad(side, ((0, 0), (1, 0)))[:, :-1]
    opens = prices.opens[:, prices.first :]
    left = np.concatenate([opens[:, 1:], prices.closes[:, -1:]], axis=1)
    turned = np.abs(np.diff(held, axis=1, prepend=0.0))
    gained = held * (left / opens - 1.0) - turned * fee
    return np.concatenate([[1.0], np.cumprod(1.0 + gained.mean(axis=0))])


def _ratio(equity: FloatArray) -> float:
    """Net return over the deepest fall; endless where nothing ever fell, 0 where nothing moved."""
    growth, fall = float(equity[-1] / equity[0]) - 1.0, deepest_fall(equity)
    if fall > 0:
        return growth / fall
    return float("inf") if growth > 0 else 0.0
