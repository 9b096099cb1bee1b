"""The gate before the one sender: fixed order, everything evaluated, everything reported.

Openings meet every check. Orders that reduce meet only those that keep them legal and
within the position. Cancels meet none and never come here.
"""

import logging
from collections.abc import Callable
from typing import Final

from terminal.domain.order import Effect
from terminal.domain.risk import Check, Verdict
from terminal.services.risk.checks.flow import (
    r15_entry_interval,
    r15_order_rate,
    r16_cancel_reserve,
    r17_open_orders,
    r18_duplicate,
    r19_self_match,
    r19_turns,
    r20_repeated_fills,
    r21_rejects_and_unknown,
    r33_in_flight,
)
from terminal.services.risk.checks.loss import r22_daily_loss, r23_drawdown
from terminal.services.risk.checks.price import (
    r7_collar,
    r8_market_order,
    r9_quote_age,
    r10_references,
    r11_decision_fresh,
)
from terminal.services.risk.checks.size import (
    r4_leverage,
    r5_order_notional,
    r6_position_notional,
    r12_steps,
    r13_margin,
    r14_liquidation,
    r24_reduce_only,
    r25_protection,
    r32_direction,
    r34_other_side,
)
from terminal.services.risk.checks.state import (
    r1_trading_state,
    r2_allowed,
    r3_decision,
    r28_log_backlog,
    r30_settlement,
    r31_venue,
)
from terminal.services.risk.context import RiskContext
from terminal.services.risk.names import name_of

RiskCheck = Callable[[RiskContext], Check]
_LOG: Final = logging.getLogger(__name__)

OPENING: Final[tuple[RiskCheck, ...]] = (
    r1_trading_state,
    r2_allowed,
    r3_decision,
    r4_leverage,
    r5_order_notional,
    r6_position_notional,
    r7_collar,
    r8_market_order,
    r9_quote_age,
    r10_references,
    r11_decision_fresh,
    r12_steps,
    r13_margin,
    r14_liquidation,
    r15_order_rate,
    r15_entry_interval,
    r16_cancel_reserve,
    r17_open_orders,
    r18_duplicate,
    r19_self_match,
    r19_turns,
    r20_repeated_fills,
    r21_rejects_and_unknown,
    r22_daily_loss,
    r23_drawdown,
    r24_reduce_only,
    r25_protection,
    r28_log_backlog,
    r30_settlement,
    r31_venue,
    r32_direction,
    r33_in_flight,
    r34_other_side,
)
REDUCING: Final[tuple[RiskCheck, ...]] = (r2_allowed, r12_steps, r24_reduce_only, r31_venue)


def judge(ctx: RiskContext) -> Verdict:
    """Run the checks an order of this effect must meet."""
    checks = OPENING if ctx.terms.effect is Effect.OPEN else REDUCING
    return Verdict(tuple(_run(each, ctx) for each in checks))


def _run(run: RiskCheck, ctx: RiskContext) -> Check:
    """Run one check; one that breaks down stops openings and is named, but keeps nobody in a position."""
    try:
        return run(ctx)
    except Exception:  # noqa: BLE001 - whatever is wrong in a check, the answer is no, and it must be seen
        _LOG.exception("risk check %s broke down", run.__name__)
        rule, name = name_of(run.__name__)
        is_exit = ctx.terms.effect is Effect.CLOSE
        words = "this check is broken; the log file says more"
        return Check(rule, name, passed=is_exit, text=words, crashed=True)
