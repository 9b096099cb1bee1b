"""Candles of the mark and index price, which nobody trades.

Live minutes are recorded as the price moves. The history before them is
derived from the traded candles when somebody first asks, because most
sessions never do.
"""

from terminal.sim.market.candles import CandleStore
from terminal.sim.market.history import CLOSE, HIGH, LOTS, LOW, OPEN
from terminal.sim.market.noise import FloatArray, IntArray


class ReferenceCandles:
    """One pair's mark or index candles; volumes are zero."""

    def __init__(self, traded: CandleStore) -> None:
        """Begin after the minutes that `traded` has closed."""
        self.first_live_minute = traded.forming_minute
        self.deepened = False
        seam = reference_bars(traded.minutes(self.first_live_minute - 1), None)
        self.store = CandleStore(traded.pair, self.first_live_minute - 1, seam)

    def move(self, price_ticks: int) -> None:
        self.store.move(price_ticks)

    def close_minute(self) -> None:
        self.store.close_minute()

    def append(self, bars: IntArray) -> None:
        self.store.append(bars)

    def live_minutes(self) -> IntArray:
        """Closed bars recorded live, shape (9, n)."""
        return self.store.minutes(self.first_live_minute)

    def deepen(self, first_minute: int, bars: IntArray) -> None:
        """Put derived history, shape (9, n), before the live minutes."""
        whole = CandleStore(self.store.pair, first_minute, bars)
        live = self.live_minutes()
        if live.shape[1]:
            whole.append(live)
        whole.restore_forming(list(self.store.forming))
        self.store = whole
        self.deepened = True


def reference_bars(traded: IntArray, basis: FloatArray | None) -> IntArray:
    """Bars without volume that follow traded ones at a relative distance.

    `traded` has shape (9, n); `basis`, shape (n,), is the distance at each
    minute's close as a fraction, None for no distance.
    """
    bars = traded.copy()
    bars[LOTS:] = 0
    if basis is not None:
        bars[: CLOSE + 1] = (traded[: CLOSE + 1] * (1.0 + basis)).round()
        bars[OPEN, 1:] = bars[CLOSE, :-1]
        bars[HIGH] = bars[: CLOSE + 1].max(axis=0)
        bars[LOW] = bars[: CLOSE + 1].min(axis=0)
    return bars
