"""How many pairs came to each step and were stopped there. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from terminal.domain.funnel import (
    AFTER_GATES,
    BEFORE_GATES,
    VETO,
    CycleFunnel,
    FunnelStep,
    StepCount,
    StepState,
    Tally,
    gate_key,
)
from terminal.domain.instrument import InstrumentId
from terminal.services.guardrails.judging import GUARDRAILS
from terminal.services.risk.gate import OPENING
from terminal.services.risk.names import name_of

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
GATES: Final = tuple(gate_key(*name_of(check.__name__)) for check in OPENING)
GUARDS: Final = tuple(gate_key(rule, name) for rule, name, _ in GUARDRAILS)
ORDER: Final = (*BEFORE_GATES, *GUARDS, *GATES, *AFTER_GATES)
_PLACES: Final = {key: place for place, key in enumerate(ORDER)}


def in_order(steps: Iterable[FunnelStep]) -> tuple[FunnelStep, ...]:
    """Sort steps as they run; a check this version does not know stands after the other checks."""
    after_checks = _PLACES[AFTER_GATES[0]] - 0.5
    return tuple(sorted(steps, key=lambda step: _PLACES.get(step.key, after_checks)))


def keys_of(counts: Iterable[StepCount]) -> tuple[str, ...]:
    """Give the steps to show: all there are, and what counts name besides; vetoes only where somebody may veto."""
    counted = dict.fromkeys(count.key for count in counts)
    own = (key for key in ORDER if key != VETO or key in counted)
    return (*own, *(key for key in counted if key not in _PLACES))


@dataclass(frozen=True, slots=True)
class Digest:
    """What one cycle adds to counts and flags; what still waits is left out: it has neither passed nor been stopped.

    `said` has, for each step, what it said of which pairs; `stops` whether each of them was stopped there,
    `broken` are the steps that broke down.
    """

    cycle: CycleFunnel
    said: dict[str, list[tuple[InstrumentId, FunnelStep]]]
    stops: tuple[tuple[tuple[str, InstrumentId], int], ...]
    broken: tuple[FunnelStep, ...]


def digest(cycle: CycleFunnel) -> Digest:
    """Read one cycle."""
    said: dict[str, list[tuple[InstrumentId, FunnelStep]]] = {}
    stops = []
    for pair in cycle.pairs:
        for step in pair.steps:
            if step.state is not StepState.WAITING:
                said.setdefault(step.key, []).append((pair.instrument_id, step))
                stops.append(((step.key, pair.instrument_id), int(step.state.ends)))
    broken = (step for pair in cycle.pairs for step in pair.steps if step.state is StepState.CRASHED)
    return Digest(cycle, said, tuple(stops), tuple(broken))


class Digests:
    """Reads each cycle once: a day of one-minute bars would take too long on the desk's own loop."""

    def __init__(self) -> None:
        self._known: dict[str, Digest] = {}

    def of(self, cycles: Sequence[CycleFunnel]) -> tuple[Digest, ...]:
        """Give the digests of these cycles; what is known of others is forgotten."""
        known = self._known
        self._known = {
            cycle.cycle_id: old if (old := known.get(cycle.cycle_id)) and old.cycle is cycle else digest(cycle)
            for cycle in cycles
        }
        return tuple(self._known.values())


def counts_of(digests: Sequence[Digest], now_ms: int) -> tuple[StepCount, ...]:
    """Count the last hour and the last day, for each step and pair that has something to count."""
    sums: dict[tuple[str, InstrumentId], list[int]] = {}  # reached and stopped: of the hour, of the day
    for each in digests:
        recent = int(each.cycle.at_ms > now_ms - HOUR_MS)
        for where, stopped in each.stops:
            four = sums.get(where)
            if four is None:
                four = sums[where] = [0, 0, 0, 0]
            four[0] += recent
            four[1] += recent & stopped
            four[2] += 1
            four[3] += stopped
    return tuple(StepCount(*where, Tally(*four[:2]), Tally(*four[2:])) for where, four in sums.items())
