"""Turns executions and funding into fills, positions and cash."""

from decimal import Decimal

from terminal.domain.account import Income, IncomeKind
from terminal.domain.fill import Fill
from terminal.domain.order import ZERO, Effect, PositionSide
from terminal.ports.venue import VenueStatus
from terminal.venues.paper.margin import GRAIN
from terminal.venues.paper.market import Match
from terminal.venues.paper.records import PaperAccount, PaperOrder, PaperPosition


def book_fill(
    account: PaperAccount, order: PaperOrder, match: Match, *, fee_rate: Decimal, is_maker: bool, now_ms: int
) -> Fill:
    """Book one execution of `order` at `match`.

    Raises:
        ValueError: it would close more than is held.
    """
    value = match.price * match.size
    fee = value * fee_rate
    now_ms = max(now_ms, order.updated_ms)
    realized = ZERO
    if order.effect is Effect.OPEN:
        _open(account, order, match.size, value, now_ms)
    else:
        realized = _close(account, order, match.size, value, now_ms)
    account.cash += realized - fee
    account.fees_paid += fee
    order.filled_size += match.size
    order.filled_value += value
    order.fee += fee
    order.updated_ms = now_ms
    order.status = VenueStatus.OPEN if order.remaining > 0 else VenueStatus.FILLED
    fill = Fill(
        trade_id=account.take_id(),
        venue_order_id=order.venue_order_id,
        client_order_id=order.client_order_id,
        instrument_id=order.instrument_id,
        side=order.side,
        position_side=order.position_side,
        price=match.price,
        size=match.size,
        fee=fee,
        is_maker=is_maker,
        realized_pnl=realized,
        ts_event_ms=now_ms,
    )
    account.fills.append(fill)
    account.bill.append(
        Income(
            account.take_id(), IncomeKind.TRADE, realized - fee, fee, order.instrument_id, order.effect.value, now_ms
        )
    )
    return fill


def pay_funding(account: PaperAccount, position: PaperPosition, mark: Decimal, rate: Decimal, now_ms: int) -> None:
    """Longs pay `rate` of the notional at the mark and shorts receive it, or the reverse."""
    payment = (position.size * mark * rate).quantize(GRAIN)
    if position.side is PositionSide.SHORT:
        payment = -payment
    account.cash -= payment
    account.funding_paid += payment
    account.bill.append(
        Income(account.take_id(), IncomeKind.FUNDING, -payment, ZERO, position.instrument_id, "funding", now_ms)
    )
    position.updated_ms = now_ms


def _open(account: PaperAccount, order: PaperOrder, size: Decimal, value: Decimal, now_ms: int) -> None:
    held = account.position(order.instrument_id, order.position_side)
    if held is None:
        held = PaperPosition(order.instrument_id, order.position_side, ZERO, ZERO, order.leverage, now_ms)
        account.positions.append(held)
    held.size += size
    held.open_value += value
    held.leverage = order.leverage
    held.updated_ms = now_ms


def _close(account: PaperAccount, order: PaperOrder, size: Decimal, value: Decimal, now_ms: int) -> Decimal:
    """Release the closed share of the entry; the last close releases the exact rest. Gives the PnL."""
    held = account.position(order.instrument_id, order.position_side)
    if held is None or size > held.size:
        raise ValueError(f"closing {size} of {order.instrument_id} that is not held")
    entry = held.open_value if size == held.size else (held.open_value * size / held.size).quantize(GRAIN)
    held.size -= size
    held.open_value -= entry
    held.updated_ms = now_ms
    if held.size == 0:
        account.positions.remove(held)
    return value - entry if held.side is PositionSide.LONG else entry - value
