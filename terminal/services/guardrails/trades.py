"""Trades of the AI from opening to end, real ones and those on paper, as the guardrails and promotion count them.

A pair is never averaged into, so what closes a pair's side belongs to the newest opening of that side. Only what
runs, what began or ended lately, and the newest opening of each side is kept: the rules look back a day. Whoever
needs the whole record hears of each trade as it moves.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from terminal.domain.instrument import InstrumentId
from terminal.domain.order import ZERO, Effect, Order, Origin, PositionSide
from terminal.domain.shadow import ShadowCause, ShadowExit, ShadowLeg, ShadowPhase, ShadowTrade
from terminal.services.guardrails.venue_time import heard_at


@dataclass(frozen=True, slots=True)
class Trade:
    """One trade. Prices and money in quote currency, `net` after the fees known, times in Unix ms of the venue.

    `ended_ms` is 0 while it runs. `by_stop`: the venue's stop ended it at a loss. `is_paper`: nothing was sent.
    `gross` is the result before costs.
    """

    key: str
    decision_id: str
    instrument_id: InstrumentId
    side: PositionSide
    opened_ms: int
    entry: Decimal
    size: Decimal
    net: Decimal = ZERO
    ended_ms: int = 0
    by_stop: bool = False
    gross: Decimal = ZERO
    is_paper: bool = False
    cause: ShadowCause | None = None

    @property
    def came_true(self) -> bool:
        """Whether the price went the way it was opened."""
        return self.is_over and self.gross > 0

    @property
    def moment(self) -> int:
        """When it last began or ended."""
        return max(self.opened_ms, self.ended_ms)

    @property
    def is_over(self) -> bool:
        return self.ended_ms > 0

    @property
    def is_loss(self) -> bool:
        return self.is_over and self.net < 0

    @property
    def notional(self) -> Decimal:
        return self.entry * self.size

    @property
    def net_bp(self) -> float:
        """Result in hundredths of a percent of what was opened."""
        return float(self.net / self.notional) * 10_000 if self.notional > 0 else 0.0


@dataclass(slots=True)
class _Leg:
    """An opening and the fills that closed it."""

    entry: Order
    exits: dict[str, Order]

    @property
    def moment(self) -> int:
        """When an order of it last moved, on the venue's clock."""
        return max(_moment(each) for each in (self.entry, *self.exits.values()))


