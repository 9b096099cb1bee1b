"""All figures of a ticket at once, and in words what forbids sending it."""

from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.account import MarginMode
from terminal.domain.competition import MAX_LEVERAGE, is_allowed
from terminal.domain.order import ZERO, OrderKind
from terminal.domain.plain_words import figure
from terminal.domain.ticket import (
    MAINTENANCE_RATE,
    Fees,
    Level,
    LevelMode,
    Prices,
    SizeMode,
    Ticket,
    break_even,
    entry_fee_rate,
    fees,
    funding_per_coin,
    liquidation_price,
    loss_per_coin,
    prices,
    wanted_size,
)


@dataclass(frozen=True, slots=True)
class TicketFigures:
    """What a ticket shows. Sizes in base coin, money in USDT; None where something is missing.

    `size` is on the step, rounded down from `asked_size`; `max_size` is what free margin and
    contract allow. `cost` is margin plus the entry's fee. `risk` is the loss at the stop and
    `reward` the gain at the target, both with fees and funding. `r_before` and `r_after` are
    reward per risk without and with those costs. `rounded` says what was put on tick or step;
    `violations` what must change before it can be sent, each a sentence.
    """

    entry: Decimal | None
    stop: Decimal | None
    target: Decimal | None
    asked_size: Decimal | None
    size: Decimal | None
    max_size: Decimal | None
    notional: Decimal | None
    margin: Decimal | None
    cost: Decimal | None
    fees: Fees | None
    liquidation: Decimal | None
    break_even: Decimal | None
    funding: Decimal | None
    risk: Decimal | None
    reward: Decimal | None
    r_before: Decimal | None
    r_after: Decimal | None
    rounded: tuple[str, ...]
    violations: tuple[str, ...]


def ticket_figures(ticket: Ticket) -> TicketFigures:
    """Work everything out; never raises for what a person may type."""
    at = prices(ticket)
    asked = wanted_size(ticket, at)
    rules, entry = ticket.instrument, at.entry
    size = None if asked is None else rules.floor_size(max(ZERO, asked))
    notional = None if size is None or entry is None else size * entry
    margin = None if notional is None or ticket.leverage <= 0 else notional / ticket.leverage
    fee_in = None if notional is None or entry is None else notional * entry_fee_rate(ticket, entry)
    risk, reward, r_before, r_after = _stakes(ticket, at, size)
    rounded = list(at.words)
    if asked is not None and size is not None and size != asked:
        rounded.append(f"The size was rounded down to {figure(size)}.")
    return TicketFigures(
        entry=entry,
        stop=at.stop,
        target=at.target,
        asked_size=asked,
        size=size,
        max_size=_max_size(ticket, entry),
        notional=notional,
        margin=margin,
        cost=None if margin is None or fee_in is None else margin + fee_in,
        fees=None if notional is None else fees(ticket, notional),
        liquidation=_liquidation(ticket, entry, size),
        break_even=None
        if entry is None
        else break_even(rules, ticket.side, entry, entry * entry_fee_rate(ticket, entry), rules.taker_fee),
        funding=None if size is None or entry is None else size * funding_per_coin(ticket, entry),
        risk=risk,
        reward=reward,
        r_before=r_before,
        r_after=r_after,
        rounded=tuple(rounded),
        violations=tuple(_violations(ticket, at, asked, size)),
    )


def _stakes(
    ticket: Ticket, at: Prices, size: Decimal | None
) -> tuple[Decimal | None, Decimal | None, Decimal | None, Decimal | None]:
    """Give risk, reward, R before and R after costs."""
    entry, stop, target = at.entry, at.stop, at.target
    if entry is None or stop is None or _wrong_side(ticket, entry, stop, target):
        return None, None, None, None
    loss = loss_per_coin(ticket, entry, stop)
    risk = None if size is None else size * loss
    if target is None:
        return risk, None, None, None
    costs = entry * entry_fee_rate(ticket, entry) + target * ticket.instrument.taker_fee
    gain = abs(target - entry) - costs - funding_per_coin(ticket, entry)
    before = abs(target - entry) / abs(entry - stop)
    return risk, None if size is None else size * gain, before, gain / loss


def _wrong_side(ticket: Ticket, entry: Decimal, stop: Decimal | None, target: Decimal | None) -> tuple[str, ...]:
    words, long = [], ticket.is_long
    where = ("below", "above") if long else ("above", "below")
    if stop is not None and (stop >= entry if long else stop <= entry):
        words.append(f"The stop {figure(stop)} must be {where[0]} the entry {figure(entry)}.")
    if target is not None and (target <= entry if long else target >= entry):
        words.append(f"The target {figure(target)} must be {where[1]} the entry {figure(entry)}.")
    return tuple(words)


def _liquidation(ticket: Ticket, entry: Decimal | None, size: Decimal | None) -> Decimal | None:
    if entry is None or size is None:
        return None
    return liquidation_price(
        ticket.instrument, ticket.side, entry, size, ticket.leverage, ticket.margin_mode, ticket.available
    )


