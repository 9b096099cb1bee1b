"""The steps of the API test that change nothing: connectivity, balance, ticker, leverage, contract rules."""

from terminal.domain.competition import ALLOWED_INSTRUMENTS, MAX_LEVERAGE
from terminal.domain.instrument import base_of
from terminal.domain.plain_words import figure
from terminal.ports.market_feed import MarketFeed
from terminal.ports.venue import TradingVenue
from terminal.services.account_check import CLOCK_LIMIT_MS
from terminal.services.rehearsal.findings import StepFailed, StepSkipped
from terminal.services.rehearsal.test_order import TEST_PAIR
from terminal.services.risk.facts import RiskFacts


class ReadSteps:
    """Each method is one step: it gives what was found, or raises `StepFailed`, `StepSkipped` or `VenueError`."""

    def __init__(self, venue: TradingVenue, feed: MarketFeed, facts: RiskFacts) -> None:
        self._venue = venue
        self._feed = feed
        self._facts = facts

    async def connectivity(self) -> str:
        await self._feed.sync_clock()
        health = self._feed.health()
        offset_ms = health.clock_offset_ms or 0.0
        latency = "" if health.latency_ms is None else f" in {health.latency_ms:.0f} ms"
        if abs(offset_ms) > CLOCK_LIMIT_MS:
            raise StepFailed(
                f"the venue answers, but its clock and ours are {abs(offset_ms) / 1000:.0f} s apart",
                "Set this computer's clock (network time), then try again.",
            )
        return f"it answers{latency}, clocks agree within {abs(offset_ms):.0f} ms"

    async def balance(self) -> str:
        balance = await self._venue.balance()
        if balance.equity <= 0:
            raise StepFailed("the account is empty", "Ask the organiser for the test funds, then try again.")
        return f"equity {balance.equity:,.2f} USDT, available {balance.available:,.2f} USDT"

    async def ticker(self) -> str:
        ticker = await self._feed.ticker(TEST_PAIR)
        if ticker.last <= 0:
            raise StepFailed("the venue gave no last price", "Try again in a minute.")
        return f"{base_of(TEST_PAIR)} {figure(ticker.last)}"

    async def leverage(self) -> str:
        """Set what is in force once more, so that the request itself is proved; then read it back."""
        if not self._venue.capabilities.leverage:
            raise StepSkipped("there is no leverage to set at this venue")
        before = await self._venue.leverage(TEST_PAIR)
        if before.in_force > MAX_LEVERAGE:
            raise StepFailed(
                f"{before.in_force}x is set, the competition allows {MAX_LEVERAGE}x",
                "Lower it on the order ticket, then try again.",
            )
        if self._is_in_use():
            return f"{before.words}, read back; not set again while {base_of(TEST_PAIR)} has a position or an order"
        await self._venue.set_leverage(TEST_PAIR, before.in_force)
        after = await self._venue.leverage(TEST_PAIR)
        if after.in_force != before.in_force:
            raise StepFailed(f"set to {before.in_force}x, read back {after.in_force}x", "Try again in a minute.")
        return f"{after.words}: set again as it was, and read back"

    def _is_in_use(self) -> bool:
        held = any(each.instrument_id == TEST_PAIR for each in self._facts.portfolio.positions)
        return held or any(order.terms.instrument_id == TEST_PAIR for order in self._facts.ledger.at_venue())

    async def rules(self) -> str:
        listed = {rules.instrument_id: rules for rules in await self._feed.instruments()}
        rules = listed.get(TEST_PAIR)
        if rules is None:
            raise StepFailed(f"{base_of(TEST_PAIR)} is not listed", "Ask the venue whether it is open to the API.")
        missing = [base_of(each) for each in ALLOWED_INSTRUMENTS if each not in listed]
        text = (
            f"{base_of(TEST_PAIR)}: least size {figure(rules.min_size)}, step {figure(rules.size_step)}, "
            f"tick {figure(rules.price_step)}, taker fee {figure(rules.taker_fee * 100)} %"
        )
        return f"{text}; not listed: {', '.join(missing)}" if missing else f"{text}; all eight pairs listed"
