"""The pairs of the venue and the words both dialects share."""

from dataclasses import dataclass

from terminal.sim.exchange.terms import MarginMode

BASES = ("BTC", "ETH", "SOL", "DOGE", "XRP", "ADA", "BNB", "LTC")
# Known to the venue, but this account may not trade them.
FOREIGN_BASES = ("SUI", "LINK", "TRX", "HBAR", "TON", "1000SHIB", "UNI", "ENA")


@dataclass(frozen=True, slots=True)
class Symbols:
    """A dialect's symbols: by pair, by symbol, and those this account may not trade."""

    of: dict[str, str]
    pairs: dict[str, str]
    foreign: frozenset[str]


def symbols(pattern: str, *, lower: bool) -> Symbols:
    """Symbols made from a pattern with one `{}` for the base coin."""

    def spell(base: str) -> str:
        return pattern.format(base.lower() if lower else base)

    of = {base: spell(base) for base in BASES}
    return Symbols(of, {symbol: base for base, symbol in of.items()}, frozenset(spell(base) for base in FOREIGN_BASES))


def by_name(modes: dict[MarginMode, str]) -> dict[str, MarginMode]:
    return {name: mode for mode, name in modes.items()}
