"""How a WOO X exchange comes to be: founded on a fresh market, or continued from its saved state."""

from collections.abc import Callable
from dataclasses import replace

from terminal.sim.exchange.books import AccountBooks
from terminal.sim.exchange.one_way import OneWayExchange
from terminal.sim.exchange.spot.state import load_spot_books
from terminal.sim.exchange.state import load_books
from terminal.sim.market.engine import MarketEngine
from terminal.sim.serving import founding
from terminal.sim.serving.clock import SimClock
from terminal.sim.serving.options import Credentials, credentials_for
from terminal.sim.serving.store import SavedState
from terminal.sim.woox.instruments import RULES, SPECS
from terminal.sim.woox.liquidity import MarketPort
from terminal.sim.woox.options import ExchangeOptions
from terminal.sim.woox.spot import SPOT_RULES, CoinBooks, SpotSide
from terminal.sim.woox.venue import Venue

Monotonic = Callable[[], float]


def new_market(options: ExchangeOptions) -> MarketEngine:
    """The market of a first start."""
    return founding.new_market(options, SPECS, Venue.name)


def new_venue(options: ExchangeOptions, market: MarketEngine, monotonic: Monotonic) -> Venue:
    """A fresh exchange on a market that has not moved yet; its account is in the one-way mode."""
    clock = SimClock(market.start_ms, options.speed, monotonic)
    coins = CoinBooks(dict(SPOT_RULES), options.seed)
    venue = _venue(options, credentials_for(options.seed, Venue.name, passphrase=False), clock, market, None, coins)
    venue.exchange.books.one_way = True
    return venue


def continued_venue(options: ExchangeOptions, saved: SavedState, monotonic: Monotonic) -> Venue:
    """The exchange as it was saved.

    Raises:
        StateFileError: market or account cannot be read.
    """
    try:
        market = founding.saved_market(options, saved, SPECS, Venue.name)
        books = load_books(saved.account["contracts"], dict(RULES), saved.seed, market.now_ms)
        coins = _loaded_coins(saved)
        clock = SimClock(founding.resume_ms(options, saved), options.speed, monotonic)
        effective = replace(options, seed=saved.seed, pattern=saved.pattern)  # one market cannot become another
        return _venue(effective, saved.credentials, clock, market, books, coins, saved.genesis_ms)
    except (KeyError, TypeError, ValueError) as error:
        raise founding.misfit(options, error) from error


def _loaded_coins(saved: SavedState) -> CoinBooks:
    """Spot books of this venue's kind, with what was kept."""
    coins = CoinBooks(dict(SPOT_RULES), saved.seed)
    vars(coins).update(vars(load_spot_books(saved.account["spot"], dict(SPOT_RULES), saved.seed)))
    return coins


def _venue(
    options: ExchangeOptions,
    credentials: Credentials,
    clock: SimClock,
    market: MarketEngine,
    books: AccountBooks | None,
    coins: CoinBooks,
    genesis_ms: int | None = None,
) -> Venue:
    """Both sides of the account on one market."""
    spot_port = MarketPort(market, coins.orders.__contains__, without_rpi=False)
    port = MarketPort(market, lambda order_id: order_id not in coins.orders, without_rpi=True)
    port.other, spot_port.other = spot_port, port
    now_ms = market.now_ms
    exchange = OneWayExchange(port, SPECS, options.seed, now_ms, options.balance, books=books, rules=RULES)
    coins.share_quote(exchange.books, exchange.margin)
    spot = SpotSide(coins, spot_port, now_ms)
    if books is not None:
        spot.account.orders.resume_open(now_ms)
    return Venue(options, credentials, clock, market, exchange, spot, port, genesis_ms or market.start_ms)
