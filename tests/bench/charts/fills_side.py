"""Our whole chart with ten thousand fills around the bars that are panned, each exit joined to its entry."""

from decimal import Decimal
from typing import Any

import numpy as np
from ours_side import OurSide

from terminal.domain.fill import Fill
from terminal.domain.instrument import perpetual
from terminal.domain.order import PositionSide, Side
from terminal.ui.charts.layers.markers import Markers
from terminal.ui.charts.layers.trade_links import TradeLinks
from terminal.ui.charts.series.merge import CLOSE
from terminal.ui.charts.trading.fill_track import FillTrack

FILLS = 10_000
_ACROSS = 2_000  # bars, from half a view before the middle of the series: at any time thousands are in view
_LAST = 20  # bars from an entry to its exit


class FillsSide(OurSide):
    def __init__(self) -> None:
        super().__init__()
        self._marks = Markers(self.window.pane, z=29)
        self._links = TradeLinks(self.window.pane)

    def load(self, open_ms: Any, rows: Any) -> None:
        super().load(open_ms, rows)
        first = len(open_ms) // 2 - 250
        chance = np.random.default_rng(5)
        entries = np.sort(chance.integers(first, first + _ACROSS, FILLS // 2))
        bars = np.sort(np.concatenate((entries, entries + _LAST)))
        track = FillTrack(
            _fill(number, int(open_ms[bar]), float(rows[CLOSE, bar]), opens=number % 2 == 0)
            for number, bar in enumerate(bars)
        )
        self._marks.show_columns(track.marks, track.words)
        self._links.show_track(track)


def _fill(number: int, at_ms: int, price: float, *, opens: bool) -> Fill:
    return Fill(
        str(number),
        str(number),
        None,
        perpetual("BTC"),
        Side.BUY if opens else Side.SELL,
        PositionSide.LONG,
        Decimal(f"{price:.1f}"),
        Decimal("0.01"),
        Decimal("0.1"),
        is_maker=False,
        realized_pnl=Decimal(0),
        ts_event_ms=at_ms,
    )


def make_side() -> FillsSide:
    return FillsSide()
