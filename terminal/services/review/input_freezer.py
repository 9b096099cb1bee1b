"""Writes down what the model is about to see, before it is asked (W1)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from terminal.domain.frozen import BarsFrozen, BarSpan, SnapshotFrozen, bar_rows
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Candle
from terminal.domain.snapshot import InstrumentView, MarketSnapshot

MANY_ROWS: Final = 200
"""A block of more bars is committed by itself: the window's thread never works long at a stretch."""


_Bars = dict[int, Candle]  # by opening time


class InputFreezer:
    """Knows which bars this run has written already. A restart writes them anew: the journal's hold then counts."""

    def __init__(self) -> None:
        self._kept: dict[InstrumentId, _Bars] = {}

    def blocks(self, snapshot: MarketSnapshot) -> Iterator[BarsFrozen]:
        """Give what is new, an instrument at a time; call `hold` with each once it is durable."""
        for view in snapshot.views:
            block = self._block(view, snapshot)
            if block is not None:
                yield block

    def hold(self, snapshot: MarketSnapshot, *blocks: BarsFrozen) -> None:
        """Remember that these blocks of the snapshot are durable."""
        written = {block.instrument_id: block for block in blocks}
        for view in snapshot.views:
            instrument_id = view.instrument.instrument_id
            block = written.get(instrument_id)
            if block is None:
                continue
            if block.whole or instrument_id not in self._kept:
                self._kept[instrument_id] = {}
            self._kept[instrument_id].update((bar.open_ms, bar) for bar in view.candles)

    def _block(self, view: InstrumentView, snapshot: MarketSnapshot) -> BarsFrozen | None:
        instrument_id = view.instrument.instrument_id
        kept = self._kept.get(instrument_id)
        if kept is None or not view.candles or _has_more(kept, view.candles):
            return BarsFrozen(instrument_id, snapshot.interval, whole=True, rows=bar_rows(view.candles))
        fresh = [bar for bar in view.candles if not _same(kept.get(bar.open_ms), bar)]
        if not fresh:
            return None
        return BarsFrozen(instrument_id, snapshot.interval, whole=False, rows=bar_rows(fresh))


def frozen_snapshot(snapshot: MarketSnapshot) -> SnapshotFrozen:
    """Give the record of a snapshot: everything but the bars, and which of the frozen bars are its own."""
    views = tuple(replace(view, candles=()) for view in snapshot.views)
    return SnapshotFrozen(replace(snapshot, views=views), tuple(_span(view.candles) for view in snapshot.views))


def _span(bars: tuple[Candle, ...]) -> BarSpan:
    return BarSpan(bars[0].open_ms, bars[-1].open_ms, len(bars)) if bars else BarSpan(0, -1, 0)


def _same(kept: Candle | None, bar: Candle) -> bool:
    return kept is bar or kept == bar


def _has_more(kept: _Bars, bars: tuple[Candle, ...]) -> bool:
    """True when bars were kept inside this span that the snapshot no longer has."""
    first, last = bars[0].open_ms, bars[-1].open_ms
    inside = sum(1 for open_ms in kept if first <= open_ms <= last)
    return inside > sum(1 for bar in bars if bar.open_ms in kept)
