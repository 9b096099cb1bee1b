"""How much of an account is in the market: open trades at the close of each bar, as shares of its equity."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from terminal.lab.market import LabMarket
from terminal.lab.trades import LabTrade
from terminal.strategy.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Exposure:
    """Shares of equity: open notional on average, longs less shorts on average, open notional at its largest."""

    mean: float
    net: float
    most: float


def exposure_of(market: LabMarket, trades: Sequence[LabTrade], equity: FloatArray) -> Exposure:
    """Measure it from bar `market.first` on; `equity` (bars,) as of `figures.equity_curve`."""
    rows = {name: row for row, name in enumerate(market.instruments)}
    gross, net = np.zeros(market.bars), np.zeros(market.bars)
    for trade in trades:
        held = slice(trade.entry_bar, trade.exit_bar)
        worth = market.panel.close[rows[trade.instrument_id], held] * trade.size
        gross[held] += worth
        net[held] += worth * trade.side
    gross, net = (each[market.first :] / np.maximum(equity, 1e-9) for each in (gross, net))
    return Exposure(float(gross.mean()), float(net.mean()), float(gross.max(initial=0.0)))
