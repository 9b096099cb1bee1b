"""Checks of what was lost: over the day, and from the peak."""

from terminal.domain.risk import Check
from terminal.services.risk.checks.verdicts import check, missing, pct
from terminal.services.risk.context import RiskContext


def r22_daily_loss(ctx: RiskContext) -> Check:
    """R22: after the day's loss limit nothing opens."""
    if ctx.balance is None or not ctx.day_start_equity:
        return missing("R22", "Daily loss", "the equity")
    loss = (ctx.day_start_equity - ctx.balance.equity) / ctx.day_start_equity
    return check("R22", "Daily loss", loss < ctx.limits.daily_loss_reduce, f"{pct(-loss)} today")


def r23_drawdown(ctx: RiskContext) -> Check:
    """R23: too far below the peak nothing opens."""
    if ctx.balance is None or not ctx.peak_equity:
        return missing("R23", "Drawdown", "the equity")
    drawdown = (ctx.peak_equity - ctx.balance.equity) / ctx.peak_equity
    return check("R23", "Drawdown", drawdown < ctx.limits.drawdown_reduce, f"{pct(drawdown)} below the peak")
