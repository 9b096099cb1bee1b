"""What lies before the day until which a model may know history is replayed apart, and counts for nothing."""

from dataclasses import dataclass, replace

import numpy as np

from terminal.lab.figures import Summary
from terminal.lab.market import LabMarket

_LEAST_CLEAN_BARS = 2  # a decision and its fill


@dataclass(frozen=True, slots=True)
class EarlyPart:
    """The contaminated part of a run in short. Times in Unix ms; figures as in `Summary`."""

    from_ms: int
    to_ms: int
    trades: int
    net_bp: float
    low_bp: float
    high_bp: float
    hit_rate: float | None
    growth: float
    drawdown: float

    @staticmethod
    def of(market: LabMarket, summary: Summary) -> "EarlyPart":
        bound = summary.net_bp
        return EarlyPart(
            from_ms=int(market.panel.open_ms[market.first]),
            to_ms=market.close_ms(market.bars - 1),
            trades=summary.trades,
            net_bp=bound.mean,
            low_bp=bound.low,
            high_bp=bound.high,
            hit_rate=summary.hit_rate,
            growth=summary.growth,
            drawdown=summary.drawdown,
        )


def parted(market: LabMarket, until_ms: int | None) -> tuple[LabMarket, LabMarket | None]:
    """Give the market whose result counts, and the part before `until_ms` when there is one of either.

    A market that lies wholly before it is given back as it is: then all of it is contaminated.
    """
    if until_ms is None:
        return market, None
    cut = int(np.searchsorted(market.panel.open_ms + market.interval.ms, until_ms, side="right"))
    if cut <= market.first or cut > market.bars - _LEAST_CLEAN_BARS:
        return market, None
    return replace(market, first=cut), market.until(cut)
