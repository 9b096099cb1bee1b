"""The competition's hard rules. Settings may narrow them, nothing may widen them.

Source: the WEEX AI-trading rules, checks R1-R14.
"""

from typing import Final

from terminal.domain.instrument import InstrumentId, perpetual

ALLOWED_BASES: Final = ("BTC", "ETH", "SOL", "XRP", "DOGE", "ADA", "BNB", "LTC")
ALLOWED_INSTRUMENTS: Final[tuple[InstrumentId, ...]] = tuple(perpetual(base) for base in ALLOWED_BASES)
MAX_LEVERAGE: Final = 20
MAX_GROSS_TIMES_EQUITY: Final = 20
MAX_ORDER_CALLS_PER_S: Final = 10
SOFT_ORDER_CALLS_PER_S: Final = 8
MIN_TRADES: Final = 10
"""What a round of the competition asks for at least."""
EXPLANATION_MAX_CHARS: Final = 1_000
EXPLANATION_MAX_WORDS: Final = 500


def is_allowed(instrument_id: InstrumentId) -> bool:
    """Tell whether the competition lets this instrument be traded."""
    return instrument_id in ALLOWED_INSTRUMENTS
