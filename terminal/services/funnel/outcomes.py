"""What a review and an order say about the last steps of the funnel. Pure."""

from typing import Final

from terminal.domain.decision import Action
from terminal.domain.funnel import APPROVED, FILLED, SENT, SIGNAL, VETO, FunnelStep, StepState
from terminal.domain.order import Order, OrderState
from terminal.domain.plain_words import ACTION, ORDER_STATE, clause, figure, state_words
from terminal.domain.review import Proposal, ReviewState
from terminal.domain.votes import CastVote, VoteSheet

_GATE: Final = "risk gate"
_NOT_THERE: Final = frozenset({OrderState.REJECTED, OrderState.NOT_SENT, OrderState.NOT_ACCEPTED})
_UNCLEAR: Final = frozenset({OrderState.SUBMITTING, OrderState.UNKNOWN})
_EARLY: Final = frozenset({OrderState.DRAFT, OrderState.PENDING_APPROVAL, OrderState.APPROVED})


def vote_steps(sheet: VoteSheet | None) -> tuple[FunnelStep, ...]:
    """Say what the judges of an ensemble did with its wish to open; nothing where nobody may veto.

    A veto makes a hold of the wish, so what the members wanted is said here as well.
    """
    if sheet is None:
        return ()
    by_name = {vote.member: vote for vote in sheet.votes}
    judges = [vote for vote in sheet.votes if vote.judges]
    wanted = next((by_name[name].action for name in sheet.supporters if name in by_name), None)
    if sheet.veto and wanted is not None and sheet.veto in by_name:
        wish = FunnelStep(SIGNAL, StepState.PASSED, f"{ACTION[wanted]}: {', '.join(sheet.supporters)} wanted it")
        said = _judged(by_name[sheet.veto])
        return (wish, FunnelStep(VETO, StepState.STOPPED, f"vetoed by {sheet.veto}, who {said}"))
    if not judges or wanted is None or not wanted.opens:
        return ()
    return (FunnelStep(VETO, StepState.PASSED, f"{', '.join(vote.member for vote in judges)} did not veto it"),)


def _judged(vote: CastVote) -> str:
    if vote.action is None:
        return f"{'failed' if vote.failed else 'did not answer'} ({clause(vote.detail)})"
    return "would hold" if vote.action is Action.HOLD else f"would {ACTION[vote.action]} instead"


def review_steps(proposal: Proposal) -> tuple[FunnelStep, ...]:
    """Say how far a proposal has come past a person."""
    who, reason = proposal.reviewer or "somebody", clause(proposal.reason)
    approved = FunnelStep(APPROVED, StepState.PASSED, f"by {who}")
    match proposal.state:
        case ReviewState.PENDING:
            return (FunnelStep(APPROVED, StepState.WAITING, "waits for an answer"),)
        case ReviewState.APPROVED:
            return (approved,)
        case ReviewState.REJECTED:
            return (FunnelStep(APPROVED, StepState.STOPPED, f"{who} rejected it: {reason or 'no reason given'}"),)
        case ReviewState.EXPIRED:
            return (FunnelStep(APPROVED, StepState.STOPPED, reason or "nobody answered in time"),)
        case ReviewState.BLOCKED if proposal.reviewer == _GATE:
            return ()  # the checks say it themselves
        case ReviewState.BLOCKED | ReviewState.VOIDED:
            return (approved, FunnelStep(SENT, StepState.STOPPED, f"approved by {who}, but not sent: {reason}"))


def order_steps(order: Order) -> tuple[FunnelStep, ...]:
    """Say how far an order has come."""
    words = clause(state_words(order))
    if order.state in _EARLY:
        return ()
    if order.filled_size > 0:
        size = f"{figure(order.filled_size)} of {figure(order.terms.size)}"
        return (FunnelStep(SENT, StepState.PASSED), FunnelStep(FILLED, StepState.PASSED, size))
    if order.state in _NOT_THERE:
        return (FunnelStep(SENT, StepState.STOPPED, words),)
    if order.state in _UNCLEAR:
        return (FunnelStep(SENT, StepState.WAITING, ORDER_STATE[order.state]),)
    state = StepState.STOPPED if order.is_terminal else StepState.WAITING
    return (FunnelStep(SENT, StepState.PASSED), FunnelStep(FILLED, state, words))
