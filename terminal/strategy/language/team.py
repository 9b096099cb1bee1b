"""Builds who answers from a profile's settings. The only module other rooms need; its imports stay late.

Everything of language models (HTTP, the client library, validation) is imported when a team with one is
built, on the worker's thread: neither the window's start nor a profile without one pays for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from terminal.domain.language_model import StrategySettings
from terminal.ports.clock import Clock
from terminal.ports.spending import SpendBook
from terminal.ports.strategy import WorkerSink
from terminal.strategy.embedded import EmbeddedStrategist
from terminal.strategy.engine import DECIDE_DEADLINE_S, EMBEDDED, Strategist, Team, TeamMaker

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

        members: dict[str, Strategist] = {
            model.strategist: LanguageStrategist(
                model, Access(means.keys.get(model.name), means.spending, means.proxy), clock, emit, embedded
            )
            for model in settings.models
        }
        members[EMBEDDED] = embedded
        first = members.pop(settings.strategist)
        slowest = max((model.timeout_s for model in settings.models), default=0.0)
        return Team(first, settings.strategist, members, max(DECIDE_DEADLINE_S, slowest + _MARGIN_S))

    return make


def strategist_names(settings: StrategySettings) -> tuple[str, ...]:
    """Name who may be asked, the one that answers the cycles first."""
    names = [EMBEDDED, *(model.strategist for model in settings.models)]
    return (settings.strategist, *(name for name in names if name != settings.strategist))
