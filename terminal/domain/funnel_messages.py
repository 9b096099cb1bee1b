"""What the engine tells of the funnel and of the shadow ledger."""

from dataclasses import dataclass

from terminal.domain.funnel import CycleFunnel, FunnelFlag, StepCount
from terminal.domain.shadow import ShadowTrade


@dataclass(frozen=True, slots=True)
class FunnelChanged:
    """The newest cycle (None before the first), counts of the last hour and day, and what is wrong.

    `keys` are all steps in their order, those that never ran among them.
    """

    newest: CycleFunnel | None
    keys: tuple[str, ...]
    counts: tuple[StepCount, ...]
    flags: tuple[FunnelFlag, ...]
    at_ms: int


@dataclass(frozen=True, slots=True)
class ShadowChanged:
    """One trade of the shadow ledger as it is now."""

    trade: ShadowTrade


HindsightEvent = FunnelChanged | ShadowChanged
