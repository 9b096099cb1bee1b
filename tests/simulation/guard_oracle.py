"""What the guardrails promise, judged from the exchange's own books at the moment an opening leaves.

O-i  no pair is opened again while it rests after a loss, nor on the same side and level within minutes,
     and no day has more openings than the profile allows

Nothing of the guardrails' own counting is asked: trades are read from the venue's fills. What another
program traded cannot be told apart there, so pairs touched by one are left out by the caller.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.guardrails import GuardrailLimits
from terminal.sim.exchange.records import Fill
from terminal.sim.exchange.terms import Effect, PositionSide

MINUTE_MS = 60_000
_DAY_MS = 86_400_000
_LEVEL = Decimal("0.004")  # the guardrail draws the line at half a percent; market orders slip a little
_SLACK_MS = 6 * MINUTE_MS  # the storm skews the venue's clock by up to five minutes


@dataclass(slots=True)
class Held:
    """One position from flat to flat. `ended_ms` is 0 while it is open."""

    pair: str
    side: PositionSide
    began_ms: int
    entry: Decimal
    size: Decimal = Decimal(0)
    net: Decimal = Decimal(0)
    ended_ms: int = 0


def faults(
    limits: GuardrailLimits, fills: list[Fill], now_ms: int, pair: str, side: PositionSide, price: Decimal
) -> Iterator[str]:
    """Say what speaks against an opening that is about to leave."""
    held = positions(fills)
    today = [each for each in held if each.began_ms > now_ms - _DAY_MS + _SLACK_MS]
    if len(today) >= limits.opens_per_day:
        yield f"is opening {len(today) + 1} of the day"
    of_pair = [each for each in held if each.pair == pair]
    lost = [each for each in of_pair if each.ended_ms and each.net < 0]
    if lost and now_ms - lost[-1].ended_ms < limits.loss_cooldown_min * MINUTE_MS - _SLACK_MS:
        yield f"opens {pair} {(now_ms - lost[-1].ended_ms) / MINUTE_MS:.1f} min after a loss of it"
    for each in of_pair:
        young = now_ms - each.began_ms < limits.repeat_min * MINUTE_MS - _SLACK_MS
        if young and each.side is side and abs(each.entry - price) < _LEVEL * price:
            yield f"opens {pair} {side.value} again {(now_ms - each.began_ms) / MINUTE_MS:.1f} min after the last time"


def positions(fills: list[Fill]) -> list[Held]:
    """Read the fills as positions, oldest first."""
    found: list[Held] = []
    for fill in fills:
        key = (fill.pair, fill.side)
        held = next((each for each in reversed(found) if (each.pair, each.side) == key and not each.ended_ms), None)
        if held is None:
            held = Held(fill.pair, fill.side, fill.created_ms, fill.value / fill.size)
            found.append(held)
        opens = fill.effect is Effect.OPEN
        held.size += fill.size if opens else -fill.size
        held.net += fill.realized_pnl - fill.fee
        if held.size <= 0:
            held.ended_ms = fill.created_ms
    return found
