"""What this HashKey site lists of the pairs the program trades, and at which fees."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Final

from terminal.domain.errors import ConfigError, MalformedReply, RequestRejected, VenueError
from terminal.domain.instrument import Instrument, InstrumentId
from terminal.ports.clock import Clock
from terminal.venues.hashkey.codes import VENUE
from terminal.venues.hashkey.holdings import Dust
from terminal.venues.hashkey.mapper.filters import Listing, Listings, listings_from
from terminal.venues.hashkey.rest.account import AccountRest
from terminal.venues.hashkey.rest.market import MarketRest
from terminal.venues.hashkey.wire.account import FeeRow

SITES: Final = {"pro": "UAE", "pro-sandbox": "UAE", "global": "BMU", "global-sandbox": "BMU"}
"""What the pair list calls each site; asked without it, HashKey gives the list of Bermuda."""
_FEES_S: Final = 3_600.0
"""HashKey works the rates out once a day, and reading them is dear."""
_log = logging.getLogger(__name__)


def site_word(site: str) -> str:
    """Give the venue's word for a site of the settings; the first is meant when none is named.

    Raises:
        ConfigError: there is no such site.
    """
    word = SITES.get(site or "pro")
    if word is None:
        raise ConfigError(f"HashKey has no site {site!r}; in the profile it may be {', '.join(SITES)}.")
    return word


class ListingDesk:
    """Loaded once, and again whenever somebody asks for the instruments anew."""

    def __init__(self, market: MarketRest, account: AccountRest, site: str, clock: Clock, *, has_key: bool) -> None:
        self._market = market
        self._account = account
        self._site = site_word(site)
        self._has_key = has_key
        self._clock = clock
        self._rates: tuple[float, Sequence[FeeRow]] | None = None
        self._listings: Listings | None = None
        self._loading = asyncio.Lock()

    @property
    def missing(self) -> Mapping[InstrumentId, str]:
        """Why a pair cannot be traded here, by pair; empty until loaded."""
        return {} if self._listings is None else self._listings.missing

    async def load(self) -> None:
        """Load when nothing is known yet. Raises `VenueError`."""
        async with self._loading:
            if self._listings is None:
                await self._read()

    async def reload(self) -> tuple[Instrument, ...]:
        """Load anew and give the pairs that can be traded now.

        Raises:
            VenueError: nothing was read, or none of the pairs is listed.
        """
        async with self._loading:
            listings = await self._read()
        if not listings.instruments:
            raise MalformedReply("HashKey lists none of the pairs this program trades.", venue=VENUE)
        return listings.instruments

    def all_instruments(self) -> tuple[Instrument, ...]:
        """Every pair that is listed, those that are halted too: what is held of them must show."""
        return () if self._listings is None else tuple(row.instrument for row in self._listings.rows.values())

    def find(self, instrument_id: InstrumentId) -> Listing | None:
        return None if self._listings is None else self._listings.rows.get(instrument_id)

    def require(self, instrument_id: InstrumentId) -> Listing:
        """Give a pair's rules.

        Raises:
            RequestRejected: it is not listed here.
        """
        found = self.find(instrument_id)
        if found is None:
            text = self.missing.get(instrument_id, f"{instrument_id} is not known at HashKey; load the pairs first.")
            raise RequestRejected(text, venue=VENUE)
        return found

    def dust(self, instrument_id: InstrumentId) -> Dust:
        """Give what of a coin cannot be sold; nothing is dust where the pair is not listed."""
        found = self.find(instrument_id)
        if found is None:
            return Dust()
        rules = found.instrument
        return Dust(rules.size_step, rules.min_size, rules.min_notional)

    async def _read(self) -> Listings:
        reply = await self._market.exchange_info(self._site)
        self._listings = listings_from(reply, await self._fees())
        return self._listings

    async def _fees(self) -> Sequence[FeeRow]:
        """Read the account's rates; without them the highest printed rate is reckoned with, which is never too low."""
        if not self._has_key:
            return ()
        now_s = self._clock.monotonic_s()
        if self._rates is not None and now_s - self._rates[0] < _FEES_S:
            return self._rates[1]
        try:
            self._rates = now_s, (await self._account.fees()).rows
            return self._rates[1]
        except VenueError as error:
            _log.warning("the account's fees could not be read: %s", error)
            return ()
