"""Fills and working orders of the desk by pair, ready to be drawn: shared by all charts, kept up one by one.

A day has thousands of orders and fills; nothing here looks through all of them again.
"""

from PySide6.QtCore import QObject, Signal

from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import AT_VENUE, Order
from terminal.ui.charts.trading.fill_track import FillTrack
from terminal.ui.viewmodels.desk import Desk


class TradeBook(QObject):
    """Tracks of fills by pair, and the limit orders the venue may hold.

    Signals:
        grown (InstrumentId): its track has another fill, or was made anew.
    """

    grown = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tracks: dict[InstrumentId, FillTrack] = {}
        self._working: dict[str, Order] = {}
        for order in desk.orders.values():
            self._on_order(order)
        desk.fill_seen.connect(self._on_fill)
        desk.order_changed.connect(self._on_order)

    def track(self, pair: InstrumentId) -> FillTrack:
        """Give a pair's track; ask again after `grown`."""
        found = self._tracks.get(pair)
        if found is None:
            found = self._tracks[pair] = FillTrack(
                fill for fill in self._desk.fills.values() if fill.instrument_id == pair
            )
        return found

    def working(self, pair: InstrumentId) -> tuple[Order, ...]:
        """Give a pair's limit orders that the venue may hold, oldest first."""
        return tuple(order for order in self._working.values() if order.terms.instrument_id == pair)

    def _on_order(self, order: Order) -> None:
        if order.state in AT_VENUE and order.terms.price is not None:
            self._working[order.client_order_id] = order
        else:
            self._working.pop(order.client_order_id, None)

    def _on_fill(self, fill: Fill) -> None:
        track = self._tracks.get(fill.instrument_id)
        if track is None:
            return
        if track.follows(fill):
            track.add(fill)
        else:
            del self._tracks[fill.instrument_id]  # one from before: who closed what may be another now
        self.grown.emit(fill.instrument_id)
