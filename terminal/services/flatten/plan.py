"""Works out what a flatten would do and cost, from what is known at this moment. Sends nothing."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from terminal.domain.flatten import (
    ExpectedFill,
    FlattenLeg,
    FlattenPlan,
    FlattenScope,
    FlattenTarget,
    LegKey,
    PlannedCancel,
    expected_fill,
)
from terminal.domain.order import ZERO, Effect, Order, PositionSide
from terminal.domain.plain_words import ORDER_STATE, figure, leg_words, order_words, trade_words
from terminal.domain.position import Position
from terminal.ports.chance import Chance
from terminal.ports.venue import TriggerReport
from terminal.services.ids import fresh_id
from terminal.services.risk.facts import RiskFacts

_OLD_BOOK_S: Final = 2.0
_BP: Final = Decimal(10_000)
_MONEY: Final = Decimal("0.0001")


def side_of(report: TriggerReport) -> PositionSide:
    """The leg a trigger changes: a sell that closes belongs to a long."""
    closes_long = (report.effect is Effect.CLOSE) is (report.side.value == "SELL")
    return PositionSide.LONG if closes_long else PositionSide.SHORT


class FlattenPlanner:
    """Makes plans. `triggers()` gives the triggers the venue was last seen to hold."""

    def __init__(self, facts: RiskFacts, chance: Chance, triggers: Callable[[], tuple[TriggerReport, ...]]) -> None:
        self._facts = facts
        self._chance = chance
        self._triggers = triggers

    def plan(self, target: FlattenTarget, *, offered_again: bool = False) -> FlattenPlan:
        """Plan for a target, at the live books."""
        now_ms = self._facts.clock.now_ms()
        legs = tuple(self._leg(each, target) for each in self._chosen(target))
        legs = tuple(leg for leg in legs if leg.size > 0)
        return FlattenPlan(
            plan_id=fresh_id("plan", now_ms, self._chance),
            target=target,
            legs=legs,
            cancels=self._cancels(target, frozenset(leg.key for leg in legs)),
            slip_usdt=_sum([leg.slip_usdt for leg in legs]),
            fee=_sum([leg.fee for leg in legs]),
            pnl_after=_sum([leg.pnl_after for leg in legs]),
            cautions=self._cautions(target, legs),
            at_ms=now_ms,
            offered_again=offered_again,
        )

    # -- legs ------------------------------------------------------------------

    def _chosen(self, target: FlattenTarget) -> tuple[Position, ...]:
        held = tuple(each for each in self._facts.portfolio.positions if target.covers(each.instrument_id))
        if target.scope is FlattenScope.LOSERS:
            return tuple(each for each in held if self._pnl(each) < 0)
        return held

    def _pnl(self, position: Position) -> Decimal:
        quote = self._facts.hub.quote(position.instrument_id)
        price = quote.mark or quote.last
        return position.unrealized_pnl or ZERO if price is None else position.pnl_at(price)

    def _leg(self, position: Position, target: FlattenTarget) -> FlattenLeg:
        instrument_id = position.instrument_id
        rules = self._facts.hub.instruments.get(instrument_id)
        size = position.size
        if target.scope is FlattenScope.HALF:
            size = position.size / 2 if rules is None else rules.floor_size(position.size / 2)
        fill = self._fill(position, size)
        price = None if fill is None else fill.price
        fee = None if price is None or rules is None else (price * size * rules.taker_fee).quantize(_MONEY)
        slip_bp, slip_usdt = self._slip(position, size, price)
        pnl = None
        if price is not None and fee is not None:
            pnl = ((position.pnl_at(price) * size / position.size) - fee).quantize(_MONEY)
        age_s = self._facts.hub.quote(instrument_id).book_age_s
        return FlattenLeg(
            instrument_id=instrument_id,
            side=position.side,
            held=position.size,
            size=size,
            entry_price=position.entry_price,
            expected_price=price,
            slip_bp=slip_bp,
            slip_usdt=slip_usdt,
            fee=fee,
            pnl_after=pnl,
            beyond_book=ZERO if fill is None else fill.beyond_book,
            book_age_s=None if age_s == float("inf") else round(age_s, 3),
        )

    def _fill(self, position: Position, size: Decimal) -> ExpectedFill | None:
        book = self._facts.hub.books.get(position.instrument_id)
        if book is None or not book.synchronised:
            return None
        return expected_fill(book.bids if position.side is PositionSide.LONG else book.asks, size)

    def _slip(self, position: Position, size: Decimal, price: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
        """Cost against the mid price, in basis points and USDT."""
        mid = self._facts.hub.quote(position.instrument_id).mid
        if price is None or mid is None or mid <= 0:
            return None, None
        worse = mid - price if position.side is PositionSide.LONG else price - mid
        return (worse / mid * _BP).quantize(Decimal("0.01")), (worse * size).quantize(_MONEY)

    # -- cancels ---------------------------------------------------------------

    def _cancels(self, target: FlattenTarget, legs: frozenset[LegKey]) -> tuple[PlannedCancel, ...]:
        orders = [each for each in self._facts.ledger.at_venue() if takes_order(target, legs, each)]
        triggers = [each for each in self._triggers() if takes_trigger(target, legs, each)]
        return (*map(_order_cancel, orders), *map(_trigger_cancel, triggers))

    # -- words -----------------------------------------------------------------

    def _cautions(self, target: FlattenTarget, legs: tuple[FlattenLeg, ...]) -> tuple[str, ...]:
        words = []
        if self._facts.portfolio.balance is None:
            words.append("The account was not read yet: legs may be missing. Flattening reads it first.")
        for leg in legs:
            name = leg_words(leg.instrument_id, leg.side)
            if leg.expected_price is None:
                words.append(f"{name}: no live book, so no expected price. It is closed at the market all the same.")
            elif leg.beyond_book > 0:
                words.append(f"{name}: {figure(leg.beyond_book)} is more than the book shows; expect worse.")
            elif leg.book_age_s is not None and leg.book_age_s > _OLD_BOOK_S:
                words.append(f"{name}: the book is {leg.book_age_s:.0f} s old.")
        if target.scope is FlattenScope.HALF and legs:
            words.append("Stops and targets stay and are fitted to what is left.")
        return tuple(words)


def takes_order(target: FlattenTarget, legs: frozenset[LegKey], order: Order) -> bool:
    """Whether a flatten cancels this order. Orders that close on their own are left when legs are halved."""
    terms = order.terms
    if not target.covers(terms.instrument_id):
        return False
    if target.scope in {FlattenScope.EVERYTHING, FlattenScope.PAIR}:
        return True
    return terms.effect is Effect.OPEN and (terms.instrument_id, terms.position_side) in legs


def takes_trigger(target: FlattenTarget, legs: frozenset[LegKey], report: TriggerReport) -> bool:
    """Whether a flatten cancels this trigger; halving keeps all that close."""
    if not target.covers(report.instrument_id):
        return False
    if target.scope in {FlattenScope.EVERYTHING, FlattenScope.PAIR}:
        return True
    if (report.instrument_id, side_of(report)) not in legs:
        return False
    return target.scope is FlattenScope.LOSERS or report.effect is Effect.OPEN


def _order_cancel(order: Order) -> PlannedCancel:
    terms = order.terms
    at = "the market" if terms.price is None else figure(terms.price)
    text = f"{order_words(terms, order.open_size)} at {at} ({ORDER_STATE[order.state]})"
    return PlannedCancel(terms.instrument_id, order.client_order_id, order.venue_order_id, False, text)


def _trigger_cancel(report: TriggerReport) -> PlannedCancel:
    what = "stop or target" if report.effect is Effect.CLOSE else "conditional entry"
    size_words = trade_words(report.side, report.size, report.instrument_id)
    text = f"{what}: {size_words} at {figure(report.trigger_price)}"
    return PlannedCancel(report.instrument_id, report.client_order_id, report.venue_order_id, True, text)


def _sum(parts: list[Decimal | None]) -> Decimal | None:
    known = [part for part in parts if part is not None]
    return sum(known, ZERO) if len(known) == len(parts) else None
