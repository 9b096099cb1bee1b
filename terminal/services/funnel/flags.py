"""What is wrong with the funnel itself: a step that stops everything, one that never ran, one that broke. Pure.

A hold is an answer, so the model may be silent for a day before that is called wrong; a check of the gate
that lets nothing through is called after six cycles, a pair without inputs after three.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from terminal.domain.decision import Action
from terminal.domain.funnel import (
    APPROVED,
    FILLED,
    FREE,
    INPUTS,
    SENT,
    SIGNAL,
    SIZED,
    VETO,
    WRITTEN,
    CycleFunnel,
    FlagKind,
    FunnelFlag,
    FunnelStep,
    StepState,
    step_title,
)
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.plain_words import clause
from terminal.services.funnel.counts import GATES, ORDER, Digest

Visits = dict[str, list[list[tuple[InstrumentId, FunnelStep]]]]

_OPENS: Final = (Action.OPEN_LONG, Action.OPEN_SHORT)
_CHECKS: Final = frozenset(GATES)
_CYCLES: Final = {SIGNAL: 96, INPUTS: 3}
_CYCLES_OF_A_GATE: Final = 6
_VERDICTS: Final = 3  # proposals that went through the gate before a silent check is called one
_ANSWERS: Final = 40  # wishes to open, all to one side
_TODO: Final = {
    INPUTS: "Look at Markets and the connection; the pair is left out until its prices and bars are whole",
    SIGNAL: "Look at the model: ask about one pair in the ticket and read its reason",
    VETO: "Read what the judge says in the matrix and the AI logs; one that never agrees keeps everything from trading",
    FREE: "The pair is taken: answer its proposal, cancel its order or close its position",
    SIZED: "Look at equity, leverage and the smallest order of the pair",
    WRITTEN: "Look at the events: the journal or the log's text refused it",
    APPROVED: "Somebody must sit at the review desk, or the proposals live too short a time",
    SENT: "Look at the events for the venue's words; the review desk has the check that failed",
    FILLED: "Look at the orders: they end without a fill",
}
_TODO_GATE: Final = "Read the reason in the matrix; then change the cause, or the limit in the profile"
_TODO_CRASH: Final = "Nothing opens while it does. Restart the program and hand its log file to whoever maintains it"


def flags_of(digests: Sequence[Digest]) -> tuple[FunnelFlag, ...]:
    """Give everything that is wrong, the worst kind first. `digests` are of the last day's cycles, oldest first."""
    visits, cycles = _visits(digests), [each.cycle for each in digests]
    return (*_crashed(digests), *_never_ran(cycles), *_stops_all(visits), *_inputs(visits), *_one_sided(cycles))


def _visits(digests: Sequence[Digest]) -> Visits:
    """What each step said: a list for each cycle that came to it, the newest first."""
    found: Visits = {}
    for each in reversed(digests):
        for key, steps in each.said.items():
            found.setdefault(key, []).append(steps)
    return found


def _crashed(digests: Sequence[Digest]) -> Iterable[FunnelFlag]:
    broken: dict[str, list[FunnelStep]] = {}
    for each in digests:
        for step in each.broken:
            broken.setdefault(step.key, []).append(step)
    for key, steps in broken.items():
        words = f"{step_title(key)} broke down {_times(len(steps))} in 24 h: {clause(steps[-1].text)}"
        todo = _TODO[SIGNAL] if key == SIGNAL else _TODO_CRASH
        yield FunnelFlag(FlagKind.CRASHED, key, None, words, todo)


def _never_ran(cycles: Sequence[CycleFunnel]) -> Iterable[FunnelFlag]:
    """Checks that said nothing although proposals to open came to the gate."""
    judged = [
        pair
        for cycle in cycles
        for pair in cycle.pairs
        if pair.action in _OPENS and any(step.key in _CHECKS for step in pair.steps)
    ]
    if len(judged) < _VERDICTS:
        return
    ran = {step.key for pair in judged for step in pair.steps}
    for key in GATES:
        if key not in ran:
            words = f"{key} never ran, though {len(judged)} proposals came to the gate in 24 h"
            yield FunnelFlag(FlagKind.NEVER_RAN, key, None, words, _TODO_CRASH)


def _stops_all(visits: Visits) -> Iterable[FunnelFlag]:
    for key in ORDER:
        wanted = _CYCLES.get(key, _CYCLES_OF_A_GATE)
        newest = visits.get(key, [])[:wanted]
        steps = [step for visit in newest for _, step in visit]
        if len(newest) == wanted and all(step.state.ends for step in steps):
            words = f"{step_title(key)} stopped everything in the last {wanted} cycles that came to it"
            last = f"{words}; last: {clause(steps[0].text)}" if steps[0].text else words
            yield FunnelFlag(FlagKind.STOPS_ALL, key, None, last, _TODO.get(key, _TODO_GATE))


def _inputs(visits: Visits) -> Iterable[FunnelFlag]:
    """Pairs whose inputs are missing or incomplete cycle after cycle, while others have theirs."""
    wanted, said = _CYCLES[INPUTS], visits.get(INPUTS, [])
    of_pair: dict[InstrumentId, list[FunnelStep]] = {}
    for visit in said:
        for where, step in visit:
            of_pair.setdefault(where, []).append(step)
    for where, steps in of_pair.items():
        own = steps[:wanted]
        if len(own) < wanted:
            continue
        if all(step.state.ends for step in own) and not _all_stopped(said[:wanted]):
            words = f"{base_of(where)} had no inputs in its last {wanted} cycles: {clause(own[0].text)}"
            yield FunnelFlag(FlagKind.STOPS_ALL, INPUTS, where, words, _TODO[INPUTS])
        elif all(step.state is StepState.PARTIAL for step in own):
            words = f"{base_of(where)} was {clause(own[0].text)} in its last {wanted} cycles"
            yield FunnelFlag(FlagKind.PARTIAL, INPUTS, where, words, _TODO[INPUTS])


def _all_stopped(visits: Sequence[Sequence[tuple[InstrumentId, FunnelStep]]]) -> bool:
    return all(step.state.ends for visit in visits for _, step in visit)


def _one_sided(cycles: Sequence[CycleFunnel]) -> Iterable[FunnelFlag]:
    wishes = [pair.action for cycle in cycles for pair in cycle.pairs if pair.action in _OPENS]
    if len(wishes) < _ANSWERS or len(set(wishes)) > 1:
        return
    side, other = ("long", "short") if wishes[0] is Action.OPEN_LONG else ("short", "long")
    words = f"The model wanted {len(wishes)} times to open {side} in 24 h and never {other}"
    yield FunnelFlag(FlagKind.ONE_SIDED, SIGNAL, None, words, f"Look whether {other}s are switched off somewhere")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
