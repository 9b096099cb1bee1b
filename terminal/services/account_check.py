"""Tests an account before it is saved, step by step, through the ports alone. It changes nothing.

No AI log is probed: an upload would be a record of the competition.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from terminal.domain.account_check import CheckStep, StepState
from terminal.domain.competition import ALLOWED_INSTRUMENTS, MAX_LEVERAGE
from terminal.domain.errors import AuthFailed, ClockSkew, RateLimited, VenueError
from terminal.domain.instrument import base_of
from terminal.domain.venues import is_competition_venue
from terminal.ports.market_feed import MarketFeed
from terminal.ports.venue import TradingVenue

CLOCK_LIMIT_MS: Final = 30_000  # the venue's window; requests are signed with the corrected time all the same
CLOCK_REMARK_MS: Final = 1_000
ADVISES: Final = "Check "  # begins the advice some errors carry in their own words
_TITLES: Final = {
    "reach": "Reach the venue",
    "clock": "Clock",
    "key": "Key, permission, IP address",
    "contracts": "The eight pairs",
    "leverage": "Leverage read back",
}

Report = Callable[[CheckStep], None]


class _Problem(Exception):
    """A step that found something wrong; `hint` is what to do."""

    def __init__(self, words: str, hint: str) -> None:
        super().__init__(words)
        self.hint = hint


class AccountCheck:
    """One test. Without `venue` (paper) only what needs no key is tried."""

    def __init__(
        self,
        feed: MarketFeed,
        venue: TradingVenue | None,
        report: Report,
        title: str = "WEEX",
        *,
        own_time: bool = False,
    ) -> None:
        """`title` is the venue's name as a person knows it; `own_time`: it keeps a time nobody else has to."""
        self._feed = feed
        self._venue = venue
        self._report = report
        self._title = title
        self._own_time = own_time

    async def run(self) -> bool:
        """Try the steps in order until one fails; True when all passed."""
        steps: list[tuple[str, Callable[[], Awaitable[str]]]] = [("reach", self._reach), ("clock", self._clock)]
        if self._venue is not None:
            steps.append(("key", self._key))
        steps.append(("contracts", self._contracts))
        if self._venue is not None and self._venue.capabilities.leverage:
            steps.append(("leverage", self._leverage))
        for name, _ in steps:
            self._tell(name, StepState.WAITING)
        passed = True
        for name, step in steps:
            passed = await self._try(name, step) if passed else self._skip(name)
        return passed

    async def _try(self, name: str, step: Callable[[], Awaitable[str]]) -> bool:
        self._tell(name, StepState.RUNNING)
        try:
            words = await step()
        except _Problem as problem:
            self._tell(name, StepState.FAILED, str(problem), problem.hint)
            return False
        except VenueError as error:
            code = f" [{error.code}]" if error.code else ""
            self._tell(name, StepState.FAILED, f"{error.message}{code}", error.hint or self._what_to_do(error))
            return False
        self._tell(name, StepState.OK, words)
        return True

    def _skip(self, name: str) -> bool:
        self._tell(name, StepState.SKIPPED)
        return False

    def _tell(self, name: str, state: StepState, words: str = "", hint: str = "") -> None:
        self._report(CheckStep(name, _TITLES[name], state, words, hint))

    # -- steps ---------------------------------------------------------------------

    async def _reach(self) -> str:
        await self._feed.sync_clock()
        latency_ms = self._feed.health().latency_ms
        return "it answers" if latency_ms is None else f"it answers in {latency_ms:.0f} ms"

    async def _clock(self) -> str:
        offset_ms = self._feed.health().clock_offset_ms or 0.0
        words = f"the venue's clock is {abs(offset_ms) / 1000:.1f} s {'ahead of' if offset_ms > 0 else 'behind'} ours"
        if self._own_time and abs(offset_ms) > CLOCK_REMARK_MS:
            return f"{words}: it keeps a time of its own, and requests are signed with that"
        if abs(offset_ms) > CLOCK_LIMIT_MS:
            raise _Problem(words, "Set this computer's clock (network time), then test again.")
        if abs(offset_ms) > CLOCK_REMARK_MS:
            return f"{words}; requests are signed with the corrected time, but set this computer's clock"
        return f"right within {abs(offset_ms):.0f} ms"

    async def _key(self) -> str:
        balance = await self._trading().balance()
        return f"accepted; equity {balance.equity:,.2f} USDT"

    async def _contracts(self) -> str:
        found = {rules.instrument_id for rules in await self._feed.instruments()}
        missing = [base_of(each) for each in ALLOWED_INSTRUMENTS if each not in found]
        # Of the competition's venue all eight are promised; elsewhere a pair may simply not be listed.
        if missing and (is_competition_venue(self._title) or not found):
            raise _Problem(
                f"the venue lists no contract of {', '.join(missing)}",
                f"Try again later; if it stays so, ask {self._title} whether the pairs are enabled for the API.",
            )
        if missing:
            return f"{len(ALLOWED_INSTRUMENTS) - len(missing)} listed; not listed there: {', '.join(missing)}"
        return f"all {len(ALLOWED_INSTRUMENTS)} listed"

    async def _leverage(self) -> str:
        """Read every pair; a high one is no fault, for the program lowers it before the first order."""
        venue = self._trading()
        settings = [await venue.leverage(each) for each in ALLOWED_INSTRUMENTS]
        high = [each for each in settings if each.in_force > MAX_LEVERAGE]
        if not high:
            return f"read for all {len(settings)} pairs, at most {max(each.in_force for each in settings)}x"
        names = ", ".join(f"{base_of(each.instrument_id)} {each.in_force}x" for each in high)
        return f"above {MAX_LEVERAGE}x: {names}. The program lowers it before the first order"

    def _trading(self) -> TradingVenue:
        assert self._venue is not None  # noqa: S101 - the steps that ask for it are only taken with one
        return self._venue

    def _what_to_do(self, error: VenueError) -> str:
        if ADVISES in error.message:
            return ""  # it says so itself
        if isinstance(error, AuthFailed):
            return f"Check the key in the {self._title} account, then paste all of it again."
        if isinstance(error, ClockSkew):
            return "Set this computer's clock, then test again."
        if isinstance(error, RateLimited):
            return f"Wait {error.retry_after_s:.0f} s, then test again."
        return "Check the internet connection and the proxy, then test again."
