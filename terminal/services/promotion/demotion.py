"""What takes an automatic desk back by itself, each with how it stands and its limit. Pure.

The rows are shown in every mode, so that nobody is surprised: how much of each limit is used is how far it is away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.order import ZERO
from terminal.domain.promotion import (
    DEMOTION_CALIBRATION,
    DEMOTION_CLAIMS,
    DEMOTION_FAILURES,
    GateRow,
    PromotionSettings,
    Resolved,
)
from terminal.services.guardrails.desk import UNPROVEN
from terminal.services.promotion.figures import calibration_error, drawdown

DRAWDOWN: Final = "Drawdown"
CALIBRATION: Final = "Calibration drift"
LOOK: Final = "Newest look"
OF_THE_RECORD: Final = frozenset({DRAWDOWN, CALIBRATION, LOOK})
"""Rows about results: they end the record, which a person lets begin anew. The others mend with time or work."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Everything the rows look at. `results` and `net` are the strategy's record and the gate's row about it.

    `failures` counts those of a day that only a person can mend, `unlogged` orders without an accepted AI log.
    `given_to` is the strategy an automatic desk was given to, "" while it is not automatic. `day_loss` is the fraction
    of equity lost today, None where it is not known; it counts where `is_unproven`.
    """

    strategy: str
    given_to: str
    results: Sequence[Resolved]
    net: GateRow
    equity: Decimal
    failures: int
    unlogged: int
    is_unproven: bool
    day_loss: Decimal | None


def watch(now: Watched, settings: PromotionSettings) -> tuple[GateRow, ...]:
    """Give every row; one that is not ok takes an automatic desk back, and `lacks` says why."""
    rows = [
        _drawdown(now, settings),
        _calibration(now.results),
        _failures(now.failures),
        _logs(now.unlogged),
        _model(now),
    ]
    return (*rows, _day(now) if now.is_unproven else _look(now))


def _drawdown(now: Watched, settings: PromotionSettings) -> GateRow:
    deepest = drawdown(now.results, now.equity) if now.results else ZERO
    stands, limit = f"{deepest * 100:.1f} % of equity", f"at most {settings.drawdown * 100:.0f} %"
    share = min(1.0, float(deepest / settings.drawdown))
    return GateRow(DRAWDOWN, stands, limit, deepest <= settings.drawdown, share, f"its drawdown is {stands}")


def _calibration(results: Sequence[Resolved]) -> GateRow:
    limit = f"at most {DEMOTION_CALIBRATION * 100:.0f} points"
    error = calibration_error(results[-DEMOTION_CLAIMS:]) if len(results) >= DEMOTION_CLAIMS else None
    if error is None:
        return GateRow(CALIBRATION, f"{len(results)} of {DEMOTION_CLAIMS} claims so far", limit, ok=True)
    stands = f"newest {DEMOTION_CLAIMS} claims off by {error * 100:.1f} points"
    why = f"its newest {DEMOTION_CLAIMS} claims were off by {error * 100:.0f} points"
    share = min(1.0, error / DEMOTION_CALIBRATION)
    return GateRow(CALIBRATION, stands, limit, error <= DEMOTION_CALIBRATION, share, why)


def _failures(count: int) -> GateRow:
    stands, limit = f"{count} that only a person can mend", f"below {DEMOTION_FAILURES} a day"
    why = f"the model failed {count} times within a day in a way that only a person can mend"
    return GateRow("Model failures", stands, limit, count < DEMOTION_FAILURES, min(1.0, count / DEMOTION_FAILURES), why)


def _logs(unlogged: int) -> GateRow:
    orders = "1 order has" if unlogged == 1 else f"{unlogged} orders have"
    stands = "every order has its AI log" if not unlogged else f"{orders} none that was accepted"
    return GateRow("AI log gaps", stands, "none", not unlogged, float(bool(unlogged)), f"{orders} no accepted AI log")


def _model(now: Watched) -> GateRow:
    is_same = now.given_to in {"", now.strategy}
    stands = now.strategy or "no model yet"
    why = f"the model is another one now ({now.strategy}), with a record of its own"
    return GateRow(
        "Model", stands, f"still {now.given_to}" if now.given_to else "the same one", is_same, float(not is_same), why
    )


def _look(now: Watched) -> GateRow:
    net = now.net
    return GateRow(LOOK, net.stands, net.needed, net.ok, 1.0 - net.share, f"its newest look did not hold: {net.stands}")


def _day(now: Watched) -> GateRow:
    limit = f"at most {UNPROVEN.day_loss * 100:.0f} % while unproven"
    if now.day_loss is None:
        return GateRow("Loss of the day", "not known", limit, ok=True)
    lost = max(ZERO, now.day_loss)
    why = f"an unproven desk may lose {UNPROVEN.day_loss * 100:.0f} % a day, and that is lost"
    share = min(1.0, float(lost / UNPROVEN.day_loss))
    return GateRow("Loss of the day", f"{lost * 100:.1f} % of equity", limit, lost < UNPROVEN.day_loss, share, why)
