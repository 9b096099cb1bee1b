"""One trade of a replay, and how it is filled: by the shadow ledger's own pessimistic rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Final

import numpy as np

from terminal.domain.decision import Decision
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import MINUTE_MS, BookLevel, FundingSettled
from terminal.domain.order import OrderTerms, PositionSide
from terminal.domain.shadow import ShadowCause, ShadowExit, ShadowLeg, ShadowPhase, ShadowPlan, ShadowTrade, plan_of
from terminal.lab.market import UNKNOWN_RATE, LabMarket
from terminal.services.shadow.fills import Quote, at_quote, closed, settled_all
from terminal.services.shadow.replay import bars_of, replayed
from terminal.strategy.arrays import IntArray

ENTRY_DELAY_MS: Final = 1_000
"""After the open of its bar: so a target in the bar of the entry is not believed, a stop is."""
_PLENTY: Final = Decimal(1_000_000_000)
HOW: Final = {ShadowExit.STOP: "stop", ShadowExit.TARGET: "target", ShadowExit.HORIZON: "horizon"}
BY_MODEL: Final = "model's close"
AT_END: Final = "end of the test"
_SAME: Final = 1e-12  # floats of one price may differ that much


@dataclass(frozen=True, slots=True)
class LabTrade:
    """A finished trade. Money in USDT, `*_bp` in basis points of the entry's notional.

    `entry_bar` and `exit_bar` are places on the market's time axis. `target_bp` and `stop_bp` are the declared
    distances from the entry (NaN without one), `chance` is the model's probability of the target first.
    """

    instrument_id: InstrumentId
    side: int
    decided_ms: int
    entry_bar: int
    exit_bar: int
    entry_ms: int
    exit_ms: int
    entry_price: float
    exit_price: float
    size: float
    fees: float
    funding: float
    net: float
    gross_bp: float
    net_bp: float
    target_bp: float
    stop_bp: float
    chance: float
    expected_bp: float
    how: str

    @property
    def notional(self) -> float:
        return self.entry_price * self.size

    @property
    def declared_hit_rate(self) -> float:
        """Share of wins at which target and stop just break even before costs; NaN where one is missing."""
        span = self.stop_bp + self.target_bp
        return self.stop_bp / span if isfinite(span) and span > 0 else float("nan")


class Filler:
    """Fills orders against bars. `slippage_bp` is paid beyond half the spread, at entry and at exit."""

    def __init__(self, market: LabMarket, slippage_bp: float) -> None:
        self._market = market
        self._slippage_bp = slippage_bp
        self._settling = _settling(market)

    def quote(self, row: int, bar: int) -> tuple[Decimal, Decimal]:
        """Bid and ask an order meets at the open of a bar."""
        return self._market.quote(row, float(self._market.panel.open[row, bar]), self._slippage_bp)

    def enter(self, row: int, bar: int, decision: Decision, terms: OrderTerms, decided_ms: int) -> ShadowTrade:
        """Open at the far side of the bar's first price; MISSED when stop or target was passed by then."""
        rules = self._market.rules[row]
        price = float(self._market.panel.open[row, bar])
        plan = plan_of(
            terms,
            decision_id=decision.decision_id,
            leg=ShadowLeg.PROPOSED,
            cause=ShadowCause.SHADOW,
            who="",
            reason="",
            model=decision.model,
            price_step=self._market.exit_step(row, price, self._slippage_bp),
            fees=(rules.taker_fee, rules.maker_fee),
            began_ms=decided_ms,
            ends_ms=decided_ms + decision.horizon_min * MINUTE_MS,
        )
        return self._entered(plan, row, bar)

    def _entered(self, plan: ShadowPlan, row: int, bar: int) -> ShadowTrade:
        bid, ask = self.quote(row, bar)
        at_ms = int(self._market.panel.open_ms[bar]) + ENTRY_DELAY_MS
        book = Quote((BookLevel(bid, _PLENTY),), (BookLevel(ask, _PLENTY),), at_ms)
        return at_quote(ShadowTrade(plan, ShadowPhase.WAITING, 0), book)

    def hold(self, plan: ShadowPlan, row: int, bar: int) -> ShadowTrade:
        """Open a plan as it stands: for a benchmark that meets no checks."""
        return self._entered(plan, row, bar)

    def carried(self, trade: ShadowTrade, row: int, first: int, until: int) -> ShadowTrade:
        """Carry an open trade from bar `first` up to bar `until` (left out), or to its end.

        Only bars in which something can happen are looked at; in the others funding is all that is booked.
        """
        market, sign = self._market, trade.plan.sign
        last = self._last_of(trade, min(until, market.bars))
        place = int(np.searchsorted(self._settling, first))
        for bar in self._eventful(trade, row, first, last):
            before = int(np.searchsorted(self._settling, bar))
            after = int(np.searchsorted(self._settling, bar, side="right"))
            trade = settled_all(trade, self._quietly(row, sign, range(place, before)))
            seen = bars_of(market.candles(row, bar, bar + 1), market.interval.ms)
            trade = replayed(trade, seen, self._settlements(row, sign, range(before, after)), seen[0].close_ms)
            if trade.phase.is_over:
                return trade
            place = after
        end = int(np.searchsorted(self._settling, last))
        return settled_all(trade, self._quietly(row, sign, range(place, end)))

    def left(self, trade: ShadowTrade, row: int, bar: int) -> ShadowTrade:
        """Leave at the open of a bar, far side; after the last bar at its close."""
        panel, last = self._market.panel, self._market.bars - 1
        price = panel.open[row, bar] if bar <= last else panel.close[row, last]
        at_ms = int(panel.open_ms[bar]) if bar <= last else self._market.close_ms(last)
        bid, ask = self._market.quote(row, float(price), self._slippage_bp)
        return closed(trade, bid if trade.plan.side is PositionSide.LONG else ask, at_ms, ShadowExit.HORIZON)

    def exit_bar(self, trade: ShadowTrade) -> int:
        """The bar by whose close the exit is known."""
        found = int(np.searchsorted(self._market.panel.open_ms, trade.exit_ms, side="right")) - 1
        if trade.how is ShadowExit.TARGET:  # stamped with the close of its bar
            found -= int(self._market.panel.open_ms[min(found, self._market.bars - 1)] == trade.exit_ms)
        return max(0, min(found, self._market.bars - 1))

    # -- inside ------------------------------------------------------------------

    def _last_of(self, trade: ShadowTrade, last: int) -> int:
        """The bar after the last one that can matter: that in which the horizon ends, at most `last`."""
        return min(last, int(np.searchsorted(self._market.panel.open_ms, trade.plan.ends_ms)) + 1)

    def _eventful(self, trade: ShadowTrade, row: int, first: int, last: int) -> list[int]:
        """Bars from `first` to `last` (left out) that touch a level, begin or end the trade."""
        panel, plan = self._market.panel, trade.plan
        if last <= first:
            return []
        highs, lows = panel.high[row, first:last], panel.low[row, first:last]
        worst, best = (lows, highs) if plan.sign > 0 else (highs, lows)
        touched = np.zeros(len(highs), dtype=np.bool_)
        touched[0] = True
        if int(panel.open_ms[last - 1]) >= plan.ends_ms:
            touched[-1] = True
        if plan.stop is not None:
            touched |= (worst - float(plan.stop)) * plan.sign <= _SAME * float(plan.stop)
        if plan.target is not None:
            touched |= (best - float(plan.target)) * plan.sign >= -_SAME * float(plan.target)
        found: list[int] = (np.flatnonzero(touched) + first).tolist()
        return found

    def _settlements(self, row: int, sign: int, places: range) -> list[FundingSettled]:
        times, name = self._market.funding_ms, self._market.instruments[row]
        return [FundingSettled(name, self._rate(row, place, sign), int(times[place])) for place in places]

    def _quietly(self, row: int, sign: int, places: range) -> Iterator[tuple[Decimal, Decimal, int]]:
        """Rate, price and time of settlements in bars that need no look."""
        times, opens = self._market.funding_ms, self._market.panel.open
        for place in places:
            price = Decimal(repr(float(opens[row, self._settling[place]])))
            yield self._rate(row, place, sign), price, int(times[place])

    def _rate(self, row: int, place: int, sign: int) -> Decimal:
        rate = float(self._market.funding[row, place])
        return Decimal(repr(rate if isfinite(rate) else UNKNOWN_RATE * sign))


