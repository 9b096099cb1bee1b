"""Made-up cycles of the funnel."""

from terminal.domain.decision import Action
from terminal.domain.funnel import CycleFunnel, FunnelStep, PairFunnel, StepState
from terminal.domain.instrument import InstrumentId

AT_MS = 1_760_000_400_000
STATES = {
    "+": StepState.PASSED,
    "-": StepState.STOPPED,
    "!": StepState.CRASHED,
    "~": StepState.PARTIAL,
    "?": StepState.WAITING,
}


def steps(words: str) -> tuple[FunnelStep, ...]:
    """`inputs+ signal-` and so on; a gate is written with an underscore for its first space: `R7_Price_collar-`."""
    return tuple(
        FunnelStep(word[:-1].replace("_", " "), STATES[word[-1]], "because" if word[-1] != "+" else "")
        for word in words.split()
    )


def pair(instrument_id: InstrumentId, words: str, action: Action | None = None, decision_id: str = "") -> PairFunnel:
    return PairFunnel(instrument_id, steps(words), action, decision_id)


def cycle(number: int, *pairs: PairFunnel, minutes: int = 15) -> CycleFunnel:
    return CycleFunnel(f"c{number}", "bar closed", AT_MS + number * minutes * 60_000, pairs)


def gates(passed: tuple[str, ...], failed: tuple[str, ...] = ()) -> str:
    """Steps of the gate as words for `steps`."""
    return " ".join([f"{key.replace(' ', '_')}+" for key in passed] + [f"{key.replace(' ', '_')}-" for key in failed])
