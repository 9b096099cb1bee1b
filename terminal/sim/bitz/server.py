"""Starting the Bit-Z exchange.

The venue closed in 2021, so nothing here was ever compared with it: every behaviour is from
documents. `run` is the program; `running_exchange` the same thing inside a test's event loop.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from starlette.routing import BaseRoute, Route

from terminal.sim.bitz.app import RestApp
from terminal.sim.bitz.contracts import PAIRS
from terminal.sim.bitz.venue import BitzAccount, BitzOptions, BitzVenue
from terminal.sim.exchange.rules import rules_for
from terminal.sim.exchange.state import load_books
from terminal.sim.market.engine import MarketEngine
from terminal.sim.serving.clock import SimClock
from terminal.sim.serving.founding import Monotonic, misfit, new_market, opening_ms, resume_ms, saved_market
from terminal.sim.serving.kind import Kind
from terminal.sim.serving.options import credentials_for
from terminal.sim.serving.store import SavedState, StateStore

VENUE = BitzVenue.name
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class NoStreams:
    """The venue documents no stream of contracts: all is asked for."""

    sent = 0
    waiting = 0

    def send_again(self, messages: int) -> int:
        del messages
        return 0

    def push(self) -> None: ...

    def cut_all(self) -> None: ...


class BitzFront:
    """REST alone."""

    def __init__(self, venue: BitzVenue) -> None:
        self.streams = NoStreams()
        self._venue = venue

    def routes(self, store: StateStore) -> Sequence[BaseRoute]:
        return [Route("/{path:path}", RestApp(self._venue, store).answer, methods=_METHODS)]

    def urls(self, address: str) -> dict[str, str]:
        """The stream addresses are there for whoever reads the line; nothing answers on them."""
        return {"rest": f"http://{address}", "ws_public": f"ws://{address}/", "ws_private": f"ws://{address}/"}


def market_of(options: BitzOptions) -> MarketEngine:
    """The market of a first start."""
    return new_market(options, PAIRS, VENUE)


def new_venue(options: BitzOptions, market: MarketEngine, monotonic: Monotonic) -> BitzVenue:
    """A fresh exchange on a market that has not moved yet."""
    clock = SimClock(opening_ms(options, market), options.speed, monotonic)
    exchange = BitzAccount(market, market.specs, options.seed, market.start_ms, options.balance)
    credentials = credentials_for(options.seed, VENUE, passphrase=False)
    return BitzVenue(options, credentials, clock, market, exchange, market.start_ms)


def continued_venue(options: BitzOptions, saved: SavedState, monotonic: Monotonic) -> BitzVenue:
    """The exchange as it was saved. Raises `StateFileError`."""
    try:
        market = saved_market(options, saved, PAIRS, VENUE)
        rules = {spec.base: rules_for(spec) for spec in market.specs}
        books = load_books(saved.account, rules, saved.seed, market.now_ms)
        exchange = BitzAccount(market, market.specs, saved.seed, market.now_ms, books=books)
    except (KeyError, TypeError, ValueError) as error:
        raise misfit(options, error) from error
    clock = SimClock(resume_ms(options, saved), options.speed, monotonic)
    effective = replace(options, seed=saved.seed, pattern=saved.pattern)  # one market cannot become another
    return BitzVenue(effective, saved.credentials, clock, market, exchange, saved.genesis_ms)


KIND: Final = Kind(BitzVenue.name, market_of, new_venue, continued_venue, BitzFront)
run, running_exchange = KIND.run, KIND.running
