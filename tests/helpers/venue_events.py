"""Other venues' prices for window tests; every figure is made up here."""

from decimal import Decimal

from helpers.desk_events import MARKETS, NOW_MS
from terminal.domain.competition import ALLOWED_BASES
from terminal.domain.instrument import perpetual, step_decimals
from terminal.domain.references import ReferenceLink, ReferencePrice, ReferenceRow, ReferencesChanged

D = Decimal
LINKS = (
    ReferenceLink("hashkey", "HashKey", connected=True, text="connected"),
    ReferenceLink("woox", "WOO X", connected=True, text="connected"),
    ReferenceLink("bitz", "Bit-Z", connected=False, text="the connection was lost"),
)
AT_HASHKEY = {"BTC": "1.5", "ETH": "-2.25", "LTC": "0.75"}  # basis in bp of the pairs it lists


def price(venue: str, base: str, basis_bp: str | None, age_s: float, *, fresh: bool = True) -> ReferencePrice:
    """One pair at one venue, so far from the last price; None for a pair it does not list."""
    if basis_bp is None:
        return ReferencePrice(venue, listed=False)
    last, tick = D(MARKETS[base][0]), D(MARKETS[base][1])
    mid = last * (1 + D(basis_bp) / 10_000)
    bid = (mid / tick).to_integral_value() * tick
    ask = bid + tick
    mid = (bid + ask) / 2
    spread_bp = round(float(tick / mid * 10_000), 4)
    shown = float(basis_bp) if fresh else None
    return ReferencePrice(venue, True, mid, spread_bp, shown, age_s, bid, ask, step_decimals(tick))


def row(base: str, at: int) -> ReferenceRow:
    prices = (
        price("hashkey", base, AT_HASHKEY.get(base), 1.25 + at / 10),
        price("woox", base, str(D(at) - 3), 0.5),
        price("bitz", base, "12.5", 95.0, fresh=False),
    )
    known = [0.0, *(each.basis_bp for each in prices if each.basis_bp is not None)]
    return ReferenceRow(perpetual(base), D(MARKETS[base][0]), 0.25, prices, max(known) - min(known))


def compared() -> ReferencesChanged:
    """Three venues: one lists three pairs, one everything, one is away and its prices are old."""
    return ReferencesChanged(tuple(row(base, at) for at, base in enumerate(ALLOWED_BASES)), LINKS, NOW_MS)
