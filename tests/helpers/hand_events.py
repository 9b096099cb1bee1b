"""Protection, flatten plans and amendments for window tests. Every figure is made up here."""

from dataclasses import replace
from decimal import Decimal

from helpers.desk_events import NOW_MS
from terminal.domain.flatten import (
    FlattenLeg,
    FlattenPhase,
    FlattenPlan,
    FlattenProgress,
    FlattenScope,
    FlattenTarget,
    LegProgress,
    OrderProof,
    PlannedCancel,
)
from terminal.domain.hand_messages import ProtectionChanged
from terminal.domain.instrument import perpetual
from terminal.domain.order import PositionSide
from terminal.domain.protection import HeldTrigger, ProtectionState, ProtectionStatus, TriggerRole
from terminal.ui.viewmodels.desk import Desk

D = Decimal
LONG, SHORT = PositionSide.LONG, PositionSide.SHORT
EVERYTHING = FlattenTarget(FlattenScope.EVERYTHING)


def trigger(role: TriggerRole, price: str, size: str, number: int = 1) -> HeldTrigger:
    return HeldTrigger(f"77{number:08d}", role, D(price), D(size))


def guard(base: str, side: PositionSide, size: str, stop: str, target: str, **changes: object) -> ProtectionStatus:
    """A leg guarded as wanted; `changes` make it less so."""
    held = (trigger(TriggerRole.STOP, stop, size), trigger(TriggerRole.TARGET, target, size, 2))
    made = ProtectionStatus(
        perpetual(base), side, D(size), ProtectionState.PROTECTED, D(stop), D(target), *held, held, (), D(0), D(0),
        0.0, NOW_MS - 2_000, "stop and target are listed",
    )  # fmt: skip
    return replace(made, **changes)


def naked(base: str, side: PositionSide, size: str, stop: str, target: str, seconds: float) -> ProtectionStatus:
    return replace(
        guard(base, side, size, stop, target),
        state=ProtectionState.UNCONFIRMED, stop=None, triggers=(trigger(TriggerRole.TARGET, target, size, 2),),
        uncovered=D(size), naked_s=seconds, text="the venue lists no stop after 3 readings",
    )  # fmt: skip


def orphaned(base: str) -> ProtectionStatus:
    left = (trigger(TriggerRole.STOP, "81.20", "3", 8), trigger(TriggerRole.TARGET, "86.10", "3", 9))
    made = guard(base, LONG, "0", "81.20", "86.10", state=ProtectionState.ORPHAN, orphans=left, text="no position")
    return replace(made, stop=None, target=None, triggers=(), wanted_stop=None, wanted_target=None)


def protection(*extra: ProtectionStatus) -> ProtectionChanged:
    """BTC and SOL guarded, DOGE naked for 12 s."""
    return ProtectionChanged(
        (
            guard("BTC", LONG, "0.0059", "89870.0", "92510.0"),
            guard("SOL", SHORT, "2.4", "140.10", "133.20"),
            naked("DOGE", LONG, "1400", "0.14500", "0.15400", 12.0),
            *extra,
        )
    )


def plan(target: FlattenTarget = EVERYTHING, number: int = 1, **changes: object) -> FlattenPlan:
    legs = (
        FlattenLeg(
            perpetual("BTC"), LONG, D("0.0059"), D("0.0059"), D("90612.4"), D("90754.1"), D("1.2"), D("0.06"),
            D("0.43"), D("0.40"), D(0), 0.4,
        ),
        FlattenLeg(
            perpetual("SOL"), SHORT, D("2.4"), D("2.4"), D("138.05"), D("136.95"), D("2.2"), D("0.07"), D("0.26"),
            D("2.38"), D(0), 0.6,
        ),
        FlattenLeg(
            perpetual("DOGE"), LONG, D("1400"), D("1400"), D("0.14860"), D("0.14661"), D("7.5"), D("0.15"), D("0.16"),
            D("-2.95"), D("400"), 0.9,
        ),
    )  # fmt: skip
    cancels = (
        PlannedCancel(perpetual("LTC"), "ad-0008", "596104620008", False, "LTC buy 5.9 at 82.71, working"),
        PlannedCancel(perpetual("BTC"), None, "7700000001", True, "BTC stop 89,870.0 for 0.0059"),
        PlannedCancel(perpetual("BTC"), None, "7700000002", True, "BTC target 92,510.0 for 0.0059"),
    )
    made = FlattenPlan(
        f"plan-{number}", target, legs, cancels, D("0.28"), D("0.85"), D("-0.17"),
        ("the visible DOGE book lacks 400 of 1,400: expect a worse price",), NOW_MS,
    )  # fmt: skip
    return replace(made, **changes)


def progress(phase: FlattenPhase = FlattenPhase.CLOSING, number: int = 1, **changes: object) -> FlattenProgress:
    legs = (
        LegProgress(perpetual("BTC"), LONG, D("0.0059"), D(0), D(0), "filled 0.0059 at 90,754.1"),
        LegProgress(perpetual("SOL"), SHORT, D("2.4"), D(0), D("0.9"), "filled 1.5 of 2.4; sending the rest"),
        LegProgress(perpetual("DOGE"), LONG, D("1400"), D(0), None, "sent, no answer yet"),
    )
    proofs = (OrderProof("596104620008", "ad-0008", perpetual("LTC"), False, "cancel sent, still listed", NOW_MS),)
    made = FlattenProgress(
        f"flatten-{number}", f"plan-{number}", EVERYTHING, phase, legs, proofs, 2, "closing 2 of 3 legs", "Mara",
        NOW_MS - 4_000, NOW_MS,
    )  # fmt: skip
    return replace(made, **changes)


def flat(number: int = 1) -> FlattenProgress:
    done = tuple(replace(leg, held=D(0), text="filled") for leg in progress().legs)
    return progress(
        FlattenPhase.FLAT, number, legs=done, proofs=(), text="the venue shows no position, no order, no trigger"
    )


def fill_hands(desk: Desk) -> None:
    """Tell the desk how its positions are guarded."""
    desk.apply(protection(orphaned("LTC")))
