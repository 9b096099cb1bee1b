"""What moving a line would mean: price, R, money, distance to liquidation; or why it cannot be asked for.

The same checks as in the tables, and the same commands: the engine judges again what is sent.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.hand_messages import AmendOrder, MoveStop, MoveTarget
from terminal.domain.instrument import Instrument, base_of
from terminal.domain.order import ZERO, Effect, Order, PositionSide
from terminal.domain.position import Position
from terminal.domain.protection import HeldTrigger
from terminal.domain.risk import TradingState
from terminal.ui import formatting as f
from terminal.ui.charts.trading.grips import Grip, Role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.hand_checks import Checked, check_stop, check_target, why_not_amend
from terminal.ui.viewmodels.numbers import plain, snap
from terminal.ui.viewmodels.words import position_word

GONE: Final = {
    Role.STOP: "This position is gone; nothing was sent.",
    Role.TARGET: "This position is gone; nothing was sent.",
    Role.ORDER: "This order is gone; nothing was sent.",
}


@dataclass(frozen=True, slots=True)
class Move:
    """One place of a line that is dragged.

    Attributes:
        price: on the tick; None when contract rules are not known.
        title: what and where, for the ghost.
        facts: what it would mean, one a line.
        refusal: why it cannot be asked for, "" when it can.
        stands: the line's price at the venue now; None when it is gone.
        subject: whose line it is, for the question.
        after: what happens at the venue, for the question.
    """

    price: Decimal | None
    title: str
    facts: tuple[str, ...] = ()
    refusal: str = ""
    stands: Decimal | None = None
    subject: str = ""
    after: str = ""


def move_of(desk: Desk, grip: Grip, price: float, risked: Decimal | None) -> Move:
    """Judge a price a line is dragged to.

    Args:
        desk: the window's state.
        grip: what is dragged.
        price: where it is held; put on the tick here.
        risked: what 1 R is in quote currency for each coin, see `risk_per_coin`.
    """
    rules = desk.instruments.get(grip.instrument_id)
    if rules is None:
        return Move(None, grip.role.value.capitalize(), refusal="The contract rules are not loaded yet; wait a moment.")
    at = snap(Decimal(str(price)), rules.price_step)
    if grip.role is Role.ORDER:
        order = desk.orders.get(grip.client_order_id)
        return _gone(grip, at) if order is None else _order_move(desk, order, rules, at)
    position = position_of(desk, grip)
    return _gone(grip, at) if position is None else _exit_move(desk, grip, position, rules, at, risked)


def command_of(desk: Desk, grip: Grip, price: Decimal) -> MoveStop | MoveTarget | AmendOrder:
    """Give what is sent once a person has confirmed: the tables' own commands."""
    if grip.role is Role.ORDER:
        return AmendOrder(grip.client_order_id, price, None, desk.who, desk.new_question_id())
    move = MoveStop if grip.role is Role.STOP else MoveTarget
    return move(grip.instrument_id, grip.side, price, desk.who)


def position_of(desk: Desk, grip: Grip) -> Position | None:
    leg = (grip.instrument_id, grip.side)
    return next((held for held in desk.positions if (held.instrument_id, held.side) == leg and held.size > 0), None)


def risk_per_coin(desk: Desk, grip: Grip) -> Decimal | None:
    """Give what 1 R is for each coin: from the entry to the stop the newest opening order carried.

    Without such an order (it was made elsewhere) the stop that stands now is taken; None when that
    would not be a loss.
    """
    position = position_of(desk, grip)
    if position is None:
        return None
    status = desk.safety.protection.get((grip.instrument_id, grip.side))
    listed = None if status is None else status.stop
    stop = next((stop for order in reversed(desk.orders.values()) if (stop := _first_stop(order, grip))), None)
    stop = stop or (None if listed is None else listed.price)
    if stop is None:
        return None
    loss = position.entry_price - stop if grip.side is PositionSide.LONG else stop - position.entry_price
    return loss if loss > 0 else None


def _first_stop(order: Order, grip: Grip) -> Decimal | None:
    terms = order.terms
    mine = (terms.instrument_id, terms.position_side) == (grip.instrument_id, grip.side)
    return terms.stop_price if mine and terms.effect is Effect.OPEN and order.filled_size > 0 else None


def _gone(grip: Grip, at: Decimal) -> Move:
    return Move(at, grip.role.value.capitalize(), refusal=GONE[grip.role])


# -- stop and target ---------------------------------------------------------------


