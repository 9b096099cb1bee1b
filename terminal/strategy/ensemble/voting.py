"""How the members' answers become one: weights by measured skill, quorum, dissent, veto. Pure functions.

A member that failed is counted as failed: it is neither a hold nor replaced by another. Members that oppose each
other hold; who may only veto can stop an opening and never cause one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from terminal.domain.decision import Action
from terminal.domain.ensemble import WEIGHT_MAX

_UNPROVEN: Final = 0.5
_STEP: Final = 0.01  # of skill, for each further full vote
_DIGITS: Final = 6  # of a weight: as it is stored, so that a replay counts with the same


class VoteState(Enum):
    ANSWERED = "answered"
    ABSTAINED = "abstained"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Vote:
    """One member's answer about one instrument. `side` names the position a CLOSE ends, "" otherwise.

    `model` is the exact name of the model that answered, `detail` its reason or what went wrong.
    `vetoes`: it may only stop.
    """

    member: str
    model: str
    state: VoteState
    weight: float
    action: Action | None = None
    side: str = ""
    confidence: float = 0.0
    vetoes: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class VotingRule:
    """`quorum` voters must have answered; an action needs more than `majority` of the weight of all who did.

    `unanimous`: it needs every voter, also those that failed or abstained. `weights` are those given by hand, by
    member; who is not among them counts by measured skill.
    """

    quorum: int = 2
    majority: float = 0.5
    unanimous: bool = False
    weights: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        """Refuse a rule under which one member, or a minority, could act alone.

        Raises:
            ValueError: it names the setting and its bounds.
        """
        if self.quorum < 2:
            raise ValueError(f"quorum is {self.quorum}; it must be at least 2: one member is no ensemble")
        if not 0.5 <= self.majority < 1:
            raise ValueError(f"majority is {self.majority}; it must be from 0.5 to below 1")


@dataclass(frozen=True, slots=True)
class Count:
    """What a vote came to. `leader` is the supporter of the greatest weight, "" for a hold that nobody led.

    `is_half`: some voter did not support it, so half the size is enough. `veto` names who stopped it.
    """

    action: Action
    side: str
    leader: str
    supporters: tuple[str, ...]
    dissenters: tuple[str, ...]
    share: float
    is_half: bool
    veto: str
    reason: str


def weight_of(skill_low: float | None) -> float:
    """Give a vote's weight from the lower bound of the member's measured skill (0.01 = 1 %).

    Half a vote without proven skill, one and more with it, four at most.
    """
    if skill_low is None or not skill_low > 0:
        return _UNPROVEN
    return round(min(WEIGHT_MAX, 1.0 + skill_low / _STEP), _DIGITS)


def why_no_quorum(votes: Sequence[Vote], rule: VotingRule) -> str:
    """Say which voters are missing for a quorum; "" when there is one."""
    voters = [vote for vote in votes if not vote.vetoes]
    answered = sum(vote.state is VoteState.ANSWERED for vote in voters)
    if answered >= rule.quorum:
        return ""
    missing = [f"{vote.member} {vote.state.value}" for vote in voters if vote.state is not VoteState.ANSWERED]
    rest = f": {'; '.join(missing)}" if missing else ""
    return f"{answered} of {len(voters)} members answered, {rule.quorum} are needed{rest}"


def count_votes(votes: Sequence[Vote], rule: VotingRule) -> Count:
    """Count the votes about one instrument; the caller has made sure of the quorum.

    A member that answered but said nothing of this instrument stands here as abstained.
    """
    voters = [vote for vote in votes if not vote.vetoes]
    heard = [vote for vote in voters if vote.state is VoteState.ANSWERED and vote.action is not None]
    sides = {vote.action for vote in heard} & {Action.OPEN_LONG, Action.OPEN_SHORT}
    if len(sides) > 1:
        return _hold(heard, f"members oppose each other ({_said(heard)})")
    total = sum(vote.weight for vote in heard)
    wishes = sorted(
        {(vote.action, vote.side) for vote in heard if vote.action is not None and vote.action is not Action.HOLD},
        key=repr,
    )
    for action, side in wishes:
        supporters = [vote for vote in heard if (vote.action, vote.side) == (action, side)]
        share = sum(vote.weight for vote in supporters) / total
        if share > rule.majority and (len(supporters) == len(voters) or not rule.unanimous):
            return _carried(votes, voters, supporters, action, side, share)
    if not wishes:
        return _hold(heard, "every answer is to hold")
    lacks = "not every member wants the same" if rule.unanimous else "no action has the weight it needs"
    return _hold(heard, f"{lacks} ({_said(heard)})")


def _carried(
    votes: Sequence[Vote], voters: Sequence[Vote], supporters: Sequence[Vote], action: Action, side: str, share: float
) -> Count:
    leader = max(supporters, key=lambda vote: (vote.weight, vote.confidence, vote.member))
    names = {vote.member for vote in supporters}
    veto = next((vote for vote in votes if vote.vetoes and action.opens and vote.action is not action), None)
    words = f"{len(supporters)} of {len(voters)} members with {share:.0%} of the weight"
    return Count(
        action=action if veto is None else Action.HOLD,
        side=side if veto is None else "",
        leader=leader.member,
        supporters=tuple(vote.member for vote in supporters),
        dissenters=tuple(vote.member for vote in voters if vote.member not in names),
        share=share,
        is_half=len(supporters) < len(voters),
        veto="" if veto is None else veto.member,
        reason=words if veto is None else f"{words} wanted {_word(action)}; {veto.member} vetoed it",
    )


def _hold(heard: Sequence[Vote], reason: str) -> Count:
    holding = [vote for vote in heard if vote.action is Action.HOLD]
    leader = max(holding or heard, key=lambda vote: (vote.weight, vote.confidence, vote.member), default=None)
    supporters = tuple(vote.member for vote in holding)
    dissenters = tuple(vote.member for vote in heard if vote.action is not Action.HOLD)
    total = sum(vote.weight for vote in heard)
    share = sum(vote.weight for vote in holding) / total if total else 0.0
    name = "" if leader is None else leader.member
    return Count(Action.HOLD, "", name, supporters, dissenters, share, is_half=False, veto="", reason=reason)


def _said(votes: Sequence[Vote]) -> str:
    return ", ".join(f"{vote.member} {_word(vote.action)}" for vote in votes)


def _word(action: Action | None) -> str:
    return "nothing" if action is None else action.value.replace("OPEN_", "").lower()
