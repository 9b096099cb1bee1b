"""What the order ticket says: what an opening order would risk, and what the AI answered."""

from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.decision import Action
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.messages import CycleEnded, Level, ModelPhase
from terminal.domain.order import PositionSide
from terminal.domain.review import Proposal
from terminal.domain.risk import TradingState
from terminal.ui import formatting as f
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.words import ACTION, LEVEL, REVIEW_STATE, TRADING_STATE, joined, proposal_line, sentence

ANSWER_WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A question this ticket put to the AI. `at_s` on the desk's monotonic clock."""

    instrument_id: InstrumentId
    action: Action
    at_s: float
    cycles_before: int
    proposals_before: frozenset[str]
    question_id: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Words for the answer area; `open` while the question has none yet."""

    title: str
    text: str
    tone: str
    open: bool = False


def held_size(desk: Desk, instrument_id: InstrumentId, side: PositionSide) -> Decimal:
    """Size of a position in base coin, 0 when there is none."""
    for position in desk.positions:
        if position.instrument_id == instrument_id and position.side is side:
            return position.size
    return Decimal(0)


def risk_words(desk: Desk) -> str:
    """Say what an opening order would put at risk."""
    limits, balance = desk.limits, desk.balance
    share = f.percent(limits.risk_per_trade)
    if balance is None:
        return f"An opening order risks at most {share} of equity to its stop. Equity is not known yet."
    money = f.money(limits.risk_per_trade * balance.equity)
    leverage = desk.venues.traded.capabilities.leverage
    cap = f"at {limits.max_leverage}x or less" if leverage else "paid in full"
    return f"An opening order risks at most {share} of equity ({money} USDT) to its stop, {cap}."


def why_not_ask(desk: Desk, asked: Asked | None) -> str:
    """Say why the AI cannot be asked now; "" when it can."""
    if not desk.phase.ready:
        return sentence(f"not ready yet: {desk.phase.text}")
    if desk.trading_state is not TradingState.ACTIVE:
        return f"Trading state is {TRADING_STATE[desk.trading_state][0]}: nothing opens. Set Active first."
    # An answer that failed may well come the next time, and while a new model is fitted the one in use answers;
    # without any model there is nobody to ask.
    if desk.model.phase in {ModelPhase.FAILED, ModelPhase.TRAINING} and not desk.model.model:
        return sentence(f"the model is {desk.model.phase.value}: {desk.model.detail or 'no detail given'}")
    if asked is not None:
        return "The AI is already being asked. Wait for its answer."
    return ""


def question(desk: Desk, action: Action) -> Asked:
    """Remember what was known when the question was put."""
    return Asked(
        desk.selection[0],
        action,
        desk.monotonic_s(),
        desk.cycles_ended,
        frozenset(desk.proposals),
        desk.new_question_id(),
    )


def answer_for(desk: Desk, instrument_id: InstrumentId, asked: Asked | None) -> Answer:
    """Give the newest outcome for a pair: an open question first, else proposal or cycle."""
    base = base_of(instrument_id)
    proposal, cycle = newest_proposal(desk, instrument_id), newest_cycle(desk, base)
    if asked is not None and asked.instrument_id == instrument_id:
        if proposal is not None and proposal.decision_id not in asked.proposals_before:
            return _proposal_answer(desk, proposal)
        first = desk.answers.get(asked.question_id) or first_cycle_since(desk, asked)
        if first is None:
            return _no_answer_yet(desk, asked)
        cycle = first if cycle is None or cycle.at_ms < first.at_ms else cycle
    if proposal is not None and (cycle is None or _is_as_new(proposal, cycle)):
        return _proposal_answer(desk, proposal)
    if cycle is not None:
        return _cycle_answer(cycle)
    return Answer("AI", f"No answer about {base} yet. Ask, or wait for the next closed bar.", "muted")


def _is_as_new(proposal: Proposal, cycle: CycleEnded) -> bool:
    """Tell whether a proposal came of this cycle or after it; it says more about its pair than the cycle does."""
    decision = proposal.decision
    return decision.cycle_id == cycle.cycle_id or decision.created_ms >= cycle.at_ms


def first_cycle_since(desk: Desk, asked: Asked) -> CycleEnded | None:
    """Give the first cycle since the question that may be its answer; None while there is none.

    A cycle that answers another question, or another seat's, is none of ours.
    """
    since = min(desk.cycles_ended - asked.cycles_before, len(desk.cycles))
    later = list(desk.cycles)[len(desk.cycles) - since :] if since > 0 else []
    return next((cycle for cycle in later if cycle.question_id in {"", asked.question_id}), None)


def _no_answer_yet(desk: Desk, asked: Asked) -> Answer:
    waited = desk.monotonic_s() - asked.at_s
    what = f"{ACTION[asked.action]} {base_of(asked.instrument_id)}"
    if waited > ANSWER_WAIT_S:
        return Answer("No answer", f"The AI gave no answer about {what} in {f.age(waited)}. See Events.", "down")
    return Answer("Asking the AI", f"Should we {what} now? {f.age(waited)}", "ai", open=True)


def newest_proposal(desk: Desk, instrument_id: InstrumentId) -> Proposal | None:
    found = (item for item in desk.proposals.values() if item.decision.instrument_id == instrument_id)
    return max(found, key=lambda item: item.decision.created_ms, default=None)


def newest_cycle(desk: Desk, base: str) -> CycleEnded | None:
    """Give the newest cycle whose words name the pair, e.g. `BTC: hold, no edge after costs`."""
    return next((cycle for cycle in reversed(desk.cycles) if base in _words(cycle.text)), None)


def _words(text: str) -> set[str]:
    return set("".join(mark if mark.isalnum() else " " for mark in text).split())


def _proposal_answer(desk: Desk, proposal: Proposal) -> Answer:
    words, tone = REVIEW_STATE[proposal.state]
    text = f"{proposal_line(proposal)}: {words}"
    if proposal.is_open:
        left = max(0.0, proposal.deadline_s - desk.monotonic_s())
        text += f", {f.countdown(left)} left"
    elif proposal.reason:
        text = joined(text, proposal.reason)
    return Answer(f"Proposal {f.local_time(proposal.decision.created_ms)}", text, tone)


def _cycle_answer(cycle: CycleEnded) -> Answer:
    tone = "text" if cycle.level in {Level.INFO, Level.GOOD} else LEVEL[cycle.level][1]
    return Answer(f"AI {f.local_time(cycle.at_ms)}", sentence(cycle.text), tone)
