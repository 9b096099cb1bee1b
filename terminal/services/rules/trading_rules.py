"""Measures of what is traded: pairs, leverage, size, pace, crossing, and the round (R1-R4, R8, R9, S1, S2)."""

from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.competition import (
    ALLOWED_INSTRUMENTS,
    MAX_GROSS_TIMES_EQUITY,
    MAX_LEVERAGE,
    SOFT_ORDER_CALLS_PER_S,
)
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.order import Order, Side
from terminal.domain.plain_words import lasting
from terminal.domain.rules import RuleState
from terminal.services.risk.checks.flow import turns_within
from terminal.services.risk.facts import RiskFacts
from terminal.services.rules.counts import Counts
from terminal.services.rules.measured import Measured, against, not_known, percent, some

_URGENT_MS = 48 * 3_600_000  # so long before the end missing trades are worth a look
_LAST_DAY_MS = 24 * 3_600_000
_MANY_CANCELS = 20
_CANCELS_PER_FILL = 5


@dataclass(frozen=True, slots=True)
class TradingRules:
    """One method a rule. Reads; changes nothing."""

    facts: RiskFacts

    def pairs(self) -> Measured:
        """R1."""
        working = self.facts.ledger.at_venue()
        seen = {each.instrument_id for each in self.facts.portfolio.positions}
        seen |= {order.terms.instrument_id for order in working}
        allowed, season = ALLOWED_INSTRUMENTS, self.facts.season.pairs
        outside = sorted(base_of(each) for each in seen if each not in allowed)
        left_over = sorted(base_of(each) for each in seen if each in allowed and each not in season)
        names = ", ".join(base_of(each) for each in allowed if each in seen)
        what = f"held or working: {names}" if names else "nothing held or working"
        if outside:
            return Measured(RuleState.BROKEN, f"outside the list: {', '.join(outside)}", f"{len(outside)} outside")
        if left_over:
            words = f"{what}; {', '.join(left_over)} can only be closed by your season settings"
            return Measured(RuleState.NEAR, words, "0 outside")
        return Measured(RuleState.OK, what, f"0 outside of {len(season)}")

    def leverage(self) -> Measured:
        """R2: as read back, and as positions have it."""
        settings = {each.instrument_id: each.in_force for each in self.facts.leverage.values()}
        missing = [base_of(each) for each in self.facts.season.pairs if each not in settings]
        for each in self.facts.portfolio.positions:
            settings[each.instrument_id] = max(settings.get(each.instrument_id, 0), each.leverage)
        top = max(settings.values(), default=0)
        if missing and top <= MAX_LEVERAGE:
            return not_known(f"the leverage of {', '.join(missing)}")
        where = ", ".join(base_of(each) for each, leverage in settings.items() if leverage == top)
        everywhere = len(set(settings.values())) == 1
        evidence = f"{'every pair' if everywhere else f'highest: {where}'} at {top}x, read back from the venue"
        return against(top, MAX_LEVERAGE, evidence, f"leverage {top}/{MAX_LEVERAGE}")

    def gross(self) -> Measured:
        """R3."""
        balance = self.facts.portfolio.balance
        if balance is None:
            return not_known("the equity")
        gross = self.facts.gross_notional()
        if balance.equity <= 0:
            state = RuleState.BROKEN if gross > 0 else RuleState.OK
            return Measured(state, f"{gross:,.0f} USDT held, no equity left", "no equity")
        times = gross / balance.equity
        evidence = f"{gross:,.0f} USDT in all on {balance.equity:,.0f} USDT equity"
        return against(
            float(times), MAX_GROSS_TIMES_EQUITY, evidence, f"{times:.1f} of {MAX_GROSS_TIMES_EQUITY} times equity"
        )

    def calls(self, most: int) -> Measured:
        """R4; `most` is the highest figure seen by the lights so far."""
        calls = self.calls_now()
        evidence = f"order calls within the last second; most seen so far {max(most, calls)}"
        return against(
            calls, SOFT_ORDER_CALLS_PER_S, evidence, f"order calls {calls} of {SOFT_ORDER_CALLS_PER_S} a second"
        )

    def calls_now(self) -> int:
        return self.facts.pace.figures(ALLOWED_INSTRUMENTS[0], Side.BUY).calls_last_s

    def crossing(self) -> Measured:
        """R8."""
        working = self.facts.ledger.at_venue()
        crossed = next(((one, two) for at, one in enumerate(working) for two in working[:at] if _meet(one, two)), None)
        if crossed is not None:
            where = base_of(crossed[0].terms.instrument_id)
            return Measured(RuleState.BROKEN, f"two of our own orders of {where} can meet: cancel one of them", "")
        limit = self.facts.limits.flips_per_min
        turns = {each: self._turns(each) for each in ALLOWED_INSTRUMENTS}
        top = max(turns.values())
        where = base_of(max(turns, key=lambda each: turns[each]))
        evidence = "no orders of ours can meet; " + (
            f"entries of {where} turned {some(top, 'time')} within a minute" if top else "no entry turned around"
        )
        return against(top, limit, evidence, f"{top} of {limit} turns a minute")

    def _turns(self, instrument_id: InstrumentId) -> int:
        return turns_within(self.facts.pace.figures(instrument_id, Side.BUY).recent)

    def frequency(self, counts: Counts) -> Measured:
        """R9."""
        pace, limits = self.facts.pace, self.facts.limits
        figures = {(each, side): pace.figures(each, side) for each in ALLOWED_INSTRUMENTS for side in Side}
        ages = {each: found.entry_age_s for (each, _), found in figures.items() if found.entry_age_s is not None}
        fills = max(found.filled_orders_last_min for found in figures.values())
        newest = min(ages, key=lambda each: ages[each], default=None)
        # A figure that ticks every second would be news every second: the age is told only while it matters.
        waits = newest is not None and ages[newest] < limits.entry_interval_s
        last = f"{base_of(newest)} must wait for its next entry" if waits and newest else "no pair has to wait"
        evidence = f"{last}; {some(fills, 'order')} of one side filled within a minute"
        evidence += f"; {counts.cancelled} entries cancelled unfilled, {counts.entries} filled"
        if counts.cancelled >= _MANY_CANCELS and counts.cancelled > _CANCELS_PER_FILL * counts.entries:
            return Measured(RuleState.NEAR, evidence, f"{counts.cancelled} cancels for {some(counts.entries, 'fill')}")
        return against(
            fills, limits.fills_per_min, evidence, f"{fills} of {limits.fills_per_min} fills of one side a minute"
        )

    # -- the round -----------------------------------------------------------------

    def trades(self, counts: Counts, now_ms: int) -> Measured:
        """S1."""
        season = self.facts.season
        done, least, left_ms = counts.entries, season.min_trades, season.left_ms(now_ms)
        used = min(1.0, done / least)
        distance = f"{done} of {least} trades"
        if left_ms:
            distance += f", {lasting(left_ms)} left"
        evidence = f"{some(done, 'entry order')} filled"
        if season.start_ms is not None:
            evidence += " since the round began"
        if not season.has_begun(now_ms):
            return Measured(RuleState.UNKNOWN, "the round has not begun", distance, 0.0)
        if done >= least:
            return Measured(RuleState.OK, evidence, distance, used)
        if left_ms is None:
            words = f"{evidence}; when the round ends is not set (Season settings)"
            return Measured(RuleState.UNKNOWN, words, distance, used)
        if left_ms == 0:
            return Measured(RuleState.BROKEN, f"{evidence}; the round is over", distance, used)
        return Measured(RuleState.NEAR if left_ms <= _URGENT_MS else RuleState.OK, evidence, distance, used)

    def the_round(self, now_ms: int) -> Measured:
        """S2."""
        season, portfolio = self.facts.season, self.facts.portfolio
        evidence = "; ".join(filter(None, (self._profit(), _drawdown(portfolio.peak_equity, self._equity()))))
        if not season.has_begun(now_ms):
            return Measured(RuleState.OK, evidence, f"begins in {lasting((season.start_ms or 0) - now_ms)}")
        left_ms = season.left_ms(now_ms)
        if left_ms is None or season.end_ms is None:
            words = "; ".join(filter(None, (evidence, "its dates are not set (Season settings)")))
            return Measured(RuleState.UNKNOWN, words)
        if left_ms == 0:
            return Measured(RuleState.NEAR, evidence, "the round is over")
        length_ms = season.end_ms - (season.start_ms or now_ms)
        used = None if season.start_ms is None else 1 - left_ms / length_ms
        state = RuleState.NEAR if left_ms <= _LAST_DAY_MS else RuleState.OK
        # Two decimals: the bar need not be told anew every second.
        return Measured(state, evidence, f"{lasting(left_ms)} left", None if used is None else round(used, 2))

    def _equity(self) -> Decimal | None:
        balance = self.facts.portfolio.balance
        return None if balance is None else balance.equity

    def _profit(self) -> str:
        equity, start = self._equity(), self.facts.season.start_equity
        if equity is None:
            return ""
        if start is None:
            return f"equity {equity:,.0f} USDT"
        return f"equity {equity:,.0f} USDT, {percent((equity - start) / start)} since the start"


def _drawdown(peak: Decimal | None, equity: Decimal | None) -> str:
    if not peak or equity is None:
        return ""
    return f"{percent((equity - peak) / peak)} from the peak"


def _meet(one: Order, two: Order) -> bool:
    """Whether two of our orders could trade with each other."""
    if one.terms.instrument_id != two.terms.instrument_id or one.terms.side is two.terms.side:
        return False
    buy, sell = (one, two) if one.terms.side is Side.BUY else (two, one)
    if buy.terms.price is None or sell.terms.price is None:
        return True
    return buy.terms.price >= sell.terms.price
