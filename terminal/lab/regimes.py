"""Trend or range: one rule that was written down before anybody looked at results, and knows nothing later than a bar.

A pair is in a trend when, over the last day of bars, its price came forward by a certain share of all the way it went.
On the built-in market without a pattern that is so three times in ten, so a range is the usual case.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from terminal.lab.market import LabMarket
from terminal.lab.trades import LabTrade
from terminal.strategy.arrays import FloatArray

BARS: Final = 96
FORWARD: Final = 0.15
TREND: Final = "trend"
RANGE: Final = "range"
UNKNOWN: Final = "too few bars before"
RULE: Final = (
    f"Trend: up to the close of the decision's bar the price had come forward by at least {100 * FORWARD:g} % of all "
    f"the way it went in the {BARS} bars before. All else is range."
)


def forward_share(close: FloatArray) -> FloatArray:
    """How far prices (pairs, bars) came in the last `BARS` bars, as a share of the way they went; NaN before that."""
    way = np.cumsum(np.abs(np.diff(close, axis=1, prepend=close[:, :1])), axis=1)
    found = np.full(close.shape, np.nan)
    went = way[:, BARS:] - way[:, :-BARS]
    came = np.abs(close[:, BARS:] - close[:, :-BARS])
    found[:, BARS:] = np.divide(came, went, out=np.zeros_like(came), where=went > 0)
    return found


def trend_share(market: LabMarket) -> float | None:
    """How much of the time the pairs were in a trend; None without enough bars."""
    known = forward_share(market.panel.close)[:, market.first :]
    known = known[np.isfinite(known)]
    return float((known >= FORWARD).mean()) if len(known) else None


def regime_of(market: LabMarket) -> Callable[[LabTrade], str]:
    """Give a function that names the regime a trade was decided in, by what was closed then."""
    shares = forward_share(market.panel.close)
    rows = {name: row for row, name in enumerate(market.instruments)}
    closes_ms = market.panel.open_ms + market.interval.ms

    def name(trade: LabTrade) -> str:
        bar = int(np.searchsorted(closes_ms, trade.decided_ms, side="right")) - 1
        share = shares[rows[trade.instrument_id], bar] if bar >= 0 else np.nan
        if not np.isfinite(share):
            return UNKNOWN
        return TREND if share >= FORWARD else RANGE

    return name
