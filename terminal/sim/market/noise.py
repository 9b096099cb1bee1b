"""Random functions of time that can be read at any minute, in any order.

A running recursion would have to be replayed from its start; here every value
depends only on the seed and the minute, because draws are made in numbered
chunks. History, the live market and a restarted exchange therefore see the
same numbers. Minutes are counted from the Unix epoch.
"""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_CHUNK_KNOTS = 256
_KEPT_CHUNKS = 64


def generator(*entropy: int) -> np.random.Generator:
    """A generator that depends on `entropy` (non-negative ints) and nothing else."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(entropy)))


class _Chunks:
    """Numbered blocks of draws, made when first asked for."""

    def __init__(self, seed: int, tag: int, series: int, *, uniform: bool) -> None:
        self._seed = seed
        self._tag = tag
        self._series = series
        self._uniform = uniform
        self._kept: dict[int, FloatArray] = {}

    def knots(self, first: int, last: int) -> FloatArray:
        """Draws of knots `first`..`last` inclusive, shape (series, last - first + 1)."""
        low, high = first // _CHUNK_KNOTS, last // _CHUNK_KNOTS
        joined = np.concatenate([self._chunk(i) for i in range(low, high + 1)], axis=1)
        start = first - low * _CHUNK_KNOTS
        return joined[:, start : start + last - first + 1]

    def _chunk(self, index: int) -> FloatArray:
        found = self._kept.get(index)
        if found is None:
            if len(self._kept) >= _KEPT_CHUNKS:
                self._kept.clear()
            rng = generator(self._seed, self._tag, index)
            shape = (self._series, _CHUNK_KNOTS)
            found = rng.random(shape) if self._uniform else rng.standard_normal(shape)
            self._kept[index] = found
        return found


class KnotNoise:
    """Smooth unit-variance noise: Gaussian knots every `spacing` minutes, joined.

    Several of these on different scales add up to a slowly decaying
    autocorrelation, which is what volatility clustering looks like.
    """

    def __init__(self, seed: int, tag: int, series: int, spacing: int) -> None:
        self._chunks = _Chunks(seed, tag, series, uniform=False)
        self._spacing = spacing

    def at(self, first_minute: int, count: int) -> FloatArray:
        """Values of `count` consecutive minutes, shape (series, count)."""
        minutes = np.arange(first_minute, first_minute + count, dtype=np.int64)
        index = minutes // self._spacing
        fraction = (minutes - index * self._spacing) / self._spacing
        knots = self._chunks.knots(int(index[0]), int(index[-1]) + 1)
        index -= index[0]
        # A straight blend of two knots is quieter halfway; rescaled to unit variance.
        scale = 1.0 / np.sqrt((1.0 - fraction) ** 2 + fraction**2)
        left, right = (1.0 - fraction) * scale, fraction * scale
        joined: FloatArray = knots[:, index] * left + knots[:, index + 1] * right
        return joined


class Episodes:
    """Runs of random length, each with its own pair of uniform draws.

    Boundary k lies at `(k + jitter_k) * mean`, so that a run lasts between
    `mean - spread` and `mean + spread` minutes and can be found without
    walking through the ones before it.
    """

    def __init__(self, seed: int, tag: int, series: int, *, mean: int, spread: int) -> None:
        self._jitters = _Chunks(seed, tag, series, uniform=True)
        self._values = _Chunks(seed, tag + 1, series, uniform=True)
        self._sizes = _Chunks(seed, tag + 2, series, uniform=True)
        self._mean = mean
        self._spread = spread

    def at(self, first_minute: int, count: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        """(first draw, second draw, age in minutes) of each minute's run, shape (series, count)."""
        minutes = np.arange(first_minute, first_minute + count, dtype=np.int64)
        slot = minutes // self._mean
        first, last = int(slot[0]) - 1, int(slot[-1])
        jitter = np.floor(self._jitters.knots(first, last) * self._spread)
        starts = np.arange(first, last + 1) * float(self._mean) + jitter
        slot -= first
        begun = minutes >= starts[:, slot]
        run = np.where(begun, slot, slot - 1)
        values = np.take_along_axis(self._values.knots(first, last), run, axis=1)
        sizes = np.take_along_axis(self._sizes.knots(first, last), run, axis=1)
        age = minutes - np.take_along_axis(starts, run, axis=1)
        return values, sizes, age
