"""Lets an adapter ask as fast as a test goes: what the limiter holds back has tests of its own."""

from terminal.net.limiter import RequestLimiter

PLENTY = 1_000


def let_run(limiter: RequestLimiter) -> None:
    """Widen every budget of an adapter on a generous exchange."""
    budgets = (limiter._ip, limiter._uid, limiter._order_calls, *limiter._counted.values())
    for budget in budgets:
        budget.window.limit *= PLENTY
