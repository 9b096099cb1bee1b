"""Approving the marked cards of one cycle: every one is listed before anything is approved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from terminal.domain.account import Balance
from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.order import ZERO, Effect
from terminal.domain.review import Proposal
from terminal.domain.risk import RiskLimits
from terminal.ui.formatting import DASH, money, number, percent, trimmed
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.flatten_words import Cell
from terminal.ui.viewmodels.words import proposal_line
from terminal.ui.widgets.cell_grid import CellGrid
from terminal.ui.widgets.plain_text import one_line
from terminal.ui.widgets.review.amend_terms import loss_at_stop
from terminal.ui.widgets.review.band_line import short_fingerprint
from terminal.ui.widgets.review.sheet_words import words_label
from terminal.ui.widgets.sheet import Sheet

WIDTH_PX: Final = 760
_COLUMNS: Final = ("Order", "Stop", "Target", "Leverage", "Notional", "At the stop", "Fingerprint", "Left")
_HOW: Final = (
    "They are approved one after the other, each with its own fresh check of price, margin, position and limits. "
    "The first that cannot be sent ends it; no limit is passed."
)


@dataclass(frozen=True, slots=True)
class Marked:
    """One marked card as it was listed; `can_send` False once its time is up or its terms have changed."""

    proposal: Proposal
    left_s: float
    can_send: bool


class BulkSheet(Sheet):
    """The list, the sums, and one button; Cancel has the focus.

    Signals:
        confirmed (tuple): (decision id, fingerprint) pairs, as they were listed.
    """

    confirmed = Signal(object)

    def __init__(self, window: QWidget, desk: Desk, mode_word: str, read: Callable[[str], Marked | None]) -> None:
        """`read` gives a marked card's newest state by its decision id, None once it is gone."""
        super().__init__("Approve the marked cards", window, WIDTH_PX)
        self._desk = desk
        self._mode = mode_word
        self._read = read
        self._listed: tuple[tuple[str, str], ...] = ()
        self.grid = CellGrid(_COLUMNS)
        self.sums = QLabel()
        set_role(self.sums, "strong", "true")
        self.caution = words_label("amber")
        how = words_label("muted")
        how.setText(_HOW)
        self.confirm = QPushButton()
        set_role(self.confirm, "kind", "fill")
        self.cancel = QPushButton("Cancel")
        self.cancel.setAccessibleName("Cancel: approve nothing")
        for button in (self.confirm, self.cancel):
            button.setAutoDefault(False)
            set_role(button, "tall", "true")
        self.confirm.clicked.connect(self._confirm)
        self.cancel.clicked.connect(self.dismiss)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.confirm)
        for part in (self.grid, self.sums, self.caution, how):
            self.body.addWidget(part)
        self.body.addLayout(row)

    def ask(self, proposals: Sequence[Proposal]) -> None:
        """List the cards and ask."""
        self._listed = tuple((each.decision_id, each.fingerprint) for each in proposals)
        self.refresh()
        self.present(self.cancel)

    def refresh(self) -> None:
        """Show how the listed cards stand now; one that cannot be sent any more is left out by the button."""
        shown = [(each, self._read(each[0])) for each in self._listed]
        self.grid.show_rows([self._cells(each, marked) for each, marked in shown])
        good = [marked.proposal for each, marked in shown if marked is not None and _is_good(each, marked)]
        self.sums.setText(sum_words(good, self._desk.instruments, self._desk.balance))
        over = over_words(good, self._desk.limits, self._desk.balance)
        gone = len(self._listed) - len(good)
        left_out = f"{gone} of them cannot be approved any more and will be left out." if gone else ""
        self.caution.setText(" ".join(part for part in (over, left_out) if part))
        self.caution.setVisible(bool(over or left_out))
        words = f"Approve {len(good)} · {self._mode}" if good else "Nothing left to approve"
        self.confirm.setText(words)
        self.confirm.setAccessibleName(words)
        self.confirm.setEnabled(bool(good))

    def _cells(self, listed: tuple[str, str], marked: Marked | None) -> tuple[Cell, ...]:
        proposal = self._desk.proposals[listed[0]] if marked is None else marked.proposal
        terms, rules = proposal.terms, self._desk.instruments.get(proposal.terms.instrument_id)
        good = marked is not None and _is_good(listed, marked)
        tone = "text" if good else "muted"
        decimals = rules.price_decimals if rules else None
        loss = loss_at_stop(terms, rules.taker_fee) if rules else None
        left = f"{int(marked.left_s)} s" if marked is not None and good else "✕ gone"
        return (
            Cell(one_line(proposal_line(proposal)), tone),
            Cell(number(terms.stop_price, decimals), tone),
            Cell(number(terms.target_price, decimals), tone),
            Cell(f"{terms.leverage}x", tone),
            Cell(money(terms.notional), tone),
            Cell(DASH if loss is None else money(-loss, signed=True), tone),
            Cell(short_fingerprint(listed[1]), "muted"),
            Cell(left, "text" if good else "amber"),
        )

    def _confirm(self) -> None:
        cards = tuple(
            each for each in self._listed if (marked := self._read(each[0])) is not None and _is_good(each, marked)
        )
        self.dismiss()
        if cards:
            self.confirmed.emit(cards)


def sum_words(proposals: Sequence[Proposal], rules: Mapping[InstrumentId, Instrument], balance: Balance | None) -> str:
    """Give what the cards come to together: notional and loss if every stop is hit, fees in it."""
    notional = sum((each.terms.notional for each in proposals), ZERO)
    losses = [
        loss_at_stop(each.terms, rules[each.terms.instrument_id].taker_fee)
        for each in proposals
        if each.terms.instrument_id in rules and each.terms.effect is Effect.OPEN
    ]
    known = [loss for loss in losses if loss is not None]
    loss = sum(known, ZERO)
    equity = balance.equity if balance is not None and balance.equity > 0 else None
    share = "" if equity is None else f", {percent(loss / equity)} of equity"
    words = f"Together {money(notional)} USDT"
    return f"{words}; all stops hit {money(-loss, signed=True)} USDT{share}" if known else words


def over_words(proposals: Sequence[Proposal], limits: RiskLimits, balance: Balance | None) -> str:
    """Say what is known already to be beyond a limit; the risk checks decide, one card after the other."""
    if balance is None or balance.equity <= 0:
        return ""
    opening: Decimal = ZERO
    for each in proposals:
        if each.terms.effect is not Effect.OPEN:
            continue
        opening += each.terms.notional
        if opening > limits.gross_notional * balance.equity:
            most = trimmed(limits.gross_notional)
            return f"Together they open more than {most} times the equity: it will end at {proposal_line(each)}."
    return ""


def _is_good(listed: tuple[str, str], marked: Marked) -> bool:
    return marked.can_send and marked.proposal.fingerprint == listed[1]
