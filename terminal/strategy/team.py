"""Builds who answers from a profile's settings: the embedded model, a language model, or an ensemble of both.

Everything of language models (HTTP, the client library, validation) is imported when a team with one is
built, on the worker's thread: neither the window's start nor a profile without one pays for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from terminal.domain.ensemble import ENSEMBLE, EnsembleSettings, VoteMode
from terminal.domain.language_model import StrategySettings
from terminal.ports.clock import Clock
from terminal.ports.spending import SpendBook
from terminal.ports.strategy import WorkerSink
from terminal.strategy.embedded import EmbeddedStrategist
from terminal.strategy.engine import DECIDE_DEADLINE_S, EMBEDDED, Strategist, Team, TeamMaker
from terminal.strategy.ensemble.strategist import DEADLINE_S, EnsembleStrategist, Member
from terminal.strategy.ensemble.voting import VotingRule

_MARGIN_S: Final = 3.0  # beyond a model's own deadline: it says itself, and better, that it was late


@dataclass(frozen=True, slots=True)
class Means:
    """What language models get from outside. `keys` by model name; nothing of it shows when printed."""

    keys: Mapping[str, str]
    spending: SpendBook
    proxy: str | None = None

    def __repr__(self) -> str:
        return f"Means(keys of {', '.join(sorted(self.keys)) or 'nobody'})"


def team_maker(settings: StrategySettings, means: Means) -> TeamMaker | None:
    """Give what builds the team; None where only the embedded model is set up."""
    if not settings.models:
        return None

    def make(clock: Clock, emit: WorkerSink, embedded: EmbeddedStrategist) -> Team:
        from terminal.strategy.language.strategist import Access, LanguageStrategist  # noqa: PLC0415 - see above

        known: dict[str, Strategist] = {
            model.strategist: LanguageStrategist(
                model, Access(means.keys.get(model.name), means.spending, means.proxy), clock, emit, embedded
            )
            for model in settings.models
        }
        known[EMBEDDED] = embedded
        answer_s = max([DEADLINE_S, *(model.timeout_s + _MARGIN_S for model in settings.models)])
        if settings.ensemble is not None:
            known[ENSEMBLE] = _ensemble(settings.ensemble, known, clock, emit, answer_s)
        first = known.pop(settings.strategist)
        return Team(first, settings.strategist, known, max(DECIDE_DEADLINE_S, answer_s + _MARGIN_S))

    return make


def strategist_names(settings: StrategySettings) -> tuple[str, ...]:
    """Name who may be asked, the one that answers the cycles first."""
    names = [EMBEDDED, *(model.strategist for model in settings.models)]
    if settings.ensemble is not None:
        names.append(ENSEMBLE)
    return (settings.strategist, *(name for name in names if name != settings.strategist))


def _ensemble(
    settings: EnsembleSettings,
    known: Mapping[str, Strategist],
    clock: Clock,
    emit: WorkerSink,
    answer_s: float,
) -> EnsembleStrategist:
    """Only the embedded model is measured here; a language model without a weight of its own has half a vote."""
    members = tuple(
        Member(each.strategist, known[each.strategist], fits=each.strategist == EMBEDDED, vetoes=each.vetoes)
        for each in settings.members
    )
    rule = VotingRule(
        quorum=settings.quorum,
        unanimous=settings.mode is VoteMode.UNANIMOUS,
        weights=tuple((each.strategist, each.weight) for each in settings.members if each.weight is not None),
    )
    return EnsembleStrategist(members, clock, rule, deadline_s=answer_s, background=known[EMBEDDED], on_member=emit)
