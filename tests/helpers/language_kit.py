"""What tests of language models share: a model on the scripted server, a strategist, a snapshot."""

from decimal import Decimal

from helpers import market_paths
from helpers.fake_llm import MODEL, FakeLlm
from helpers.memory_spend import MemorySpend
from helpers.step_clock import StepClock
from terminal.domain.language_model import LanguageModel
from terminal.strategy.language.strategist import Access, LanguageStrategist

KEY = "sk-a-key-nobody-may-see-0123456789"
_PANEL = market_paths.market(3, bars=520)


def snapshot(**changes):
    return market_paths.snapshot(_PANEL, **changes)


def view(row: int, **changes):
    return market_paths.view(_PANEL, row, **changes)


def row_count() -> int:
    return len(_PANEL.instruments)


def language_model(server: FakeLlm, **changes) -> LanguageModel:
    fields = {"name": "tiny", "base_url": server.base_url, "model": MODEL, "timeout_s": 20.0}
    return LanguageModel(**(fields | changes))


class Desk:
    """A strategist with what it told."""

    def __init__(self, model: LanguageModel, *, key: str | None = KEY, clock=None, background=None) -> None:
        self.clock = clock or StepClock()
        self.spending = MemorySpend()
        self.exchanges = []
        access = Access(key, self.spending)
        self.strategist = LanguageStrategist(model, access, self.clock, self.exchanges.append, background)

    async def decide(self, given=None):
        return await self.strategist.decide(given or snapshot())

    @property
    def spent(self) -> Decimal:
        return sum(self.spending._sums.values(), Decimal(0))
