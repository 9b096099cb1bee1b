"""Strategists that want to trade all the time, seven days long, through the live guardrails.

The limits are looked for in the trades that came of it, not in what the guardrails say about themselves.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest

from helpers.lab_history import history
from terminal.domain.decision import Decision
from terminal.domain.guardrails import GuardrailLimits
from terminal.domain.risk import RiskLimits
from terminal.lab.desk import DeskSettings
from terminal.lab.market import LabMarket
from terminal.lab.replay import Replay, ReplayRecord, ReplaySettings
from terminal.lab.rule_strategists import RandomTrades
from terminal.lab.strategists import Moment
from terminal.lab.trades import BY_MODEL, LabTrade

DAYS = 7
MINUTE_MS = 60_000
DAY_MS = 86_400_000
LIMITS = GuardrailLimits()
# As wide as risk limits can be: what stops an opening here are the guardrails.
WIDE = RiskLimits(
    orders_per_s=5,
    orders_per_min=1_000,
    orders_per_day=100_000,
    gross_notional=Decimal(20),
    daily_loss_reduce=Decimal("0.1"),
    daily_loss_halt=Decimal("0.1"),
    drawdown_reduce=Decimal("0.15"),
)
GUARDED = ReplaySettings(DeskSettings(WIDE, LIMITS))
UNGUARDED = ReplaySettings(DeskSettings(WIDE))


class AlwaysTrade(RandomTrades):
    """Wants a position in every pair at every bar, is sure of itself and promises `edge_bp` after costs.

    With `long_share` 1 it only ever buys; at 0.5 it changes its mind with each bar, closes and turns.
    """

    name = "always"

    def __init__(self, *, edge_bp: float = 30.0, long_share: float = 0.5) -> None:
        super().__init__(5, per_day=96.0, long_share=long_share)
        self._edge_bp = edge_bp

    def decide(self, moment: Moment) -> Decision | None:
        made = super().decide(moment)
        if made is None or not made.action.opens:
            return made
        return replace(made, confidence=0.62, expected_value_bp=self._edge_bp)


def replayed(market: LabMarket, strategist: AlwaysTrade, settings: ReplaySettings) -> ReplayRecord:
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(Replay(market, strategist, settings, lambda *_: None).run())


@pytest.fixture(scope="module")
def week() -> LabMarket:
    return history(DAYS, pattern=0.0)


@pytest.fixture(scope="module")
def guarded(week: LabMarket) -> ReplayRecord:
    return replayed(week, AlwaysTrade(), GUARDED)


@pytest.fixture(scope="module")
def unguarded(week: LabMarket) -> ReplayRecord:
    return replayed(week, AlwaysTrade(), UNGUARDED)


def test_risk_7_always_trading_for_seven_days_stays_within_the_caps(guarded: ReplayRecord) -> None:
    assert len(guarded.trades) >= DAYS * LIMITS.opens_per_day // 2  # the caps are reached, or nothing was shown
    assert most_within_a_day(guarded.trades) <= LIMITS.opens_per_day
    assert max(Counter(trade.decided_ms for trade in guarded.trades).values()) <= LIMITS.opens_per_cycle
    assert {"Openings of the day", "Cooldown", "Openings of the cycle"} <= guarded.refused.keys()


def test_risk_7_no_pair_is_entered_again_within_its_cooldown(guarded: ReplayRecord) -> None:
    assert sum(trade.net < 0 for trade in guarded.trades) > 20
    assert early_entries(guarded.trades) == []


def test_risk_7_a_close_that_makes_room_does_not_buy_a_way_back_in(guarded: ReplayRecord) -> None:
    """Closing a pair to open it again, the same way or the other, is what the public bots lost on."""
    assert sum(trade.how == BY_MODEL and trade.net < 0 for trade in guarded.trades) > 20
    assert swaps(guarded.trades) == []
    assert most_turns_within_a_day(guarded.trades) <= LIMITS.turns_per_day


@pytest.mark.parametrize("promised_bp", [0.0, -0.1, -25.0, float("nan")])
def test_risk_7_nothing_opens_whose_expectation_does_not_pay_its_costs(week: LabMarket, promised_bp: float) -> None:
    record = replayed(first_days(week, 1), AlwaysTrade(edge_bp=promised_bp), GUARDED)
    assert record.trades == []
    assert record.openings > 500
    assert set(record.refused) == {"Cost"}


def test_risk_7_one_pair_is_not_turned_round_all_day() -> None:
    """A pair alone has the whole day's budget to itself: what stops the turning is the limit of turns."""
    record = replayed(history(DAYS, pattern=0.0, pairs=1), AlwaysTrade(), GUARDED)
    assert len(record.trades) > 2 * DAYS
    assert record.refused["Churn"] > 10
    assert most_turns_within_a_day(record.trades) == LIMITS.turns_per_day


