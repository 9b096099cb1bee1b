"""Index basis, funding and open interest: slow functions of time beside the price.

The index stands a few basis points around the fair price; the premium of the
contract over it is what funding pays for. All of it depends on the seed and
the minute only, so past rates can be listed and survive a restart.
"""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from terminal.sim.market.candles import MINUTE_MS
from terminal.sim.market.noise import FloatArray, KnotNoise
from terminal.sim.market.types import PairSpec

FUNDING_MINUTES = 480  # 00, 08 and 16 UTC
FUNDING_MS = FUNDING_MINUTES * MINUTE_MS
_INTEREST = 0.0001  # per interval
_CAP = 0.0005
_RATE_STEP = Decimal("0.000001")
_BASIS_SCALES = ((45, 0.00006), (600, 0.00013))  # minutes, fraction of the price
_INTEREST_MINUTES = 300.0  # open interest in minutes of turnover
_INTEREST_SWING = 0.18


class Reference:
    """Basis, funding rates and open interest of all pairs."""

    def __init__(self, seed: int, specs: Sequence[PairSpec]) -> None:
        pairs = len(specs)
        self._basis = [
            (size, KnotNoise(seed, 400 + i, pairs, spacing)) for i, (spacing, size) in enumerate(_BASIS_SCALES)
        ]
        self._swing = KnotNoise(seed, 410, pairs, 720)
        self._usual_lots = [s.minute_turnover * _INTEREST_MINUTES / (s.start_price * float(s.lot)) for s in specs]
        self._latest: tuple[int, FloatArray] | None = None

    def basis(self, first_minute: int, count: int) -> FloatArray:
        """Index over fair price minus one, shape (pairs, count)."""
        parts = [size * noise.at(first_minute, count) for size, noise in self._basis]
        total: FloatArray = np.sum(parts, axis=0)
        return total

    def funding_rate(self, row: int, now_ms: int) -> Decimal:
        """Rate of the running interval as it looks now: interest plus mean premium, capped."""
        minute = now_ms // MINUTE_MS
        if self._latest is None or self._latest[0] != minute:
            start = minute // FUNDING_MINUTES * FUNDING_MINUTES
            self._latest = (minute, self.basis(start, minute - start + 1).mean(axis=1))
        return _rate(float(self._latest[1][row]))

    def settled_rate(self, row: int, time_ms: int) -> Decimal:
        """Rate paid at a settlement time: the mean over the interval that ends there."""
        return self.settled_rates(time_ms)[row]

    def settled_rates(self, time_ms: int) -> list[Decimal]:
        """Rates of all pairs paid at a settlement time."""
        start = time_ms // MINUTE_MS - FUNDING_MINUTES
        return [_rate(float(row.mean())) for row in self.basis(start, FUNDING_MINUTES)]

    def open_interest(self, row: int, now_ms: int) -> int:
        """Lots held by all participants."""
        swing = float(self._swing.at(now_ms // MINUTE_MS, 1)[row, 0])
        return max(1, int(self._usual_lots[row] * np.exp(_INTEREST_SWING * swing)))


def next_funding_ms(now_ms: int) -> int:
    """The first settlement after `now_ms`."""
    return (now_ms // FUNDING_MS + 1) * FUNDING_MS


def _rate(mean_basis: float) -> Decimal:
    rate = min(max(_INTEREST - mean_basis, -_CAP), _CAP)
    return Decimal(repr(rate)).quantize(_RATE_STEP)
