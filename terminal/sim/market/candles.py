"""Candles of every interval, always made from the same minute bars.

Minutes are stored once; any longer bar is an exact aggregate of them on
UTC-aligned boundaries (weeks open on Monday, months on the 1st), the still
forming minute included. Prices are ticks, volumes lots, quote volumes ticks
times lots.
"""

from dataclasses import dataclass

import numpy as np

from terminal.sim.market.history import (
    BAR_ROWS,
    BUY_LOTS,
    BUY_QUOTE,
    CLOSE,
    HIGH,
    LOTS,
    LOW,
    OPEN,
    QUOTE,
    TRADES,
)
from terminal.sim.market.noise import IntArray
from terminal.sim.market.types import BookSide

MINUTE_MS = 60_000
WEEK = 10_080  # minutes
MONTH = 43_200  # stands for a calendar month
_MONDAY = 4 * 1_440  # the epoch was a Thursday
_DAY = 1_440


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars of one pair and interval, oldest first; every array has shape (n,) int64.

    The last bar may still be forming.
    """

    pair: str
    interval_minutes: int
    open_ms: IntArray
    open: IntArray
    high: IntArray
    low: IntArray
    close: IntArray
    lots: IntArray
    quote: IntArray  # ticks times lots
    trades: IntArray
    buy_lots: IntArray  # taken by buyers
    buy_quote: IntArray

    def __len__(self) -> int:
        return len(self.open_ms)


@dataclass(frozen=True, slots=True)
class Rolling:
    """Open, extremes and volumes of the last 24 hours, the forming minute included."""

    open_ticks: int
    high_ticks: int
    low_ticks: int
    close_ticks: int
    lots: int
    quote: int  # ticks times lots
    trades: int


class CandleStore:
    """Minute bars of one pair: closed ones in a growing array, and the forming one.

    The forming minute opens at the previous close, so there are never gaps.
    """

    def __init__(self, pair: str, first_minute: int, bars: IntArray) -> None:
        """`bars` has shape (9, n) with n >= 1; its first column is `first_minute`."""
        self.pair = pair
        self.first_minute = first_minute
        self._count = int(bars.shape[1])
        self._bars = np.empty((BAR_ROWS, self._count + 2_048), dtype=np.int64)
        self._bars[:, : self._count] = bars
        self._forming = self._flat(int(bars[CLOSE, -1]))
        self._day: tuple[int, tuple[int, ...]] | None = None

    @property
    def forming_minute(self) -> int:
        """Minutes since the epoch of the bar now forming."""
        return self.first_minute + self._count

    @property
    def last_ticks(self) -> int:
        return self._forming[CLOSE]

    @property
    def range_ticks(self) -> tuple[int, int]:
        """(low, high) of the forming minute."""
        return self._forming[LOW], self._forming[HIGH]

    @property
    def forming(self) -> tuple[int, ...]:
        """The forming minute's nine values, in the order of the bar rows."""
        return tuple(self._forming)

    def trade(self, price_ticks: int, lots: int, taker_side: BookSide) -> None:
        """Count one trade into the forming minute."""
        self.move(price_ticks)
        bar = self._forming
        bar[LOTS] += lots
        bar[QUOTE] += price_ticks * lots
        bar[TRADES] += 1
        if taker_side is BookSide.BUY:
            bar[BUY_LOTS] += lots
            bar[BUY_QUOTE] += price_ticks * lots

    def move(self, price_ticks: int) -> None:
        """Let the forming minute see a price that was not traded (mark, index)."""
        bar = self._forming
        bar[HIGH] = max(bar[HIGH], price_ticks)
        bar[LOW] = min(bar[LOW], price_ticks)
        bar[CLOSE] = price_ticks

    def close_minute(self) -> None:
        """Seal the forming minute and open the next one at its close."""
        self.append(np.array(self._forming, dtype=np.int64)[:, None])

    def append(self, bars: IntArray) -> None:
        """Seal whole minutes, shape (9, n), in place of the forming one and those after it.

        The first of them is made to open at the last close.
        """
        added = int(bars.shape[1])
        if self._count + added > self._bars.shape[1]:
            grown = np.empty((BAR_ROWS, (self._count + added) * 2), dtype=np.int64)
            grown[:, : self._count] = self._bars[:, : self._count]
            self._bars = grown
        self._bars[:, self._count : self._count + added] = bars
        joint = self._bars[:, self._count]
        joint[OPEN] = self._forming[OPEN]
        joint[HIGH] = max(joint[HIGH], joint[OPEN])
        joint[LOW] = min(joint[LOW], joint[OPEN])
        self._count += added
        self._forming = self._flat(int(bars[CLOSE, -1]))

    def restore_forming(self, values: list[int]) -> None:
        """Put back a forming minute saved earlier."""
        if len(values) != BAR_ROWS:
            raise ValueError(f"A forming bar has {BAR_ROWS} values, not {len(values)}; use a file written by save.")
        self._forming = list(values)

    def minutes(self, first_minute: int) -> IntArray:
        """A copy of the closed bars from `first_minute` on, shape (9, n)."""
        start = max(0, first_minute - self.first_minute)
        return self._bars[:, start : self._count].copy()

    def bars(self, interval_minutes: int, limit: int, end_ms: int | None = None) -> Bars:
        """The newest bars of an interval.

        Args:
            interval_minutes: any whole number of minutes; `WEEK` opens on
                Mondays, `MONTH` on the first day of each month.
            limit: bars wanted at most.
            end_ms: only bars that open before this time; None for all.

        Returns:
            Oldest first. A bucket that began before the history did is left
            out rather than shown incomplete.
        """
        if interval_minutes < 1 or limit < 1:
            raise ValueError("Ask for an interval of at least one minute and at least one bar.")
        last = self.forming_minute
        if end_ms is not None:
            last = min(last, _bucket_end((end_ms - 1) // MINUTE_MS, interval_minutes) - 1)
        first = self._first_wanted(last, interval_minutes, limit)
        if first > last:
            return _bars_of(self.pair, interval_minutes, np.empty(0, np.int64), np.empty((BAR_ROWS, 0), np.int64))
        matrix = self._span(first, last)
        minutes = np.arange(first, last + 1, dtype=np.int64)
        keys = bucket_starts(minutes, interval_minutes)
        edges = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
        return _bars_of(self.pair, interval_minutes, keys[edges] * MINUTE_MS, _reduce(matrix, edges))

    def rolling_day(self) -> Rolling:
        """The last 24 hours: 1,439 closed minutes and the forming one."""
        if self._day is None or self._day[0] != self._count:
            self._day = (self._count, self._closed_day())
        opened, high, low, lots, quote, trades = self._day[1]
        bar = self._forming
        return Rolling(
            open_ticks=opened,
            high_ticks=max(high, bar[HIGH]),
            low_ticks=min(low, bar[LOW]),
            close_ticks=bar[CLOSE],
            lots=lots + bar[LOTS],
            quote=quote + bar[QUOTE],
            trades=trades + bar[TRADES],
        )

    def _closed_day(self) -> tuple[int, ...]:
        span = self._bars[:, max(0, self._count - _DAY + 1) : self._count]
        return (
            int(span[OPEN, 0]),
            int(span[HIGH].max()),
            int(span[LOW].min()),
            int(span[LOTS].sum()),
            int(span[QUOTE].sum()),
            int(span[TRADES].sum()),
        )

    def _first_wanted(self, last: int, interval: int, limit: int) -> int:
        """First minute of the oldest complete bucket among the `limit` newest."""
        if interval == MONTH:
            month = np.datetime64(last, "m").astype("datetime64[M]") - np.timedelta64(limit - 1, "M")
            first = int(month.astype("datetime64[m]").astype(np.int64))
        else:
            first = _bucket_start(last, interval) - (limit - 1) * interval
        if first < self.first_minute:
            first = _bucket_end(self.first_minute - 1, interval)
        return first

    def _span(self, first: int, last: int) -> IntArray:
        start, stop = first - self.first_minute, last + 1 - self.first_minute
        closed = self._bars[:, start : min(stop, self._count)]
        if stop <= self._count:
            return closed
        return np.concatenate([closed, np.array(self._forming, dtype=np.int64)[:, None]], axis=1)

    @staticmethod
    def _flat(price_ticks: int) -> list[int]:
        bar = [0] * BAR_ROWS
        bar[OPEN] = bar[HIGH] = bar[LOW] = bar[CLOSE] = price_ticks
        return bar


def bucket_starts(minutes: IntArray, interval_minutes: int) -> IntArray:
    """First minute of the bar each minute belongs to (minutes since the epoch)."""
    if interval_minutes == MONTH:
        months = minutes.astype("datetime64[m]").astype("datetime64[M]")
        return months.astype("datetime64[m]").astype(np.int64)
    shift = _MONDAY if interval_minutes % WEEK == 0 else 0
    starts: IntArray = (minutes - shift) // interval_minutes * interval_minutes + shift
    return starts


def _bucket_start(minute: int, interval: int) -> int:
    return int(bucket_starts(np.array([minute], dtype=np.int64), interval)[0])


def _bucket_end(minute: int, interval: int) -> int:
    """First minute after the bucket that `minute` belongs to."""
    if interval == MONTH:
        month = np.datetime64(minute, "m").astype("datetime64[M]") + np.timedelta64(1, "M")
        return int(month.astype("datetime64[m]").astype(np.int64))
    return _bucket_start(minute, interval) + interval


def _reduce(matrix: IntArray, edges: IntArray) -> IntArray:
    reduced = np.empty((BAR_ROWS, len(edges)), dtype=np.int64)
    lasts = np.concatenate([edges[1:], [matrix.shape[1]]]) - 1
    reduced[OPEN] = matrix[OPEN, edges]
    reduced[HIGH] = np.maximum.reduceat(matrix[HIGH], edges)
    reduced[LOW] = np.minimum.reduceat(matrix[LOW], edges)
    reduced[CLOSE] = matrix[CLOSE, lasts]
    reduced[LOTS:] = np.add.reduceat(matrix[LOTS:], edges, axis=1)
    return reduced


def _bars_of(pair: str, interval: int, open_ms: IntArray, matrix: IntArray) -> Bars:
    return Bars(pair, interval, open_ms, *matrix)