def _settling(market: LabMarket) -> IntArray:
    """The bar that contains each settlement, (k,); the number of bars for one at their very end."""
    opens, times = market.panel.open_ms, market.funding_ms
    within = times < int(opens[-1]) + market.interval.ms
    return np.where(within, np.searchsorted(opens, times, side="right") - 1, market.bars)


def finished(trade: ShadowTrade, decision: Decision | None, bars: tuple[int, int], how: str = "") -> LabTrade:
    """Take a closed shadow trade into figures; `bars` are those of entry and exit.

    Raises:
        ValueError: the trade has no result.
    """
    plan, result = trade.plan, trade.result
    if result is None or trade.entry_price is None or trade.exit_price is None:
        raise ValueError("only a trade that was closed has a result")
    entry, size = float(trade.entry_price), float(plan.size)
    notional = entry * size
    moved = float(trade.exit_price - trade.entry_price) * plan.sign
    return LabTrade(
        instrument_id=plan.instrument_id,
        side=plan.sign,
        decided_ms=plan.began_ms,
        entry_bar=bars[0],
        exit_bar=bars[1],
        entry_ms=trade.entry_ms,
        exit_ms=trade.exit_ms,
        entry_price=entry,
        exit_price=float(trade.exit_price),
        size=size,
        fees=float(trade.fees),
        funding=float(trade.funding),
        net=float(result),
        gross_bp=moved / entry * 1e4,
        net_bp=float(result) / notional * 1e4,
        target_bp=_distance_bp(plan.target, entry),
        stop_bp=_distance_bp(plan.stop, entry),
        chance=float("nan") if decision is None else decision.confidence,
        expected_bp=float("nan") if decision is None else decision.expected_value_bp,
        how=how or (HOW[trade.how] if trade.how is not None else ""),
    )


def _distance_bp(level: Decimal | None, entry: float) -> float:
    return float("nan") if level is None else abs(float(level) - entry) / entry * 1e4
