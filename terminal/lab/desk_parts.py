"""Live services with the hands tied: what a replay needs of them, without journal, cards or memory of years."""

from decimal import Decimal

from terminal.domain.decision import Decision
from terminal.domain.messages import Event
from terminal.domain.order import OrderTerms
from terminal.domain.records import ChainHead, Record
from terminal.domain.risk import Check, Verdict
from terminal.services.guardrails.desk import GuardDesk
from terminal.services.journal_writer import COMMIT_LIMIT_S, JournalWriter, Then
from terminal.services.review.drafting import Drafted, Drafter
from terminal.services.risk.facts import RiskFacts


class NoPen(JournalWriter):
    """A writer that keeps nothing: a replay can be made again."""

    def __init__(self) -> None:
        self.is_ok = True

    @property
    def head(self) -> ChainHead:
        return ChainHead(0, "")

    async def commit(self, *records: Record, limit_s: float = COMMIT_LIMIT_S) -> ChainHead:
        del records, limit_s
        return self.head

    def post(self, *records: Record, then: Then | None = None) -> None:
        del records
        if then is not None:
            then()


class NoStream:
    """In the place of a feed: bars and quotes are put in, nothing is fetched and nothing waits to be handed on."""

    def catch_up(self) -> None:
        """There is never anything to catch up with."""


class NoGuards(GuardDesk):
    """For fixed rules: guardrails judge a model's confidence and expectation, and a rule claims neither."""

    def __init__(self) -> None:
        self.is_broken = False

    def take(self, event: Event) -> None:
        del event

    def risk_of(self, decision: Decision) -> Decimal:
        return decision.risk_fraction

    def at_draft(self, decision: Decision, terms: OrderTerms) -> tuple[Check, ...]:
        del decision, terms
        return ()


class JudgingDrafter(Drafter):
    """The live drafter, which judges as it does live, but writes and shows nothing."""

    def __init__(self, facts: RiskFacts) -> None:
        self._facts = facts  # all that judging needs; what writes is not built
        self._judged: tuple[OrderTerms, Verdict] | None = None

    def taken(self) -> tuple[OrderTerms, Verdict] | None:
        """Give what was judged since the last call, once."""
        judged, self._judged = self._judged, None
        return judged

    async def record(self, decision: Decision, terms: OrderTerms, verdict: Verdict) -> Drafted:
        del decision
        self._judged = (terms, verdict)
        return Drafted(None, verdict.text)
