"""Our chart with six indicators, two of them in panes of their own."""

from typing import Any

from ours_side import OurSide
from PySide6.QtWidgets import QApplication

from terminal.ui.charts.studies.study import Study

SIX = ("ema", "sma", "bollinger", "vwap", "rsi", "macd")


class IndicatorsSide(OurSide):
    def __init__(self) -> None:
        super().__init__()
        self.window.studies.show(tuple(map(Study.plain, SIX)))

    def load(self, open_ms: Any, rows: Any) -> None:
        """Load, and wait until all values are worked out: they come a block after each turn of the event loop."""
        super().load(open_ms, rows)
        while self.window.studies.is_behind:
            QApplication.processEvents()


def make_side() -> IndicatorsSide:
    return IndicatorsSide()
