"""An answered decision in full: how it ended, its terms, and everything the card had."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from terminal.domain.account import Balance
from terminal.domain.capabilities import TradedVenue
from terminal.domain.instrument import Instrument
from terminal.domain.review import Proposal
from terminal.ui.formatting import both_times
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.mode_words import MODE_LOOK
from terminal.ui.viewmodels.words import REVIEW_STATE, proposal_line, sentence
from terminal.ui.widgets.plain_text import one_line
from terminal.ui.widgets.review.card_parts import CardDetails, TermsGrid
from terminal.ui.widgets.review.close_terms import close_left_terms, close_right_terms, is_close
from terminal.ui.widgets.review.review_terms import WEEX, left_terms, right_terms
from terminal.ui.widgets.review.sheet_words import words_label
from terminal.ui.widgets.sheet import Sheet

WIDTH_PX: Final = 620
LEAST_PX: Final = 420  # height of the part that scrolls


class DecisionSheet(Sheet):
    """Opened from the history; nothing can be answered here.

    Signals:
        evidence_chosen (Proposal, Evidence): a value that should be shown on the chart.
        void_wanted (Proposal): the check that voided it.
        moment_wanted (str): the time machine at this decision, by its id.
    """

    evidence_chosen = Signal(object, object)
    void_wanted = Signal(object)
    moment_wanted = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__("Decision", window, WIDTH_PX)
        self._proposal: Proposal | None = None
        self.details: CardDetails | None = None
        self.ended = words_label()
        self.times = words_label("muted")
        set_role(self.times, "size", "hint")
        self.void = QPushButton("What was checked…")
        self.void.setAutoDefault(False)
        self.void.clicked.connect(lambda: self.void_wanted.emit(self._proposal))
        self.moment = QPushButton("Show that moment")
        self.moment.setToolTip("Opens the time machine when this was decided")
        self.moment.setAutoDefault(False)
        self.moment.clicked.connect(self._show_moment)
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(10)
        self._terms: TermsGrid | None = None
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumHeight(LEAST_PX)
        scroll.setWidget(self._inside)
        head = QHBoxLayout()
        head.addWidget(self.ended, 1)
        head.addWidget(self.void, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.moment, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(head)
        self.body.addWidget(self.times)
        self.body.addWidget(scroll, 1)

    def show_decision(
        self,
        proposal: Proposal,
        result: str,
        instrument: Instrument | None,
        balance: Balance | None,
        traded: TradedVenue = WEEX,
        *,
        has_void: bool,
    ) -> None:
        """Open for one proposal; `result` are the words it ended in."""
        self._proposal = proposal
        self.title.setText(one_line(proposal_line(proposal)))
        self.subtitle.setText(MODE_LOOK[proposal.mode].name)
        self.ended.setText(one_line(sentence(result or REVIEW_STATE[proposal.state][0])))
        moments = (("Decided", proposal.decision.created_ms), ("Answered", proposal.reviewed_ms))
        lines = [f"{word} {both_times(at_ms)}".replace("\n", " · ") for word, at_ms in moments if at_ms]
        self.times.setText("\n".join(lines))
        self.void.setVisible(has_void)
        self._fill(proposal, instrument, balance, traded)
        self.present(self.close_button)

    def _show_moment(self) -> None:
        if self._proposal is not None:
            self.moment_wanted.emit(self._proposal.decision_id)

    def _fill(
        self, proposal: Proposal, instrument: Instrument | None, balance: Balance | None, traded: TradedVenue
    ) -> None:
        for old in (self._terms, self.details):
            if old is not None:
                self._column.removeWidget(old)
                old.hide()
                old.deleteLater()
        terms, details = TermsGrid(), CardDetails(proposal)
        if is_close(proposal):
            terms.set_terms(close_left_terms(proposal, instrument, None), close_right_terms(proposal, instrument, None))
        else:
            terms.set_terms(left_terms(proposal, instrument, balance), right_terms(proposal, instrument, traded))
        details.evidence.chosen.connect(lambda piece: self.evidence_chosen.emit(proposal, piece))
        self._column.insertWidget(0, terms)
        self._column.insertWidget(1, details)
        self._terms, self.details = terms, details
