"""What a person types about the season, and the season it makes. Times are UTC, as the organiser gives them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from terminal.domain.competition import ALLOWED_INSTRUMENTS, MIN_TRADES
from terminal.domain.instrument import InstrumentId
from terminal.domain.season import Season
from terminal.ui import formatting as f

TIME_SHAPE: Final = "YYYY-MM-DD HH:MM"
_TIME: Final = "%Y-%m-%d %H:%M"
_MOST_TRADES: Final = 10_000
_MOST_EQUITY: Final = Decimal(100_000_000)


class NotASeason(ValueError):
    """What was typed makes no season; `field` names the one to correct, the text says how."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True, slots=True)
class SeasonEntry:
    """The fields as text. Empty times and an empty equity mean: not set."""

    start: str
    end: str
    start_equity: str
    min_trades: str
    pairs: tuple[InstrumentId, ...]


def entry_of(season: Season) -> SeasonEntry:
    """Write a season into the fields."""
    equity = season.start_equity
    return SeasonEntry(
        _time_text(season.start_ms),
        _time_text(season.end_ms),
        "" if equity is None else f.trimmed(equity),
        str(season.min_trades),
        season.pairs,
    )


def season_of(entry: SeasonEntry) -> Season:
    """Read the fields.

    Raises:
        NotASeason: one of them cannot be read, or is wider than the rules.
    """
    start_ms, end_ms = _time("start", entry.start), _time("end", entry.end)
    if start_ms is not None and end_ms is not None and end_ms <= start_ms:
        raise NotASeason("end", "The end must come after the start.")
    equity = _equity(entry.start_equity)
    trades = _trades(entry.min_trades)
    pairs = _in_order(entry.pairs)
    if not pairs:
        raise NotASeason("pairs", "Leave at least one pair that may be opened.")
    return Season(start_ms, end_ms, equity, trades, pairs)


def _time_text(at_ms: int | None) -> str:
    return "" if at_ms is None else datetime.fromtimestamp(at_ms / 1_000, UTC).strftime(_TIME)


def _time(field: str, text: str) -> int | None:
    text = text.strip().removesuffix("UTC").strip()
    if not text:
        return None
    try:
        moment = datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:
        raise NotASeason(field, f"The {field} is written {TIME_SHAPE}, in UTC; empty means not known.") from None
    return round(moment.timestamp() * 1_000)


def _equity(text: str) -> Decimal | None:
    plain = text.strip().removesuffix("USDT").replace(",", "").strip()
    if not plain:
        return None
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        raise NotASeason("start_equity", "The start equity is an amount in USDT, for instance 1000.") from None
    if not amount.is_finite() or not 0 < amount <= _MOST_EQUITY:
        raise NotASeason("start_equity", f"The start equity must be above 0 and at most {_MOST_EQUITY:,} USDT.")
    return amount


def _trades(text: str) -> int:
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit()) or not MIN_TRADES <= int(plain) <= _MOST_TRADES:
        words = f"The rules ask for {MIN_TRADES} trades; here may stand {MIN_TRADES} to {_MOST_TRADES:,}."
        raise NotASeason("min_trades", words)
    return int(plain)


def _in_order(pairs: Sequence[InstrumentId]) -> tuple[InstrumentId, ...]:
    return tuple(each for each in ALLOWED_INSTRUMENTS if each in pairs)
