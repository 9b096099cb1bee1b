"""Go or no-go: everything that must be right on the day, in one list. Nothing is changed and nothing is sent."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from terminal.domain.competition import ALLOWED_INSTRUMENTS, MAX_LEVERAGE
from terminal.domain.errors import VenueError
from terminal.domain.instrument import base_of
from terminal.domain.plain_words import clause, figure, trading_words
from terminal.domain.rehearsal import READINESS_POINTS, RehearsalEnded, RehearsalRow, RowState
from terminal.domain.risk import TradingState
from terminal.domain.venues import is_competition_venue
from terminal.ports.machine import Machine, MachineFact
from terminal.ports.market_feed import MarketFeed
from terminal.ports.strategy import StrategyWorker
from terminal.ports.traffic import overhear
from terminal.ports.venue import TradingVenue
from terminal.services.account_check import CLOCK_REMARK_MS
from terminal.services.rehearsal.findings import StepFailed, venue_words, what_to_do
from terminal.services.rehearsal.overhearing import Overhearer
from terminal.services.risk.facts import RiskFacts

GO: Final = "Go"
WITH_CARE: Final = "Go with care"
NO_GO: Final = "No-go"
_MACHINE: Final = ("disk", "sleep", "sound")
_DAY_MS: Final = 86_400_000


class _Look(Exception):
    """Not wrong, but a person has to look; `hint` is at what."""

    def __init__(self, words: str, hint: str) -> None:
        super().__init__(words)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class ReadinessParts:
    """What is looked at. `title` names the venue for people, `api_test()` gives the newest whole test."""

    venue: TradingVenue
    feed: MarketFeed
    facts: RiskFacts
    worker: StrategyWorker
    title: str
    api_test: Callable[[], RehearsalEnded | None]
    holds_secret: Callable[[str], bool]


class Readiness:
    """One look at everything. `machine` None: this seat cannot look at the machine, so a person must."""

    def __init__(self, parts: ReadinessParts, told: Callable[[], None]) -> None:
        self._parts = parts
        self._told = told
        self.machine: Machine | None = None
        self.rows = {name: RehearsalRow(name, title, RowState.WAITING) for name, title in READINESS_POINTS.items()}

    async def run(self) -> tuple[RehearsalRow, ...]:
        """Look at every point; one that is wrong does not keep the others from being looked at."""
        for name, row in self.rows.items():
            self.rows[name] = RehearsalRow(name, row.title, RowState.WAITING)
        looks: dict[str, Callable[[], Awaitable[str]]] = {
            "key": self._key,
            "address": self._address,
            "clock": self._clock,
            "contracts": self._contracts,
            "leverage": self._leverage,
            "limits": self._limits,
            "logs": self._logs,
            "model": self._model,
            "api_test": self._api_test,
        }
        for name, look in looks.items():
            await self._try(name, look)
        await self._look_at_machine()
        return tuple(self.rows.values())

    async def _try(self, name: str, look: Callable[[], Awaitable[str]]) -> None:
        heard = Overhearer(self._parts.holds_secret)
        self._set(name, RowState.RUNNING)
        state, words, hint = RowState.FAILED, "", ""
        try:
            with overhear(heard.take):
                words = await look()
            state = RowState.OK
        except _Look as found:
            state, words, hint = RowState.LOOK, str(found), found.hint
        except StepFailed as found:
            words, hint = str(found), found.hint
        except VenueError as error:
            words, hint = venue_words(error), what_to_do(error, self._parts.title)
        self.rows[name] = replace(self.rows[name], exchanges=heard.exchanges)
        self._set(name, state, words, hint)

    def _set(self, name: str, state: RowState, words: str = "", hint: str = "") -> None:
        self.rows[name] = replace(self.rows[name], state=state, words=words, hint=hint)
        self._told()

    # -- account and venue ----------------------------------------------------------

    async def _key(self) -> str:
        balance = await self._parts.venue.balance()
        positions = await self._parts.venue.positions()
        held = (
            "no position" if not positions else "1 position" if len(positions) == 1 else f"{len(positions)} positions"
        )
        return f"the account can be read: {balance.equity:,.2f} USDT, {held}; the API test proves that it may trade"

    async def _address(self) -> str:
        before = self._parts.feed.health().address_refused
        await self._parts.venue.open_orders()
        if self._parts.feed.health().address_refused > before:
            raise StepFailed(
                "the venue refuses this machine's internet address",
                f"Put the address {self._parts.title} shows for this machine on the key's list, or go back to the "
                "connection the key was made for.",
            )
        return "the venue takes signed requests from this address"

    async def _clock(self) -> str:
        await self._parts.feed.sync_clock()
        offset_ms = abs(self._parts.feed.health().clock_offset_ms or 0.0)
        if offset_ms > CLOCK_REMARK_MS:
            words = f"{offset_ms / 1000:.1f} s apart from the venue's; requests are signed with the corrected time"
            raise _Look(words, "Switch network time on.")
        return f"right within {offset_ms:.0f} ms"

    async def _contracts(self) -> str:
        found = {rules.instrument_id for rules in await self._parts.feed.instruments()}
        missing = [base_of(each) for each in ALLOWED_INSTRUMENTS if each not in found]
        if missing and is_competition_venue(self._parts.title):
            raise StepFailed(f"not listed: {', '.join(missing)}", "Ask the venue whether they are open to the API.")
        if missing:
            raise _Look(f"not listed there: {', '.join(missing)}", "These pairs cannot be traded at this venue.")
        return "all eight listed"

    async def _leverage(self) -> str:
        venue = self._parts.venue
        if not venue.capabilities.leverage:
            return "none at this venue"
        settings = [await venue.leverage(each) for each in ALLOWED_INSTRUMENTS]
        high = [base_of(each.instrument_id) for each in settings if each.in_force > MAX_LEVERAGE]
        if high:
            raise StepFailed(
                f"above {MAX_LEVERAGE}x: {', '.join(high)}",
                "The program lowers it before the first order; look again once these pairs are flat.",
            )
        return f"at most {max(each.in_force for each in settings)}x, {MAX_LEVERAGE}x allowed"

    # -- this program ---------------------------------------------------------------

    async def _limits(self) -> str:
        facts, limits = self._parts.facts, self._parts.facts.limits
        words = (
            f"an order at most {figure(limits.order_notional * 100)} % of equity, "
            f"{limits.max_leverage}x, halt at {figure(limits.drawdown_halt * 100)} % drawdown"
        )
        if facts.switch.state is not TradingState.ACTIVE:
            state = f"trading is {trading_words(facts.switch.state)}: {clause(facts.switch.reason)}"
            raise StepFailed(f"{state}; {words}", "Mend the reason, then set trading to Active.")
        return f"trading is active; {words}"

    async def _logs(self) -> str:
        outbox = self._parts.facts.outbox
        if not self._parts.venue.capabilities.ai_logs:
            return "this venue takes none; they stay in the journal"
        if outbox.needing_hand():
            words = f"{outbox.needing_hand()} were refused for good, so nothing opens"
            raise StepFailed(words, "Open them in AI logs and decide what becomes of them.")
        late_s = outbox.overdue_s()
        if late_s > self._parts.facts.limits.log_overdue_s:
            raise StepFailed(f"one waits for {late_s:.0f} s, so nothing opens", "See AI logs for the venue's answer.")
        return "none is overdue"

    async def _model(self) -> str:
        name = self._parts.worker.model_name
        if not name:
            raise StepFailed("no model is ready", "Wait until it is trained, or choose another in View, Brain.")
        return f"ready: {name}"

    async def _api_test(self) -> str:
        newest = self._parts.api_test()
        if newest is None:
            raise _Look("never done on this profile", "Run View, API test.")
        when = datetime.fromtimestamp(newest.at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
        words = f"{newest.verdict[:1].lower()}{newest.verdict[1:]}, {when}"
        if not newest.verdict.startswith("Passed"):
            raise StepFailed(words, "Mend what failed and run View, API test again.")
        if self._parts.facts.clock.now_ms() - newest.at_ms > _DAY_MS:
            raise _Look(words, "That was more than a day ago: run View, API test again.")
        return words

    # -- the machine ------------------------------------------------------------------

    async def _look_at_machine(self) -> None:
        for name in _MACHINE:
            self._set(name, RowState.RUNNING)
        found: Sequence[MachineFact] = () if self.machine is None else await asyncio.to_thread(self.machine.facts)
        facts = {fact.name: fact for fact in found}
        for name in _MACHINE:
            fact = facts.get(name)
            if fact is None:
                self._set(name, RowState.LOOK, "could not be looked at from here", "Look at it yourself.")
                continue
            state = RowState.LOOK if fact.is_good is None else RowState.OK if fact.is_good else RowState.FAILED
            self._set(name, state, fact.words, fact.hint)


def readiness_verdict(rows: Sequence[RehearsalRow]) -> str:
    """Give the result in words a person signs: go, go with care, or no-go and because of what."""
    failed = [row.title for row in rows if row.state is RowState.FAILED]
    if failed:
        return f"{NO_GO}: {', '.join(failed)}"
    look = [row.title for row in rows if row.state is RowState.LOOK]
    return f"{WITH_CARE}: look at {', '.join(look)}" if look else GO
