"""The line above the chart: pair, last price, facts of the market, intervals."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from terminal.domain.instrument import Instrument, InstrumentId, base_of
from terminal.domain.market import Funding, Interval, OrderBook, Ticker
from terminal.ui import formatting
from terminal.ui.charts.chart_menu import ChartMenu
from terminal.ui.charts.desk_chart import STALE_S
from terminal.ui.charts.interval_strip import IntervalStrip
from terminal.ui.theme.fonts import ui_font
from terminal.ui.theme.look import LIVE, LOOK
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import INSET
from terminal.ui.widgets.live_label import LiveLabel

_GAP: Final = 14

Fact = tuple[str, str]  # words and the tone they are written in


class FactsLine(QWidget):
    """As many facts in a row as there is room for, the first ones first; all of them on hover."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: tuple[Fact, ...] = ()
        self._dress()
        LOOK.changed.connect(self._dress)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("Market facts")

    def _dress(self) -> None:
        self.setFont(ui_font())

    def set_facts(self, facts: Sequence[Fact]) -> None:
        if self._facts == tuple(facts):
            return
        self._facts = tuple(facts)
        words = "\n".join(text for text, _ in facts)
        self.setToolTip(words)
        self.setAccessibleDescription(words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(0, 20)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event  # the line is drawn as a whole
        painter = QPainter(self)
        metrics = QFontMetrics(self.font())
        left = 0
        for text, tone in self._facts:
            width = metrics.horizontalAdvance(text)
            if left + width > self.width():
                break
            painter.setPen(QColor(getattr(LIVE, tone)))
            painter.drawText(left, 0, width + 1, self.height(), int(Qt.AlignmentFlag.AlignVCenter), text)
            left += width + _GAP
        painter.end()


class ChartHeader(QWidget):
    """Words and buttons above the chart.

    Signals:
        interval_chosen (Interval): a button was clicked.
        newest_wanted: back to the newest bars.
        settings_chosen (ChartSettings): something was chosen in the menu at the end.
    """

    interval_chosen = Signal(object)
    newest_wanted = Signal()
    settings_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pair = _label("title")
        self.last = _label("figure")
        self.change = _label("")
        self.facts = FactsLine()
        self.newest = _button("Newest ›", "Go back to the newest bars")
        self.newest.clicked.connect(self.newest_wanted)
        self.newest.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(INSET, 6, INSET, 4)
        row.setSpacing(8)
        for widget in (self.pair, self.last, self.change):
            row.addWidget(widget)
        row.addSpacing(6)
        row.addWidget(self.facts, 1)
        row.addWidget(self.newest)
        self.strip = IntervalStrip()
        self.strip.chosen.connect(self.interval_chosen)
        row.addWidget(self.strip)
        self.indicators = _button("Indicators", "Indicators on the chart: add, change, take away")
        row.addWidget(self.indicators)
        self.draw = _button("Draw", "Lines, levels, rectangles and a ruler on the chart; a picture of it")
        row.addWidget(self.draw)
        self.menu = ChartMenu(self)
        self.menu.chosen.connect(self.settings_chosen)
        self.menu.interval_chosen.connect(self.interval_chosen)
        self.options = _button("Options", "How the charts are drawn, and how many")
        self.options.setMenu(self.menu)
        row.addWidget(self.options)

    @property
    def buttons(self) -> dict[Interval, QPushButton]:
        return self.strip.buttons

    def set_selection(self, instrument_id: InstrumentId, interval: Interval, product: str) -> None:
        """Name the pair and what is traded of it: "perpetual" or "spot"."""
        self.pair.setText(f"{base_of(instrument_id)} {product}")
        self.strip.set_current(interval)
        self.menu.set_interval(interval)

    def set_price(self, ticker: Ticker | None, instrument: Instrument | None, *, stale: bool) -> None:
        """Write the last price and the day's change; greyed while the quote is stale."""
        change = ticker.change_24h if ticker else None
        tone = "muted" if stale or change is None or change == 0 else ("rise" if change > 0 else "fall")
        decimals = instrument.price_decimals if instrument else None
        self.last.setText(formatting.number(ticker.last if ticker else None, decimals))
        self.last.setToolTip("Last traded price" if ticker else "No price has arrived yet")
        self.change.setText(formatting.percent(change, signed=True))
        self.change.setToolTip("Change over 24 hours" if change is not None else "The venue gave no 24-hour change")
        for label in (self.last, self.change):
            set_role(label, "tone", tone)


def market_facts(
    ticker: Ticker | None,
    funding: Funding | None,
    book: OrderBook | None,
    instrument: Instrument | None,
    now_ms: int,
    quote_age_s: float | None,
    *,
    is_spot: bool = False,
) -> list[Fact]:
    """Write mark, index, funding and spread; what is missing is a dash, a stale quote comes first in amber.

    Spot has neither mark nor index nor funding, so nothing is said of them.
    """
    decimals = instrument.price_decimals if instrument else None
    facts: list[Fact] = []
    if quote_age_s is not None and quote_age_s > STALE_S:
        facts.append((f"quote {formatting.age(quote_age_s)} old", "amber"))
    if not is_spot:
        facts.append((f"mark {formatting.number(ticker.mark if ticker else None, decimals)}", "muted"))
        facts.append((f"index {formatting.number(ticker.index if ticker else None, decimals)}", "muted"))
        facts.append((_funding_words(funding, now_ms), "muted"))
    facts.append((f"spread {formatting.number(_spread(book), decimals)}", "muted"))
    return facts


def _funding_words(funding: Funding | None, now_ms: int) -> str:
    if funding is None:
        return f"funding {formatting.DASH}"
    left = formatting.countdown((funding.next_ms - now_ms) / 1_000)
    return f"funding {formatting.percent(funding.rate, 4, signed=True)} in {left}"


def _spread(book: OrderBook | None) -> Decimal | None:
    if book is None or book.best_bid is None or book.best_ask is None:
        return None
    return book.best_ask.price - book.best_bid.price


def _label(size: str) -> QLabel:
    label = LiveLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    if size:
        set_role(label, "size", size)
    return label


def _button(text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(name)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    set_role(button, "kind", "quiet")
    return button
