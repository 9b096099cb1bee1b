"""A short trail of last prices a pair, for the sparkline of the market watch.

The desk holds bars of the shown series only, so the trail is sampled here from the quotes.
"""

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.instrument import InstrumentId
from terminal.ui.viewmodels.desk import Desk

SAMPLE_MS: Final = 3_000
KEPT: Final = 60
WORDS: Final = (
    f"Last price every {SAMPLE_MS // 1_000} s of your clock, the newest {KEPT}. The line begins with the second."
)


class PriceTrail(QObject):
    """Samples every allowed pair a few times a minute.

    Signals:
        sampled: every pair with a quote has one more price.
    """

    sampled = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._prices: dict[InstrumentId, tuple[float, ...]] = dict.fromkeys(ALLOWED_INSTRUMENTS, ())
        self._timer = QTimer(self)
        self._timer.setInterval(SAMPLE_MS)
        self._timer.timeout.connect(self.sample)
        self._timer.start()

    def of(self, instrument_id: InstrumentId) -> tuple[float, ...]:
        """Give the prices of a pair, oldest first."""
        return self._prices.get(instrument_id, ())

    def sample(self) -> None:
        """Note the last price of each pair; a silent pair keeps what it has."""
        for item, prices in self._prices.items():
            ticker, age_s = self._desk.tickers.get(item), self._desk.quote_age_s(item)
            if ticker is not None and age_s is not None and age_s <= self._desk.limits.quote_age_s:
                self._prices[item] = (*prices[1 - KEPT :], float(ticker.last))
        self.sampled.emit()
