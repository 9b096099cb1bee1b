"""The score of the reviewer: what vetoes and changes saved and what they cost. Pure functions.

A veto of a trade that would have lost has saved its loss; one of a trade that would have won has cost
its gain. A change is measured against the proposal: both are filled alike on paper.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.order import ZERO
from terminal.domain.shadow import ShadowCause, ShadowLeg, ShadowPhase, ShadowTrade

WEEK_MS: Final = 7 * 86_400_000


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer of a reviewer and what it was worth. `worth` None: not decided yet, or never to be known.

    `proposed` is the trade as the AI wanted it, `amended` the same with a person's terms. `worth_r` is in
    multiples of the risk the AI proposed.
    """

    proposed: ShadowTrade
    amended: ShadowTrade | None
    worth: Decimal | None
    worth_r: Decimal | None

    @property
    def at_ms(self) -> int:
        return self.proposed.plan.began_ms


@dataclass(frozen=True, slots=True)
class Score:
    """Sums over answers. `saved` and `cost` are both positive, in quote currency.

    `missed` would never have been filled, `unknown` lack prices, `running` are not over.
    """

    saved: Decimal = ZERO
    cost: Decimal = ZERO
    net_r: Decimal = ZERO
    saves: int = 0
    costs: int = 0
    evens: int = 0
    running: int = 0
    missed: int = 0
    unknown: int = 0

    @property
    def net(self) -> Decimal:
        return self.saved - self.cost

    @property
    def answers(self) -> int:
        return self.saves + self.costs + self.evens + self.running + self.missed + self.unknown


def judge(trades: Iterable[ShadowTrade]) -> tuple[Judged, ...]:
    """Put the legs of each proposal together and say what the answer was worth, oldest first."""
    proposed: dict[str, ShadowTrade] = {}
    amended: dict[str, ShadowTrade] = {}
    for trade in trades:
        legs = proposed if trade.plan.leg is ShadowLeg.PROPOSED else amended
        legs[trade.plan.decision_id] = trade
    judged = (_judged(trade, amended.get(key)) for key, trade in proposed.items())
    return tuple(sorted(judged, key=lambda each: each.at_ms))


def _judged(proposed: ShadowTrade, amended: ShadowTrade | None) -> Judged:
    worth = _worth(proposed, amended)
    risk = proposed.risk
    return Judged(proposed, amended, worth, None if worth is None or risk is None else worth / risk)


def _worth(proposed: ShadowTrade, amended: ShadowTrade | None) -> Decimal | None:
    without = _outcome(proposed)
    if without is None:
        return None
    if proposed.plan.cause is not ShadowCause.AMENDED:
        return None if proposed.phase is ShadowPhase.MISSED else -without
    if amended is None or ShadowPhase.MISSED is proposed.phase is amended.phase:
        return None
    done = _outcome(amended)
    return None if done is None else done - without


def _outcome(trade: ShadowTrade) -> Decimal | None:
    return ZERO if trade.phase is ShadowPhase.MISSED else trade.result


def score(judged: Iterable[Judged]) -> Score:
    """Add up what answers were worth."""
    total = Score()
    for each in judged:
        total = _plus(total, each)
    return total


def _plus(total: Score, each: Judged) -> Score:
    saved, cost, worth = total.saved, total.cost, each.worth
    counts = [total.saves, total.costs, total.evens, total.running, total.missed, total.unknown]
    counts[_place(each)] += 1
    if worth is not None:
        saved, cost = saved + max(worth, ZERO), cost + max(-worth, ZERO)
    return Score(saved, cost, total.net_r + (each.worth_r or ZERO), *counts)


def _place(each: Judged) -> int:
    if each.worth is not None:
        return 0 if each.worth > 0 else 1 if each.worth < 0 else 2
    phases = {each.proposed.phase} | ({each.amended.phase} if each.amended else set())
    if ShadowPhase.UNKNOWN in phases:
        return 5
    return 4 if phases == {ShadowPhase.MISSED} else 3


def by(judged: Iterable[Judged], name: Callable[[Judged], str]) -> dict[str, Score]:
    """Give one score for each name, the name with the largest effect first."""
    groups: dict[str, list[Judged]] = {}
    for each in judged:
        groups.setdefault(name(each), []).append(each)
    scores = {key: score(members) for key, members in groups.items()}
    return dict(sorted(scores.items(), key=lambda item: (-abs(item[1].net), item[0])))


def since(judged: Iterable[Judged], from_ms: int) -> tuple[Judged, ...]:
    return tuple(each for each in judged if each.at_ms >= from_ms)
