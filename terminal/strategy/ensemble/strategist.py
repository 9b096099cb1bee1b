"""A strategist made of several: all are asked at once, their votes are counted, and every answer is shown.

There is no fallback. A member that fails or is late is named and counted as failed; without a quorum the cycle
has failed, too, and is no hold.
"""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from terminal.domain.decision import Abstained, Decided, Decision, Failed, FailureKind, Outcome
from terminal.domain.errors import ModelUnavailable
from terminal.domain.instrument import InstrumentId
from terminal.domain.plain_words import MODEL_FAILURE, clause
from terminal.domain.snapshot import MarketSnapshot
from terminal.ports.clock import Clock
from terminal.ports.strategy import KeptModel, MemberAnswered, TrainingSet
from terminal.strategy.embedded import FitReport
from terminal.strategy.engine import Strategist
from terminal.strategy.ensemble.merging import Ballot, merge, name_of
from terminal.strategy.ensemble.voting import Vote, VoteState, VotingRule, count_votes, weight_of, why_no_quorum

_log = logging.getLogger(__name__)
DEADLINE_S: Final = 20.0
"""For each member; the engine's own deadline for the whole answer is later."""


@dataclass(frozen=True, slots=True)
class Member:
    """One of several. `name` is what it is called in votes, e.g. `language:local`.

    `skill_low` is the lower bound of its measured skill as a fraction, None where none was measured; a member that
    `fits` is measured by its own fit instead. `vetoes`: it may stop an opening, and its vote causes none.
    """

    name: str
    strategist: Strategist
    skill_low: float | None = None
    fits: bool = False
    vetoes: bool = False


OnMember = Callable[[MemberAnswered], None]