def test_risk_7_one_that_only_buys_stays_within_the_caps_too(week: LabMarket) -> None:
    record = replayed(week, AlwaysTrade(long_share=1.0), GUARDED)
    assert len(record.trades) > 20
    assert most_within_a_day(record.trades) <= LIMITS.opens_per_day
    assert early_entries(record.trades) == []
    assert swaps(record.trades) == []


def test_risk_7_without_guardrails_the_same_strategist_breaks_every_one_of_these(unguarded: ReplayRecord) -> None:
    """The measures above can fail: this is what they see without the guardrails."""
    trades = unguarded.trades
    assert most_within_a_day(trades) > 5 * LIMITS.opens_per_day
    assert max(Counter(trade.decided_ms for trade in trades).values()) > LIMITS.opens_per_cycle
    assert early_entries(trades)
    assert swaps(trades)
    assert most_turns_within_a_day(trades) > LIMITS.turns_per_day


# -- measures ---------------------------------------------------------------------------


def most_within_a_day(trades: Iterable[LabTrade]) -> int:
    opened = sorted(trade.decided_ms for trade in trades)
    return max(sum(last - DAY_MS < each <= last for each in opened) for last in opened)


def by_pair(trades: Iterable[LabTrade]) -> list[list[LabTrade]]:
    pairs: dict[str, list[LabTrade]] = {}
    for trade in sorted(trades, key=lambda each: each.decided_ms):
        pairs.setdefault(trade.instrument_id, []).append(trade)
    return list(pairs.values())


def early_entries(trades: Iterable[LabTrade]) -> list[tuple[LabTrade, LabTrade]]:
    """Entries before the rest after a loss was over; it begins at the latest when the bar of the loss has closed."""
    found = []
    for of_pair in by_pair(trades):
        for last, entry in pairwise(of_pair):
            rest_min = LIMITS.stop_cooldown_min if last.how == "stop" else LIMITS.loss_cooldown_min
            if last.net < 0 and entry.decided_ms - last.exit_ms < (rest_min - 1) * MINUTE_MS:
                found.append((last, entry))
    return found


def swaps(trades: Iterable[LabTrade]) -> list[tuple[LabTrade, LabTrade]]:
    """Losing pairs the model closed of its own accord and entered again, either way, while they should rest."""
    return [(last, entry) for last, entry in early_entries(trades) if last.how == BY_MODEL]


def most_turns_within_a_day(trades: Iterable[LabTrade]) -> int:
    most = 0
    for of_pair in by_pair(trades):
        for at in range(len(of_pair)):
            day = [each.side for each in of_pair[: at + 1] if each.decided_ms > of_pair[at].decided_ms - DAY_MS]
            if len(day) > 1 and day[-1] != day[-2]:
                most = max(most, sum(one != other for one, other in pairwise(day)))
    return most


def first_days(market: LabMarket, days: int) -> LabMarket:
    return replace(market, panel=market.panel.first(market.first + days * 96))
