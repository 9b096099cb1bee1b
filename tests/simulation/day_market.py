"""A market for one whole day: true minute bars over a planted trend, and the three funding settlements.

As `CalmMarket`, but every price moves along a slow drift of its own, which shows in past
returns and lasts for some bars: an honest model finds something in it. The days before
the start are made from the same recipe, so that the model can be fitted at once.
"""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from simulation.calm_market import CalmMarket
from terminal.sim.market.candles import MINUTE_MS, Bars, CandleStore
from terminal.sim.market.history import BAR_ROWS, CLOSE, HIGH, LOTS, LOW, OPEN, QUOTE, TRADES
from terminal.sim.market.types import Execution, FundingDue, PriceKind, Print

DAY_PAIRS = ("BTC", "ETH", "SOL")
HISTORY_BARS = 1_000  # of 15 minutes, before the day
BREATH_MS = 5_000
_BAR_MINUTES = 15
_BAR_BREATHS = _BAR_MINUTES * MINUTE_MS // BREATH_MS
_EIGHT_HOURS_MS = 28_800_000
_BAR_VOLATILITY = 0.0025
_STRENGTH = 0.9  # of the drift, in volatilities a bar
_PERSISTENCE = 0.97
_RATE = Decimal("0.0001")


class DayMarket(CalmMarket):
    """Only `DAY_PAIRS` move. `shock` moves a price at once, as in every calm market."""

    def __init__(self, seed: int, start_ms: int, days: int = 2) -> None:
        super().__init__(seed, start_ms)
        self._rng = np.random.default_rng(seed)
        self._breath_ms = start_ms
        self._funded_ms = start_ms
        self.settlements_ms: list[int] = []
        self._first_ms = start_ms // MINUTE_MS * MINUTE_MS - HISTORY_BARS * _BAR_MINUTES * MINUTE_MS
        bars = HISTORY_BARS + days * 96 + 2
        self._drift = dict(zip(DAY_PAIRS, _drifts(self._rng, len(DAY_PAIRS), bars), strict=True))
        self._stores = {pair: self._history(pair) for pair in DAY_PAIRS}

    def advance(self, now_ms: int) -> Sequence[Execution | Print | FundingDue]:
        self.now_ms = max(self.now_ms, now_ms)
        while self._breath_ms + BREATH_MS <= now_ms:
            self._breathe(self._breath_ms + BREATH_MS)
        happened, self._happened = [*self._happened, *self._funding(now_ms)], []
        return happened

    def shock(self, pair: str, fraction: float) -> None:
        super().shock(pair, fraction)
        self._stores[pair].move(self._mids[pair])

    def bars(
        self,
        pair: str,
        interval_minutes: int,
        limit: int,
        end_ms: int | None = None,
        kind: PriceKind = PriceKind.LAST,
    ) -> Bars:
        del kind
        return self._stores[pair].bars(interval_minutes, limit, end_ms)

    def funding_history(self, pair: str, limit: int) -> list[FundingDue]:
        """The newest settlements, newest first, at the marks they were made at."""
        newest_ms = self._funded_ms // _EIGHT_HOURS_MS * _EIGHT_HOURS_MS
        times = range(newest_ms, self._first_ms, -_EIGHT_HOURS_MS)[:limit]
        return [FundingDue(pair, _RATE, self._mark_at(pair, time_ms), time_ms) for time_ms in times]

    # -- inside ------------------------------------------------------------------------

    def _breathe(self, now_ms: int) -> None:
        self._breath_ms = now_ms
        bar = (now_ms - self._first_ms) // (_BAR_MINUTES * MINUTE_MS)
        for pair in DAY_PAIRS:
            store = self._stores[pair]
            while store.forming_minute < now_ms // MINUTE_MS:
                store.close_minute()
            push = self._random.gauss(0.0, 1.0) / _BAR_BREATHS**0.5 + self._drift[pair][bar] / _BAR_BREATHS
            self._mids[pair] += round(self._mids[pair] * _BAR_VOLATILITY * push)
            store.move(self._mids[pair])
            self._quote(pair)

    def _funding(self, now_ms: int) -> list[FundingDue]:
        due_ms = (self._funded_ms // _EIGHT_HOURS_MS + 1) * _EIGHT_HOURS_MS
        if now_ms < due_ms:
            return []
        self._funded_ms = due_ms
        self.settlements_ms.append(due_ms)
        return [FundingDue(pair, _RATE, self._mids[pair], due_ms) for pair in DAY_PAIRS]

    def _mark_at(self, pair: str, time_ms: int) -> int:
        before = self._stores[pair].bars(1, 1, time_ms)
        return int(before.close[-1]) if len(before) else self._mids[pair]

    def _history(self, pair: str) -> CandleStore:
        """Minute bars up to the start, ending at the pair's start price."""
        count = HISTORY_BARS * _BAR_MINUTES
        drift = np.repeat(self._drift[pair][:HISTORY_BARS], _BAR_MINUTES)
        pushes = self._rng.standard_normal(count) / _BAR_MINUTES**0.5 + drift / _BAR_MINUTES
        path = np.cumsum(_BAR_VOLATILITY * pushes)
        close = np.rint(self._mids[pair] * np.exp(path - path[-1])).astype(np.int64)
        bars = np.zeros((BAR_ROWS, count), dtype=np.int64)
        bars[CLOSE] = close
        bars[OPEN] = np.concatenate((close[:1], close[:-1]))
        bars[HIGH] = np.maximum(bars[OPEN], close)
        bars[LOW] = np.minimum(bars[OPEN], close)
        bars[LOTS] = self._rng.integers(500, 1_500, count)
        bars[QUOTE] = bars[LOTS] * close
        bars[TRADES] = 10
        return CandleStore(pair, self._first_ms // MINUTE_MS, bars)


def _drifts(rng: np.random.Generator, pairs: int, bars: int) -> np.ndarray:
    """A slow autoregression for each pair, shape (pairs, bars)."""
    drift = np.empty((pairs, bars))
    state = rng.standard_normal(pairs)
    for bar in range(bars):
        state = _PERSISTENCE * state + (1.0 - _PERSISTENCE**2) ** 0.5 * rng.standard_normal(pairs)
        drift[:, bar] = state
    return _STRENGTH * drift
