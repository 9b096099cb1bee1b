"""A plausible look back for window tests: a cycle of eight pairs, a day of counts, flags, shadow trades."""

from dataclasses import replace

from helpers.desk_events import NOW_MS, D, instrument, terms
from terminal.domain.competition import ALLOWED_BASES
from terminal.domain.decision import Action
from terminal.domain.funnel import (
    CycleFunnel,
    FlagKind,
    FunnelFlag,
    FunnelStep,
    PairFunnel,
    StepCount,
    StepState,
    Tally,
)
from terminal.domain.funnel_messages import FunnelChanged, ShadowChanged
from terminal.domain.instrument import perpetual
from terminal.domain.order import Side
from terminal.domain.shadow import ShadowCause, ShadowExit, ShadowLeg, ShadowPhase, ShadowTrade, plan_of
from terminal.ui.viewmodels.desk import Desk

GATES = ("R1 Trading state", "R2 Allowed pair", "R4 Leverage", "R7 Price collar", "R9 Quote age", "R28 AI logs")
KEYS = ("inputs", "signal", "free", "sized", *GATES, "written", "approved", "sent", "filled")
COLLAR = FunnelFlag(
    FlagKind.STOPS_ALL,
    "R7 Price collar",
    None,
    "R7 Price collar stopped everything in the last 6 cycles that came to it; last: 0.61 % from mark",
    "Read the reason in the matrix; then change the cause, or the limit in the profile",
)
PARTIAL = FunnelFlag(
    FlagKind.PARTIAL, "inputs", perpetual("LTC"), "LTC was asked without its funding rate in its last 3 cycles",
    "Look at Markets and the connection",
)  # fmt: skip


def _steps(last: str, state: StepState, text: str, *failed: str) -> tuple[FunnelStep, ...]:
    """Everything before a step passed; checks in `failed` did not."""
    made = []
    for key in KEYS[: KEYS.index(last) + 1]:
        if key == last or key in failed:
            made.append(FunnelStep(key, state, text))
        else:
            made.append(FunnelStep(key, StepState.PASSED))
    return tuple(made)


def cycle() -> CycleFunnel:
    passed, stopped = StepState.PASSED, StepState.STOPPED
    ways = {
        "BTC": (_steps("filled", passed, "0.0059 of 0.0059"), Action.OPEN_LONG),
        "ETH": (_steps("approved", StepState.WAITING, "waits for an answer"), Action.OPEN_LONG),
        "SOL": (_steps("R28 AI logs", stopped, "0.61 % from mark", "R7 Price collar")[:-1], Action.OPEN_SHORT),
        "XRP": (_steps("signal", stopped, "hold: no edge after fees"), Action.HOLD),
        "DOGE": (_steps("inputs", stopped, "no live price"), None),
        "ADA": (_steps("approved", stopped, "Mara rejected it: news soon"), Action.OPEN_LONG),
        "BNB": (_steps("free", stopped, "BNB long skipped: an order of it is at the venue"), Action.OPEN_LONG),
        "LTC": (_steps("signal", stopped, "hold: no edge after fees"), Action.HOLD),
    }
    pairs = tuple(PairFunnel(perpetual(base), *ways[base], f"d-{base}") for base in ALLOWED_BASES)
    return CycleFunnel("cycle-1", "bar closed", NOW_MS - 60_000, pairs)


def funnel(*flags: FunnelFlag) -> FunnelChanged:
    newest = cycle()
    counts = []
    for pair in newest.pairs:
        for step in pair.steps:
            if step.state is not StepState.WAITING:
                one = Tally(1, int(step.state.ends))
                counts.append(StepCount(step.key, pair.instrument_id, one, one + Tally(11, 4 * one.stopped)))
    return FunnelChanged(newest, KEYS, tuple(counts), flags or (COLLAR, PARTIAL), NOW_MS)


def shadow(
    base: str, number: int, cause: ShadowCause = ShadowCause.REJECTED, leg: ShadowLeg = ShadowLeg.PROPOSED, **changes
) -> ShadowTrade:
    """A trade that has just begun; `changes` are of the trade, `who`, `reason` and `side` of its plan."""
    rules = instrument(base)
    plan = plan_of(
        terms(base, changes.pop("side", Side.BUY)),
        decision_id=f"d-{number:04d}", leg=leg, cause=cause, who=changes.pop("who", "Mara"),
        reason=changes.pop("reason", "news soon"), model="gbm-ridge 2025-11", price_step=rules.price_step,
        fees=(rules.taker_fee, rules.maker_fee), began_ms=NOW_MS - number * 600_000,
        ends_ms=NOW_MS - number * 600_000 + 14_400_000,
    )  # fmt: skip
    return replace(ShadowTrade(plan, ShadowPhase.WAITING, 0), **changes)


def ended(base: str, number: int, move: str, **changes) -> ShadowTrade:
    """A trade that left so far (a fraction) from its entry."""
    begun = shadow(base, number, **changes)
    price = begun.plan.stop / D("0.99") if begun.plan.sign > 0 else begun.plan.stop / D("1.01")
    rules = instrument(base)
    entry = rules.floor_price(price)
    left = rules.floor_price(entry * (1 + D(move)))
    fees = (entry + left) * begun.plan.size * rules.taker_fee
    return replace(
        begun, phase=ShadowPhase.CLOSED, entry_price=entry, entry_ms=begun.plan.began_ms + 1_000, exit_price=left,
        exit_ms=begun.plan.began_ms + 3_600_000, how=ShadowExit.TARGET if D(move) > 0 else ShadowExit.STOP, fees=fees,
    )  # fmt: skip


def shadow_trades() -> tuple[ShadowTrade, ...]:
    """A week at the desk: two people, four reasons, every ending."""
    amended = {"cause": ShadowCause.AMENDED, "reason": ""}
    return (
        ended("BTC", 1, "-0.010"),
        ended("ETH", 2, "0.019", reason="Size too large"),
        ended("SOL", 3, "0.012", side=Side.SELL, who="Jo", reason="against the trend"),
        ended("XRP", 4, "-0.010", cause=ShadowCause.EXPIRED, who="", reason="nobody answered in time"),
        ended("ADA", 5, "-0.009", **amended),
        ended("ADA", 5, "-0.004", leg=ShadowLeg.AMENDED, **amended),
        shadow("DOGE", 6, phase=ShadowPhase.OPEN, entry_price=D("0.14672"), entry_ms=NOW_MS, seen_ms=NOW_MS),
        shadow("LTC", 7, phase=ShadowPhase.MISSED, note="the market never traded through its limit"),
        shadow("BNB", 8, cause=ShadowCause.VOIDED, phase=ShadowPhase.UNKNOWN, note="no price came"),
        ended("BTC", 9, "0.008", cause=ShadowCause.SHADOW, who="", reason=""),
    )


def look_back(desk: Desk) -> None:
    desk.apply(funnel())
    for trade in shadow_trades():
        desk.apply(ShadowChanged(trade))
