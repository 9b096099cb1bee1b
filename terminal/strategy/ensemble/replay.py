"""Makes an ensemble's decision again: each member answers from what is stored, the votes are counted anew."""

from collections.abc import Callable
from dataclasses import replace

from terminal.domain.decision import Abstained, Decided, Decision, Failed, FailureKind, Outcome
from terminal.domain.errors import ModelUnavailable
from terminal.domain.past import FrozenInputs, MemberInputs
from terminal.strategy.ensemble.merging import Ballot, counted_again, merge, name_of, stored_votes
from terminal.strategy.ensemble.voting import Vote, VoteState, count_votes

Answer = Callable[[MemberInputs], Outcome]


def decide_together_again(inputs: FrozenInputs, answer: Answer) -> Outcome:
    """Ask the stored members by `answer`, and merge what they say. Nobody is asked who failed or abstained then.

    Raises:
        ModelUnavailable: the stored votes are not what this version reads, or as `answer`.
    """
    stored = inputs.decision
    try:
        votes, rule = stored_votes(stored.output_json)
    except ValueError as error:
        raise ModelUnavailable(
            "the stored votes cannot be read by this version; replay it with the version that wrote it"
        ) from error
    decisions: dict[str, Decision] = {}
    for member in inputs.members:
        outcome = answer(member)
        said = _about(stored, outcome)
        if said is None:
            words = f"{member.member} does not come to its answer again{_why(outcome)}"
            return Failed(stored.cycle_id, FailureKind.INTERNAL, words)
        decisions[member.member] = said
    again = tuple(_again(vote, decisions.get(vote.member)) for vote in votes)
    lost = [vote.member for vote in again if vote.state is VoteState.ANSWERED and vote.member not in decisions]
    if lost:
        return Failed(stored.cycle_id, FailureKind.INTERNAL, f"it is not on record what {lost[0]} answered from")
    name = name_of({vote.member: vote.model for vote in again}, [vote.member for vote in again if vote.vetoes], rule)
    made = merge(name, Ballot(again, decisions), count_votes(again, rule), rule)
    return Decided(stored.cycle_id, (made,), 0.0)


def recount(stored: Decision) -> tuple[str, str]:
    """Count the stored votes alone, without their answers; gives what the decision is and what they come to.

    Raises:
        ValueError: the decision holds no votes.
    """
    count = counted_again(stored.output_json)
    side = "" if stored.close_side is None else stored.close_side.value
    return f"{stored.action.value} {side}".strip(), f"{count.action.value} {count.side}".strip()


def _about(stored: Decision, outcome: Outcome) -> Decision | None:
    said = outcome.decisions if isinstance(outcome, Decided) else ()
    return next((each for each in said if each.instrument_id == stored.instrument_id), None)


def _again(vote: Vote, said: Decision | None) -> Vote:
    """Weights are facts of that moment (skill measured then) and are taken as they stand."""
    if said is None:
        return vote
    side = "" if said.close_side is None else said.close_side.value
    return replace(vote, model=said.model, action=said.action, side=side, confidence=said.confidence)


def _why(outcome: Outcome) -> str:
    match outcome:
        case Failed(detail=detail):
            return f": {detail}"
        case Abstained(reason=reason):
            return f": {reason}"
        case _:
            return ""
