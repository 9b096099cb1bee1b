"""Ladder, tape and depth curve: one frame of each, and packing a book for them.

Painted offscreen at the size they have in the Trade layout, every frame with another book or
another print, as on a busy day. A frame comes at most 30 times a second.
"""

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from bench.rows import Row, median_row
from helpers.builders import BTC, make_instrument
from terminal.app.window_app import make_application
from terminal.domain.depth import DepthSnapshot, snapshot_of
from terminal.domain.market import BookLevel, OrderBook, PublicTrade
from terminal.domain.order import Side
from terminal.ui.viewmodels.ladder_marks import Condition, Marks
from terminal.ui.viewmodels.ladder_rows import ladder_of
from terminal.ui.viewmodels.tape_ring import TapeRing
from terminal.ui.widgets.depth.curve_view import DepthCurve
from terminal.ui.widgets.depth.ladder_view import LadderView
from terminal.ui.widgets.depth.tape_view import TapeView

FRAMES: Final = 300
SIZE: Final = (300, 620)
GOOD: Final = Condition("", 0.0)
_RULES: Final = make_instrument()


def measure() -> list[Row]:
    make_application()
    ladder, curve, tape = LadderView(), DepthCurve(), TapeView()
    ring = TapeRing(_RULES)
    rows = [_row("Packing a book of 200 levels a side for the window", _timed(_pack), 1.0)]
    for levels in (15, 200):

        def show(at: int, levels: int = levels) -> None:
            ladder.show_ladder(ladder_of(_SNAPSHOTS[levels][at % 50], 1, levels), Marks(), GOOD)

        rows.append(_row(f"Ladder, {levels} levels a side: one frame", _frames(ladder, show), 3.0))
    rows.append(
        _row(
            "Depth curve, 200 levels a side: one frame",
            _frames(curve, lambda at: curve.show_book(_SNAPSHOTS[200][at % 50], 200, GOOD)),
            3.0,
        )
    )

    def print_one(at: int) -> None:
        ring.append([PublicTrade(BTC, "", Decimal(60_000 + at % 7), Decimal("0.1"), Side.BUY, at * 1_000)])
        tape.show_tape(ring, _RULES)

    ring.append([PublicTrade(BTC, "", Decimal(60_000), Decimal("0.1"), Side.SELL, at) for at in range(4_000)])
    rows.append(_row("Tape, thousands of prints held: one frame", _frames(tape, print_one), 3.0))
    return rows


def _row(name: str, took_ms: list[float], goal: float) -> Row:
    return median_row(name, took_ms, "ms", goal)


def _timed(act: Callable[[int], object]) -> list[float]:
    took_ms = []
    for at in range(FRAMES):
        started = time.perf_counter()
        act(at)
        took_ms.append((time.perf_counter() - started) * 1_000)
    return took_ms[20:]


def _frames(widget: QWidget, show: Callable[[int], None]) -> list[float]:
    """Time working a frame out and painting it into a picture that is there already."""
    widget.resize(*SIZE)
    picture = QImage(*SIZE, QImage.Format.Format_RGB32)

    def frame(at: int) -> None:
        show(at)
        widget.render(picture)

    return _timed(frame)


def _pack(at: int) -> DepthSnapshot:
    return snapshot_of(_BOOKS[at % 50], _RULES, 0.0)


def _book(at: int, levels: int) -> OrderBook:
    """A book around 60,000 whose sizes change with each frame."""
    tick = _RULES.price_step
    bids = tuple(BookLevel(60_000 - tick * each, Decimal((each * 37 + at) % 900 + 1) / 1_000) for each in range(levels))
    asks = tuple(
        BookLevel(60_000 + tick * (each + 1), Decimal((each * 53 + at) % 900 + 1) / 1_000) for each in range(levels)
    )
    return OrderBook(BTC, bids, asks, at, synchronised=True, ts_event_ms=at)


_BOOKS: Final = [_book(at, 200) for at in range(50)]
_SNAPSHOTS: Final = {levels: [snapshot_of(_book(at, levels), _RULES, 0.0) for at in range(50)] for levels in (15, 200)}
