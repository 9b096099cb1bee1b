"""A round of the competition as one team plays it: dates, what it began with, how far the rules are narrowed."""

from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.competition import ALLOWED_INSTRUMENTS, MIN_TRADES
from terminal.domain.instrument import InstrumentId, base_of


@dataclass(frozen=True, slots=True)
class Season:
    """Times in Unix ms, money in USDT; None where nobody has said. `pairs` and `min_trades` may only be narrowed.

    An opening outside `pairs` is refused; what is held there can always be closed.
    """

    start_ms: int | None = None
    end_ms: int | None = None
    start_equity: Decimal | None = None
    min_trades: int = MIN_TRADES
    pairs: tuple[InstrumentId, ...] = ALLOWED_INSTRUMENTS

    def __post_init__(self) -> None:
        """Refuse what is wider than the rules, or makes no sense.

        Raises:
            ValueError: the text names the setting and what it may be.
        """
        if self.start_ms is not None and self.end_ms is not None and self.end_ms <= self.start_ms:
            raise ValueError("season_end must come after season_start")
        if self.start_equity is not None and not (self.start_equity.is_finite() and self.start_equity > 0):
            raise ValueError(f"start_equity is {self.start_equity}; it must be above 0")
        if self.min_trades < MIN_TRADES:
            raise ValueError(
                f"min_trades is {self.min_trades}; the competition asks for {MIN_TRADES}, so it may only be more"
            )
        strangers = [base_of(each) for each in self.pairs if each not in ALLOWED_INSTRUMENTS]
        if strangers:
            allowed = ", ".join(map(base_of, ALLOWED_INSTRUMENTS))
            raise ValueError(f"pairs names {', '.join(strangers)}; only these may be traded: {allowed}")
        if not self.pairs or len(set(self.pairs)) != len(self.pairs):
            raise ValueError("pairs must name at least one pair, and each only once")

    @property
    def narrowed_words(self) -> str:
        """The pairs that may be opened, e.g. `BTC, ETH`."""
        return ", ".join(map(base_of, self.pairs))

    def left_ms(self, now_ms: int) -> int | None:
        """Give what is left of the season; 0 once it is over, None without an end."""
        return None if self.end_ms is None else max(0, self.end_ms - now_ms)

    def has_begun(self, now_ms: int) -> bool:
        return self.start_ms is None or now_ms >= self.start_ms
