"""The review desk's sheets over the window, made when they are first needed."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from terminal.domain.commands import AskAi
from terminal.domain.messages import CycleEnded
from terminal.domain.review import Proposal
from terminal.domain.review_messages import ApprovalVoided, SetDeskMode
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.review.bulk_sheet import BulkSheet, Marked
from terminal.ui.widgets.review.decision_sheet import DecisionSheet
from terminal.ui.widgets.review.mode_sheet import ModeSheet
from terminal.ui.widgets.review.void_sheet import VoidSheet


class ReviewSheets(QObject):
    """Void, bulk, mode and history sheets. `owner` is the review desk; they cover its window.

    Signals:
        evidence_chosen (Proposal, Evidence): of an answered decision.
        bulk_confirmed (tuple): (decision id, fingerprint) pairs.
    """

    evidence_chosen = Signal(object, object)
    bulk_confirmed = Signal(object)

    def __init__(self, desk: Desk, mode_word: str, owner: QWidget, read: Callable[[str], Marked | None]) -> None:
        super().__init__(owner)
        self._desk = desk
        self._mode = mode_word
        self._owner = owner
        self._read = read
        self._voids: list[str] = []  # decisions whose void waits to be shown
        self._question = ""
        self.void: VoidSheet | None = None
        self.bulk: BulkSheet | None = None
        self.mode: ModeSheet | None = None
        self.decision: DecisionSheet | None = None
        desk.cycle_ended.connect(self._on_cycle)

    # -- voided clicks ------------------------------------------------------------

    def show_void(self, event: ApprovalVoided) -> None:
        """Show why a click approved nothing; several wait for each other."""
        if self.void is not None and self.void.is_open:
            self._voids.append(event.decision_id)
            return
        proposal = self._desk.proposals.get(event.decision_id)
        if proposal is None:
            return
        if self.void is None:
            self.void = VoidSheet(self._owner.window())
            self.void.ask_again.connect(self._ask_again)
            self.void.closed.connect(lambda: QTimer.singleShot(0, self, self._next_void))
        self._question = ""
        self.void.show_void(proposal, event)

    @property
    def shows_void(self) -> bool:
        return self.void is not None and self.void.is_open

    def _next_void(self) -> None:
        if self._voids and self.void is not None and not self.void.is_open:
            self.show_void(self._desk.review.voids[self._voids.pop(0)])

    def _ask_again(self, proposal: Proposal) -> None:
        decision = proposal.decision
        self._question = self._desk.new_question_id()
        self._desk.send(AskAi(decision.instrument_id, decision.action, self._desk.who, None, self._question))

    def _on_cycle(self, cycle: CycleEnded) -> None:
        if self._question and cycle.question_id == self._question and self.void is not None and self.void.is_open:
            self._question = ""
            self.void.show_answer(cycle)

    # -- several at once ----------------------------------------------------------

    def ask_bulk(self, proposals: list[Proposal]) -> None:
        """List the marked cards and ask once more."""
        if self.bulk is None:
            self.bulk = BulkSheet(self._owner.window(), self._desk, self._mode, self._read)
            self.bulk.confirmed.connect(self.bulk_confirmed)
        self.bulk.ask(proposals)

    def refresh(self) -> None:
        """Bring an open list up to date."""
        if self.bulk is not None and self.bulk.is_open:
            self.bulk.refresh()

    # -- mode and history ---------------------------------------------------------

    def ask_mode(self) -> None:
        """Open the sheet where another mode is typed."""
        if self.mode is None:
            self.mode = ModeSheet(self._owner.window(), self._desk.review, self._mode)
            self.mode.confirmed.connect(lambda mode, typed: self._desk.send(SetDeskMode(mode, typed, self._desk.who)))
        self.mode.ask()

    def show_decision(self, proposal: Proposal, result: str) -> None:
        """Open an answered decision."""
        if self.decision is None:
            self.decision = DecisionSheet(self._owner.window())
            self.decision.evidence_chosen.connect(self._on_evidence)
            self.decision.void_wanted.connect(self._open_void)
            self.decision.moment_wanted.connect(self._desk.time.show_decision)
        desk = self._desk
        self.decision.show_decision(
            proposal,
            result,
            desk.instruments.get(proposal.terms.instrument_id),
            desk.balance,
            desk.venues.traded,
            has_void=proposal.decision_id in desk.review.voids,
        )

    def say_place(self, words: str) -> None:
        """Say in the open decision that a value has no place on a chart."""
        if self.decision is not None and self.decision.is_open and self.decision.details is not None:
            self.decision.details.evidence.say(words)

    def close_decision(self) -> None:
        """Uncover the chart."""
        if self.decision is not None:
            self.decision.dismiss()

    def _on_evidence(self, proposal: object, piece: object) -> None:
        self.evidence_chosen.emit(proposal, piece)

    def _open_void(self, proposal: Proposal) -> None:
        self.close_decision()
        self.show_void(self._desk.review.voids[proposal.decision_id])
