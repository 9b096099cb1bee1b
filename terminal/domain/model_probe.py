"""What a test of a language model found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProbeStep:
    """One thing that was tried; `ok` None: not tried, or it says nothing either way."""

    name: str
    ok: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """The steps in their order. `served` is the id the server gave its model, "" for none; `ids` those it lists."""

    steps: tuple[ProbeStep, ...]
    served: str = ""
    ids: tuple[str, ...] = ()
    latency_ms: float | None = None

    @property
    def passed(self) -> bool:
        """True when the model may decide: no step failed and the last one was reached."""
        return bool(self.steps) and all(step.ok is not False for step in self.steps) and self.steps[-1].ok is True
