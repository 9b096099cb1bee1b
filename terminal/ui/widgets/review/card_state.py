"""Where one card stands: what is asked, how its answer goes, what may still be done with it.

No widget: every moment is given, in seconds of the operator's monotonic clock.
"""

from enum import Enum
from typing import Final

from terminal.domain.approval import DeskMode
from terminal.domain.review import Proposal, ReviewState
from terminal.ui.widgets.review.card_words import mode_of_card, sends_in_s
from terminal.ui.widgets.review.close_terms import is_close

ANSWER_WAIT_S: Final = 4.0  # a card the engine says nothing about for so long can be answered again
REST_S: Final = 0.6  # a new card, or one whose terms changed, hears nothing for so long


class Answer(Enum):
    """Where the answer of a card stands."""

    NONE = "none"
    ASKING = "asking"  # the reason of a rejection
    AMENDING = "amending"  # tighter terms
    SENDING = "sending"
    LEAVING = "leaving"  # approved; the order leaves in a moment, until then it can be undone


_FORMS: Final = frozenset({Answer.ASKING, Answer.AMENDING})


class CardState:
    """What a card knows.

    Attributes:
        proposal: what is shown.
        answer: where its answer stands.
        wakes_s: before this moment it cannot be answered.
        left_s: seconds until the proposal ends.
        is_undoing: an undo is on its way.
        has_rules: the venue's rules of the pair are known; without them nothing can be amended.
    """

    def __init__(self, proposal: Proposal) -> None:
        self.proposal = proposal
        self.answer = Answer.NONE
        self.wakes_s = 0.0
        self.left_s = proposal.deadline_s - proposal.created_s
        self.is_undoing = False
        self.has_rules = False
        self._desk_mode = DeskMode.SEMI_AUTO
        self._now_s = 0.0
        self._answer_by_s = 0.0

    # -- what may be done ---------------------------------------------------

    @property
    def mode(self) -> DeskMode:
        """What becomes of this card; it is the engine's rule, shown before it refuses."""
        return mode_of_card(self.proposal.mode, self._desk_mode)

    @property
    def is_awake(self) -> bool:
        return self._now_s >= self.wakes_s

    @property
    def can_answer(self) -> bool:
        """True while an answer may still be sent."""
        return self.proposal.is_open and self.answer is not Answer.SENDING and self.left_s > 0

    @property
    def can_approve(self) -> bool:
        """True while an approval may be sent: a person approves here, every risk check passed."""
        proposal = self.proposal
        checked = bool(proposal.verdict.checks) and proposal.verdict.allowed
        return self.can_answer and checked and bool(proposal.fingerprint) and self.mode is DeskMode.SEMI_AUTO

    @property
    def can_amend(self) -> bool:
        return self.can_approve and self.has_rules and not is_close(self.proposal)

    @property
    def can_undo(self) -> bool:
        """True in the seconds between the approval and the order's leaving."""
        return self.answer is Answer.LEAVING and not self.is_undoing and self.sends_in_s > 0

    @property
    def sends_in_s(self) -> float:
        """Seconds until an approved order leaves; 0 when none is about to."""
        return sends_in_s(self.proposal, self._now_s)

    @property
    def has_form(self) -> bool:
        return self.answer in _FORMS

    # -- what happens -------------------------------------------------------

    def take(self, proposal: Proposal) -> None:
        """Take the proposal's newest state; whatever was being sent has been answered."""
        changed = (proposal.fingerprint, proposal.terms) != (self.proposal.fingerprint, self.proposal.terms)
        self.proposal = proposal
        self.is_undoing = False
        if proposal.state is ReviewState.APPROVED and proposal.sends_at_s is not None:
            self.answer = Answer.LEAVING
        elif self.answer in {Answer.SENDING, Answer.LEAVING}:
            if self.answer is Answer.LEAVING:
                self._rest()  # taken back: the same hand's next key does not send it again
            self.answer = Answer.NONE
        if changed and proposal.is_open:
            self._rest()
            if self.answer is Answer.AMENDING:
                self.answer = Answer.NONE  # the form was about other terms

    def take_mode(self, mode: DeskMode) -> None:
        """Hear what becomes of decisions now."""
        self._desk_mode = mode
        if self.answer is Answer.AMENDING and not self.can_amend:
            self.answer = Answer.NONE

    def tick(self, now_s: float) -> bool:
        """Go on to a moment; True when the proposal's time began or ended with it."""
        could = self.left_s > 0
        self._now_s = now_s
        self.left_s = self.proposal.deadline_s - now_s
        return could != (self.left_s > 0)

    @property
    def is_unheard(self) -> bool:
        """True when the engine has said nothing about an answer for too long."""
        return self.answer is Answer.SENDING and self._now_s > self._answer_by_s

    def send(self, wait_s: float) -> None:
        """An answer is on its way; without a word of the engine within `wait_s` it can be given again."""
        self.answer, self._answer_by_s = Answer.SENDING, self._now_s + wait_s

    def release(self) -> bool:
        """The answer came to nothing: it can be given again after a rest. False when none was on its way."""
        if self.answer is not Answer.SENDING:
            return False
        self.answer = Answer.NONE
        self._rest()
        return True

    def _rest(self) -> None:
        self.wakes_s = self._now_s + REST_S
