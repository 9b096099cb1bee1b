"""What an approval of a card is bound to: the prices it holds at, and the short form of its fingerprint."""

from decimal import Decimal
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from terminal.domain.market import OrderBook, Ticker
from terminal.domain.order import Side
from terminal.domain.review import Proposal
from terminal.ui.formatting import number
from terminal.ui.theme.fonts import HINT_PX, mono_font
from terminal.ui.theme.qss import set_role
from terminal.ui.widgets.clamped_text import ClampedText
from terminal.ui.widgets.plain_text import tooltip

_SHORT: Final = 8  # hex digits of 64; the whole is on hover
_HOLDS_TIP: Final = (
    "The price is looked at again at the click. Outside this band an approval is void and nothing is sent.\n"
    "Amber: the price is outside now."
)


class BandLine(QWidget):
    """One line: the band left, amber once the price has left it; the fingerprint right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.band = ClampedText(1, "muted", HINT_PX)
        self.mark = QLabel()
        self.mark.setFont(mono_font())  # before any style property: restyling keeps a font
        self.mark.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self.mark, "tone", "muted")
        set_role(self.mark, "size", "hint")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.band, 1)
        row.addWidget(self.mark)

    def show_proposal(self, proposal: Proposal, decimals: int | None, price: Decimal | None) -> None:
        """Show what an approval is bound to; `price` is the market's now, None while it is not known."""
        self.band.set_text(*band_words(proposal, decimals, price))
        self.band.setToolTip(tooltip(_HOLDS_TIP))
        self.mark.setText(short_fingerprint(proposal.fingerprint))
        self.mark.setAccessibleName(f"Fingerprint {short_fingerprint(proposal.fingerprint)}")
        self.mark.setToolTip(
            tooltip(
                "Fingerprint of pair, side, size, price band, stop, target, leverage and rules.\n"
                "An approval holds for exactly this, or for nothing.\n"
                f"{proposal.fingerprint or 'None: this cannot be approved.'}"
            )
        )


def short_fingerprint(fingerprint: str) -> str:
    """Give the first digits, in fours: `a3f9 12c4`; words when there is none."""
    short = fingerprint[:_SHORT]
    return f"{short[:4]} {short[4:]}" if short else "no fingerprint"


def band_words(proposal: Proposal, decimals: int | None, price: Decimal | None) -> tuple[str, str]:
    """Give the band in words and the tone: amber when the price is outside of it."""
    band = proposal.band
    if band.low > band.high:
        return "No price band: this cannot be approved", "down"
    low, high = number(band.low, decimals), number(band.high, decimals)
    if price is not None and not band.holds(price):
        side = "above" if price > band.high else "below"
        return f"{number(price, decimals)} is {side} {low} – {high}: void", "amber"
    return f"Holds from {low} to {high}", "muted"


def touch_price(side: Side, book: OrderBook | None, ticker: Ticker | None) -> Decimal | None:
    """Give the price an order of this side would meet now: best ask for a buy, best bid for a sell, else the last."""
    levels = () if book is None else book.asks if side is Side.BUY else book.bids
    if levels:
        return levels[0].price
    if ticker is None:
        return None
    return ticker.last
