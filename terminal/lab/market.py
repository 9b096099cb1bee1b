"""The history a replay runs over: bars, contract rules, spreads and funding. It ends where it ends: nothing is live."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

import numpy as np

from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import Candle, Interval
from terminal.strategy.arrays import FloatArray, IntArray
from terminal.strategy.bars import BarPanel

SETTLEMENT_MS: Final = 8 * 3_600_000  # 00:00, 08:00 and 16:00 UTC
_FEW: Final = 4
UNKNOWN_RATE: Final = 0.0001
"""Charged at a settlement, to either side, where a history has no rate."""


@dataclass(frozen=True, slots=True)
class LabMarket:
    """Bars of `m` instruments at `n` common times, with what trading them costs.

    `first` is the first bar a strategy may decide on; those before it are only for training.
    `spread_bp` (m,): whole spread in basis points. `funding_ms` (k,): settlement times; `funding` (m, k):
    rates as fractions, NaN where the source has none (then `UNKNOWN_RATE` is charged to either side).
    `source` names where it comes from, in words; `notes` are what a reader must know of it, in sentences.
    """

    panel: BarPanel
    rules: tuple[Instrument, ...]
    first: int
    spread_bp: FloatArray
    funding_ms: IntArray
    funding: FloatArray
    source: str
    simulated: bool
    planted: bool = False
    notes: tuple[str, ...] = ()

    @property
    def instruments(self) -> tuple[InstrumentId, ...]:
        return self.panel.instruments

    @property
    def interval(self) -> Interval:
        return self.panel.interval

    @property
    def bars(self) -> int:
        return self.panel.bars

    def close_ms(self, bar: int) -> int:
        return int(self.panel.open_ms[bar]) + self.interval.ms

    def until(self, bar: int) -> "LabMarket":
        """The same market as it was when only the first `bar` bars existed."""
        known = self.funding_ms < self.close_ms(bar - 1)
        return replace(
            self, panel=self.panel.first(bar), funding_ms=self.funding_ms[known], funding=self.funding[:, known]
        )

    def candles(self, row: int, low: int, high: int) -> tuple[Candle, ...]:
        """Closed bars `low` to `high - 1` of one instrument."""
        panel = self.panel
        columns = (panel.open, panel.high, panel.low, panel.close, panel.volume)
        if high - low <= _FEW:  # most calls by far; cutting arrays would take longer than the candles
            return tuple(_candle(panel, row, bar) for bar in range(low, min(high, self.bars)))
        numbers = [each[row, low:high].tolist() for each in columns]
        times: list[int] = panel.open_ms[low:high].tolist()
        return tuple(
            Candle(at_ms, opened, top, bottom, close, volume, closed=True)
            for at_ms, opened, top, bottom, close, volume in zip(times, *numbers, strict=True)
        )

    def quote(self, row: int, price: float, slippage_bp: float = 0.0) -> tuple[Decimal, Decimal]:
        """Bid and ask around a traded price, each rounded away from it to the tick."""
        rules = self.rules[row]
        half = price * (self.spread_bp[row] / 2 + slippage_bp) * 1e-4
        bid = rules.floor_price(Decimal(repr(float(price - half))))
        ask = rules.ceil_price(Decimal(repr(float(price + half))))
        return max(bid, rules.price_step), max(ask, 2 * rules.price_step)

    def exit_step(self, row: int, price: float, slippage_bp: float) -> Decimal:
        """How much worse than a traded price one leaves: half the spread and the slippage, at least a tick."""
        rules = self.rules[row]
        half = price * (self.spread_bp[row] / 2 + slippage_bp) * 1e-4
        return max(rules.price_step, rules.ceil_price(Decimal(repr(float(half)))))


class BarWindow:
    """The newest candles of one instrument, at most `most` of them. Only goes forward, and makes each candle once."""

    def __init__(self, market: LabMarket, row: int, most: int) -> None:
        self._market = market
        self._row = row
        self._most = most
        self._bars: tuple[Candle, ...] = ()
        self._next = 0  # the bar after the newest one here

    def until(self, bar: int, count: int) -> tuple[Candle, ...]:
        """Give `count` closed bars up to `bar`, fewer where the history has no more."""
        if bar >= self._next:
            fresh = self._market.candles(self._row, max(self._next, bar + 1 - self._most, 0), bar + 1)
            self._bars = (*self._bars, *fresh)[-self._most :]
            self._next = bar + 1
        end = len(self._bars) - (self._next - 1 - bar)
        return self._bars[max(0, end - count) : end]


def _candle(panel: BarPanel, row: int, bar: int) -> Candle:
    return Candle(
        panel.open_ms.item(bar),
        panel.open.item(row, bar),
        panel.high.item(row, bar),
        panel.low.item(row, bar),
        panel.close.item(row, bar),
        panel.volume.item(row, bar),
        closed=True,
    )


def settlements_between(open_ms: int, end_ms: int) -> IntArray:
    """Funding times from `open_ms` (left out) to `end_ms` (included)."""
    first = (open_ms // SETTLEMENT_MS + 1) * SETTLEMENT_MS
    return np.arange(first, end_ms + 1, SETTLEMENT_MS, dtype=np.int64)
