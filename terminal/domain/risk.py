"""What the risk gate answers, and the limits it works with."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final

from terminal.domain.competition import MAX_LEVERAGE
from terminal.domain.rules import check_title

LEAST_LIQUIDATION_GAP: Final = Decimal("0.05")


class TradingState(Enum):
    """What the one sender lets through. Cancels and reducing orders always pass."""

    STARTING = "STARTING"  # reconciling: nothing opens yet
    ACTIVE = "ACTIVE"
    REDUCE_ONLY = "REDUCE_ONLY"
    HALTED = "HALTED"


@dataclass(frozen=True, slots=True)
class Check:
    """One check's result. `rule` is its number in the catalogue (`R4`), `text` is for a person.

    `crashed`: it could not say anything, because it is broken.
    """

    rule: str
    name: str
    passed: bool
    text: str
    crashed: bool = False

    @property
    def title(self) -> str:
        """Name it for a person: by the competition's rule it enforces, or as a risk check of our own."""
        return check_title(self.rule, self.name)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Every check that ran, in order; denied when any failed."""

    checks: tuple[Check, ...]

    @property
    def allowed(self) -> bool:
        return all(check.passed for check in self.checks)

    @property
    def failures(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.passed)

    @property
    def text(self) -> str:
        """The reasons of a denial in one line; empty when allowed."""
        return "; ".join(f"{check.title}: {check.text}" for check in self.failures)


@dataclass(frozen=True, slots=True)
class RiskLimits:
    """Limits of a profile. Fractions of equity at day start unless a unit is named.

    Source: reliability catalogue R4-R25; the class refuses what lies beyond the hard limits.
    """

    max_leverage: int = 5
    order_notional: Decimal = Decimal("0.5")
    position_notional: Decimal = Decimal(2)
    gross_notional: Decimal = Decimal(5)
    price_collar: Decimal = Decimal("0.005")  # fraction of the mark price
    market_max_spread: Decimal = Decimal("0.001")  # fraction of the mid price
    market_quote_age_s: float = 2.0
    quote_age_s: float = 5.0
    reference_gap: Decimal = Decimal("0.01")  # last, mark and index agree within this fraction
    decision_age_s: float = 90.0
    decision_drift: Decimal = Decimal("0.003")
    margin_buffer: Decimal = Decimal("0.10")
    liquidation_gap: Decimal = Decimal("0.10")  # fraction of price between entry and liquidation
    orders_per_s: int = 2
    orders_per_min: int = 20
    orders_per_day: int = 300
    open_orders_per_instrument: int = 3
    open_orders: int = 12
    duplicate_window_s: float = 10.0
    entry_interval_s: float = 5.0
    fills_per_min: int = 5
    flips_per_min: int = 3  # turns of direction among the entries of one pair
    rejects_per_min: int = 5
    unknown_orders: int = 3
    daily_loss_reduce: Decimal = Decimal("0.03")
    daily_loss_halt: Decimal = Decimal("0.06")
    drawdown_reduce: Decimal = Decimal("0.08")
    drawdown_halt: Decimal = Decimal("0.15")
    log_overdue_s: float = 60.0
    event_logs_per_hour: int = 20  # AI logs about holds and vetoes; those of orders have no cap
    risk_per_trade: Decimal = Decimal("0.005")
    stop_required: bool = True

    def __post_init__(self) -> None:
        """Refuse limits beyond the hard ones.

        Raises:
            ValueError: a limit is wider than the competition or our own hard cap allows.
        """
        hard: tuple[tuple[str, Decimal, Decimal], ...] = (
            ("max_leverage", Decimal(self.max_leverage), Decimal(MAX_LEVERAGE)),
            ("order_notional", self.order_notional, Decimal(2)),
            ("gross_notional", self.gross_notional, Decimal(20)),
            ("price_collar", self.price_collar, Decimal("0.01")),
            ("reference_gap", self.reference_gap, Decimal("0.02")),
            ("decision_age_s", Decimal(str(self.decision_age_s)), Decimal(300)),
            ("decision_drift", self.decision_drift, Decimal("0.01")),
            ("orders_per_s", Decimal(self.orders_per_s), Decimal(5)),
            ("open_orders", Decimal(self.open_orders), Decimal(40)),
            ("open_orders_per_instrument", Decimal(self.open_orders_per_instrument), Decimal(10)),
            ("quote_age_s", Decimal(str(self.quote_age_s)), Decimal(10)),
            ("market_quote_age_s", Decimal(str(self.market_quote_age_s)), Decimal(10)),
            ("fills_per_min", Decimal(self.fills_per_min), Decimal(10)),
            ("flips_per_min", Decimal(self.flips_per_min), Decimal(6)),
            ("unknown_orders", Decimal(self.unknown_orders), Decimal(3)),
            ("event_logs_per_hour", Decimal(self.event_logs_per_hour), Decimal(120)),
            ("daily_loss_reduce", self.daily_loss_reduce, self.daily_loss_halt),
            ("drawdown_reduce", self.drawdown_reduce, self.drawdown_halt),
            ("daily_loss_halt", self.daily_loss_halt, Decimal("0.10")),
            ("drawdown_halt", self.drawdown_halt, Decimal("0.15")),
        )
        for name, value, limit in hard:
            if not 0 < value <= limit:
                raise ValueError(f"{name} is {value}; it must be above 0 and at most {limit}")
        if self.liquidation_gap < LEAST_LIQUIDATION_GAP:
            raise ValueError(f"liquidation_gap is {self.liquidation_gap}; it must be at least {LEAST_LIQUIDATION_GAP}")
        if self.margin_buffer < 0:
            raise ValueError(f"margin_buffer is {self.margin_buffer}; it must not be negative")
