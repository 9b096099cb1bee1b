"""Keeps a strategy's comparison with chance and simple rules at hand; made when its whole days change, elsewhere."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from terminal.domain.comparison import Comparison, NotCompared
from terminal.domain.order import ZERO
from terminal.domain.promotion import Resolved
from terminal.ports.baselines import Baselines, ComparisonRequest
from terminal.services.promotion.against import NOT_YET
from terminal.services.promotion.statistic import DAY_MS
from terminal.services.risk.facts import RiskFacts

TRY_AGAIN_S: Final = 600.0  # bars that are missing may have come
NOBODY: Final = NotCompared("nothing here can read recorded prices")
NO_RESULTS: Final = NotCompared("no whole day of results yet")
NO_EQUITY: Final = NotCompared("the account's equity is not known")

_Key = tuple[str, int, int, int]


class Comparer:
    """Asks `baselines` once a day and whenever a whole day's result changed; its answer stands until then."""

    def __init__(self, facts: RiskFacts, now_ms: Callable[[], int]) -> None:
        """`now_ms` tells the venue's time: its days are compared."""
        self._facts = facts
        self._now_ms = now_ms
        self._key: _Key | None = None
        self._found: Comparison | NotCompared = NOT_YET
        self._tried_s = float("-inf")
        self.baselines: Baselines | None = None

    def known(self, strategy: str, results: Sequence[Resolved]) -> Comparison | NotCompared:
        """Give the comparison of this very record; of another one nothing is known."""
        return self._found if self._key == self._key_of(strategy, self._whole(results)) else NOT_YET

    async def look(self, strategy: str, results: Sequence[Resolved]) -> None:
        """Compare where the record is another one, or where it could not be compared a while ago."""
        whole, now_s = self._whole(results), self._facts.clock.monotonic_s()
        key = self._key_of(strategy, whole)
        is_missing = isinstance(self._found, NotCompared) and now_s - self._tried_s >= TRY_AGAIN_S
        if key == self._key and not is_missing:
            return
        self._tried_s = now_s
        found = await self._compare(whole)
        self._key, self._found = key, found

    async def _compare(self, whole: tuple[Resolved, ...]) -> Comparison | NotCompared:
        facts = self._facts
        equity = facts.portfolio.live_equity() or ZERO
        if self.baselines is None:
            return NOBODY
        if not whole:
            return NO_RESULTS
        if equity <= 0:
            return NO_EQUITY
        return await self.baselines.compare(self._request(whole, equity))

    def _request(self, whole: tuple[Resolved, ...], equity: Decimal) -> ComparisonRequest:
        hub = self._facts.hub
        pairs = tuple(sorted(hub.instruments))
        fees = [float(rules.taker_fee) for rules in hub.instruments.values()]
        return ComparisonRequest(
            results=whole,
            newest=tuple((each, hub.series(each).closed) for each in pairs),
            interval=hub.interval,
            until_ms=self._today_ms(),
            equity=float(equity),
            taker_fee=max(fees, default=0.0),
        )

    def _whole(self, results: Sequence[Resolved]) -> tuple[Resolved, ...]:
        """The results of days that are over."""
        today_ms = self._today_ms()
        return tuple(each for each in results if each.ended_ms < today_ms)

    def _key_of(self, strategy: str, whole: Sequence[Resolved]) -> _Key:
        return strategy, len(whole), whole[-1].ended_ms if whole else 0, self._today_ms()

    def _today_ms(self) -> int:
        return self._now_ms() // DAY_MS * DAY_MS
