"""What taking a pair at the market costs now, from the venue's own rules and quotes.

No figure needs a stop: that comes with the AI's decision and stands on its card.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Funding
from terminal.ui import formatting as f
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.market_rows import market_row

NOTIONAL: Final = Decimal(1_000)  # USDT
TITLE: Final = f"For each {NOTIONAL:,} USDT at the market"


@dataclass(frozen=True, slots=True)
class Cost:
    """A row of the ticket; `why` says on hover how it was worked out or why it is missing."""

    name: str
    value: str
    why: str


def costs_of(desk: Desk, instrument_id: InstrumentId) -> tuple[Cost, ...]:
    """Give spread, fees, funding and smallest order of a pair; the names never change."""
    row = market_row(desk, instrument_id)
    shape = desk.instruments.get(instrument_id)
    crossed = None if row.spread is None else row.spread * NOTIONAL
    spread = f.DASH if crossed is None else f"{f.number(crossed, 4)} USDT"
    basis = f"Ask less bid, {f.basis_points(row.spread, 2)} bp of the mid price, paid once for in and out."
    fees = f.DASH if shape is None else f"{f.money(2 * shape.taker_fee * NOTIONAL)} USDT"
    each = "" if shape is None else f"{f.percent(shape.taker_fee, 3)} of what is traded as taker, in and out"
    smallest, worth = f.DASH, "The venue's rules are not loaded yet."
    if shape is not None:
        worth = f"The venue's smallest order; sizes go in steps of {f.trimmed(shape.size_step)} {shape.base}."
        smallest = f"{f.trimmed(shape.min_size)} {shape.base}"
        if row.last is not None:
            smallest += f" ≈ {f.money(shape.min_size * row.last)} USDT"
    return (
        Cost("Spread", spread, basis if crossed is not None else "No bid and ask: the order book is being loaded."),
        Cost("Fees both ways", fees, each or worth),
        _funding(row.funding, desk.now_ms()),
        Cost("Smallest order", smallest, worth),
    )


def _funding(funding: Funding | None, now_ms: int) -> Cost:
    name = "Next funding"
    if funding is None:
        return Cost(name, f.DASH, "The venue has not told the funding rate yet.")
    left = f.countdown((funding.next_ms - now_ms) / 1_000)
    rate = f.percent(funding.rate, 4, signed=True)
    why = f"Rate {rate} every {funding.interval_min // 60} h, of the position's value at that moment."
    if funding.rate == 0:
        return Cost(name, f"nothing, in {left}", why)
    payer = "long" if funding.rate > 0 else "short"
    return Cost(name, f"{payer} pays {f.money(abs(funding.rate) * NOTIONAL)} in {left}", why)
