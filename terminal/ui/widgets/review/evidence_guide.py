"""From a clicked piece of evidence to its place on the chart."""

from terminal.domain.decision import Evidence
from terminal.domain.instrument import base_of
from terminal.domain.review import Proposal
from terminal.ui.viewmodels.chart_mark import place_of
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.review.card_stack import CardStack
from terminal.ui.widgets.review.review_sheets import ReviewSheets


class EvidenceGuide:
    """Marks on the chart where a value was seen, takes the mark away again, or says that it has no place."""

    def __init__(self, desk: Desk, stack: CardStack, sheets: ReviewSheets) -> None:
        self._desk = desk
        self._stack = stack
        self._sheets = sheets

    def show(self, proposal: Proposal, piece: Evidence) -> None:
        """Answer a click in a card; the same piece again takes its mark away."""
        place = place_of(piece, proposal.decision)
        if isinstance(place, str):
            words = place
        elif self._desk.chart_mark == place:
            self._desk.show_mark(None)
            words = ""
        else:
            self._desk.show_mark(place)
            shown = f"{base_of(place.instrument_id)} {place.interval.label}"
            words = f"Marked on the {shown} chart. Another click takes the mark away."
        card = self._stack.get(proposal.decision_id)
        if card is not None:
            card.say_place(words)

    def on_mark(self, mark: object) -> None:
        """The mark has gone, by a click or with its chart: no card speaks of it any more."""
        if mark is None:
            for card in self._stack.cards:
                card.say_place("")

    def show_answered(self, proposal: Proposal, piece: Evidence) -> None:
        """Answer a click in an answered decision's sheet, which covers the chart."""
        place = place_of(piece, proposal.decision)
        if isinstance(place, str):
            self._sheets.say_place(place)
            return
        self._sheets.close_decision()
        self._desk.show_mark(place)
