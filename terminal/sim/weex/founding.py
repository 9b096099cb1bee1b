"""How a WEEX exchange comes to be: founded on a fresh market, or continued from its saved state."""

from dataclasses import replace

from terminal.sim.exchange.exchange import Exchange
from terminal.sim.exchange.rules import rules_for
from terminal.sim.exchange.state import load_books
from terminal.sim.market.engine import MarketEngine
from terminal.sim.serving.clock import SimClock
from terminal.sim.serving.founding import Monotonic, misfit, resume_ms, saved_market
from terminal.sim.serving.options import credentials_for
from terminal.sim.serving.store import SavedState
from terminal.sim.weex.options import ExchangeOptions
from terminal.sim.weex.venue import Venue


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
        market = saved_market(options, saved)
        rules = {spec.base: rules_for(spec) for spec in market.specs}
        books = load_books(saved.account, rules, saved.seed, market.now_ms)
        exchange = Exchange(market, market.specs, saved.seed, market.now_ms, books=books)
    except (KeyError, TypeError, ValueError) as error:
        raise misfit(options, error) from error
    clock = SimClock(resume_ms(options, saved), options.speed, monotonic)
    effective = replace(options, seed=saved.seed, pattern=saved.pattern)  # one market cannot become another
    return Venue(effective, saved.credentials, clock, market, exchange, saved.genesis_ms)
