"""How an exchange comes to be: founded on a fresh market, or continued from its saved state."""

import time
from collections.abc import Callable
from dataclasses import replace

from terminal.sim.exchange.exchange import Exchange
from terminal.sim.exchange.rules import rules_for
from terminal.sim.exchange.state import load_books
from terminal.sim.market.engine import MarketEngine
from terminal.sim.weex.clock import SimClock
from terminal.sim.weex.options import ExchangeOptions, credentials_for
from terminal.sim.weex.store import SavedState, StateFileError
from terminal.sim.weex.venue import Venue

_MARKET_STEP_MS = 250
_ERA_MS = 400 * 86_400_000  # an exchange started in another year lives in its own time
Monotonic = Callable[[], float]


def new_market(options: ExchangeOptions) -> MarketEngine:
    """The market of a first start."""
    return MarketEngine(
        seed=options.seed,
        start_ms=int(time.time() * 1000) if options.start_ms is None else options.start_ms,
        history_minutes=options.history_minutes,
        pattern_strength=options.pattern,
        step_ms=_step_ms(options),
    )


def _step_ms(options: ExchangeOptions) -> int:
    """The market's grid: the same work per real second at any speed."""
    return round(_MARKET_STEP_MS * max(1.0, options.speed))


def new_venue(options: ExchangeOptions, market: MarketEngine, monotonic: Monotonic) -> Venue:
    """A fresh exchange on a market that has not moved yet."""
    clock = SimClock(market.start_ms, options.speed, monotonic)
    exchange = Exchange(market, market.specs, options.seed, market.start_ms, options.balance)
    return Venue(options, credentials_for(options.seed), clock, market, exchange, market.start_ms)


def continued_venue(options: ExchangeOptions, saved: SavedState, monotonic: Monotonic) -> Venue:
    """The exchange as it was saved.

    Raises:
        StateFileError: market or account cannot be read.
    """
    try:
        market = MarketEngine.restore(saved.market, step_ms=_step_ms(options))
        rules = {spec.base: rules_for(spec) for spec in market.specs}
        books = load_books(saved.account, rules, saved.seed, market.now_ms)
        exchange = Exchange(market, market.specs, saved.seed, market.now_ms, books=books)
    except (KeyError, TypeError, ValueError) as error:
        raise StateFileError(
            f"The exchange's state file {options.state} does not fit this version ({error}). It was left as it is: "
            "move it away to start a fresh exchange, or name another file with --state."
        ) from error
    clock = SimClock(_resume_ms(options, saved), options.speed, monotonic)
    effective = replace(options, seed=saved.seed, pattern=saved.pattern)  # one market cannot become another
    return Venue(effective, saved.credentials, clock, market, exchange, saved.genesis_ms, is_continued=True)


def _resume_ms(options: ExchangeOptions, saved: SavedState) -> int:
    """Where the clock continues: never earlier, and at normal speed no later than the day outside."""
    if options.speed == 1.0 and options.start_ms is None and abs(saved.genesis_ms - time.time() * 1000) < _ERA_MS:
        return max(saved.resume_ms, int(time.time() * 1000))
    return saved.resume_ms
