"""How an exchange's market and clock come to be: fresh, or continued from a saved state.

The machine's calendar enters here and nowhere else; its monotonic clock in `server`.
"""

import time
from collections.abc import Callable, Sequence

from terminal.domain.causes import cause
from terminal.sim.market.engine import MarketEngine
from terminal.sim.market.pairs import EIGHT_PAIRS
from terminal.sim.market.types import PairSpec
from terminal.sim.serving.options import StartOptions
from terminal.sim.serving.store import SavedState, StateFileError

_MARKET_STEP_MS = 250
_ERA_MS = 400 * 86_400_000  # an exchange started in another year lives in its own time
Monotonic = Callable[[], float]


def new_market(options: StartOptions, specs: Sequence[PairSpec] = EIGHT_PAIRS, venue: str = "") -> MarketEngine:
    """The market of a first start; `specs` and `venue` as for `MarketEngine`."""
    return MarketEngine(
        seed=options.seed,
        start_ms=int(time.time() * 1000) if options.start_ms is None else options.start_ms,
        specs=specs,
        history_minutes=options.history_minutes,
        pattern_strength=options.pattern,
        step_ms=_step_ms(options),
        venue=venue,
        anchor_ms=options.anchor_ms,
    )


def opening_ms(options: StartOptions, market: MarketEngine) -> int:
    """Where the clock of a first start begins: the market's start, or now if that was the machine's time.

    Making the market takes a second, which is as much as some venues let a timestamp be ahead of them.
    """
    return market.start_ms if options.start_ms is not None else max(market.start_ms, int(time.time() * 1000))


def saved_market(
    options: StartOptions, saved: SavedState, specs: Sequence[PairSpec] = EIGHT_PAIRS, venue: str = ""
) -> MarketEngine:
    """The market as it was saved.

    Raises:
        KeyError, TypeError, ValueError: it cannot be read; see `misfit`.
    """
    return MarketEngine.restore(saved.market, specs=specs, step_ms=_step_ms(options), venue=venue)


def misfit(options: StartOptions, error: Exception) -> StateFileError:
    """What to tell about a state file whose market or account cannot be read."""
    return StateFileError(
        f"The exchange's state file {options.state} does not fit this version: {cause(error)}. It was left as it is: "
        "move it away to start a fresh exchange, or name another file with --state."
    )


def resume_ms(options: StartOptions, saved: SavedState) -> int:
    """Where the clock continues: never earlier, and at normal speed no later than the day outside."""
    if options.speed == 1.0 and options.start_ms is None and abs(saved.genesis_ms - time.time() * 1000) < _ERA_MS:
        return max(saved.resume_ms, int(time.time() * 1000))
    return saved.resume_ms


def _step_ms(options: StartOptions) -> int:
    """The market's grid: the same work per real second at any speed."""
    return round(_MARKET_STEP_MS * max(1.0, options.speed))
