"""What a hand's answer becomes: the commands, sent once, bound to what the card showed."""

from typing import Final

from terminal.domain.commands import Approve, Reject
from terminal.domain.instrument import base_of
from terminal.domain.messages import Level, Notice
from terminal.domain.review import Proposal, ReviewState
from terminal.domain.review_messages import ApproveMany, UndoApproval
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.review.card_stack import CardStack
from terminal.ui.widgets.review.card_state import ANSWER_WAIT_S, Answer
from terminal.ui.widgets.review.decision_card import DecisionCard

REVIEW_SOURCE: Final = "review"  # what the engine's words about answers are marked with
TURN_S: Final = 6.0  # a card of several may count down its undo time before the next one's turn comes


class Answering:
    """Sends approvals, rejections and undos of this seat.

    Attributes:
        asked: decisions this seat approved; their voids are told in a sheet.
    """

    def __init__(self, desk: Desk, stack: CardStack) -> None:
        self._desk = desk
        self._stack = stack
        self.asked: set[str] = set()
        self._batch: tuple[str, ...] = ()  # approved together: the engine ends it at the first that is not sent

    def approve(self, decision_id: str, how: str) -> None:
        """Approve a card as it was shown, or as it was amended in its open form."""
        card = self._fresh(decision_id)
        if card is None or not card.state.can_approve or not card.state.is_awake:
            return
        if not card.is_amend_ready:
            card.amend_form.settle()  # put right in sight; the next press sends it
            return
        amendment, fingerprint = card.amendment, card.proposal.fingerprint
        card.mark_sending()
        self.asked.add(decision_id)
        self._desk.send(Approve(decision_id, self._desk.who, how, fingerprint, amendment))

    def approve_many(self, listed: tuple[tuple[str, str], ...], how: str) -> None:
        """Approve marked cards of one cycle, as they were listed."""
        cards = [card for decision_id, _ in listed if (card := self._fresh(decision_id)) is not None]
        good = [card for card in cards if card.state.can_approve and card.state.is_awake]
        shown = dict(listed)
        chosen = tuple(
            (card.proposal.decision_id, card.proposal.fingerprint)
            for card in good
            if shown[card.proposal.decision_id] == card.proposal.fingerprint
        )
        cycles = {card.proposal.decision.cycle_id for card in good}
        if not chosen or len(cycles) != 1:
            return
        for before, (decision_id, _) in enumerate(chosen):
            card = self._stack.get(decision_id)
            if card is not None:
                card.go_back()
                card.set_marked(False)
                card.mark_sending(ANSWER_WAIT_S + before * TURN_S)
        self._batch = tuple(decision_id for decision_id, _ in chosen)
        self.asked.update(self._batch)
        self._desk.send(ApproveMany(cycles.pop(), chosen, self._desk.who, how))

    def hear(self, proposal: Proposal) -> None:
        """A card of several was not sent: those behind it stay as they are and can be answered again."""
        if proposal.decision_id not in self._batch or proposal.state is ReviewState.APPROVED:
            return
        batch, self._batch = self._batch, ()
        for decision_id in batch:
            card = self._fresh(decision_id)
            if card is not None:
                card.release()

    def on_notice(self, notice: Notice) -> None:
        """The engine refused an answer and the card still waits: its words are in the toast, the card goes on.

        A word about something else releases a card early; the engine takes one approval only, so nothing is lost.
        """
        if notice.source == REVIEW_SOURCE and notice.level in {Level.INFO, Level.WARNING}:
            self._batch = ()
            now_s = self._desk.monotonic_s()
            for card in self._stack.cards:
                card.tick(now_s)
                card.release()

    def reject(self, decision_id: str, reason: str) -> bool:
        """Reject with a reason; False when it cannot be answered any more."""
        card = self._fresh(decision_id)
        if card is None or not card.state.can_answer or not reason.strip():
            return False
        card.mark_sending()
        self._desk.send(Reject(decision_id, self._desk.who, reason))
        return True

    def undo(self, decision_id: str) -> None:
        """Take an approval back while its order has not left."""
        card = self._fresh(decision_id)
        if card is not None and card.state.can_undo:
            card.mark_undoing()
            self._desk.send(UndoApproval(decision_id, self._desk.who))

    def undo_newest(self, selected: DecisionCard | None) -> None:
        """Undo the selected card's approval, else the newest that can be undone."""
        now_s = self._desk.monotonic_s()
        for card in self._stack.cards:
            card.tick(now_s)
        leaving = [card for card in self._stack.cards if card.state.can_undo]
        if leaving:
            card = selected if selected in leaving else max(leaving, key=lambda each: each.state.sends_in_s)
            self.undo(card.proposal.decision_id)

    def _fresh(self, decision_id: str) -> DecisionCard | None:
        """Give the card with its time brought up to date; None once it is answered."""
        card = self._stack.get(decision_id)
        if card is not None:
            card.tick(self._desk.monotonic_s())
        return card


class Marks:
    """Cards chosen to be approved together: only such that can be approved, and of one cycle."""

    def __init__(self, stack: CardStack) -> None:
        self._stack = stack

    @property
    def cards(self) -> list[DecisionCard]:
        """The marked cards in their order; one that cannot be approved any more loses its mark."""
        for card in self._stack.cards:
            if card.is_marked and not card.state.can_approve:
                card.set_marked(False)
        return [card for card in self._stack.cards if card.is_marked]

    def toggle(self, card: DecisionCard) -> str:
        """Mark or unmark a card; gives the words why it could not be marked, "" when it could."""
        if card.is_marked:
            card.set_marked(False)
            return ""
        base = base_of(card.proposal.decision.instrument_id)
        if not card.state.can_approve or card.state.answer is not Answer.NONE:
            return f"{base} cannot be approved now"
        marked = self.cards
        if marked and marked[0].proposal.decision.cycle_id != card.proposal.decision.cycle_id:
            return f"{base} is of another cycle: approve those first"
        card.set_marked(True)
        return ""

    def clear(self) -> None:
        for card in self._stack.cards:
            if card.is_marked:
                card.set_marked(False)
