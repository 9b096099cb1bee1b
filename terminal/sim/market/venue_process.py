"""One market, several venues: each venue's prices drift a few basis points around the shared ones.

The drift depends on the seed, the venue's name and the minute only, so every
exchange on the same seed and anchor shows the same market, and a dispersion
between venues that is there again after a restart.
"""

import zlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from terminal.sim.market.noise import FloatArray, KnotNoise
from terminal.sim.market.process import MarketProcess, MinuteDraws
from terminal.sim.market.types import PairSpec

_DRIFT_SCALES = ((20, 0.00008), (240, 0.00020))  # minutes, fraction of the price


def venue_salt(venue: str) -> int:
    """A number of the venue's own for its draws; 0 for the shared market itself."""
    return zlib.crc32(venue.encode()) if venue else 0


class VenueProcess(MarketProcess):
    """The hidden market as one venue sees it; shapes as in `MarketProcess`."""

    def __init__(self, seed: int, specs: Sequence[PairSpec], pattern_strength: float, venue: str) -> None:
        super().__init__(seed, specs, pattern_strength)
        tag = 1_000 + 2 * venue_salt(venue)
        self._drift = [
            (size, KnotNoise(seed, tag + i, len(specs), spacing)) for i, (spacing, size) in enumerate(_DRIFT_SCALES)
        ]

    def basis(self, first_minute: int, count: int) -> FloatArray:
        """Log of this venue's price over the shared one at the start of each minute, shape (pairs, count)."""
        total: FloatArray = np.sum([size * noise.at(first_minute, count) for size, noise in self._drift], axis=0)
        return total

    def minutes(self, first_minute: int, count: int) -> MinuteDraws:
        draws = super().minutes(first_minute, count)
        moved = np.diff(self.basis(first_minute, count + 1), axis=1)
        return replace(draws, returns=draws.returns + moved)

    def since(self, anchor_minute: int, minute: int) -> FloatArray:
        shared = super().since(anchor_minute, minute)
        # The sum holds the basis gained since the anchor; what it was there belongs to the level too.
        gained: FloatArray = shared + self.basis(anchor_minute, 1)[:, 0]
        return gained