def _max_size(ticket: Ticket, entry: Decimal | None) -> Decimal | None:
    if entry is None or ticket.available is None or ticket.leverage <= 0:
        return None
    rules = ticket.instrument
    per_coin = entry / ticket.leverage + entry * entry_fee_rate(ticket, entry) + entry * rules.taker_fee
    size = min(max(ZERO, ticket.available) / per_coin, rules.max_size)
    if ticket.kind is OrderKind.MARKET and rules.max_market_open_size is not None:
        size = min(size, rules.max_market_open_size)
    return rules.floor_size(size)


def _violations(ticket: Ticket, at: Prices, asked: Decimal | None, size: Decimal | None) -> list[str]:
    words = [*_leverage_words(ticket), *_size_words(ticket, at, asked, size)]
    if not is_allowed(ticket.instrument.instrument_id):
        words.append(f"{ticket.instrument.instrument_id} is not one of the eight pairs of the competition.")
    if at.entry is None:
        market = ticket.kind is OrderKind.MARKET
        words.append("There is no live price; wait for the book." if market else "Type a limit price above 0.")
        return words
    words.extend(_wrong_side(ticket, at.entry, at.stop, at.target))
    if ticket.stop is None:
        words.append("An opening order needs a stop.")
    words.extend(_negative_words(ticket, at))
    words.extend(_collar_words(ticket, at.entry))
    words.extend(_liquidation_words(ticket, at, size))
    return words


def _leverage_words(ticket: Ticket) -> list[str]:
    rules = ticket.instrument
    top = min(MAX_LEVERAGE, rules.max_leverage)
    if ticket.leverage > top:
        return [f"{ticket.leverage}x is above the limit of {top}x."]
    if ticket.leverage < rules.min_leverage:
        return [f"{ticket.leverage}x is below the least leverage of {rules.min_leverage}x."]
    return []


def _size_words(ticket: Ticket, at: Prices, asked: Decimal | None, size: Decimal | None) -> list[str]:
    rules = ticket.instrument
    if asked is None or size is None:
        if ticket.size_mode is SizeMode.RISK_PCT and at.stop is None:
            return ["A size by risk needs a stop."]
        return ["Type a size."]
    smallest = rules.min_size if at.entry is None else rules.least_size(at.entry)
    if size <= 0 or size < smallest:
        least, step = figure(smallest), figure(rules.size_step)
        return [f"The size is below the least size {least} (step {step}); sizes are never rounded up."]
    words = []
    if size > rules.max_size:
        words.append(f"The size is above the contract's largest size {figure(rules.max_size)}.")
    most = rules.max_market_open_size
    if ticket.kind is OrderKind.MARKET and most is not None and size > most:
        words.append(f"The size is above the contract's largest market size {figure(most)}.")
    if size > rules.max_position_size:
        words.append(f"The position would be above {figure(rules.max_position_size)}.")
    largest = _max_size(ticket, at.entry)
    if largest is not None and size > largest:
        words.append(f"Margin and fees are not free for this size; at most {figure(largest)}.")
    return words


def _negative_words(ticket: Ticket, at: Prices) -> list[str]:
    named: tuple[tuple[str, Level | None, Decimal | None], ...] = (
        ("stop", ticket.stop, at.stop),
        ("target", ticket.target, at.target),
    )
    words = [f"The {name} must be above 0." for name, _, price in named if price is not None and price <= 0]
    if ticket.stop is not None and ticket.stop.mode is LevelMode.R:
        words.append("A stop cannot be given in R.")
    return words


def _collar_words(ticket: Ticket, entry: Decimal) -> list[str]:
    """The venue refuses limits too far through the mark price."""
    rules, mark = ticket.instrument, ticket.mark
    if ticket.kind is not OrderKind.LIMIT or mark is None:
        return []
    if ticket.is_long and entry > mark * (1 + rules.buy_limit_ratio):
        return [f"The venue refuses buys more than {_pct(rules.buy_limit_ratio)} % above the mark price."]
    if not ticket.is_long and entry < mark * (1 - rules.sell_limit_ratio):
        return [f"The venue refuses sells more than {_pct(rules.sell_limit_ratio)} % below the mark price."]
    return []


def _liquidation_words(ticket: Ticket, at: Prices, size: Decimal | None) -> list[str]:
    price = _liquidation(ticket, at.entry, size)
    if price is None or at.stop is None:
        return []
    first = at.stop <= price if ticket.is_long else at.stop >= price
    kind = "isolated" if ticket.margin_mode is MarginMode.ISOLATED else "shared"
    rate = _pct(MAINTENANCE_RATE)
    words = f"Liquidation (about {price:.6g}, {kind} margin, {rate} % maintenance) comes before the stop."
    return [words] if first else []


def _pct(fraction: Decimal) -> str:
    return figure((fraction * 100).normalize())
