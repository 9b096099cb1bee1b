"""The hidden market: returns, volatility and volume of every minute of every pair.

Everything is a pure function of the seed and the minute: history is one long
read, the live market reads minute by minute, and both see the same market.
A latent drift per pair lasts for hours and shows in price and volume; its
strength is `pattern_strength` (0 = none).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from terminal.sim.market.noise import Episodes, FloatArray, IntArray, KnotNoise, generator
from terminal.sim.market.types import PairSpec

MINUTES_PER_DAY = 1_440
_SPAN_MINUTES = 30 * MINUTES_PER_DAY  # read at once when a sum is all that is wanted
PATH_POINTS = 240  # one every 250 ms
_MINUTES_PER_YEAR = 365 * MINUTES_PER_DAY
_COMMON_LOADING = 0.78  # correlation of a beta-1 pair with the common factor
_TAIL_DEGREES = 6.0  # Student-t degrees of freedom of a minute's shock
_TAIL_SCALE = float(np.sqrt((_TAIL_DEGREES - 2.0) / _TAIL_DEGREES))
_CLUSTER_SCALES = ((10, 0.22), (75, 0.32), (600, 0.30), (2_880, 0.20))  # minutes, log-volatility
_CLUSTER_VARIANCE = sum(weight**2 for _, weight in _CLUSTER_SCALES)
_COMMON_SHARE = 0.65  # of log-volatility that all pairs share
_REGIME_LEVELS = np.array([0.62, 1.0, 1.65])  # calm, normal, stormy
_REGIME_BOUNDS = np.array([0.32, 0.84])
_REGIME_MEAN_SQUARE = 0.32 * 0.62**2 + 0.52 + 0.16 * 1.65**2
_JUMPS_PER_DAY = 0.5  # of each pair alone
_COMMON_JUMPS_PER_DAY = 0.25
_DRIFT_PER_MINUTE = 0.086  # of the usual minute sigma at strength 1: over 4 h about one sigma
_DRIFT_FOLLOWS_VOLATILITY = 0.7  # exponent: 0 not at all, 1 in proportion
_MARKET_DRIFT, _OWN_DRIFT = 0.55, 0.84
_FLAT_EPISODES = 0.12
_SURGE_MINUTES = 90.0


@dataclass(frozen=True, slots=True)
class MinuteDraws:
    """What the process decides about consecutive minutes; arrays are (pairs, minutes).

    `returns` are whole log returns including `jumps`. `rise` and `fall` are
    unit exponentials that fix the minute's extremes given its ends.
    """

    first_minute: int
    returns: FloatArray
    jumps: FloatArray
    sigma: FloatArray  # log-price standard deviation of the minute
    rise: FloatArray
    fall: FloatArray
    lots: IntArray
    buy_share: FloatArray  # of volume taken by buyers


@dataclass(frozen=True, slots=True)
class _DayNoise:
    """Raw draws of one UTC day."""

    factor: FloatArray  # (1440,)
    shocks: FloatArray  # (pairs, 1440), as the rest
    volume: FloatArray
    rise: FloatArray
    fall: FloatArray
    jumps: FloatArray  # in sigmas of the minute


class MarketProcess:
    """Reads the hidden market of `specs` for any span of minutes."""

    def __init__(self, seed: int, specs: Sequence[PairSpec], pattern_strength: float) -> None:
        self.seed = seed
        self._strength = pattern_strength
        self._pairs = len(specs)
        self._base_sigma = np.array([s.annual_volatility for s in specs]) / np.sqrt(_MINUTES_PER_YEAR)
        self._loading = np.clip(_COMMON_LOADING * np.array([s.beta for s in specs]), 0.0, 0.95)
        self._base_lots = np.array([s.minute_turnover / (s.start_price * float(s.lot)) for s in specs])
        self._clusters = [
            (weight, KnotNoise(seed, 100 + i, self._pairs + 1, spacing))
            for i, (spacing, weight) in enumerate(_CLUSTER_SCALES)
        ]
        self._regimes = Episodes(seed, 200, 1, mean=540, spread=240)
        self._own_drift = Episodes(seed, 210, self._pairs, mean=540, spread=150)
        self._market_drift = Episodes(seed, 220, 1, mean=660, spread=180)
        self._days: dict[int, _DayNoise] = {}

    def minutes(self, first_minute: int, count: int) -> MinuteDraws:
        """Decide `count` minutes from `first_minute` (minutes since the epoch)."""
        noise = self._noise(first_minute, count)
        log_volatility = self._log_volatility(first_minute, count)
        level, _, _ = self._regimes.at(first_minute, count)
        regime = _REGIME_LEVELS[np.searchsorted(_REGIME_BOUNDS, level[0])]
        season, volume_season = _seasons(first_minute, count)
        scale = season * regime / np.sqrt(_REGIME_MEAN_SQUARE)
        sigma = self._base_sigma[:, None] * scale * np.exp(log_volatility - _CLUSTER_VARIANCE)
        own = np.sqrt(1.0 - self._loading**2)
        diffusion = self._loading[:, None] * noise.factor + own[:, None] * noise.shocks
        direction, age = self.direction(first_minute, count)
        jumps = noise.jumps * sigma
        base = self._base_sigma[:, None]
        # A drift that ignored volatility would draw straight lines through quiet hours.
        pace = _DRIFT_PER_MINUTE * base * (sigma / base) ** _DRIFT_FOLLOWS_VOLATILITY
        returns = sigma * diffusion + jumps + pace * direction
        confirmed = np.sign(returns) * direction  # > 0 when the minute goes with the drift
        surge = np.exp(0.22 * confirmed + 0.3 * np.abs(direction) * np.exp(-age / _SURGE_MINUTES))
        shape = 0.5 + 0.6 * np.minimum(np.abs(diffusion), 4.0)
        activity = volume_season * regime * np.exp(0.8 * log_volatility + 0.3 * noise.volume)
        lots = np.maximum(self._base_lots[:, None] * activity * shape * surge, 1.0)
        share = 0.5 + 0.14 * np.tanh(diffusion) + 0.08 * np.clip(direction, -1.0, 1.0)
        return MinuteDraws(
            first_minute=first_minute,
            returns=returns,
            jumps=jumps,
            sigma=sigma,
            rise=noise.rise,
            fall=noise.fall,
            lots=lots.astype(np.int64),
            buy_share=share,
        )

    def since(self, anchor_minute: int, minute: int) -> FloatArray:
        """Log price at the start of `minute` over the start price that holds at the anchor, shape (pairs,)."""
        total = np.zeros(self._pairs)
        low, high = min(anchor_minute, minute), max(anchor_minute, minute)
        for first in range(low, high, _SPAN_MINUTES):
            total += self.minutes(first, min(_SPAN_MINUTES, high - first)).returns.sum(axis=1)
        return total if minute >= anchor_minute else -total

    def direction(self, first_minute: int, count: int) -> tuple[FloatArray, FloatArray]:
        """The planted drift, about -1.5 to 1.5, and its age in minutes; shapes (pairs, count)."""
        if self._strength == 0.0:
            nothing = np.zeros((self._pairs, count))
            return nothing, nothing
        own, own_size, age = self._own_drift.at(first_minute, count)
        market, market_size, _ = self._market_drift.at(first_minute, count)
        total = _OWN_DRIFT * _signed(own, own_size) + _MARKET_DRIFT * _signed(market, market_size)
        return self._strength * total, age

    def path(self, draws: MinuteDraws, column: int) -> FloatArray:
        """Log price within one minute relative to its start, shape (pairs, 241).

        A Brownian bridge between the minute's ends, with its jump at one instant.
        """
        minute = draws.first_minute + column
        rng = generator(self.seed, 300, minute)
        steps = rng.standard_normal((self._pairs, PATH_POINTS))
        steps *= draws.sigma[:, column, None] / np.sqrt(PATH_POINTS)
        walk = np.concatenate([np.zeros((self._pairs, 1)), np.cumsum(steps, axis=1)], axis=1)
        time = np.linspace(0.0, 1.0, PATH_POINTS + 1)
        smooth = (draws.returns - draws.jumps)[:, column, None]
        bridge: FloatArray = walk + time * (smooth - walk[:, -1:])
        instant = rng.integers(1, PATH_POINTS, size=(self._pairs, 1))
        bridge += np.where(np.arange(PATH_POINTS + 1) >= instant, draws.jumps[:, column, None], 0.0)
        return bridge

    def volume_clock(self, minute: int) -> FloatArray:
        """Share of a minute's volume traded so far, 0 to 1, shape (pairs, 241)."""
        bursts = generator(self.seed, 310, minute).standard_gamma(0.6, size=(self._pairs, PATH_POINTS))
        clock = np.zeros((self._pairs, PATH_POINTS + 1))
        np.cumsum(bursts, axis=1, out=clock[:, 1:])
        clock /= clock[:, -1:]
        return clock

    def _log_volatility(self, first_minute: int, count: int) -> FloatArray:
        total = np.zeros((self._pairs + 1, count))
        for weight, noise in self._clusters:
            total += weight * noise.at(first_minute, count)
        blended: FloatArray = np.sqrt(_COMMON_SHARE) * total[-1] + np.sqrt(1.0 - _COMMON_SHARE) * total[:-1]
        return blended

    def _noise(self, first_minute: int, count: int) -> _DayNoise:
        low = first_minute // MINUTES_PER_DAY
        high = (first_minute + count - 1) // MINUTES_PER_DAY
        days = [self._day(day) for day in range(low, high + 1)]
        start = first_minute - low * MINUTES_PER_DAY
        span = slice(start, start + count)

        def joined(name: str) -> FloatArray:
            if len(days) == 1:
                whole: FloatArray = getattr(days[0], name)[..., span]
                return whole
            return np.concatenate([getattr(day, name) for day in days], axis=-1)[..., span]

        return _DayNoise(*(joined(name) for name in _DayNoise.__slots__))

    def _day(self, day: int) -> _DayNoise:
        found = self._days.get(day)
        if found is None:
            found = self._draw_day(day)
            if len(self._days) >= 2:  # live reading needs today and at most a neighbour
                self._days.clear()
            self._days[day] = found
        return found

    def _draw_day(self, day: int) -> _DayNoise:
        rng = generator(self.seed, 320, day)
        shape = (self._pairs, MINUTES_PER_DAY)
        jumps = np.zeros(shape)
        for row in range(self._pairs):
            _add_jumps(jumps[row : row + 1], rng, _JUMPS_PER_DAY)
        _add_jumps(jumps, rng, _COMMON_JUMPS_PER_DAY)
        return _DayNoise(
            factor=rng.standard_t(_TAIL_DEGREES, MINUTES_PER_DAY) * _TAIL_SCALE,
            shocks=rng.standard_t(_TAIL_DEGREES, shape) * _TAIL_SCALE,
            volume=rng.standard_normal(shape),
            rise=rng.standard_exponential(shape),
            fall=rng.standard_exponential(shape),
            jumps=jumps,
        )


