"""A window with a review desk in it, and hands on its keys."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from helpers.desk_events import NOW_MS, FakeClock, instrument, make_desk, proposal
from terminal.domain.commands import Approve, ShowChart
from terminal.domain.depth import WatchDepth
from terminal.domain.messages import InstrumentsLoaded, ProposalChanged
from terminal.ui.widgets.review.review_desk import ReviewDesk


class ReviewSeat:
    """A window with a review desk and a text field beside it."""

    def __init__(self, qtbot, **options):
        self.clock = FakeClock()
        self.desk, self.all_sent = make_desk(self.clock)
        self.desk.apply(InstrumentsLoaded((instrument("ETH"), instrument("SOL"), instrument("BTC"))))
        self.window = QWidget()
        self.review = ReviewDesk(self.desk, options.get("mode", "DEMO"), animate=options.get("animate", False))
        self.field = QLineEdit()
        column = QVBoxLayout(self.window)
        column.addWidget(self.review)
        column.addWidget(self.field)
        self.window.resize(420, 820)
        qtbot.addWidget(self.window)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()
        self.review.setFocus()

    @property
    def sent(self):
        """Answers only: moving the selection also switches the chart."""
        return [command for command in self.all_sent if not isinstance(command, ShowChart | WatchDepth)]

    def propose(self, base, number, **changes):
        made = proposal(base, number, **changes)
        self.desk.apply(ProposalChanged(made))
        self.clock.forward(1)  # past the moment in which keys rest
        QApplication.processEvents()  # a layout shows its new widgets from the event loop
        return made

    def answered(self, number, state, **changes):
        known = self.desk.proposals[f"d-{number:04d}"]
        self.desk.apply(ProposalChanged(replace(known, state=state, reviewer="Mara", reviewed_ms=NOW_MS, **changes)))

    def approval(self, number, how):
        """What approving a card of this desk sends: bound to the fingerprint it shows."""
        decision_id = f"d-{number:04d}"
        return Approve(decision_id, "Mara", how, self.desk.proposals[decision_id].fingerprint)

    def press(self, key, modifier=Qt.KeyboardModifier.NoModifier):
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def card(self, number):
        return self.review.stack.get(f"d-{number:04d}")

    def say(self, number, **changes):
        """Let the engine tell a proposal's new state."""
        known = self.desk.proposals[f"d-{number:04d}"]
        self.desk.apply(ProposalChanged(replace(known, **changes)))
        QApplication.processEvents()
