"""Turns the model's wish to close a position into a proposal, and takes it back when the position moves.

A close meets only the checks that keep it within the position: exits always pass. What was
proposed is the whole position as it was then; when that has gone or changed, the card is void.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.decision import Decision
from terminal.domain.errors import StorageError, VenueError
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.messages import Level
from terminal.domain.order import Effect, OrderKind, OrderTerms, PositionSide, Side, TimeInForce
from terminal.domain.plain_words import clause, figure, joined, leg_words, why
from terminal.domain.position import Position
from terminal.domain.review import Proposal
from terminal.ports.venue import TradingVenue
from terminal.ports.way_out import way_out
from terminal.services.ai_logs.content import UnusableLog
from terminal.services.reporter import Reporter
from terminal.services.review.drafting import Drafted, Drafter, spoken
from terminal.services.review.queue import ReviewQueue
from terminal.services.risk.facts import RiskFacts

_FRESH_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class _Unclear:
    """Why there is no one position a decision could mean."""

    words: str


class CloseDesk:
    """Drafts closes and watches the positions they are about."""

    def __init__(
        self, venue: TradingVenue, facts: RiskFacts, review: ReviewQueue, drafter: Drafter, reporter: Reporter
    ) -> None:
        self._venue = venue
        self._facts = facts
        self._review = review
        self._drafter = drafter
        self._reporter = reporter

    # -- drafting ----------------------------------------------------------------

    async def draft(self, decision: Decision) -> Drafted:
        """Draft, write and show the close of the whole position the decision means."""
        name = spoken(decision)
        position = self._meant(decision)
        if isinstance(position, _Unclear):
            return Drafted(None, f"{name} skipped: {position.words}")
        busy = self._why_busy(position)
        if busy:
            return Drafted(None, f"{name} skipped: {busy}")
        terms = self._terms(position)
        try:
            drafted = await self._drafter.record(decision, terms, self._drafter.judge(decision, terms))
        except (UnusableLog, StorageError) as error:
            self._advise(decision, why(error))
            return Drafted(None, f"{name} advised only: {clause(str(error))}")
        self.on_positions()  # it may have moved while the journal was writing
        return drafted

    def _meant(self, decision: Decision) -> Position | _Unclear:
        sides = tuple(PositionSide) if decision.close_side is None else (decision.close_side,)
        found = [self._facts.portfolio.position(decision.instrument_id, side) for side in sides]
        held = [position for position in found if position is not None]
        if not held:
            return _Unclear("nothing is held there any more")
        if len(held) > 1:
            return _Unclear("a long and a short are held, and it does not say which to close")
        return held[0]

    def _why_busy(self, position: Position) -> str:
        where, side = position.instrument_id, position.side
        if any(each.terms.instrument_id == where for each in self._review.open_proposals()):
            return "a proposal of it is open"
        closing = (order.terms for order in self._facts.ledger.at_venue() if order.terms.effect is Effect.CLOSE)
        if any((terms.instrument_id, terms.position_side) == (where, side) for terms in closing):
            return "a close of it is on its way"
        return ""

    def _terms(self, position: Position) -> OrderTerms:
        most = self._most(position.instrument_id)
        quote = self._facts.hub.quote(position.instrument_id)
        side = Side.SELL if position.side is PositionSide.LONG else Side.BUY
        return OrderTerms(
            instrument_id=position.instrument_id,
            side=side,
            effect=Effect.CLOSE,
            kind=OrderKind.MARKET,
            tif=TimeInForce.IOC,
            size=position.size if most is None else min(position.size, most),
            price=None,
            leverage=position.leverage,
            stop_price=None,
            target_price=None,
            reference_price=quote.touch(side) or quote.mark or quote.last or position.entry_price,
        )

    def _advise(self, decision: Decision, cause: str) -> None:
        """No card without its records: say it, so that a person can close by hand."""
        words = f"The model would close {base_of(decision.instrument_id)}: {decision.explanation}"
        told = joined(words, f"It cannot be proposed: {clause(cause)}", "Close it in Positions if you agree")
        self._reporter.notice(Level.ERROR, "model", told, keep=True)

    # -- voiding -----------------------------------------------------------------

    def on_positions(self) -> None:
        """Positions were read: take back what was proposed for one that has moved since."""
        for proposal in self._review.open_proposals():
            moved = self._moved(proposal)
            if moved:
                self._review.void(proposal.decision_id, moved)

    async def why_void(self, proposal: Proposal) -> str:
        """Say why an approved close may not be sent after all; "" when the position is as proposed, and for openings.

        Positions are read again first unless that was just done. While the venue gives no answer the last
        reading counts, but not one that is older than the pair's last execution.
        """
        terms, portfolio = proposal.terms, self._facts.portfolio
        if terms.effect is not Effect.CLOSE:
            return ""
        filled_s = self._facts.ledger.filled_s.get(terms.instrument_id, float("-inf"))
        began_s = self._facts.clock.monotonic_s()
        is_outdated = portfolio.read_s < filled_s
        if is_outdated or began_s - portfolio.read_s > _FRESH_S:
            try:
                with way_out():
                    positions = await self._venue.positions()
            except VenueError as error:
                if is_outdated:
                    leg = leg_words(terms.instrument_id, terms.position_side)
                    return joined(f"{leg} has moved and could not be read again", why(error), "Close it in Positions")
            else:
                portfolio.set_positions(positions, began_s)
        return self._moved(proposal)

    def _moved(self, proposal: Proposal) -> str:
        terms = proposal.terms
        if terms.effect is not Effect.CLOSE:
            return ""
        held = self._facts.portfolio.held(terms.instrument_id, terms.position_side)
        leg = leg_words(terms.instrument_id, terms.position_side)
        if held == 0:
            return f"{leg} has gone meanwhile"
        if held == terms.size or (held > terms.size and terms.size == self._most(terms.instrument_id)):
            return ""
        return f"{leg} has changed meanwhile from {figure(terms.size)} to {figure(held)}"

    def _most(self, instrument_id: InstrumentId) -> Decimal | None:
        """The largest size of one order, where the venue sets one."""
        rules = self._facts.hub.instruments.get(instrument_id)
        return None if rules is None or rules.max_size <= 0 else rules.max_size
