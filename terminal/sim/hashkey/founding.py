"""How a HashKey exchange comes to be: founded on a fresh market, or continued from its saved state."""

from collections.abc import Sequence
from dataclasses import replace

from terminal.sim.exchange.spot.exchange import SpotExchange
from terminal.sim.exchange.spot.state import load_spot_books
from terminal.sim.hashkey.filters import ALL_FILTERS
from terminal.sim.hashkey.names import QUOTE
from terminal.sim.hashkey.options import ExchangeOptions
from terminal.sim.hashkey.venue import Venue, listed_filters
from terminal.sim.market.engine import MarketEngine
from terminal.sim.market.pairs import EIGHT_PAIRS
from terminal.sim.market.types import PairSpec
from terminal.sim.serving.clock import SimClock
from terminal.sim.serving.founding import Monotonic, misfit, opening_ms, resume_ms, saved_market
from terminal.sim.serving.founding import new_market as market_of
from terminal.sim.serving.options import credentials_for
from terminal.sim.serving.store import SavedState

_TURNOVER = 0.35  # of what the shared market trades


def specs() -> Sequence[PairSpec]:
    """All eight pairs of the shared market, listed or not, with this venue's steps where it has them."""
    return tuple(_spec(spec) for spec in EIGHT_PAIRS)


def _spec(spec: PairSpec) -> PairSpec:
    filters = ALL_FILTERS.get(spec.base)
    if filters is None:
        return spec
    return replace(spec, tick=filters.tick, lot=filters.step, minute_turnover=spec.minute_turnover * _TURNOVER)


def new_market(options: ExchangeOptions) -> MarketEngine:
    """The market of a first start."""
    return market_of(options, specs(), Venue.name)


def new_venue(options: ExchangeOptions, market: MarketEngine, monotonic: Monotonic) -> Venue:
    """A fresh exchange on a market that has not moved yet."""
    clock = SimClock(opening_ms(options, market), options.speed, monotonic)
    rules = {pair: filters.rules() for pair, filters in listed_filters(options).items()}
    exchange = SpotExchange(market, rules, options.seed, market.start_ms, {QUOTE: options.balance})
    credentials = credentials_for(options.seed, Venue.name, passphrase=False)
    return Venue(options, credentials, clock, market, exchange, market.start_ms)


def continued_venue(options: ExchangeOptions, saved: SavedState, monotonic: Monotonic) -> Venue:
    """The exchange as it was saved.

    Raises:
        StateFileError: market or account cannot be read.
    """
    rules = {pair: filters.rules() for pair, filters in listed_filters(options).items()}
    try:
        market = saved_market(options, saved, specs(), Venue.name)
        books = load_spot_books(saved.account, rules, saved.seed)
        exchange = SpotExchange(market, rules, saved.seed, market.now_ms, {}, books)
    except (KeyError, TypeError, ValueError) as error:
        raise misfit(options, error) from error
    clock = SimClock(resume_ms(options, saved), options.speed, monotonic)
    effective = replace(options, seed=saved.seed, pattern=saved.pattern)  # one market cannot become another
    return Venue(effective, saved.credentials, clock, market, exchange, saved.genesis_ms)
