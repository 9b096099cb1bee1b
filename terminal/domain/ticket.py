"""A ticket's figures while a person types: pure arithmetic, nothing is looked up or sent.

Formulas, for a long (a short mirrors them); f are fee fractions, L the leverage, m the
maintenance margin rate:

    break-even      entry * (1 + f_in) / (1 - f_out)
    liquidation     isolated: entry * (1 - 1/L) / (1 - m - f_taker)
                    cross:    (entry - available / size) / (1 - m - f_taker)
    1 R             |entry - stop|; after costs: the loss at the stop with both fees

m is assumed to be 0.5 % (venues have steps by position size), other positions on a shared
margin are left out, and funding counts only for the settlements given. The venue's own
figure wins once the position exists.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final

from terminal.domain.account import MarginMode
from terminal.domain.instrument import Instrument
from terminal.domain.order import ZERO, OrderKind, PositionSide, TimeInForce

MAINTENANCE_RATE: Final = Decimal("0.005")
_HUNDRED: Final = Decimal(100)


class SizeMode(Enum):
    """How a size was typed. Percentages are of equity, 1 = 1 %."""

    COIN = "coin"
    USDT = "USDT"  # notional
    EQUITY_PCT = "% of equity"  # notional as a share of equity
    RISK_PCT = "% risk to stop"  # loss at the stop, with both fees, as a share of equity


class LevelMode(Enum):
    """How a stop or target was typed."""

    PRICE = "price"
    PERCENT = "%"  # distance from the entry, 1 = 1 % of price
    R = "R"  # multiples of the distance to the stop; for targets only


@dataclass(frozen=True, slots=True)
class Level:
    mode: LevelMode
    value: Decimal


@dataclass(frozen=True, slots=True)
class TicketIdea:
    """A person's terms that travel with a question to the AI. They may narrow its answer, never widen it.

    `limit_price` None means at the market. `stop_price` and `target_price` are prices.
    """

    kind: OrderKind = OrderKind.MARKET
    limit_price: Decimal | None = None
    tif: TimeInForce = TimeInForce.IOC
    size_mode: SizeMode = SizeMode.COIN
    size_value: Decimal | None = None
    stop_price: Decimal | None = None
    target_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """What is typed, and the moment it is typed in. Money in USDT; None where unknown.

    `settlements` funding payments are expected until the exit, at `funding_rate` each
    (a fraction, paid by longs when positive).
    """

    instrument: Instrument
    side: PositionSide
    kind: OrderKind
    size_mode: SizeMode
    size_value: Decimal | None
    limit_price: Decimal | None
    stop: Level | None
    target: Level | None
    leverage: int
    margin_mode: MarginMode
    bid: Decimal | None
    ask: Decimal | None
    mark: Decimal | None
    equity: Decimal | None
    available: Decimal | None
    tif: TimeInForce = TimeInForce.GTC
    funding_rate: Decimal = ZERO
    settlements: int = 0

    @property
    def is_long(self) -> bool:
        return self.side is PositionSide.LONG


@dataclass(frozen=True, slots=True)
class Prices:
    """Entry, stop and target on the tick. `words` say what was rounded or cannot be."""

    entry: Decimal | None
    stop: Decimal | None
    target: Decimal | None
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fees:
    """Fees in USDT: of the entry and of an exit at the same price, as maker and as taker."""

    entry_maker: Decimal
    entry_taker: Decimal
    exit_maker: Decimal
    exit_taker: Decimal


def is_taker(ticket: Ticket, entry: Decimal) -> bool:
    """Whether the entry would take liquidity now: market orders, and limits through the touch."""
    if ticket.kind is OrderKind.MARKET:
        return True
    if ticket.tif is TimeInForce.POST_ONLY:
        return False
    touch = ticket.ask if ticket.is_long else ticket.bid
    return touch is not None and (entry >= touch if ticket.is_long else entry <= touch)


def prices(ticket: Ticket) -> Prices:
    """Put the three prices on the tick, each rounded to the careful side.

    The entry limit is rounded away from paying more, stop and target towards the entry.
    """
    rules, long = ticket.instrument, ticket.is_long
    words: list[str] = []
    touch = ticket.ask if long else ticket.bid
    entry = touch if ticket.kind is OrderKind.MARKET else ticket.limit_price
    if entry is None or not entry.is_finite() or entry <= 0:
        return Prices(None, None, None, ())
    if ticket.kind is OrderKind.LIMIT:
        entry = _on_tick(entry, rules, up=not long, what="price", words=words)
        if entry <= 0:
            return Prices(None, None, None, tuple(words))
    stop = _level(ticket.stop, entry, long=not long, distance=None)
    if stop is not None:
        stop = _on_tick(stop, rules, up=long, what="stop", words=words)
    if ticket.stop is not None and ticket.stop.mode is LevelMode.R:
        words.append("A stop cannot be given in R: R is the distance to the stop.")
    distance = None if stop is None else abs(entry - stop)
    target = _level(ticket.target, entry, long=long, distance=distance)
    if target is not None:
        target = _on_tick(target, rules, up=not long, what="target", words=words)
    elif ticket.target is not None:
        words.append("A target in R needs a stop first.")
    return Prices(entry, stop, target, tuple(words))


def wanted_size(ticket: Ticket, at: Prices) -> Decimal | None:
    """The size the typed value asks for, before the step; None when something it needs is missing."""
    value, entry, equity = ticket.size_value, at.entry, ticket.equity
    if value is None or not value.is_finite() or entry is None:
        return None
    if ticket.size_mode is SizeMode.COIN:
        return value
    if ticket.size_mode is SizeMode.USDT:
        return value / entry
    if equity is None:
        return None
    if ticket.size_mode is SizeMode.EQUITY_PCT:
        return equity * value / _HUNDRED / entry
    if at.stop is None:
        return None
    return equity * value / _HUNDRED / loss_per_coin(ticket, entry, at.stop)


def loss_per_coin(ticket: Ticket, entry: Decimal, stop: Decimal) -> Decimal:
    """What one coin loses at the stop, both fees and funding included, in USDT."""
    fee_in = entry * entry_fee_rate(ticket, entry)
    fee_out = stop * ticket.instrument.taker_fee
    return abs(entry - stop) + fee_in + fee_out + max(ZERO, funding_per_coin(ticket, entry))


def entry_fee_rate(ticket: Ticket, entry: Decimal) -> Decimal:
    rules = ticket.instrument
    return rules.taker_fee if is_taker(ticket, entry) else rules.maker_fee


def funding_per_coin(ticket: Ticket, entry: Decimal) -> Decimal:
    """Funding one coin pays until the exit, in USDT; negative when it is received."""
    paid = entry * ticket.funding_rate * ticket.settlements
    return paid if ticket.is_long else -paid


def fees(ticket: Ticket, notional: Decimal) -> Fees:
    maker, taker = notional * ticket.instrument.maker_fee, notional * ticket.instrument.taker_fee
    return Fees(maker, taker, maker, taker)


def break_even(
    rules: Instrument, side: PositionSide, entry: Decimal, fee_in_per_coin: Decimal, fee_out_rate: Decimal
) -> Decimal:
    """The exit price that pays both fees, on the tick, rounded to the side that earns."""
    if side is PositionSide.LONG:
        return rules.ceil_price((entry + fee_in_per_coin) / (1 - fee_out_rate))
    return rules.floor_price((entry - fee_in_per_coin) / (1 + fee_out_rate))


def liquidation_price(
    rules: Instrument,
    side: PositionSide,
    entry: Decimal,
    size: Decimal,
    leverage: int,
    margin_mode: MarginMode,
    available: Decimal | None,
) -> Decimal | None:
    """Estimate where the venue would liquidate; None when this position alone cannot get there.

    Not rounded to the tick: it is an estimate (see the module's words).
    """
    if leverage <= 0 or size <= 0 or entry <= 0:
        return None
    cushion = entry / leverage
    if margin_mode is MarginMode.CROSS:
        if available is None:
            return None
        cushion = available / size
    rate = MAINTENANCE_RATE + rules.taker_fee
    if side is PositionSide.LONG:
        price = (entry - cushion) / (1 - rate)
        return price if price > 0 else None
    return (entry + cushion) / (1 + rate)


def _level(level: Level | None, entry: Decimal, *, long: bool, distance: Decimal | None) -> Decimal | None:
    """`long` tells the direction: above the entry when True."""
    if level is None or not level.value.is_finite():
        return None
    if level.mode is LevelMode.PRICE:
        return level.value
    if level.mode is LevelMode.PERCENT:
        move = entry * level.value / _HUNDRED
    elif distance is not None:
        move = distance * level.value
    else:
        return None
    return entry + move if long else entry - move


def _on_tick(price: Decimal, rules: Instrument, *, up: bool, what: str, words: list[str]) -> Decimal:
    rounded = rules.ceil_price(price) if up else rules.floor_price(price)
    if rounded != price:
        words.append(f"The {what} was put on the tick: {rounded:f}.")
    return rounded
