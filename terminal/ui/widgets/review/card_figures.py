"""Gives the cards what they are worked out from: the venue's rules, the account, positions and prices."""

from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.review.band_line import touch_price
from terminal.ui.widgets.review.card_stack import CardStack
from terminal.ui.widgets.review.decision_card import DecisionCard


class CardFigures:
    """Reads the desk for one card or all."""

    def __init__(self, desk: Desk, stack: CardStack) -> None:
        self._desk = desk
        self._stack = stack

    def refresh(self) -> None:
        """Give all cards the newest."""
        for card in self._stack.cards:
            self.give(card)

    def give(self, card: DecisionCard) -> None:
        """Give one card everything."""
        terms = card.proposal.terms
        leg = (terms.instrument_id, terms.position_side)
        position = next((each for each in self._desk.positions if (each.instrument_id, each.side) == leg), None)
        card.set_figures(
            self._desk.instruments.get(terms.instrument_id), self._desk.balance, position, self._desk.venues.traded
        )
        self.give_price(card)

    def give_price(self, card: DecisionCard) -> None:
        """Give one card the price its order would meet."""
        terms, desk = card.proposal.terms, self._desk
        card.show_price(
            touch_price(terms.side, desk.books.get(terms.instrument_id), desk.tickers.get(terms.instrument_id))
        )