def _exit_move(desk: Desk, grip: Grip, held: Position, rules: Instrument, at: Decimal, risked: Decimal | None) -> Move:
    status = desk.safety.protection.get((grip.instrument_id, grip.side))
    stop = None if status is None else status.stop
    listed = stop if grip.role is Role.STOP else None if status is None else status.target
    ticker = desk.tickers.get(grip.instrument_id)
    mark = ticker.mark if ticker else None
    if grip.role is Role.STOP:
        read = check_stop(plain(at), held, rules, mark, None if listed is None else listed.price)
    else:
        read = _check_target(at, held, rules, mark, listed, stop)
    refusal = read.words or _why_not_exit(held, at, grip.role)
    word = grip.role.value
    return Move(
        at,
        f"{word.capitalize()}  {f.number(at, rules.price_decimals)}",
        _exit_facts(held, rules, at, risked),
        refusal,
        None if listed is None else listed.price,
        f"{base_of(held.instrument_id)} {position_word(held.side)} {f.trimmed(held.size)}",
        f"The line moves when the venue lists the new {word}; until then the old one stands.",
    )


def _check_target(
    at: Decimal,
    held: Position,
    rules: Instrument,
    mark: Decimal | None,
    listed: HeldTrigger | None,
    stop: HeldTrigger | None,
) -> Checked:
    if stop is None:
        return Checked(None, "Set a stop before the target: the venue lists none.")
    if listed is not None and listed.price == at:
        return Checked(None, "The target stands there already.")
    return check_target(plain(at), held, rules, mark)


def _why_not_exit(held: Position, at: Decimal, role: Role) -> str:
    """Say why a stop would never be reached; "" for every other."""
    liquidation = held.liquidation_price
    if role is not Role.STOP or not liquidation:
        return ""
    beyond = at <= liquidation if held.side is PositionSide.LONG else at >= liquidation
    return "This lies beyond the liquidation price: the stop would never be reached." if beyond else ""


def _exit_facts(held: Position, rules: Instrument, at: Decimal, risked: Decimal | None) -> tuple[str, ...]:
    result = held.pnl_at(at)
    word = "at risk" if result < 0 else "earns"
    multiple = "R is not known" if risked is None else f"{_multiple(result / held.size / risked)} R"
    facts = [f"{word} {f.money(result, signed=True)} USDT before fees", multiple]
    if held.liquidation_price and at > 0:
        away = f.percent(abs(at - held.liquidation_price) / at)
        facts.append(f"{away} to liquidation {f.number(held.liquidation_price, rules.price_decimals)}")
    else:
        facts.append("the venue gave no liquidation price")
    return tuple(facts)


# -- a resting order ---------------------------------------------------------------


def _order_move(desk: Desk, order: Order, rules: Instrument, at: Decimal) -> Move:
    terms = order.terms
    word = "buy" if terms.side.value == "BUY" else "sell"
    return Move(
        at,
        f"Limit {word}  {f.number(at, rules.price_decimals)}",
        _order_facts(order, rules, at),
        _why_not_order(desk, order, rules, at),
        terms.price,
        f"{rules.base} limit {word} {f.trimmed(order.open_size)}",
        "An order is not moved: it is cancelled, and once the venue proves that, the AI is asked again at the new "
        "price. Its answer is a new proposal with its own approval. In between nothing works at the venue.",
    )


def _why_not_order(desk: Desk, order: Order, rules: Instrument, at: Decimal) -> str:
    terms, shown = order.terms, rules.price_decimals
    if why := why_not_amend(order):
        return why
    if order.filled_size > 0:
        return "Part of it is filled, and nothing is added to a position. Cancel the rest instead."
    if desk.trading_state is not TradingState.ACTIVE:
        return "Entries are not open now, so it could not come back. Cancel it instead."
    if at <= 0:
        return "A price must be above 0."
    if at == terms.price:
        return "The order stands there already."
    long = terms.position_side is PositionSide.LONG
    for level, word, below in ((terms.stop_price, "stop", long), (terms.target_price, "target", not long)):
        if level is not None and (at <= level if below else at >= level):
            side = "above" if below else "below"
            return f"The entry must stay {side} its {word} {f.number(level, shown)}."
    return ""


def _order_facts(order: Order, rules: Instrument, at: Decimal) -> tuple[str, ...]:
    terms, size = order.terms, order.open_size
    facts = [f"{f.trimmed(size)} {rules.base} for {f.money(size * at)} USDT"]
    stop, target = terms.stop_price, terms.target_price
    if stop is None:
        facts.append("it carries no stop")
    else:
        sign = 1 if terms.position_side is PositionSide.LONG else -1
        risked, won = (at - stop) * sign, ZERO if target is None else (target - at) * sign
        facts.append(f"at risk {f.money(-size * risked, signed=True)} USDT before fees")
        facts.append(f"target at {_multiple(won / risked)} R" if risked > 0 and won > 0 else "no R from here")
    facts.append("liquidation is known once it is held")
    return tuple(facts)


def _multiple(value: Decimal) -> str:
    return f.number(value, 2, signed=True)
