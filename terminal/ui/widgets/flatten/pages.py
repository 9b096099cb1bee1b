"""The two pages of the flatten sheet: the plan with its price, and the way until the venue shows flat."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from terminal.domain.flatten import FlattenPlan, FlattenProgress, FlattenScope, FlattenTarget
from terminal.ui import formatting as f
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.flatten_words import (
    PAUSE_FIRST,
    PLAN_COLUMNS,
    SCOPES,
    Cell,
    cancel_words,
    end_words,
    hold_words,
    leg_words,
    nothing_words,
    plan_rows,
    proof_words,
    scope_target,
    scope_word,
    share_of,
)
from terminal.ui.viewmodels.words import sentence
from terminal.ui.widgets.cell_grid import CellGrid
from terminal.ui.widgets.hold_button import HOLD_S, HoldButton
from terminal.ui.widgets.plain_text import visible

CANCELS_SHOWN: Final = 6
ROWS_LEAST_PX: Final = 260  # what the rows may take in any window; more of them where it is higher
AROUND_ROWS_PX: Final = 330  # the sheet's margins, head, scopes, cautions, button and hint
ASKING: Final = "Asking what is open…"
NO_PLAN: Final = "No plan yet: the engine has not answered. Holding works all the same: it asks the venue itself."
NEEDS_PLAN: Final = "No plan yet: the engine has not answered. This choice needs the plan; Everything does not."
HOLD_HINT: Final = f"Hold for {HOLD_S:g} s, by mouse or Space. Letting go earlier does nothing."
OFFERED: Final = "A restart interrupted this flatten. Nothing runs until it is confirmed again."


def words_label(tone: str = "text", size: str = "") -> QLabel:
    """Give a plain-text label that wraps."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    set_role(label, "tone", tone)
    if size:
        set_role(label, "size", size)
    return label