class EnsembleStrategist:
    """Asks its members and counts.

    Args:
        members: who is asked.
        clock: deadlines and latencies.
        rule: how votes become an action.
        deadline_s: for each member's answer.
        background: fitted where no member is, e.g. the embedded model that language models are shown.
        on_member: told of each member's answer before the answer made of them.

    Raises:
        ValueError: fewer voters than the quorum, or two members of one name.
    """

    def __init__(
        self,
        members: Sequence[Member],
        clock: Clock,
        rule: VotingRule | None = None,
        *,
        deadline_s: float = DEADLINE_S,
        background: Strategist | None = None,
        on_member: OnMember | None = None,
    ) -> None:
        self._members = tuple(members)
        self._clock = clock
        self._rule = rule or VotingRule()
        self._deadline_s = deadline_s
        self._background = background
        self._on_member = on_member
        self._judges = tuple(each.name for each in self._members if each.vetoes)
        voters = [each for each in self._members if not each.vetoes]
        if len(voters) < self._rule.quorum:
            raise ValueError(f"{len(voters)} members vote, the quorum is {self._rule.quorum}. Name more members")
        if len({each.name for each in self._members}) < len(self._members):
            raise ValueError("two members have the same name. Give each its own")
        self._skills: dict[str, float | None] = {each.name: each.skill_low for each in self._members}

    @property
    def model_name(self) -> str:
        """Name the ensemble and its members' exact models; "" before any of them can answer."""
        return self._name({})

    def _name(self, answered: Mapping[str, str]) -> str:
        models = {each.name: answered.get(each.name) or each.strategist.model_name for each in self._members}
        return name_of(models, self._judges, self._rule)

    def fit(self, training: TrainingSet, seed: int) -> FitReport:
        """Fit the members that are fitted on bars; the report is the first one's.

        Raises:
            NotImplementedError: nobody here is fitted on bars.
            TooFewBars, UnusableBars: as the member's.
        """
        reports = {each.name: each.strategist.fit(training, seed) for each in self._members if each.fits}
        if not reports:
            if self._background is None:
                raise NotImplementedError("no member of this ensemble is fitted on bars")
            return self._background.fit(training, seed)
        self._skills |= {name: report.skill_low for name, report in reports.items() if report.accepted}
        return next(iter(reports.values()))

    def take_up(self, kept: KeptModel) -> FitReport:
        """Let the member that is fitted on bars, or the model in the background, go on with an earlier run's model.

        Raises:
            ModelUnavailable: as that one's; nobody here is fitted on bars.
        """
        fitted = next((each for each in self._members if each.fits), None)
        if fitted is not None:
            report = fitted.strategist.take_up(kept)
            self._skills[fitted.name] = report.skill_low
            return report
        if self._background is None:
            raise ModelUnavailable("no member of this ensemble is fitted on bars")
        return self._background.take_up(kept)

    async def decide(self, snapshot: MarketSnapshot) -> Outcome:
        """Ask every member at the same time, and count their votes instrument by instrument."""
        started_s = self._clock.monotonic_s()
        outcomes = await asyncio.gather(*(self._heard(each, snapshot) for each in self._members))
        whole = tuple(self._vote(each, outcome) for each, outcome in zip(self._members, outcomes, strict=True))
        lacking = why_no_quorum(whole, self._rule)
        if lacking:
            return _without_quorum(snapshot.cycle_id, whole, outcomes, lacking)
        model = self._name(_answering(self._members, outcomes))
        decisions: list[Decision] = []
        for where in _instruments(outcomes):
            ballot = self._ballot(where, outcomes)
            if why_no_quorum(ballot.votes, self._rule):
                continue  # too few of them spoke of this one; it is not addressed, which is no hold
            count = count_votes(ballot.votes, self._rule)
            silent = [each for each in ballot.votes if each.vetoes and each.state is VoteState.FAILED]
            if silent and count.veto in {each.member for each in silent}:
                words = f"{silent[0].member} must be heard before anything is opened, and failed: {silent[0].detail}"
                return Failed(snapshot.cycle_id, _worst(outcomes), words)
            decisions.append(merge(model, ballot, count, self._rule))
        if not decisions:
            return Abstained(snapshot.cycle_id, "no_common_ground: too few members spoke of the same instrument")
        return Decided(snapshot.cycle_id, tuple(decisions), 1e3 * (self._clock.monotonic_s() - started_s))

    # -- asking ------------------------------------------------------------------

    async def _heard(self, member: Member, snapshot: MarketSnapshot) -> Outcome:
        began_s = self._clock.monotonic_s()
        outcome = await self._ask(member, snapshot)
        if self._on_member is not None:
            latency_ms = 1e3 * (self._clock.monotonic_s() - began_s)
            self._on_member(MemberAnswered(member.name, member.strategist.model_name, outcome, latency_ms))
        return outcome

    async def _ask(self, member: Member, snapshot: MarketSnapshot) -> Outcome:
        work = asyncio.ensure_future(_answer(member.strategist, snapshot))
        timer = asyncio.ensure_future(self._clock.sleep(self._deadline_s))
        try:
            await asyncio.wait((work, timer), return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                return work.result()
            words = f"no answer within {self._deadline_s:.0f} s"
            return Failed(snapshot.cycle_id, FailureKind.TIMEOUT, words)
        finally:
            work.cancel()
            timer.cancel()
            await asyncio.gather(work, timer, return_exceptions=True)

    # -- votes -------------------------------------------------------------------

    def _ballot(self, where: InstrumentId, outcomes: Sequence[Outcome]) -> Ballot:
        votes, decisions = [], {}
        for member, outcome in zip(self._members, outcomes, strict=True):
            decision = _about(where, outcome)
            if decision is not None:
                decisions[member.name] = decision
            votes.append(self._vote(member, outcome, decision, spoke=decision is not None))
        return Ballot(tuple(votes), decisions)

    def _vote(self, member: Member, outcome: Outcome, decision: Decision | None = None, *, spoke: bool = True) -> Vote:
        weight = dict(self._rule.weights).get(member.name) or weight_of(self._skills[member.name])
        model = _model_of(member, outcome) if decision is None else decision.model
        match outcome:
            case Failed(kind=kind, detail=detail):
                state, words = VoteState.FAILED, f"{MODEL_FAILURE[kind]}: {clause(detail)}"
            case Abstained(reason=reason):
                state, words = VoteState.ABSTAINED, clause(reason)
            case _ if not spoke:
                state, words = VoteState.ABSTAINED, "said nothing of this instrument"
            case _:
                state, words = VoteState.ANSWERED, ""
        if decision is None:
            return Vote(member.name, model, state, weight, vetoes=member.vetoes, detail=words)
        side = decision.close_side.value if decision.close_side is not None else ""
        return Vote(member.name, model, state, weight, decision.action, side, decision.confidence, member.vetoes, words)


def _model_of(member: Member, outcome: Outcome) -> str:
    """Name the model that answered; a fit may have ended meanwhile, and its model did not."""
    if isinstance(outcome, Decided) and outcome.decisions:
        return outcome.decisions[0].model
    return member.strategist.model_name


def _answering(members: Sequence[Member], outcomes: Sequence[Outcome]) -> dict[str, str]:
    return {each.name: _model_of(each, outcome) for each, outcome in zip(members, outcomes, strict=True)}


def _worst(outcomes: Sequence[Outcome]) -> FailureKind:
    """Give the kind that needs a person where there is one, else what all failures have in common."""
    kinds = list(dict.fromkeys(each.kind for each in outcomes if isinstance(each, Failed)))
    return next((kind for kind in kinds if kind.is_terminal), kinds[0] if len(kinds) == 1 else FailureKind.INTERNAL)


def _without_quorum(cycle_id: str, votes: Sequence[Vote], outcomes: Sequence[Outcome], lacking: str) -> Outcome:
    failed = [f"{each.member}: {each.detail}" for each in votes if each.state is VoteState.FAILED]
    if failed:
        return Failed(cycle_id, _worst(outcomes), f"{lacking}. {'; '.join(failed)}")
    return Abstained(cycle_id, f"no_quorum: {lacking}")


async def _answer(strategist: Strategist, snapshot: MarketSnapshot) -> Outcome:
    decide = strategist.decide
    try:
        if inspect.iscoroutinefunction(decide):
            return await cast("Awaitable[Outcome]", decide(snapshot))
        return await asyncio.to_thread(cast("Callable[[MarketSnapshot], Outcome]", decide), snapshot)
    except Exception:  # noqa: BLE001  # boundary: a crash in one member is that member's failure, never a hold of all
        _log.exception("a member of the ensemble failed")
        words = "the model met an error of its own; the log file says more"
        return Failed(snapshot.cycle_id, FailureKind.INTERNAL, words)


def _about(where: InstrumentId, outcome: Outcome) -> Decision | None:
    if not isinstance(outcome, Decided):
        return None
    return next((each for each in outcome.decisions if each.instrument_id == where), None)


def _instruments(outcomes: Sequence[Outcome]) -> tuple[InstrumentId, ...]:
    """Every instrument any member spoke of, in the order they came."""
    spoken = (each.instrument_id for outcome in outcomes if isinstance(outcome, Decided) for each in outcome.decisions)
    return tuple(dict.fromkeys(spoken))
