"""What became of each strategy's decisions to open: the whole record, one entry a decision."""

from collections.abc import Callable, Iterable

from terminal.domain.decision import Decision
from terminal.domain.promotion import EVERYBODY, RecordEnded, Resolved
from terminal.domain.rehearsal import API_TEST_MODEL
from terminal.domain.shadow import ShadowCause
from terminal.services.guardrails.trades import Trade
from terminal.services.promotion.gate import strategy_of


class RecordBook:
    """Results by strategy. What was followed as proposed counts before what was sent.

    An order that was sent as proposed counts itself; what was followed beside it on paper does not.
    """

    def __init__(self, decision_of: Callable[[str], Decision | None]) -> None:
        self._decision_of = decision_of
        self._found: dict[str, dict[str, Resolved]] = {}
        self._sorted: dict[str, tuple[Resolved, ...]] = {}
        self._ended: dict[str, RecordEnded] = {}  # the newest of each strategy
        self._restarts = 0

    def take(self, trade: Trade) -> None:
        """Hear of a trade; only one that is over has a result."""
        if not trade.is_over or trade.cause is ShadowCause.SENT:
            return
        decision = self._decision_of(trade.decision_id)
        if decision is None or decision.model == API_TEST_MODEL:  # no strategy stands behind the API test
            return
        strategy = strategy_of(decision.model)
        results = self._found.setdefault(strategy, {})
        known = results.get(trade.decision_id)
        if known is None or trade.is_paper or not known.is_paper:
            results[trade.decision_id] = _resolved(trade, decision)
            self._sorted.pop(strategy, None)

    def restore(self, ended: Iterable[RecordEnded]) -> None:
        """Take in which records ended in earlier runs."""
        for each in ended:
            self.end(each)

    def end(self, record: RecordEnded) -> None:
        """A record has ended; signed by a person, what comes counts anew."""
        self._ended[record.strategy] = record
        self._restarts += bool(record.who)
        self._sorted.clear()

    def unacknowledged(self) -> tuple[RecordEnded, ...]:
        """Give the records that ended and that no person has answered for yet."""
        return tuple(each for each in self._ended.values() if not each.who)

    def begun(self, strategy: str) -> RecordEnded | None:
        """Give the acknowledged end a strategy's record counts from; None for since ever."""
        ends = (self._ended.get(name) for name in (strategy, EVERYBODY))
        return max((each for each in ends if each is not None and each.who), key=_at, default=None)

    def of(self, strategy: str) -> tuple[Resolved, ...]:
        """Give the results that count, oldest end first: of decisions opened since the record began."""
        if strategy not in self._sorted:
            begun = self.begun(strategy)
            since_ms = 0 if begun is None else begun.at_ms
            found = (each for each in self._found.get(strategy, {}).values() if each.opened_ms >= since_ms)
            self._sorted[strategy] = tuple(sorted(found, key=lambda each: each.ended_ms))
        return self._sorted[strategy]

    @property
    def versions(self) -> int:
        """How many versions were tried: strategies with results, and records that were begun anew."""
        return max(1, sum(bool(each) for each in self._found.values()) + self._restarts)


def _at(record: RecordEnded) -> int:
    return record.at_ms


def _resolved(trade: Trade, decision: Decision) -> Resolved:
    notional = trade.notional
    return Resolved(
        decision_id=trade.decision_id,
        instrument_id=trade.instrument_id,
        side=trade.side,
        opened_ms=trade.opened_ms,
        ended_ms=trade.ended_ms,
        entry=trade.entry,
        notional=notional,
        gross_bp=float(trade.gross / notional) * 10_000 if notional > 0 else 0.0,
        net_bp=trade.net_bp,
        net=trade.net,
        claimed=decision.confidence,
        came_true=trade.came_true,
        is_paper=trade.is_paper,
    )
