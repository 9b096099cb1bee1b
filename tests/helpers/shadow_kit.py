"""Made-up shadow trades, quotes and bars."""

from dataclasses import replace
from typing import Any

from helpers.builders import BTC, D
from terminal.domain.market import BookLevel
from terminal.domain.order import PositionSide, TimeInForce
from terminal.domain.shadow import ShadowCause, ShadowLeg, ShadowPhase, ShadowPlan, ShadowTrade
from terminal.services.shadow.fills import Quote
from terminal.services.shadow.replay import Bar

BEGAN_MS = 1_760_000_400_000
MINUTE = 60_000


def plan(**changes: Any) -> ShadowPlan:
    """A long at the market with a stop 10 below and a target 20 above a market at 100; four hours."""
    values: dict[str, Any] = {
        "decision_id": "d1",
        "leg": ShadowLeg.PROPOSED,
        "cause": ShadowCause.REJECTED,
        "who": "ann",
        "reason": "news soon",
        "instrument_id": BTC,
        "side": PositionSide.LONG,
        "size": D(2),
        "limit": None,
        "tif": TimeInForce.IOC,
        "stop": D(90),
        "target": D(120),
        "price_step": D("0.1"),
        "taker_fee": D("0.0008"),
        "maker_fee": D("0.0002"),
        "model": "made-up-model 1",
        "began_ms": BEGAN_MS,
        "ends_ms": BEGAN_MS + 240 * MINUTE,
    }
    return ShadowPlan(**(values | changes))


def short(**changes: Any) -> ShadowPlan:
    return plan(**({"side": PositionSide.SHORT, "stop": D(110), "target": D(80)} | changes))


def waiting(made: ShadowPlan | None = None, seen_ms: int = 0) -> ShadowTrade:
    return ShadowTrade(made or plan(), ShadowPhase.WAITING, seen_ms)


def running(made: ShadowPlan | None = None, price: str = "100", minute: int = 0) -> ShadowTrade:
    """An open trade that entered so many minutes after its begin."""
    at_ms = BEGAN_MS + minute * MINUTE
    base = waiting(made)
    fees = D(price) * base.plan.size * base.plan.taker_fee
    return replace(
        base, phase=ShadowPhase.OPEN, seen_ms=at_ms, entry_price=D(price), entry_ms=at_ms, fees=fees
    )  # fmt: skip


def quote(bid: str, ask: str, minute: float = 1, size: str = "1000") -> Quote:
    level = (BookLevel(D(bid), D(size)),)
    return Quote(level, (BookLevel(D(ask), D(size)),), BEGAN_MS + int(minute * MINUTE))


def bar(minute: int, low: str, high: str, first: str = "100", last: str = "100", length: int = 1) -> Bar:
    open_ms = BEGAN_MS + minute * MINUTE
    return Bar(open_ms, open_ms + length * MINUTE, D(first), D(high), D(low), D(last))


def quiet(start: int, end: int) -> list[Bar]:
    """Flat bars of one minute at 100."""
    return [bar(minute, "99.9", "100.1") for minute in range(start, end)]
