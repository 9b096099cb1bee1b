"""Everything on record about a decision, page by page, each part with the record it begins to exist in."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from terminal.domain.approval import ClickVoided, RecheckRow
from terminal.domain.brain import ModelExchange
from terminal.domain.decision import Decision
from terminal.domain.order_chain import OrderChain, Sealed
from terminal.domain.plain_words import ACTION, clause, fill_line, joined, order_at, quoted, sentence
from terminal.domain.records import (
    AiLogAnswered,
    AiLogAttempted,
    AiLogFrozen,
    AiLogLinked,
    AiLogResolved,
    ApprovalGiven,
    DecisionRecorded,
    FillBooked,
    IntentCommitted,
    OrderMoved,
    ProposalRecorded,
    ReviewClosed,
    RiskChecked,
)
from terminal.domain.review import ReviewState
from terminal.domain.risk import Verdict
from terminal.domain.time_messages import PastCell, PastPart, PastSection
from terminal.domain.votes import votes_of
from terminal.services.passport.papers import move_words
from terminal.services.time_machine.input_rows import Row, input_parts
from terminal.services.time_machine.voices import exchange_part, votes_part

Sections = tuple[tuple[PastSection, tuple[PastPart, ...]], ...]

_RECHECK: Final = ("", "Check", "Proposed", "At the click", "Difference")
_CHECK: Final = ("", "Check", "What it found")
_ENDED: Final = {
    ReviewState.REJECTED: "Rejected",
    ReviewState.EXPIRED: "Expired",
    ReviewState.BLOCKED: "Stopped by checks",
    ReviewState.VOIDED: "Voided by the fresh check",
}


def decision_of(chain: OrderChain) -> Decision | None:
    """Give the decision of a chain."""
    found = (each.record.decision for each in chain.records if isinstance(each.record, DecisionRecorded))
    return next(found, None)


def sections_of(chain: OrderChain, exchanges: Sequence[ModelExchange] = ()) -> Sections:
    """Give the pages in their order; a page nothing is on record for has no parts.

    `exchanges` are those with a language model that the decision names.
    """
    decision = decision_of(chain)
    inputs = () if decision is None or chain.snapshot is None else tuple(input_parts(chain.snapshot, decision))
    pages = [(PastSection.INPUTS, inputs)]
    for section, read in _PAGES:
        parts = tuple(part for each in chain.records for part in read(each))
        if section is PastSection.DECISION and parts:
            parts = (*parts, *(exchange_part(parts[0].seq, each) for each in exchanges))
        pages.append((section, parts))
    return tuple(pages)


def _decision(sealed: Sealed) -> Iterator[PastPart]:
    record = sealed.record
    if isinstance(record, DecisionRecorded):
        yield from _said(sealed, record.decision)
    elif isinstance(record, ProposalRecorded):
        terms = record.terms
        lines = (sentence(f"Code made of it: {order_at(terms)}, {terms.leverage}x"),)
        yield _part(sealed, "Order proposed", lines)


def _said(sealed: Sealed, decision: Decision) -> Iterator[PastPart]:
    asked = f"Said by {decision.model}"
    void = f"Void if {decision.invalidation}" if decision.invalidation else ""
    lines = (sentence(decision.explanation), void if void not in decision.explanation else "", asked)
    title = f"{ACTION[decision.action].capitalize()} {clause(decision.instrument_id)}"
    prices = (
        ("Confidence", f"{decision.confidence * 100:.1f} %"),
        ("Entry", _price(decision.entry_price) or "at the market"),
        ("Reference price", _price(decision.reference_price)),
        ("Stop", _price(decision.stop_price) or "none"),
        ("Target", _price(decision.target_price) or "none"),
        ("Expected value", f"{decision.expected_value_bp:.1f} bp"),
        ("Risk at most", f"{decision.risk_fraction * 100:.2f} % of equity"),
        ("Horizon", f"{decision.horizon_min} min"),
    )
    rows = tuple((PastCell(name, "muted"), PastCell(value)) for name, value in prices)
    yield _part(sealed, title, tuple(filter(None, lines)), ("Term", "Value"), rows)
    evidence = tuple(
        (
            PastCell("for" if each.supports else "against", "up" if each.supports else "down"),
            PastCell(each.label),
            PastCell(_with_minus(each.value)),
            PastCell(_with_minus(f"{each.contribution:+.3f}")),
        )
        for each in decision.evidence
    )
    if evidence:
        yield _part(sealed, "What it weighed", (), ("", "Input", "Value", "Weight"), evidence)
    sheet = votes_of(decision)
    if sheet is not None:
        yield votes_part(sealed, sheet)


def _price(price: Decimal | None) -> str:
    """Write a price with the digits it was decided in, so that those of one pair line up; "" for none."""
    return "" if price is None else f"{price:,f}"


def _with_minus(value: str) -> str:
    return f"−{value[1:]}" if value.startswith("-") else value


def _approval(sealed: Sealed) -> Iterator[PastPart]:
    match sealed.record:
        case ApprovalGiven(approval):
            price = f", market at {approval.price_at}" if approval.price_at else ""
            lines = [f"By {approval.how}{price}; the decision was {approval.decision_age_s:.1f} s old."]
            if approval.terms is not None:
                lines.append(sentence(f"Amended to {order_at(approval.terms)}"))
            yield _part(sealed, f"Approved by {approval.who}", tuple(lines), *_recheck(approval.rows))
        case ReviewClosed() as closed:
            who = f" by {closed.who}" if closed.who and closed.state is ReviewState.REJECTED else ""
            lines_closed = (sentence(closed.reason),) if closed.reason else ()
            yield _part(sealed, f"{_ENDED.get(closed.state, 'Answered')}{who}", lines_closed)
        case ClickVoided() as voided:
            words = (f"By {voided.how}; nothing was sent.",)
            yield _part(sealed, f"{voided.who} approved, and the fresh check failed", words, *_recheck(voided.rows))
        case _:
            return


def _recheck(rows: tuple[RecheckRow, ...]) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    cells = tuple(
        (
            PastCell("ok" if row.ok else "failed", "up" if row.ok else "down"),
            PastCell(row.name, "muted"),
            PastCell(row.proposed),
            PastCell(row.now, "text" if row.ok else "down"),
            PastCell(row.difference),
        )
        for row in rows
    )
    return (_RECHECK if cells else ()), cells


def _checks(sealed: Sealed) -> Iterator[PastPart]:
    match sealed.record:
        case ProposalRecorded(verdict=verdict):
            yield _verdict(sealed, "Checks when it was proposed", verdict)
        case RiskChecked(verdict=verdict):
            yield _verdict(sealed, "Checks right before sending", verdict)
        case _:
            return


def _verdict(sealed: Sealed, title: str, verdict: Verdict) -> PastPart:
    rows = tuple(
        (
            PastCell("ok" if check.passed else "failed", "up" if check.passed else "down"),
            PastCell(check.title, "muted"),
            PastCell(check.text, "text" if check.passed else "down"),
        )
        for check in verdict.checks
    )
    passed = len(rows) - len(verdict.failures)
    words = f"{passed} of {len(rows)} passed" if rows else "no check is on record"
    return _part(sealed, title, (sentence(words),), _CHECK if rows else (), rows)


def _fills(sealed: Sealed) -> Iterator[PastPart]:
    match sealed.record:
        case IntentCommitted(order=order) as intent:
            lines = (
                f"The exact request was on disk before it left: {intent.endpoint}.",
                f"Our id {order.client_order_id}.",
            )
            yield _part(sealed, "Request", lines)
        case OrderMoved(order=order) as moved:
            yield _part(sealed, sentence(move_words(moved)).rstrip("."), tuple(filter(None, (joined(order.reason),))))
        case FillBooked(fill):
            yield _part(sealed, "Fill", (fill_line(fill),))
        case _:
            return


def _logs(sealed: Sealed) -> Iterator[PastPart]:
    match sealed.record:
        case AiLogFrozen(log):
            yield _part(
                sealed, "AI log frozen", (f"{log.stage}, model {log.model}, SHA-256 {log.content_sha256[:12]}….",)
            )
        case AiLogLinked(venue_order_id=venue_id):
            yield _part(sealed, "Linked to the order", (f"The venue's order id: {venue_id or 'none'}.",))
        case AiLogAttempted(attempt=attempt):
            yield _part(sealed, f"Upload {attempt} begun")
        case AiLogAnswered() as answered:
            words = sentence(quoted(answered.message, answered.code))
            title = f"Upload {answered.attempt} answered" if answered.attempt else "Not uploaded"
            yield _part(sealed, title, (words,))
        case AiLogResolved() as resolved:
            yield _part(sealed, f"Decided by {resolved.who}", (sentence(resolved.reason),))
        case _:
            return


def _part(
    sealed: Sealed,
    title: str,
    lines: tuple[str, ...] = (),
    titles: tuple[str, ...] = (),
    rows: tuple[Row, ...] = (),
) -> PastPart:
    return PastPart(sealed.seq, sealed.at_ms, title, lines, titles, rows)


_PAGES: Final[tuple[tuple[PastSection, Callable[[Sealed], Iterator[PastPart]]], ...]] = (
    (PastSection.DECISION, _decision),
    (PastSection.APPROVAL, _approval),
    (PastSection.CHECKS, _checks),
    (PastSection.FILLS, _fills),
    (PastSection.LOG, _logs),
)
