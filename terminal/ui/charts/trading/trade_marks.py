"""Fills, their results and the AI's decisions of one pair on one chart, kept in step with the desk."""

from PySide6.QtCore import QObject, QPointF, Signal

from terminal.domain.instrument import InstrumentId
from terminal.domain.review import Proposal
from terminal.ui.charts.chart_view import ChartView
from terminal.ui.charts.layers.markers import Markers, decision_words
from terminal.ui.charts.layers.trade_links import TradeLinks
from terminal.ui.charts.trading.fill_track import FillTrack
from terminal.ui.charts.trading.said_track import SaidTrack
from terminal.ui.charts.trading.trade_book import TradeBook
from terminal.ui.viewmodels.desk import Desk


class TradeMarks(QObject):
    """Puts its layers on a chart.

    Attributes:
        fills, links, said: the layers.

    Signals:
        card_asked (str): the card of this decision is wanted.
    """

    card_asked = Signal(str)

    def __init__(self, desk: Desk, book: TradeBook, view: ChartView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._book = book
        self._pair: InstrumentId | None = None
        self._track = FillTrack()
        self._decisions = SaidTrack(None)
        self.links = TradeLinks(view.pane)
        self.fills = Markers(view.pane, z=29)
        self.said = view.markers
        self.said.clicked = self._ask_for_card
        view.tips.append(self._tip)
        book.grown.connect(self._on_fills)
        desk.proposal_changed.connect(self._on_proposal)
        desk.review.older_read.connect(self._show_said)

    def show_pair(self, pair: InstrumentId) -> None:
        """Show another pair's marks."""
        if pair != self._pair:
            self._pair = pair
            self._show_fills()
            self._show_said()

    def _show_fills(self) -> None:
        if self._pair is not None:
            self._track = self._book.track(self._pair)
            self.fills.show_columns(self._track.marks, self._track.words)
            self.links.show_track(self._track)

    def _show_said(self, _older: object = None) -> None:
        if self._pair is not None:
            self._decisions = SaidTrack(self._pair, self._desk.proposals.values())
            self.said.show_columns(self._decisions.marks, self._said_words)

    def _on_fills(self, pair: InstrumentId) -> None:
        if pair != self._pair:
            return
        if self._book.track(pair) is self._track:
            self.fills.grown()
            self.links.grown()
        else:
            self._show_fills()

    def _on_proposal(self, proposal: Proposal) -> None:
        if self._decisions.add(proposal):
            self.said.grown()

    def _said_words(self, number: int) -> str:
        words = decision_words(self._desk.proposals[self._decisions.ids[number]])
        return f"{words}\nClick: its card"

    def _tip(self, at: QPointF) -> str:
        return self.fills.text_at(at) or self.links.text_at(at)

    def _ask_for_card(self, number: int) -> None:
        self.card_asked.emit(self._decisions.ids[number])
