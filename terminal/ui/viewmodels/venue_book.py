"""Where orders go and what can be done there, and what other venues ask for the same coins."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from terminal.domain.capabilities import TradedVenue
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import PositionSide
from terminal.domain.references import FRESH_S, ReferencePrice, ReferenceRow, ReferencesChanged
from terminal.domain.venue_messages import VenueShown


class VenueBook(QObject):
    """The venue of this run, and the newest comparison with others.

    Attributes:
        traded: the venue orders go to; WEEX until the engine has told.
        compared: the newest comparison, None while nothing is compared.

    Signals:
        traded_changed: another venue was told.
        compared_changed: a newer comparison; about once a second.
    """

    traded_changed = Signal()
    compared_changed = Signal()

    def __init__(self, monotonic_s: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._monotonic_s = monotonic_s
        self.traded = TradedVenue()
        self.compared: ReferencesChanged | None = None
        self._rows: dict[InstrumentId, ReferenceRow] = {}
        self._heard_s = 0.0
        self.handlers: dict[type, Callable[..., None]] = {
            VenueShown: self._on_venue,
            ReferencesChanged: self._on_compared,
        }

    @property
    def is_spot(self) -> bool:
        return self.traded.capabilities.is_spot

    @property
    def product_word(self) -> str:
        return "spot" if self.is_spot else "perpetual"

    def row_of(self, instrument_id: InstrumentId) -> ReferenceRow | None:
        """Give a pair's comparison; None while there is none."""
        return self._rows.get(instrument_id)

    def age_s(self, price: ReferencePrice) -> float | None:
        """Give how old a price is now: it ages on while nobody tells a newer one."""
        return None if price.age_s is None else price.age_s + max(0.0, self._monotonic_s() - self._heard_s)

    def basis_bp(self, price: ReferencePrice) -> float | None:
        """Give how far a price lies from ours, in basis points of ours; None once it is too old to be compared."""
        age_s = self.age_s(price)
        return None if age_s is None or age_s > FRESH_S else price.basis_bp

    def refusals(self, side: PositionSide) -> tuple[str, ...]:
        """Say why an opening of this side can never pass here; the gate decides all the same."""
        words = []
        if self.traded.why_no_orders:
            words.append(f"Nothing can be sent: {self.traded.why_no_orders}.")
        if side is PositionSide.SHORT and not self.traded.capabilities.short:
            words.append(f"{self.traded.title} trades spot here: coins can be bought and sold again, not sold short.")
        return tuple(words)

    def _on_venue(self, shown: VenueShown) -> None:
        self.traded = shown.venue
        self.traded_changed.emit()

    def _on_compared(self, compared: ReferencesChanged) -> None:
        self.compared, self._heard_s = compared, self._monotonic_s()
        self._rows = {row.instrument_id: row for row in compared.rows}
        self.compared_changed.emit()