class PlanPage(QWidget):
    """Scope, legs with their expected cost, what is cancelled, and the button to hold.

    Signals:
        scope_chosen (FlattenScope): a person wants another scope.
        confirmed: the button was held to the end.
        dropped: an offered flatten is not wanted.
    """

    scope_chosen = Signal(object)
    confirmed = Signal()
    dropped = Signal()

    def __init__(self, desk: Desk, mode_word: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._mode = mode_word
        self.scopes: dict[FlattenScope, QPushButton] = {}
        self.pause = words_label("text")
        self.pause.setText(PAUSE_FIRST)
        self.state = words_label("muted")
        self.legs = CellGrid(PLAN_COLUMNS)
        self.cancels = words_label("muted")
        self.cautions = words_label("amber")
        self.hold = HoldButton("Hold", desk.monotonic_s)
        self.hold.held.connect(self.confirmed)
        self.drop = QPushButton("Drop it")
        self.drop.setToolTip("Do not flatten after all. Entries stay paused.")
        self.drop.clicked.connect(self.dropped)
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        row = QHBoxLayout()
        row.setSpacing(4)
        for scope in SCOPES:
            row.addWidget(self._scope_button(scope), 1)
        column.addLayout(row)
        column.addWidget(self.pause)
        rows = QScrollArea()
        rows.setWidgetResizable(True)
        rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        stack = QVBoxLayout(inside)
        stack.setContentsMargins(0, 0, 8, 0)
        stack.setSpacing(10)
        for part in (self.state, self.legs, self.cancels):
            stack.addWidget(part)
        stack.addStretch(1)
        rows.setWidget(inside)
        self.rows, self._inside = rows, inside
        column.addWidget(rows)
        column.addWidget(self.cautions)
        act = QHBoxLayout()
        act.setSpacing(8)
        act.addWidget(self.hold, 1)
        act.addWidget(self.drop)
        column.addLayout(act)
        hint = words_label("muted", "hint")
        hint.setText(HOLD_HINT)
        column.addWidget(hint)

    def _scope_button(self, scope: FlattenScope) -> QPushButton:
        button = QPushButton(scope.value)
        button.setCheckable(True)
        set_role(button, "kind", "segment")
        button.clicked.connect(lambda: self.scope_chosen.emit(scope))
        self.scopes[scope] = button
        return button

    def show_target(self, target: FlattenTarget) -> None:
        """Mark the scope and write it on the button."""
        for scope, button in self.scopes.items():
            button.setText(scope_word(scope, self._desk.selection[0]))
            button.setAccessibleName(f"Flatten {scope.value}")
            button.setChecked(scope is target.scope)
        self.hold.set_text(hold_words(target, self._mode))

    def show_plan(self, plan: FlattenPlan | None, target: FlattenTarget, *, late: bool) -> None:
        """Show the plan of `target`; without one, say so, and let hold only what needs none."""
        needs_plan = target.scope in {FlattenScope.LOSERS, FlattenScope.HALF}
        self.drop.setVisible(plan is not None and plan.offered_again)
        if plan is None:
            self.state.setText(ASKING if not late else NEEDS_PLAN if needs_plan else NO_PLAN)
            set_role(self.state, "tone", "amber" if late else "muted")
            self.legs.show_rows(())
            self.hold.setEnabled(not needs_plan)
        else:
            nothing = nothing_words(plan)
            self.state.setText(f"{OFFERED} {nothing}".strip() if plan.offered_again else nothing)
            set_role(self.state, "tone", "amber" if plan.offered_again else "muted")
            self.legs.show_rows(plan_rows(self._desk, plan))
            self.hold.setEnabled(bool(plan.legs or plan.cancels) or not needs_plan)
        self.state.setVisible(bool(self.state.text()))
        self.legs.setVisible(plan is not None and bool(plan.legs))
        self._show_cancels(plan)
        self._fit_rows()

    def _show_cancels(self, plan: FlattenPlan | None) -> None:
        lines = [] if plan is None else [cancel_words(plan)]
        items = () if plan is None else plan.cancels
        lines += [f"   {visible(item.text)}" for item in items[:CANCELS_SHOWN]]
        if len(items) > CANCELS_SHOWN:
            lines.append(f"   and {len(items) - CANCELS_SHOWN} more")
        self.cancels.setText("\n".join(lines))
        self.cancels.setVisible(bool(items) or (plan is not None and bool(plan.legs)))
        cautions = [] if plan is None else [sentence(visible(words)) for words in plan.cautions]
        balance = self._desk.balance
        share = share_of(balance.equity if balance else None, plan.pnl_after if plan else None)
        self.cautions.setText("\n".join(cautions))
        self.cautions.setVisible(bool(cautions))
        self.legs.setToolTip(f"PnL after this close: {share}" if share else "")

    def _fit_rows(self) -> None:
        """Give the rows their height; they scroll only where the window has no room for all."""
        layout = self._inside.layout()
        if layout is not None:
            layout.activate()
        wanted = self._inside.sizeHint().height()
        room = max(ROWS_LEAST_PX, self.window().height() - AROUND_ROWS_PX)
        self.rows.setFixedHeight(min(wanted, room))


class ProgressPage(QWidget):
    """Headline, legs, what still stands in the way. It tells only what the venue proved.

    Signals:
        stopped: give the flatten up.
        again: plan another one.
    """

    stopped = Signal()
    again = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.headline = words_label("accent", "figure")
        self.text = words_label("muted")
        self.legs = CellGrid(left=2)
        self.proofs = CellGrid(left=1)
        self.stop = QPushButton("Stop trying")
        self.stop.setToolTip("Give up closing. Entries stay paused; what is sent is sent.")
        self.stop.clicked.connect(self.stopped)
        self.more = QPushButton("Plan another")
        self.more.clicked.connect(self.again)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for part in (self.headline, self.text, self.legs, self.proofs):
            column.addWidget(part)
        note = words_label("muted", "hint")
        note.setText("Closing this sheet stops nothing; the button in the top bar goes on telling.")
        column.addWidget(note)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.more)
        row.addWidget(self.stop)
        column.addLayout(row)

    def show_sent(self, *, late: bool) -> None:
        """Show that it was sent and nothing is known yet."""
        self.headline.setText("Sent")
        set_role(self.headline, "tone", "amber" if late else "accent")
        self.text.setText("The engine has not answered yet. Cancel all is still there." if late else "On its way…")
        self.legs.show_rows(())
        self.proofs.show_rows(())
        self.stop.setVisible(True)
        self.more.setVisible(False)

    def show_progress(self, progress: FlattenProgress, spent_s: float) -> None:
        """Show how it stands; `spent_s` are the operator's seconds since it was first heard of."""
        head = end_words(progress)
        self.headline.setText(head.text)
        set_role(self.headline, "tone", head.tone)
        since = f"{f.age(spent_s)} since {visible(progress.who)} held the button."
        self.text.setText(f"{sentence(visible(progress.text))} {'' if progress.is_over else since}".strip())
        self.legs.show_rows([self._leg(leg_words(leg), leg.text) for leg in progress.legs])
        self.proofs.show_rows([(proof_words(proof),) for proof in progress.proofs])
        self.stop.setVisible(not progress.is_over)
        self.more.setVisible(progress.is_over)

    @staticmethod
    def _leg(words: Cell, proof: str) -> tuple[Cell, Cell]:
        return words, Cell(sentence(proof) if proof else "", "muted")


def target_for(scope: FlattenScope, desk: Desk) -> FlattenTarget:
    """Aim a scope at the pair on show where it needs one."""
    return scope_target(scope, desk.selection[0])
