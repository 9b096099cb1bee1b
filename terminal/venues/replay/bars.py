"""The bars of a recording, as they could be known at a time."""

from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Candle, CandleUpdate, Interval
from terminal.domain.recording import BarsRead

_Series = tuple[InstrumentId, Interval]


class RecordedBars:
    """Closed bars by instrument and interval. An interval that was not recorded is made of a shorter one that was.

    All bars of a day may be learned at once: none is given before it was over.
    """

    def __init__(self) -> None:
        self._closed: dict[_Series, dict[int, Candle]] = {}
        self._forming: dict[_Series, Candle] = {}

    def learn(self, read: BarsRead) -> None:
        kept = self._closed.setdefault((read.instrument_id, read.interval), {})
        kept.update((bar.open_ms, bar) for bar in read.bars if bar.closed)

    def update(self, update: CandleUpdate) -> None:
        series = (update.instrument_id, update.interval)
        kept = self._closed.setdefault(series, {})
        if update.candle.closed:
            kept[update.candle.open_ms] = update.candle
        else:
            self._forming[series] = update.candle

    def is_recorded(self, series: _Series) -> bool:
        return series in self._closed

    def closed(self, series: _Series, now_ms: int) -> tuple[Candle, ...]:
        """Give the bars that were over at a time, oldest first."""
        source = self._source(series)
        if source is None:
            return ()
        interval = source[1]
        kept = self._closed[source]
        known = [kept[open_ms] for open_ms in sorted(kept) if open_ms + interval.ms <= now_ms]
        if source == series:
            return tuple(known)
        longer = _joined(known, series[1].ms)
        return tuple(
            bar for open_ms, bar in longer if open_ms + series[1].ms <= now_ms and _begins(open_ms, longer, known)
        )

    def forming(self, series: _Series, now_ms: int) -> Candle | None:
        """Give the bar that was under way at a time, as far as it was told; None where nothing is known of it."""
        source = self._source(series)
        if source is None:
            return None
        newest = self._forming.get(source)
        if newest is not None and not newest.open_ms <= now_ms < newest.open_ms + source[1].ms:
            newest = None
        if source == series:
            return newest
        length = series[1].ms
        open_ms = now_ms - now_ms % length
        kept = self._closed[source]
        parts = [kept[ms] for ms in range(open_ms, open_ms + length, source[1].ms) if ms in kept]
        parts = [bar for bar in parts if bar.open_ms + source[1].ms <= now_ms]
        parts += [] if newest is None else [newest]
        return _join(parts, open_ms, closed=False) if parts else None

    def _source(self, series: _Series) -> _Series | None:
        """The recorded bars these come from: their own, or the longest that fit into them."""
        if series in self._closed:
            return series
        name, wanted = series
        fitting = [
            each for each in self._closed if each[0] == name and each[1].ms < wanted.ms and wanted.ms % each[1].ms == 0
        ]
        return max(fitting, key=lambda each: each[1].ms, default=None)


def _joined(bars: list[Candle], length_ms: int) -> list[tuple[int, Candle]]:
    parts: dict[int, list[Candle]] = {}
    for bar in bars:
        parts.setdefault(bar.open_ms - bar.open_ms % length_ms, []).append(bar)
    return [(open_ms, _join(found, open_ms, closed=True)) for open_ms, found in parts.items()]


def _begins(open_ms: int, longer: list[tuple[int, Candle]], known: list[Candle]) -> bool:
    """Leave out a first bar whose beginning was never read: its open and range would be wrong."""
    return open_ms != longer[0][0] or known[0].open_ms == open_ms


def _join(parts: list[Candle], open_ms: int, *, closed: bool) -> Candle:
    return Candle(
        open_ms,
        parts[0].open,
        max(bar.high for bar in parts),
        min(bar.low for bar in parts),
        parts[-1].close,
        sum(bar.volume for bar in parts),
        closed=closed,
    )
