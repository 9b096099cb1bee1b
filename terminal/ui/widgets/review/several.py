"""Several cards of one cycle at once: marking them, listing them, approving what was listed."""

from collections.abc import Callable

from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.review.answering import Answering, Marks
from terminal.ui.widgets.review.bulk_sheet import Marked
from terminal.ui.widgets.review.card_stack import CardStack
from terminal.ui.widgets.review.decision_card import DecisionCard
from terminal.ui.widgets.review.mark_bar import MarkBar
from terminal.ui.widgets.review.review_sheets import ReviewSheets


class Several:
    """The marks of the stack, the bar that counts them, and the way to the sheet.

    Attributes:
        marks: the marked cards.
        bar: goes above the stack.
    """

    def __init__(
        self, desk: Desk, stack: CardStack, hand: Answering, awake: Callable[[str | None], DecisionCard | None]
    ) -> None:
        """`awake` gives a card that listens, None for one that is new or was not looked at yet."""
        self._desk = desk
        self._stack = stack
        self._hand = hand
        self._awake = awake
        self._sheets: ReviewSheets | None = None
        self.marks = Marks(stack)
        self.bar = MarkBar(desk.actions.keymap.shown)
        self.bar.approve_asked.connect(self.ask)
        self.bar.clear_asked.connect(self.clear)

    def attach(self, sheets: ReviewSheets) -> None:
        """Take the sheets that list the cards."""
        self._sheets = sheets
        sheets.bulk_confirmed.connect(self._approve)

    def read(self, decision_id: str) -> Marked | None:
        """Give a listed card's newest state; None once it is gone."""
        card = self._stack.get(decision_id)
        if card is None:
            return None
        now_s = self._desk.monotonic_s()
        card.tick(now_s)
        return Marked(card.proposal, max(0.0, card.proposal.deadline_s - now_s), card.state.can_approve)

    def toggle(self, decision_id: str | None) -> None:
        """Mark or unmark a card that listens."""
        card = self._awake(decision_id)
        if card is not None:
            self.refresh(self.marks.toggle(card))

    def ask(self) -> None:
        """List the marked cards and ask once more."""
        cards = [card for card in self.marks.cards if self._awake(card.proposal.decision_id) is not None]
        if cards and self._sheets is not None:
            self._sheets.ask_bulk([card.proposal for card in cards])

    def clear(self) -> None:
        self.marks.clear()
        self.refresh()

    def refresh(self, refused: str = "") -> None:
        """Count the marks again; `refused` says why the last one could not be set."""
        self.bar.show_marks(len(self.marks.cards), refused)

    def _approve(self, listed: tuple[tuple[str, str], ...]) -> None:
        self._hand.approve_many(listed, "marked cards")
        self.refresh()
