"""The account as it was: equity, trading state, what was held and what was waiting at the venue."""

from decimal import Context, Decimal

from PySide6.QtWidgets import QVBoxLayout, QWidget

from terminal.domain.plain_words import leg_words
from terminal.domain.time_messages import MomentShown, PastPosition
from terminal.ui import formatting as f
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.flatten_words import Cell
from terminal.ui.viewmodels.mode_words import MODE_LOOK
from terminal.ui.viewmodels.words import TRADING_STATE
from terminal.ui.widgets.cell_grid import CellGrid
from terminal.ui.widgets.plain_text import one_line
from terminal.ui.widgets.time_machine.part_view import plain_label, scrolled

MOST_ORDERS = 4
HELD_PX = 116  # four positions and a line of orders
_FIGURES = Context(prec=8)  # an average of fills has more digits than a price


class AccountThen(QWidget):
    """Two lines and a small table, of one height whatever was held: the chart above must not jump."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.money = plain_label("")
        set_role(self.money, "strong", "true")
        self.state = plain_label("")
        set_role(self.state, "tone", "muted")
        self.legs = CellGrid(("Position", "Size", "Entry"))
        self.orders = plain_label("")
        set_role(self.orders, "tone", "muted")
        held = QWidget()
        rows = QVBoxLayout(held)
        rows.setContentsMargins(0, 0, 8, 0)
        rows.setSpacing(4)
        rows.addWidget(self.legs)
        rows.addWidget(self.orders)
        rows.addStretch(1)
        area = scrolled(held)
        area.setFixedHeight(HELD_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self.money, self.state, area):
            column.addWidget(part)

    def show_moment(self, moment: MomentShown | None) -> None:
        """Say how things stood; None while nothing is known."""
        if moment is None:
            for label in (self.money, self.state, self.orders):
                label.setText("")
            self.legs.show_rows(())
            return
        self.money.setText(money_words(moment))
        self.state.setText(one_line(state_words(moment)))
        self.legs.setVisible(bool(moment.positions))
        self.legs.show_rows([_leg(leg) for leg in moment.positions])
        held = "" if moment.positions else "Nothing was held. "
        self.orders.setText(one_line(held + orders_words(moment)))


def money_words(moment: MomentShown) -> str:
    """Give equity and available with the age of the figure."""
    if moment.equity is None:
        return "Equity: nothing on record by then"
    age = f.age(moment.equity_age_s)
    return (
        f"Equity {f.money(moment.equity)} USDT · available {f.money(moment.available)} USDT · written down {age} before"
    )


def state_words(moment: MomentShown) -> str:
    """Give trading state and review mode in words."""
    parts = []
    if moment.trading_state is not None:
        word = TRADING_STATE[moment.trading_state][0]
        parts.append(f"Trading {word}" + (f": {moment.trading_reason}" if moment.trading_reason else ""))
    if moment.desk_mode is not None:
        parts.append(f"review desk {MODE_LOOK[moment.desk_mode].name}")
    return " · ".join(parts) or "Trading active: nobody had changed it by then"


def orders_words(moment: MomentShown) -> str:
    """Give the orders that were not over, a few of them by name."""
    if not moment.orders:
        return "No order was open."
    named = [f"{order.text} ({order.state})" for order in moment.orders[-MOST_ORDERS:]]
    more = len(moment.orders) - len(named)
    return f"Open: {'; '.join(named)}" + (f"; and {more} more" if more else "")


def _leg(leg: PastPosition) -> list[Cell]:
    entry: Decimal | None = None if leg.entry_price is None else leg.entry_price.normalize(_FIGURES)
    return [Cell(leg_words(leg.instrument_id, leg.side)), Cell(f.trimmed(leg.size)), Cell(f.trimmed(entry))]
