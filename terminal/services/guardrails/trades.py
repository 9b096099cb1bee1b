"""Trades of the AI from opening to end, real ones and those on paper, as the guardrails and promotion count them.

A pair is never averaged into, so what closes a pair's side belongs to the newest opening of that side.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from terminal.domain.instrument import InstrumentId
from terminal.domain.order import ZERO, Effect, Order, Origin, PositionSide
from terminal.domain.shadow import ShadowCause, ShadowExit, ShadowLeg, ShadowPhase, ShadowTrade


@dataclass(frozen=True, slots=True)
class Trade:
    """One trade. Prices and money in quote currency, `net` after the fees known, times in Unix ms of the venue.

    `ended_ms` is 0 while it runs. `by_stop`: the venue's stop ended it at a loss. `is_paper`: nothing was sent.
    `came_true`: before costs the price went the way it was opened.
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
    came_true: bool = False
    is_paper: bool = False
    cause: ShadowCause | None = None

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


class TradeBook:
    """Trades by key in the order they began; told again of an order, it counts it once."""

    def __init__(self) -> None:
        self._legs: dict[str, _Leg] = {}
        self._paper: dict[str, Trade] = {}
        self._newest: dict[tuple[InstrumentId, PositionSide], str] = {}

    def take_order(self, order: Order) -> None:
        """Hear of an order; what has no fill is no trade."""
        if order.filled_size <= 0:
            return
        where = (order.terms.instrument_id, order.terms.position_side)
        if order.terms.effect is Effect.OPEN:
            if order.decision_id is not None and order.origin.is_ai:
                leg = self._legs.setdefault(order.client_order_id, _Leg(order, {}))
                leg.entry = order
                self._newest[where] = order.client_order_id
            return
        key = next((key for key, leg in self._legs.items() if order.client_order_id in leg.exits), None)
        key = key or self._newest.get(where)
        if key is not None:
            self._legs[key].exits[order.client_order_id] = order

    def take_shadow(self, trade: ShadowTrade) -> None:
        """Hear of a trade on paper; one that was never entered is none."""
        plan = trade.plan
        if plan.leg is not ShadowLeg.PROPOSED:
            return
        if trade.entry_price is None or trade.phase in {ShadowPhase.MISSED, ShadowPhase.UNKNOWN}:
            self._paper.pop(trade.key, None)
            return
        over, result = trade.phase is ShadowPhase.CLOSED, trade.result
        self._paper[trade.key] = Trade(
            key=trade.key,
            decision_id=plan.decision_id,
            instrument_id=plan.instrument_id,
            side=plan.side,
            opened_ms=trade.entry_ms,
            entry=trade.entry_price,
            size=plan.size,
            net=result if over and result is not None else ZERO,
            ended_ms=trade.exit_ms if over else 0,
            by_stop=trade.how is ShadowExit.STOP and result is not None and result < 0,
            came_true=trade.exit_price is not None and (trade.exit_price - trade.entry_price) * plan.sign > 0,
            is_paper=True,
            cause=plan.cause,
        )

    def real(self) -> tuple[Trade, ...]:
        """Give the trades at the venue, oldest first."""
        return _by_time(_trade(leg) for leg in self._legs.values())

    def paper(self) -> tuple[Trade, ...]:
        """Give the trades that were followed on paper, oldest first."""
        return _by_time(self._paper.values())

    def shadow(self) -> tuple[Trade, ...]:
        """Give the trades on paper of a desk in shadow mode: there they stand for the real ones."""
        return tuple(trade for trade in self.paper() if trade.cause is ShadowCause.SHADOW)


def _by_time(trades: Iterable[Trade]) -> tuple[Trade, ...]:
    return tuple(sorted(trades, key=lambda trade: trade.opened_ms))


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
        came_true=sum((each.realized_pnl for each in exits), ZERO) > 0,
    )


def _moment(order: Order) -> int:
    return max(order.updated_ms, order.created_ms)