class TradeBook:
    """Trades of the last while, by key; told again of an order, it counts it once.

    All moments are the venue's. `offset_ms` is the venue's time less ours when what is told was stamped; what is
    heard again keeps the moment it had at first.

    `on_moved(trade)` is told of each trade as it begins and ends, also while earlier runs are taken in.
    """

    def __init__(self) -> None:
        self._legs: dict[str, _Leg] = {}
        self._created_ms: dict[str, int] = {}  # of openings, on the venue's clock
        self._real: dict[str, Trade] = {}
        self._paper: dict[str, Trade] = {}
        self._of_exit: dict[str, str] = {}
        self._newest: dict[tuple[InstrumentId, PositionSide], str] = {}
        self.on_moved: Callable[[Trade], None] = _tell_nobody

    # -- hearing -----------------------------------------------------------------

    def take_order(self, order: Order, offset_ms: int = 0) -> None:
        """Hear of an order; what has no fill is no trade."""
        order = self._in_venue_time(order, offset_ms)
        if order.filled_size <= 0:
            if order.is_terminal:
                self._created_ms.pop(order.client_order_id, None)
            return
        key = self._opened(order) if order.terms.effect is Effect.OPEN else self._closed(order)
        if key:
            self._real[key] = trade = _trade(self._legs[key])
            self.on_moved(trade)

    def _in_venue_time(self, order: Order, offset_ms: int) -> Order:
        """Give the order with the venue's time of its making; a close counts from when the venue told of it."""
        if order.terms.effect is not Effect.OPEN:
            return replace(order, created_ms=order.updated_ms or order.created_ms + offset_ms)
        if order.decision_id is None or not order.origin.is_ai:
            return order
        created_ms = self._created_ms.setdefault(order.client_order_id, order.created_ms + offset_ms)
        return replace(order, created_ms=min(created_ms, order.updated_ms or created_ms))

    def _opened(self, order: Order) -> str:
        """Take an opening; gives its key, "" for none of the AI's and for an old one told again."""
        if order.decision_id is None or not order.origin.is_ai:
            return ""
        key, newest = order.client_order_id, self._newest_leg(order)
        is_older = newest is not None and order.created_ms < newest.entry.created_ms
        if key in self._legs:
            self._legs[key].entry = order
        elif is_older:
            self._created_ms.pop(key, None)
            return ""
        else:
            self._legs[key] = _Leg(order, {})
        if not is_older:
            self._newest[_where(order)] = key
        return key

    def _closed(self, order: Order) -> str:
        """Take a close; gives the key of what it closes, "" for nothing that is kept."""
        key, newest = self._of_exit.get(order.client_order_id, ""), self._newest_leg(order)
        if not key and newest is not None and _moment(order) >= newest.entry.created_ms:
            key = self._of_exit[order.client_order_id] = newest.entry.client_order_id
        if key:
            self._legs[key].exits[order.client_order_id] = order
        return key

    def _newest_leg(self, order: Order) -> _Leg | None:
        """The newest opening of an order's side."""
        key = self._newest.get(_where(order))
        return None if key is None else self._legs[key]

    def take_shadow(self, trade: ShadowTrade, offset_ms: int = 0, now_ms: int | None = None) -> None:
        """Hear of a trade on paper; one that was never entered is none. `now_ms` is the venue's time, if it matters."""
        if trade.plan.leg is not ShadowLeg.PROPOSED:
            return
        if trade.entry_price is None or trade.phase in {ShadowPhase.MISSED, ShadowPhase.UNKNOWN}:
            self._paper.pop(trade.key, None)
            return
        known, fresh = self._paper.get(trade.key), _on_paper(trade, trade.entry_price)
        now_ms = fresh.moment + offset_ms if now_ms is None else now_ms
        opened_ms = heard_at(fresh.opened_ms, offset_ms, now_ms) if known is None else known.opened_ms
        ended_ms = 0 if known is None else known.ended_ms
        if fresh.is_over and not ended_ms:
            ended_ms = max(opened_ms, heard_at(fresh.ended_ms, offset_ms, now_ms))
        self._paper[trade.key] = paper = replace(fresh, opened_ms=opened_ms, ended_ms=ended_ms)
        self.on_moved(paper)

    def forget(self, before_ms: int) -> None:
        """Drop what ended before, and what can have no end any more because its side was opened again since."""
        newest = set(self._newest.values())
        gone = [key for key, leg in self._legs.items() if key not in newest and leg.moment < before_ms]
        for key in gone:
            self._created_ms.pop(key, None)
            for exit_id in self._legs.pop(key).exits:
                self._of_exit.pop(exit_id, None)
            self._real.pop(key, None)
        for key in [key for key, trade in self._paper.items() if trade.is_over and trade.moment < before_ms]:
            del self._paper[key]

    # -- reading -----------------------------------------------------------------

    def real(self) -> tuple[Trade, ...]:
        """Give the trades at the venue, oldest first."""
        return _by_time(self._real.values())

    def paper(self) -> tuple[Trade, ...]:
        """Give the trades that were followed on paper, oldest first."""
        return _by_time(self._paper.values())

    def shadow(self) -> tuple[Trade, ...]:
        """Give the trades on paper of a desk in shadow mode: there they stand for the real ones."""
        return tuple(trade for trade in self.paper() if trade.cause is ShadowCause.SHADOW)


def _tell_nobody(_trade: Trade) -> None:
    """Nobody keeps a record."""


def _where(order: Order) -> tuple[InstrumentId, PositionSide]:
    return order.terms.instrument_id, order.terms.position_side


def _by_time(trades: Iterable[Trade]) -> tuple[Trade, ...]:
    return tuple(sorted(trades, key=lambda trade: trade.opened_ms))


def _on_paper(trade: ShadowTrade, entry: Decimal) -> Trade:
    plan, over, result = trade.plan, trade.phase is ShadowPhase.CLOSED, trade.result
    left = entry if trade.exit_price is None else trade.exit_price
    return Trade(
        key=trade.key,
        decision_id=plan.decision_id,
        instrument_id=plan.instrument_id,
        side=plan.side,
        opened_ms=trade.entry_ms,
        entry=entry,
        size=plan.size,
        net=result if over and result is not None else ZERO,
        ended_ms=trade.exit_ms if over else 0,
        by_stop=trade.how is ShadowExit.STOP and result is not None and result < 0,
        gross=(left - entry) * plan.size * plan.sign if over else ZERO,
        is_paper=True,
        cause=plan.cause,
    )


def _trade(leg: _Leg) -> Trade:
    entry, exits = leg.entry, list(leg.exits.values())
    trade = Trade(
        key=entry.client_order_id,
        decision_id=entry.decision_id or "",
        instrument_id=entry.terms.instrument_id,
        side=entry.terms.position_side,
        opened_ms=entry.created_ms,
        entry=entry.average_price or entry.terms.expected_price,
        size=entry.filled_size,
    )
    closed = sum((each.filled_size for each in exits), ZERO)
    if closed < entry.filled_size:
        return trade
    net = sum((each.realized_pnl - each.fee_paid for each in exits), -entry.fee_paid)
    last = max(exits, key=_moment)
    return replace(
        trade,
        net=net,
        ended_ms=_moment(last),
        by_stop=last.origin in {Origin.VENUE, Origin.PROGRAM_STOP} and net < 0,
        gross=sum((each.realized_pnl for each in exits), ZERO),
    )


def _moment(order: Order) -> int:
    return max(order.updated_ms, order.created_ms)
