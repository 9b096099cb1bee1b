"""Makes a proposal durable and shows it: decision, frozen AI log and checks in one transaction (W2)."""

from collections.abc import Callable
from dataclasses import dataclass

from terminal.domain.ai_log import AiLogState
from terminal.domain.decision import Action, Decision
from terminal.domain.instrument import base_of
from terminal.domain.order import OrderTerms
from terminal.domain.records import AiLogFrozen, DecisionRecorded, ProposalRecorded, Record, ReviewClosed
from terminal.domain.review import Proposal, ReviewState
from terminal.domain.risk import Verdict
from terminal.ports.chance import Chance
from terminal.services.ai_logs.archive import Archive
from terminal.services.ai_logs.content import Audit, ProgramMark, decision_content, freeze
from terminal.services.ai_logs.guard import ContentGuard
from terminal.services.ai_logs.outbox import AiLogOutbox
from terminal.services.ids import fresh_id
from terminal.services.journal_writer import JournalWriter
from terminal.services.review.binding import Binding
from terminal.services.review.queue import ReviewQueue
from terminal.services.risk.context import DecisionFacts, RiskStage
from terminal.services.risk.facts import RiskFacts
from terminal.services.risk.gate import judge


@dataclass(frozen=True, slots=True)
class Drafted:
    """What became of one decision: a proposal, or the words why there is none.

    `stopped_at` is the step of the funnel that stopped it, "" for the first one after the signal.
    """

    proposal: Proposal | None
    words: str
    stopped_at: str = ""


OnVeto = Callable[[Decision, OrderTerms, Verdict, str], None]


class Drafter:
    """Judges and writes proposals. `new_client_order_id` comes from the one sender.

    `on_veto(decision, terms, verdict, "draft")` is told of what the checks stopped.
    """

    def __init__(
        self,
        facts: RiskFacts,
        review: ReviewQueue,
        outbox: AiLogOutbox,
        archive: Archive,
        writer: JournalWriter,
        chance: Chance,
        *,
        new_client_order_id: Callable[[], str],
        mark: ProgramMark,
        guard: ContentGuard,
        binding: Binding,
    ) -> None:
        self._facts = facts
        self._review = review
        self._outbox = outbox
        self._archive = archive
        self._writer = writer
        self._chance = chance
        self._new_client_order_id = new_client_order_id
        self._mark = mark
        self._guard = guard
        self._binding = binding
        self.on_veto: OnVeto = lambda *_: None

    def judge(self, decision: Decision, terms: OrderTerms) -> Verdict:
        """Run the checks an order of this decision must meet before a person sees it."""
        facts = DecisionFacts(
            decision_id=decision.decision_id,
            age_s=0.0,
            price=decision.reference_price,
            has_approval=False,
            log_ready=True,  # frozen and written together with the proposal
        )
        return judge(self._facts.context(terms, RiskStage.DRAFT, facts))

    async def record(self, decision: Decision, terms: OrderTerms, verdict: Verdict) -> Drafted:
        """Write one proposal, then show it; a blocked one is written and shown as blocked.

        Raises:
            UnusableLog: the model's texts cannot become a log; nothing was written.
            StorageError: nothing was written and nothing is shown.
        """
        clock = self._facts.clock
        now_ms, now_s = clock.now_ms(), clock.monotonic_s()
        client_order_id = self._new_client_order_id()
        state = ReviewState.PENDING if verdict.allowed else ReviewState.BLOCKED
        content = decision_content(decision, terms, Audit(self._writer.head, self._mark))
        self._guard.pass_decision(content, decision)
        log_state = AiLogState.WAITING if verdict.allowed else AiLogState.KEPT
        log_id = fresh_id("log", now_ms, self._chance)
        log = freeze(log_id, decision.decision_id, client_order_id, content, log_state, now_ms)
        bound = self._binding.bind(decision, terms)
        records: list[Record] = [
            DecisionRecorded(decision),
            AiLogFrozen(log),
            ProposalRecorded(
                decision.decision_id,
                client_order_id,
                terms,
                verdict,
                now_ms,
                band=bound.band,
                fingerprint=bound.fingerprint,
                rules=self._binding.rule_version,
                mode=bound.mode,
            ),
        ]
        if not verdict.allowed:
            records.append(ReviewClosed(decision.decision_id, state, "risk gate", verdict.text, now_ms))
        await self._writer.commit(*records)
        self._archive.decisions[decision.decision_id] = decision
        self._outbox.add(log)
        if not verdict.allowed:
            self.on_veto(decision, terms, verdict, "draft")
        proposal = Proposal(
            decision=decision,
            terms=terms,
            client_order_id=client_order_id,
            state=state,
            verdict=verdict,
            created_s=now_s,
            deadline_s=now_s + bound.life_s,
            reviewer="" if verdict.allowed else "risk gate",
            reviewed_ms=0 if verdict.allowed else now_ms,
            reason=verdict.text,
            band=bound.band,
            fingerprint=bound.fingerprint,
            mode=bound.mode,
        )
        self._review.add(proposal)
        name = spoken(decision)
        return Drafted(proposal, f"{name} proposed" if verdict.allowed else f"{name} blocked: {verdict.text}")


def spoken(decision: Decision) -> str:
    """Name a decision the way a trader says it: "BTC long"."""
    sides = {Action.OPEN_LONG: "long", Action.OPEN_SHORT: "short", Action.CLOSE: "close", Action.HOLD: "hold"}
    return f"{base_of(decision.instrument_id)} {sides[decision.action]}"
