"""From probabilities to an action: expected value after costs, and three gates.

    EV = p_win * T - p_loss * S - fees - spread - expected funding      (basis points)

A side is acted on only when its EV is above the margin, its chance of reaching the target
before the stop is above break-even, and the model's out-of-sample skill is not negative.
Everything else is a hold that carries the same arithmetic.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.decision import Action
from terminal.domain.instrument import Instrument
from terminal.domain.snapshot import InstrumentView
from terminal.strategy.labels import BARRIER_ATR

MARGIN_BP: Final = 5.0
"""What a trade must be expected to earn after all costs."""
FUNDING_INTERVAL_MIN: Final = 480
"""Funding rates are for eight hours; a snapshot does not say otherwise."""
UNKNOWN_FUNDING_BP: Final = 1.0
"""Charged for the horizon, on either side, when the funding rate is missing."""


@dataclass(frozen=True, slots=True)
class Odds:
    """Calibrated probabilities of the three classes; they add up to 1."""

    down: float
    timeout: float
    up: float

    def win(self, side: Action) -> float:
        return self.up if side is Action.OPEN_LONG else self.down

    def loss(self, side: Action) -> float:
        return self.down if side is Action.OPEN_LONG else self.up

    def first(self, side: Action) -> float:
        """P(target before stop, given that one of them is reached)."""
        return self.win(side) / (self.up + self.down)


@dataclass(frozen=True, slots=True)
class Levels:
    """Prices on the tick grid. `entry` is what the market asks for now."""

    entry: Decimal
    stop: Decimal
    target: Decimal

    def distance_bp(self, price: Decimal) -> float:
        return float(abs(price - self.entry) / self.entry) * 1e4


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """The terms of EV in basis points of the entry, and the hit rate that just pays for them."""

    win: float
    loss: float
    target_bp: float
    stop_bp: float
    fees_bp: float
    spread_bp: float
    funding_bp: float
    ev_bp: float
    break_even: float
    first: float


@dataclass(frozen=True, slots=True)
class Gate:
    name: str
    passed: bool
    text: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """One side of one instrument, weighed."""

    side: Action
    levels: Levels
    arithmetic: Arithmetic
    gates: tuple[Gate, ...]

    @property
    def passes(self) -> bool:
        return all(gate.passed for gate in self.gates)

    @property
    def failed(self) -> tuple[Gate, ...]:
        return tuple(gate for gate in self.gates if not gate.passed)


@dataclass(frozen=True, slots=True)
class PolicySettings:
    """The numbers a strategist may change.

    `margin_bp`: EV needed after costs. `barrier_atr`: distance of stop and target.
    `risk_fraction`: upper bound of equity at risk an opening decision states.
    """

    margin_bp: float = MARGIN_BP
    barrier_atr: float = BARRIER_ATR
    risk_fraction: Decimal = Decimal("0.005")


def usable_quote(view: InstrumentView) -> bool:
    return Decimal(0) < view.bid <= view.ask


def levels(instrument: Instrument, side: Action, entry: Decimal, width: Decimal) -> Levels:
    """Stop and target `width` away from the entry, rounded towards it.

    So neither is farther than computed: risk is never larger, the target never greedier.
    """
    if side is Action.OPEN_LONG:
        return Levels(entry, instrument.ceil_price(entry - width), instrument.floor_price(entry + width))
    return Levels(entry, instrument.floor_price(entry + width), instrument.ceil_price(entry - width))


def assess(
    view: InstrumentView,
    side: Action,
    odds: Odds,
    atr: float,
    horizon_min: int,
    skill_gate: Gate,
    settings: PolicySettings,
) -> Assessment:
    """Weigh one side at the present quote. `atr` in quote currency; the quote must be usable."""
    entry = view.ask if side is Action.OPEN_LONG else view.bid
    placed = levels(view.instrument, side, entry, Decimal(repr(settings.barrier_atr * atr)))
    sums = _arithmetic(view, side, odds, placed, horizon_min)
    room = entry not in {placed.stop, placed.target} and min(placed.stop, placed.target) > 0
    gates = (
        Gate("levels", room, "stop and target have room" if room else "2 ATR is less than one price step"),
        Gate(
            "expected value",
            sums.ev_bp > settings.margin_bp,
            f"EV {sums.ev_bp:+.1f} bp, more than {settings.margin_bp:.1f} needed",
        ),
        Gate(
            "break-even",
            sums.first > sums.break_even,
            f"target first {100 * sums.first:.1f} %, break-even {100 * sums.break_even:.1f} %",
        ),
        skill_gate,
    )
    return Assessment(side, placed, sums, gates)


def _arithmetic(view: InstrumentView, side: Action, odds: Odds, placed: Levels, horizon_min: int) -> Arithmetic:
    target, stop = placed.distance_bp(placed.target), placed.distance_bp(placed.stop)
    fees = 2e4 * float(view.instrument.taker_fee)
    spread = float((view.ask - view.bid) / ((view.ask + view.bid) / 2)) * 1e4
    funding = expected_funding_bp(view, side, horizon_min)
    costs = fees + spread + funding
    win, loss = odds.win(side), odds.loss(side)
    span = stop + target
    return Arithmetic(
        win=win,
        loss=loss,
        target_bp=target,
        stop_bp=stop,
        fees_bp=fees,
        spread_bp=spread,
        funding_bp=funding,
        ev_bp=win * target - loss * stop - costs,
        break_even=(stop + costs) / span if span > 0.0 else 1.0,
        first=odds.first(side),
    )


def expected_funding_bp(view: InstrumentView, side: Action, horizon_min: int) -> float:
    """Funding paid over the horizon, on average over when it starts; negative when received."""
    if view.funding_rate is None:
        return UNKNOWN_FUNDING_BP
    sign = 1.0 if side is Action.OPEN_LONG else -1.0
    return sign * float(view.funding_rate) * 1e4 * horizon_min / FUNDING_INTERVAL_MIN
