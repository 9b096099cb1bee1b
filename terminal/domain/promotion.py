"""What a strategy has to show before its desk may be automatic, and how far it is from that."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.instrument import InstrumentId
from terminal.domain.order import PositionSide


@dataclass(frozen=True, slots=True)
class PromotionSettings:
    """What the record must show. The class refuses anything easier than our own bounds.

    `alpha` is the chance that a strategy without any edge passes, over all the looks ever taken together.
    Source: ai.md 8.
    """

    decisions: int = 150
    days: int = 14
    alpha: float = 0.05
    drawdown: Decimal = Decimal("0.08")  # fraction of equity
    calibration: float = 0.05  # error of the claimed probabilities
    failed_cycles: float = 0.02  # share of cycles
    quiet_days: int = 14  # without an incident

    def __post_init__(self) -> None:
        """Refuse what is easier than the bounds.

        Raises:
            ValueError: it names the setting and its bound.
        """
        for name, least in (("decisions", 60), ("days", 10), ("quiet_days", 3)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be at least {least}")
        bounds = (("alpha", 0.05), ("drawdown", 0.08), ("calibration", 0.10), ("failed_cycles", 0.05))
        for name, most in bounds:
            if not 0 < float(getattr(self, name)) <= most:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be above 0 and at most {most}")


DEMOTION_CALIBRATION: Final = 0.10
"""Error of the newest hundred claims at which an automatic desk goes back to a person."""
DEMOTION_CLAIMS: Final = 100
DEMOTION_FAILURES: Final = 3
"""So many failures within a day that only a person can mend send an automatic desk back."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """One decision to open that has come to its end. `net_bp` after fees and funding, `gross_bp` before them.

    Both are of `notional`, what was opened, in quote currency like `entry` and `net`. `claimed` is the calibrated
    probability of its direction, `came_true` whether the price went that way. `is_paper` where nothing was sent.
    Times in Unix ms of the venue.
    """

    decision_id: str
    instrument_id: InstrumentId
    side: PositionSide
    opened_ms: int
    ended_ms: int
    entry: Decimal
    notional: Decimal
    gross_bp: float
    net_bp: float
    net: Decimal
    claimed: float
    came_true: bool
    is_paper: bool

    @property
    def sign(self) -> int:
        return 1 if self.side is PositionSide.LONG else -1

    @property
    def chance_up(self) -> float:
        """The claimed probability that the price rises."""
        return self.claimed if self.sign > 0 else 1.0 - self.claimed

    @property
    def rose(self) -> bool:
        return self.came_true == (self.sign > 0)


@dataclass(frozen=True, slots=True)
class GateRow:
    """One condition: what it asks for, how it stands, in words ("41 of 150 decisions")."""

    name: str
    stands: str
    needed: str
    ok: bool
    share: float = 0.0  # of the way, 0..1
    lacks: str = ""  # in a few words, where not ok


@dataclass(frozen=True, slots=True)
class PromotionReport:
    """The whole gate of one strategy. `override` is the one in force, "" without.

    `watch` says what takes an automatic desk back, each with its limit and how much of that is used (`share`).
    `anew_ms` is since when the record counts, 0 for since ever, `ended_by` what ended the one before it.
    """

    strategy: str
    rows: tuple[GateRow, ...]
    at_ms: int
    override: str = ""
    watch: tuple[GateRow, ...] = ()
    anew_ms: int = 0
    ended_by: str = ""

    @property
    def is_earned(self) -> bool:
        return bool(self.rows) and all(row.ok for row in self.rows)

    @property
    def lacking(self) -> str:
        """What is missing, in one line; "" when it is earned."""
        return ", ".join(dict.fromkeys(row.lacks or row.stands for row in self.rows if not row.ok))


@dataclass(frozen=True, slots=True)
class PromotionChanged:
    """An event: the gate as it stands now."""

    report: PromotionReport


@dataclass(frozen=True, slots=True)
class IncidentNoted:
    """A record: something that must not happen on a desk that asks nobody. `strategy` is who decided then."""

    kind: str
    text: str
    strategy: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class PromotionJudged:
    """A record: the gate's whole table when somebody asked for an automatic desk, or the program took it back."""

    report: PromotionReport
    occasion: str
    who: str
    at_ms: int


EVERYBODY: Final = ""
"""Stands for the name of a strategy where every strategy is meant."""


@dataclass(frozen=True, slots=True)
class RecordEnded:
    """A record: a strategy's results were bad enough to take an automatic desk back.

    `who` is "" at that moment. Written again with a name once a person has chosen a mode knowing it; from then on
    its results count anew, and that counts as another version that was tried. Other limits or thresholds than in the
    run before end every record (`EVERYBODY`), signed at once.
    """

    strategy: str
    reason: str
    who: str
    at_ms: int
