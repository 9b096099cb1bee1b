"""The account's lines on one pair's chart: what each is, its price, its money, and what a hand can take.

A line stands where the venue's own word puts it: an entry as the position tells it, a stop or
target as the list of triggers shows it, an order as it works. Wishes are not drawn.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from terminal.domain.instrument import InstrumentId
from terminal.domain.order import Order, OrderState, Side
from terminal.domain.position import Position
from terminal.domain.protection import ProtectionStatus
from terminal.domain.review import Proposal
from terminal.ui import formatting as f
from terminal.ui.charts.layers.level_lines import Level, exit_levels
from terminal.ui.charts.trading.grips import Grip, Role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.hand_checks import why_not_amend
from terminal.ui.viewmodels.words import ORDER_STATE, order_act, position_word

_RESTING: Final = frozenset({OrderState.ACKED, OrderState.WORKING, OrderState.PARTIAL})
_EXITS: Final = ((Role.STOP, "Stop", "down"), (Role.TARGET, "Target", "up"))


def levels_for(
    desk: Desk, pair: InstrumentId, working: Iterable[Order], shown_proposal: str | None
) -> tuple[Level, ...]:
    """Give the lines of a pair: what is held and what works there; with nothing held, the proposal that waits.

    Args:
        desk: the window's state.
        pair: the pair on the chart.
        working: its limit orders that the venue may hold.
        shown_proposal: decision id of the proposal that is looked at, for when several wait.
    """
    held = [position for position in desk.positions if position.instrument_id == pair and position.size > 0]
    lines = [line for position in held for line in position_levels(desk, position)]
    lines += [_order_level(desk, pair, order) for order in working]
    if not held:
        waiting = [item for item in desk.open_proposals() if item.terms.instrument_id == pair]
        chosen = [item for item in waiting if item.decision_id == shown_proposal]
        for proposal in (chosen or waiting)[:1]:
            lines += proposal_levels(desk, proposal)
    return tuple(lines)


def position_levels(desk: Desk, position: Position) -> tuple[Level, ...]:
    """Give entry, stop, target and liquidation; stop and target only where the venue lists them."""
    pair, side = position.instrument_id, position.side
    price, status = _writer(desk, pair), desk.safety.protection.get((pair, side))
    ticker = desk.tickers.get(pair)
    mark = ticker.mark if ticker else None
    result = position.unrealized_pnl if mark is None else position.pnl_at(mark)
    text = f"{position_word(side).capitalize()} {f.trimmed(position.size)}  entry {price(position.entry_price)}"
    lines = [Level(float(position.entry_price), text, "accent", _usdt(result))]
    if status is not None:
        lines += _exits(position, status, price)
    if position.liquidation_price is not None and position.liquidation_price > 0:
        away = "" if not mark else f"  {f.percent(position.liquidation_price / mark - 1, signed=True)} from the mark"
        text = f"Liquidation {price(position.liquidation_price)}{away}"
        loss = _usdt(position.pnl_at(position.liquidation_price))
        lines.append(Level(float(position.liquidation_price), text, "amber", loss))
    return tuple(lines)


def proposal_levels(desk: Desk, proposal: Proposal) -> tuple[Level, ...]:
    """Give the lines a proposal would have; violet where the AI's entry is."""
    terms = proposal.terms
    entry = terms.price or terms.reference_price
    word = "long" if terms.side is Side.BUY else "short"
    text = f"Proposed {word} {f.trimmed(terms.size)} at {_writer(desk, terms.instrument_id)(entry)}"
    return (
        Level(float(entry), text, "ai", _usdt(terms.size * entry, signed=False)),
        *exit_levels(terms.stop_price, terms.target_price, entry),
    )


def _exits(position: Position, status: ProtectionStatus, price: "_Writer") -> list[Level]:
    lines = []
    for (role, word, tone), held in zip(_EXITS, (status.stop, status.target), strict=True):
        if held is None:
            continue
        away = f.percent(held.price / position.entry_price - 1, signed=True) if position.entry_price else f.DASH
        doing = f"  ({status.doing})" if status.doing else ""
        text, money = f"{word} {price(held.price)}  {away}{doing}", _usdt(position.pnl_at(held.price))
        grip = Grip(role, position.instrument_id, position.side)
        lines.append(Level(float(held.price), text, tone, money, grip))
    return lines


def _order_level(desk: Desk, pair: InstrumentId, order: Order) -> Level:
    """Give the line of a limit order; one that does more than rest says what."""
    terms, at = order.terms, order.terms.expected_price
    gap = desk.safety.gap_of(order.client_order_id)
    text = f"{order_act(terms).capitalize()} {f.trimmed(order.open_size)} at {_writer(desk, pair)(at)}"
    note = _usdt(order.open_size * at, signed=False)
    grip = None if why_not_amend(order) else Grip(Role.ORDER, pair, terms.position_side, order.client_order_id)
    doing = gap.phase.value if gap else "" if order.state in _RESTING else ORDER_STATE[order.state][0]
    return Level(float(at), f"{text}  ({doing})" if doing else text, "text", note, grip)


class _Writer:
    """Writes prices with the venue's decimals."""

    def __init__(self, decimals: int | None) -> None:
        self._decimals = decimals

    def __call__(self, value: Decimal) -> str:
        return f.number(value, self._decimals)


def _writer(desk: Desk, pair: InstrumentId) -> _Writer:
    rules = desk.instruments.get(pair)
    return _Writer(rules.price_decimals if rules else None)


def _usdt(value: Decimal | None, *, signed: bool = True) -> str:
    return f.DASH if value is None else f"{f.money(value, signed=signed)} USDT"
