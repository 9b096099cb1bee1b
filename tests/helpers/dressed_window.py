"""The whole window in a recorded state and a font of blocks, for pictures that are alike on every machine."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from PySide6.QtGui import QFont, QFontDatabase, QImage
from PySide6.QtWidgets import QApplication, QWidget

from helpers.block_font import FAMILY, block_font
from helpers.desk_events import NOW_MS, NOW_S, book
from helpers.hand_events import fill_hands
from helpers.venue_events import compared
from terminal.domain.depth import Prints, snapshot_of
from terminal.domain.instrument import perpetual
from terminal.domain.market import PublicTrade
from terminal.domain.order import Side
from terminal.ui.charts.chart_panel import ChartPanel
from terminal.ui.layout.placing import place
from terminal.ui.layout.plans import Plan
from terminal.ui.theme import fonts
from terminal.ui.window.depth_panels import install_depth

ALL_OPEN = Plan(
    left=((("markets",), ("ticket",)),),
    right=((("ladder",), ("depth",), ("tape",)), (("review",), ("ai_logs",))),
    bottom=((("tables",),),),
    widths=(("markets", 360), ("ladder", 300), ("review", 372)),
    heights=(("tables", 208), ("markets", 312), ("ticket", 600), ("ladder", 420), ("tape", 240), ("review", 600)),
)


@contextmanager
def block_letters(monkeypatch) -> Iterator[None]:
    """Write everything in the font of blocks."""
    number = QFontDatabase.addApplicationFontFromData(block_font())
    dressed = fonts._dressed

    def blocks(font: QFont, pixel_size: int, *, strong: bool) -> QFont:
        font.setFamilies([FAMILY])
        made = dressed(font, pixel_size, strong=strong)
        made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        return made

    with monkeypatch.context() as patch:
        patch.setattr(fonts, "_dressed", blocks)
        yield
    QFontDatabase.removeApplicationFont(number)


@contextmanager
def universal_time(monkeypatch) -> Iterator[None]:
    """Let local time be UTC, where the system can change it."""
    if not hasattr(time, "tzset"):
        yield
        return
    before = os.environ.get("TZ")
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    if before is None:
        monkeypatch.delenv("TZ")
    else:
        monkeypatch.setenv("TZ", before)
    time.tzset()


def furnish(window, desk) -> None:
    """Put chart and depth into a filled window, and every panel beside the others."""
    chart = ChartPanel(desk)
    window.install_chart(chart)
    window.review.proposal_selected.connect(chart.show_proposal)
    install_depth(desk, window.ticket, window.docks)
    fill_hands(desk)
    pair, price = perpetual("BTC"), Decimal("90755.3")
    desk.apply(snapshot_of(book("BTC", 60), desk.instruments[pair], NOW_S))
    desk.apply(Prints(pair, tuple(_print(at, price) for at in range(40)), whole=True))
    desk.apply(compared())
    window.market_watch.table.rows.refresh_all()  # its own pace would leave it to the clock whether this is seen
    place(window, window.docks, ALL_OPEN)
    venues = window.docks["venues"]  # there is no more room in the window
    venues.setFloating(True)
    venues.resize(560, 440)
    venues.show()
    window.market_watch.table.clearFocus()
    desk.flush()
    for _ in range(4):  # docks settle in steps
        QApplication.processEvents()


def _print(at: int, price: Decimal) -> PublicTrade:
    taker = Side.BUY if at % 3 else Side.SELL
    size = Decimal(at * 37 % 91 + 1) / 1_000
    return PublicTrade(perpetual("BTC"), "", price + Decimal(at % 5) / 10, size, taker, NOW_MS - 20_000 + at * 400)


def panels_of(window) -> dict[str, QWidget]:
    """Give what a picture is taken of, by the name of its file."""
    return {
        "top bar": window.top_bar,
        "status line": window.status_line,
        "chart": window.chart_place,
        **{name.replace("_", " "): dock for name, dock in window.docks.items()},
    }


def taken(window) -> dict[str, QImage]:
    """Take a picture of every panel, one pixel a pixel."""
    return {name: panel.grab().toImage() for name, panel in panels_of(window).items()}
