"""The history a replay runs over: bars, contract rules, spreads and funding. It ends where it ends: nothing is live."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np

from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import Candle, Interval
from terminal.strategy.arrays import FloatArray, IntArray
from terminal.strategy.bars import BarPanel

SETTLEMENT_MS: Final = 8 * 3_600_000  # 00:00, 08:00 and 16:00 UTC
UNKNOWN_RATE: Final = 0.0001
"""Charged at a settlement, to either side, where a history has no rate."""


@dataclass(frozen=True, slots=True)
class LabMarket:
    """Bars of `m` instruments at `n` common times, with what trading them costs.

    `first` is the first bar a strategy may decide on; those before it are only for training.
    `spread_bp` (m,): whole spread in basis points. `funding_ms` (k,): settlement times; `funding` (m, k):
    rates as fractions, NaN where the source has none (then `UNKNOWN_RATE` is charged to either side).
    `source` names where it comes from, in words.
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

    def candles(self, row: int, low: int, high: int) -> tuple[Candle, ...]:
        """Closed bars `low` to `high - 1` of one instrument."""
        panel = self.panel
        columns = (panel.open, panel.high, panel.low, panel.close, panel.volume)
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


def settlements_between(open_ms: int, end_ms: int) -> IntArray:
    """Funding times from `open_ms` (left out) to `end_ms` (included)."""
    first = (open_ms // SETTLEMENT_MS + 1) * SETTLEMENT_MS
    return np.arange(first, end_ms + 1, SETTLEMENT_MS, dtype=np.int64)
