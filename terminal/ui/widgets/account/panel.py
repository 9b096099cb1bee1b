"""The account: what there is, what it earned, what it cost, and the curve."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from terminal.ui import formatting as f
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import INSET
from terminal.ui.viewmodels.account import AccountFigures, AccountView
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.market_rows import tone_of
from terminal.ui.widgets.account.equity_curve import EquityCurve

ROWS: Final[tuple[tuple[str, str], ...]] = (
    ("Equity", "Everything in the account, positions valued at the mark price. USDT, as the venue reports it."),
    ("Available", "What a new order could use, USDT."),
    ("Unrealised", "Open positions at the mark price, before fees, as the venue reports it."),
    ("Today", "Equity now less the first equity seen after 00:00 UTC."),
    ("Max drawdown", "The deepest fall of equity below its highest value so far."),
    ("Realised", "Sum of the venue's own figure over the fills of this window. Fees are not in it."),
    ("Fees paid", "Sum of the fees of the fills of this window."),
    ("Funding", "Received less paid in the last seven days and since, USDT. Part of Equity, not of Realised."),
)
NOT_YET: Final = "Not known yet: the venue has not reported a balance."


class AccountPanel(QWidget):
    """Eight figures left, the equity curve right."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = AccountView(desk, self)
        self.values: dict[str, QLabel] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(2)
        for at, (name, tip) in enumerate(ROWS):
            title, value = QLabel(name), QLabel(f.DASH)
            set_role(title, "tone", "muted")
            title.setToolTip(tip)
            value.setAccessibleName(name)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(title, at, 0)
            grid.addWidget(value, at, 1)
            self.values[name] = value
        grid.setColumnMinimumWidth(1, 130)
        grid.setRowStretch(len(ROWS), 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(INSET, 8, INSET, INSET)
        whole.setSpacing(24)
        whole.addLayout(grid)
        whole.addWidget(EquityCurve(desk, self), 1)
        self.view.changed.connect(self._show)
        self._show(self.view.figures)

    def _show(self, figures: AccountFigures) -> None:
        today = f"{f.money(figures.today, signed=True)} ({f.percent(figures.today_fraction, signed=True)})"
        fall = None if figures.max_drawdown is None else -figures.max_drawdown
        has_fills = figures.fills > 0
        realized = figures.realized if has_fills else None
        fees = figures.fees if has_fills else None
        self._set("Equity", f.money(figures.equity), "text")
        self._set("Available", f.money(figures.available), "text")
        self._set("Unrealised", f.money(figures.unrealized, signed=True), tone_of(figures.unrealized))
        self._set("Today", f.DASH if figures.today is None else today, tone_of(figures.today))
        self._set("Max drawdown", f.percent(fall), tone_of(fall))
        over = f"Over {figures.fills:,} fills of this window." if has_fills else "No fills yet."
        self._set("Realised", f.money(realized, signed=True), tone_of(realized), over)
        self._set("Fees paid", f.money(fees), "text", over)
        funding = figures.funding if figures.fundings else None
        settled = f"{figures.fundings:,} payments." if figures.fundings else "No funding was paid or received yet."
        self._set("Funding", f.money(funding, signed=True), tone_of(funding), settled)

    def _set(self, name: str, text: str, tone: str, remark: str = "") -> None:
        value = self.values[name]
        value.setText(text)
        value.setToolTip(remark or (NOT_YET if text == f.DASH else ""))
        set_role(value, "tone", tone)
