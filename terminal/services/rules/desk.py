"""Turns the rule book into lights once a second, and tells them when one has changed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from terminal.domain.messages import AiLogChanged, Event, OrderChanged, ProposalChanged
from terminal.domain.rule_messages import RuleLights
from terminal.domain.rules import RuleBook, RuleLight, Seat
from terminal.domain.season import Season
from terminal.ports.market_feed import MarketFeed
from terminal.services.ai_logs.archive import Archive
from terminal.services.journal_writer import JournalWriter
from terminal.services.recovery.other_terminal import OtherTerminal
from terminal.services.risk.facts import RiskFacts
from terminal.services.rules.conduct_rules import ConductRules
from terminal.services.rules.counts import Counter, Counts
from terminal.services.rules.measured import Measured
from terminal.services.rules.trading_rules import TradingRules

LOOK_S: Final = 1.0
_MOVES: Final = (OrderChanged, AiLogChanged, ProposalChanged)


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """What the outside gives an engine: the book, this round's settings, and what only the seat knows."""

    book: RuleBook
    season: Season
    seat: Seat


class RuleDesk:
    """One light for each rule of the book. Reads the services; blocks nothing: the gate does that."""

    def __init__(
        self,
        rules: RulesInForce,
        facts: RiskFacts,
        archive: Archive,
        others: OtherTerminal,
        writer: JournalWriter,
        feed: MarketFeed,
        *,
        emit: Callable[[Event], None],
    ) -> None:
        self._book = rules.book
        self._facts = facts
        self._emit = emit
        self._feed = feed
        self._trading = TradingRules(facts)
        self._conduct = ConductRules(facts, others, writer, rules.seat, self._refusals)
        self._counter = Counter(archive, facts.outbox, facts.season)
        self._counts = Counts()
        self._moved = True
        self._most_calls = 0
        self._refused = 0
        self._refused_s: float | None = None
        self.lights: tuple[RuleLight, ...] = ()

    def hear(self, event: Event) -> None:
        """Something the counts are made of may have moved."""
        if isinstance(event, _MOVES):
            self._moved = True

    async def run(self) -> None:
        """Look once a second until cancelled."""
        while True:
            self.look()
            await self._facts.clock.sleep(LOOK_S)

    def look(self) -> None:
        """Measure every rule; tell the lights when one is not as it was."""
        if self._moved:
            self._moved = False
            self._counts = self._counter.count(self._facts.ledger.orders.values())
        self._most_calls = max(self._most_calls, self._trading.calls_now())
        self._note_refusals()
        now_ms = self._facts.clock.now_ms()
        measures = self._measures(now_ms)
        lights = tuple(_light(rule.rule_id, self._book, measures[rule.rule_id](), now_ms) for rule in self._book.rules)
        same = len(lights) == len(self.lights) and all(
            new.same_but_time(old) for new, old in zip(lights, self.lights, strict=True)
        )
        if not same:
            self.lights = lights
            self._emit(RuleLights(self._book.version, lights))

    def _measures(self, now_ms: int) -> dict[str, Callable[[], Measured]]:
        trading, conduct, counts = self._trading, self._conduct, self._counts
        return {
            "R1": trading.pairs,
            "R2": trading.leverage,
            "R3": trading.gross,
            "R4": lambda: trading.calls(self._most_calls),
            "R5": lambda: conduct.decided(counts),
            "R6": lambda: conduct.logged(counts),
            "R7": lambda: conduct.unchanged(counts),
            "R8": trading.crossing,
            "R9": lambda: trading.frequency(counts),
            "R10": conduct.one_seat,
            "R11": conduct.official,
            "R12": conduct.records,
            "R13": conduct.organiser,
            "R14": lambda: conduct.address(self._refused_age_s()),
            "S1": lambda: trading.trades(counts, now_ms),
            "S2": lambda: trading.the_round(now_ms),
        }

    def _refusals(self) -> int:
        return self._feed.health().address_refused

    def _note_refusals(self) -> None:
        count = self._refusals()
        if count > self._refused:
            self._refused_s = self._facts.clock.monotonic_s()
        self._refused = count

    def _refused_age_s(self) -> float | None:
        return None if self._refused_s is None else self._facts.clock.monotonic_s() - self._refused_s


def _light(rule_id: str, book: RuleBook, measured: Measured, now_ms: int) -> RuleLight:
    used = None if measured.used is None else round(measured.used, 3)
    return RuleLight(book.rule(rule_id), measured.state, measured.evidence, measured.distance, used, now_ms)
