"""An order's records as the seven steps of its passport: words for people, papers for everybody else."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from terminal.domain.frozen import SnapshotFrozen
from terminal.domain.order import OrderTerms
from terminal.domain.order_chain import OrderChain
from terminal.domain.passport import STEPS, UNATTRIBUTED, Dot, DotState, origin_word, passport
from terminal.domain.passport_messages import OrderPassport, Paper, PassportStep
from terminal.domain.plain_words import figure, fill_line, order_at, quoted, sentence
from terminal.domain.records import (
    AiLogAnswered,
    ApprovalGiven,
    DecisionRecorded,
    FillBooked,
    IntentCommitted,
    OrderMoved,
    ProposalRecorded,
    ReviewClosed,
    RiskChecked,
)
from terminal.domain.rehearsal import API_TEST_MODEL
from terminal.domain.risk import Check
from terminal.services.passport import papers
from terminal.services.passport.elsewhere import elsewhere_line
from terminal.services.passport.reading import facts_of, logs_of, newest_order, of_type

_KNOWS_NOTHING: Final = "the journal holds nothing about this order"
_WAIT: Final = "If it is a moment old, try again; else run 'alphadesk verify' on the journal and tell the team"


def passport_of_chain(chain: OrderChain) -> OrderPassport:
    """Give the seven steps of an order from its records."""
    order = newest_order(chain)
    if order is None:
        return _unknown(chain)
    dots = passport(facts_of(chain, order))
    steps = [_step(chain, dot) for dot in dots]
    changed = _amended(chain, order.terms)
    if changed:
        at = STEPS.index("approval")
        steps[at] = replace(steps[at], lines=(*steps[at].lines, *changed))
    title = sentence(order_at(order.terms)).rstrip(".")
    return OrderPassport(chain.client_order_id, title, origin_word(order, amended=bool(changed)), tuple(steps))


def _unknown(chain: OrderChain) -> OrderPassport:
    steps = tuple(PassportStep(Dot(name, DotState.BROKEN, _KNOWS_NOTHING, _WAIT), (), ()) for name in STEPS)
    return OrderPassport(chain.client_order_id, f"Order {chain.client_order_id}", UNATTRIBUTED, steps)


def _step(chain: OrderChain, dot: Dot) -> PassportStep:
    lines, found = _PARTS[dot.name]
    shown = tuple(found(chain))
    if not dot.at_ms:
        dot = replace(dot, at_ms=_act_ms(chain, dot.name) or (shown[0].at_ms if shown else 0))
    if not dot.who and shown:
        dot = replace(dot, who=_who(dot.name))
    return PassportStep(dot, tuple(filter(None, lines(chain))), shown)


def _act_ms(chain: OrderChain, name: str) -> int:
    """When a step was done, where its first paper does not say it best."""
    if name == "request":
        return next((intent.signed_at_ms for _, intent in of_type(chain, IntentCommitted)), 0)
    if name == "fills":
        return max((booked.fill.ts_event_ms for _, booked in of_type(chain, FillBooked)), default=0)
    return 0


def _who(name: str) -> str:
    """Whose act a step on record is, where the dot does not name a person or a model."""
    return {"fills": "the venue", "AI log": "the venue", "approval": "", "decision": ""}.get(name, "this program")


# -- in words ---------------------------------------------------------------------


def _inputs(chain: OrderChain) -> Iterator[str]:
    frozen = None if chain.snapshot is None else chain.snapshot.record
    if isinstance(frozen, SnapshotFrozen):
        taken = frozen.snapshot
        yield f"{len(taken.views)} pairs, {taken.interval.label} bars, equity {figure(taken.equity)} USDT."
        names = {recorded.decision.instrument_id for _, recorded in of_type(chain, DecisionRecorded)}
        for view in taken.views:
            if view.instrument.instrument_id in names and view.facts is not None:
                yield elsewhere_line(view.facts)
    if chain.bars is not None and chain.bars.count != chain.bars.wanted:
        yield f"The journal holds {chain.bars.count} of the {chain.bars.wanted} bars the model was shown."
    for seq, mac, _ in () if chain.bars is None else chain.bars.blocks:
        yield f"Bars in record {seq:,}, seal {mac}."
    for _, recorded in of_type(chain, DecisionRecorded):
        if recorded.decision.model == API_TEST_MODEL:
            yield "No model was asked: the participant guide's own order, with the market as it was then."
        else:
            yield f"'alphadesk replay {recorded.decision.decision_id}' makes the decision again from exactly these."


def _decision(chain: OrderChain) -> Iterator[str]:
    for _, recorded in of_type(chain, DecisionRecorded):
        decision = recorded.decision
        yield sentence(decision.explanation)
        yield sentence(f"Invalid when: {decision.invalidation}") if decision.invalidation else ""
        for each in decision.evidence:
            yield f"{'for' if each.supports else 'against'}: {each.label} {each.value}"


def _approval(chain: OrderChain) -> Iterator[str]:
    for _, given in of_type(chain, ApprovalGiven):
        approval = given.approval
        price = f", market at {approval.price_at}" if approval.price_at else ""
        yield f"By {approval.how}{price}; the decision was {approval.decision_age_s:.1f} s old."
        yield f"Bound to what the card showed: fingerprint {approval.fingerprint}." if approval.fingerprint else ""
        for row in approval.rows:
            yield f"{'✓' if row.ok else '✗'} {row.name}: {row.proposed}, at the click {row.now} ({row.difference})"
    for _, closed in of_type(chain, ReviewClosed):
        yield sentence(f"{closed.who or 'The program'}: {closed.reason}") if closed.reason else ""


def _amended(chain: OrderChain, sent: OrderTerms) -> tuple[str, ...]:
    """What a person made tighter when approving, a line a term."""
    proposed = next((record.terms for _, record in of_type(chain, ProposalRecorded)), sent)
    pairs = (
        ("size", proposed.size, sent.size),
        ("stop", proposed.stop_price, sent.stop_price),
        ("leverage", proposed.leverage, sent.leverage),
    )
    return tuple(f"Amended: {name} {before} to {after}." for name, before, after in pairs if before != after)


def _checks(chain: OrderChain) -> Iterator[str]:
    for _, checked in of_type(chain, RiskChecked):
        yield from map(_check_line, checked.verdict.checks)


def _check_line(check: Check) -> str:
    return f"{'✓' if check.passed else '✗'} {check.name} ({check.rule}): {check.text}"


def _request(chain: OrderChain) -> Iterator[str]:
    for _, intent in of_type(chain, IntentCommitted):
        yield f"Sent to {intent.endpoint}, our id {intent.order.client_order_id}."
    order = newest_order(chain)
    if order is not None and order.venue_order_id:
        yield f"The venue's id: {order.venue_order_id}."
    told = ""
    for _, moved in of_type(chain, OrderMoved):
        words = sentence(quoted(papers.move_words(moved), hint=moved.order.reason))
        if papers.is_about_request(moved) and words != told:  # the venue repeats itself
            yield words
            told = words


def _fills(chain: OrderChain) -> Iterator[str]:
    for _, booked in of_type(chain, FillBooked):
        yield fill_line(booked.fill)


def _logs(chain: OrderChain) -> Iterator[str]:
    for log in logs_of(chain).values():
        sound = "unchanged since it was frozen" if log.is_intact else "NOT what was frozen: keep it and tell the team"
        yield f"{log.stage}, {log.model}, content SHA-256 {log.content_sha256[:12]}…, {sound}."
    for _, answered in of_type(chain, AiLogAnswered):
        yield sentence(f"Upload {answered.attempt}: {quoted(answered.message, answered.code)}")


_PARTS: Final[dict[str, tuple[Callable[[OrderChain], Iterable[str]], Callable[[OrderChain], Iterable[Paper]]]]] = {
    "inputs": (_inputs, papers.of_inputs),
    "decision": (_decision, papers.of_decision),
    "approval": (_approval, papers.of_approval),
    "checks": (_checks, papers.of_checks),
    "request": (_request, papers.of_request),
    "fills": (_fills, papers.of_fills),
    "AI log": (_logs, papers.of_logs),
}