def _add_jumps(rows: FloatArray, rng: np.random.Generator, per_day: float) -> None:
    for _ in range(int(rng.poisson(per_day))):
        size = rng.uniform(5.0, 12.0) * (1.0 if rng.random() < 0.5 else -1.0)
        rows[:, int(rng.integers(MINUTES_PER_DAY))] += size


def _signed(draw: FloatArray, size: FloatArray) -> FloatArray:
    """Turn two uniform draws into a drift: up, down or flat, of varying size."""
    side = np.where(draw < _FLAT_EPISODES, 0.0, np.where(draw < (1.0 + _FLAT_EPISODES) / 2.0, 1.0, -1.0))
    signed: FloatArray = side * (0.7 + 0.6 * size)
    return signed


def _seasons(first_minute: int, count: int) -> tuple[FloatArray, FloatArray]:
    """Intraday and weekend rhythm of volatility and of volume, busiest at about 15 UTC."""
    minutes = np.arange(first_minute, first_minute + count, dtype=np.int64)
    angle = 2.0 * np.pi * ((minutes % MINUTES_PER_DAY) / MINUTES_PER_DAY - 15.0 / 24.0)
    weekday = (minutes // MINUTES_PER_DAY + 3) % 7  # the epoch was a Thursday; Monday = 0
    weekend = np.where(weekday >= 5, 1.0, 0.0)
    daily = 1.0 + 0.26 * np.cos(angle) + 0.08 * np.cos(2.0 * angle)
    busy = 1.0 + 0.42 * np.cos(angle) + 0.10 * np.cos(2.0 * angle)
    return daily * (1.0 - 0.18 * weekend), busy * (1.0 - 0.25 * weekend)
