"""Keeps each pair at its leverage and margin mode, and knows only what the venue read back.

The target is what a person chose for the pair, else the profile's leverage; a margin mode
nobody chose is left as it is. Both are changed only while nothing is held or open there.
From the moment a change may leave until a reading shows what is in force the pair has no
known leverage, so nothing opens on it. A change without a clear answer is read back until
it shows, or can no longer arrive; it is never sent again.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from terminal.domain.account import LeverageSetting
from terminal.domain.competition import MAX_LEVERAGE
from terminal.domain.errors import (
    AuthFailed,
    ClockSkew,
    RateLimited,
    RequestRejected,
    VenueError,
    VenueUnavailable,
)
from terminal.domain.hand_messages import MarginInForce, MarginPhase, MarginProgress
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.messages import Event, Level
from terminal.domain.order import PositionSide
from terminal.domain.plain_words import joined, why
from terminal.domain.records import MarginSet
from terminal.net.waiting import wait_for
from terminal.ports.venue import TradingVenue
from terminal.services.orders.margin_choices import IN_FORCE, REFUSED, MarginChange, MarginChoices, change_of
from terminal.services.reporter import Reporter
from terminal.services.risk.facts import RiskFacts

NOTHING_DONE: Final = (RequestRejected, VenueUnavailable, AuthFailed, ClockSkew)
"""Errors of a write that prove the venue changed nothing."""
_AT_ONCE: Final = 3  # requests in parallel: quick, and far below the venue's budget
_CALM_S: Final = 600.0  # it can be changed elsewhere
_DOUBT_S: Final = 3.0
_BUSY_S: Final = 30.0  # between readings that a venue found too many
_ON_ITS_WAY_S: Final = 15.0  # a request may wait that long for budget and wire before the venue's own window counts
_STEPS: Final = 2  # the mode, then the leverage in it


@dataclass(frozen=True, slots=True)
class _Open:
    """A change that may have left. After `until_s` (operator's clock) it can no longer arrive."""

    change: MarginChange
    record: MarginSet | None  # None for the program's own
    until_s: float


class LeverageKeeper:
    """`facts.leverage` holds what was read back, by instrument; the gate trusts nothing else."""

    def __init__(
        self,
        venue: TradingVenue,
        facts: RiskFacts,
        choices: MarginChoices,
        reporter: Reporter,
        *,
        emit: Callable[[Event], None],
    ) -> None:
        self._venue = venue
        self._facts = facts
        self._clock = facts.clock
        self._choices = choices
        self._reporter = reporter
        self._emit = emit
        self._open: dict[InstrumentId, _Open] = {}
        self._turns: dict[InstrumentId, asyncio.Lock] = {}
        self._again_s = float("-inf")  # the venue lets us ask again then
        self._wake = asyncio.Event()

    # -- life --------------------------------------------------------------------

    def restore(self, records: tuple[MarginSet, ...]) -> None:
        """Take in persons' choices. A change an earlier run never heard back about is read back first."""
        self._choices.restore(records)
        window_s = self._window_s()
        for record in self._choices.pending.values():
            passed_s = max(0.0, (self._clock.now_ms() - record.at_ms) / 1_000)
            until_s = self._clock.monotonic_s() + max(0.0, window_s - passed_s)
            self._open[record.instrument_id] = _Open(change_of(record), record, until_s)

    async def set_all(self, instruments: tuple[InstrumentId, ...]) -> None:
        """Bring every instrument that is free to its target and read back.

        The first one tells what an account is like: had it to be changed, the others are changed before
        they are read, for a venue may allow few readings of leverage a minute.

        Raises:
            VenueError: a setting could not be read; what was read is kept.
        """
        at_once = asyncio.Semaphore(_AT_ONCE)

        async def one(instrument_id: InstrumentId, *, is_off: bool = False) -> bool:
            async with at_once, self.turn(instrument_id):
                if is_off:
                    await self._change_unread(instrument_id)
                return await self.bring(instrument_id)

        first, rest = instruments[:1], instruments[1:]
        results = await asyncio.gather(*map(one, first), return_exceptions=True)
        is_off = True in results
        results += await asyncio.gather(*(one(each, is_off=is_off) for each in rest), return_exceptions=True)
        for result in results:
            if isinstance(result, RateLimited):
                pause_s = _BUSY_S if result.code else min(_BUSY_S, result.retry_after_s)
                self._again_s = self._clock.monotonic_s() + pause_s
            if isinstance(result, BaseException):
                raise result

    async def run(self, instruments: tuple[InstrumentId, ...]) -> None:
        """Read back now and then, and soon where something is in doubt, until cancelled."""
        while True:
            await self._rest(instruments)
            try:
                await self.set_all(self._doubtful(instruments) or instruments)
                self._reporter.works("leverage")
            except RateLimited:
                continue  # not a failure: the rest has its turn when the venue lets us ask again
            except VenueError as error:
                self._reporter.failing("leverage", "Leverage could not be read back", error)

    def turn(self, instrument_id: InstrumentId) -> asyncio.Lock:
        """Give the lock of a pair: one change or reading at a time."""
        return self._turns.setdefault(instrument_id, asyncio.Lock())

    def look_soon(self) -> None:
        """Something is in doubt: read again without waiting for the next round."""
        self._wake.set()

    # -- facts -------------------------------------------------------------------

    def is_open(self, instrument_id: InstrumentId) -> bool:
        """Tell whether a change of this pair has no clear outcome yet."""
        return instrument_id in self._open

    def cap(self, instrument_id: InstrumentId) -> int:
        """The most this pair may get: the competition's, the profile's or the contract's limit."""
        rules = self._facts.hub.instruments.get(instrument_id)
        top = min(MAX_LEVERAGE, self._facts.limits.max_leverage)
        return top if rules is None else min(top, rules.max_leverage)

    def in_use(self, instrument_id: InstrumentId) -> bool:
        """Tell whether we know of a position or an order there."""
        facts = self._facts
        held = any(facts.portfolio.held(instrument_id, side) > 0 for side in PositionSide)
        return held or any(order.terms.instrument_id == instrument_id for order in facts.ledger.at_venue())

    # -- for the holder of the turn ---------------------------------------------------

    def hold(self, instrument_id: InstrumentId) -> None:
        """Let nothing open there until the next reading."""
        self._facts.leverage.pop(instrument_id, None)

    async def read(self, instrument_id: InstrumentId) -> LeverageSetting:
        """Read back, settle what this proves, and show it; without leverage that is 1x. Raises `VenueError`."""
        able = self._venue.capabilities.leverage
        setting = await self._venue.leverage(instrument_id) if able else LeverageSetting(instrument_id, 1, 1, 1, False)
        waiting = self._open.get(instrument_id)
        if waiting is not None:
            self._settle(waiting, setting)
        if self.is_open(instrument_id):
            self._facts.leverage.pop(instrument_id, None)
        else:
            self._facts.leverage[instrument_id] = setting
        self._emit(MarginInForce(setting, not self.is_open(instrument_id), self._clock.now_ms()))
        return setting

    async def bring(self, instrument_id: InstrumentId) -> bool:
        """Read back, and change what differs from the target while the pair is free; True when something was changed.

        Raises:
            VenueError: a reading failed, or the program's own change got no clear answer.
        """
        setting, changed = await self.read(instrument_id), False
        for _ in range(_STEPS):
            change = self._due(setting)
            if change is None or self.is_open(instrument_id) or self.in_use(instrument_id):
                break
            taken = await self._try(change, setting)
            setting, changed = await self.read(instrument_id), changed or taken
            if not taken:
                break
        return changed

    async def _change_unread(self, instrument_id: InstrumentId) -> None:
        """Set the leverage of a pair that was not read yet; a refusal comes again, and is told, once it was read."""
        known = instrument_id in self._facts.leverage or self._choices.mode_of(instrument_id) is not None
        if known or self.is_open(instrument_id) or self.in_use(instrument_id):
            return
        with suppress(RequestRejected):
            await self.send(MarginChange(instrument_id, leverage=self._target(instrument_id)), None)

    async def send(self, change: MarginChange, record: MarginSet | None) -> None:
        """Send a change once. Until a reading settles it the pair has no known leverage.

        Raises:
            VenueError: one of `NOTHING_DONE`, or it is not known whether the request arrived.
        """
        instrument_id = change.instrument_id
        self._facts.leverage.pop(instrument_id, None)
        until_s = self._clock.monotonic_s() + self._window_s()
        self._open[instrument_id] = _Open(change, record, until_s)
        self.look_soon()
        try:
            if change.mode is not None:
                await self._venue.set_margin_mode(instrument_id, change.mode)
            elif change.leverage is not None:
                await self._venue.set_leverage(instrument_id, change.leverage)
        except NOTHING_DONE:
            del self._open[instrument_id]
            raise

    # -- inside ------------------------------------------------------------------

    def _due(self, setting: LeverageSetting) -> MarginChange | None:
        where = setting.instrument_id
        if not self._venue.capabilities.leverage:
            return None
        mode = self._choices.mode_of(where)
        if mode not in {None, setting.mode}:
            return MarginChange(where, mode=mode)
        target = self._target(where)
        return None if setting.is_at(target) else MarginChange(where, leverage=target)

    def _target(self, where: InstrumentId) -> int:
        return min(self._choices.leverage_of(where) or self._facts.limits.max_leverage, self.cap(where))

    async def _try(self, change: MarginChange, setting: LeverageSetting) -> bool:
        try:
            await self.send(change, None)
        except RequestRejected as error:
            words = f"{base_of(change.instrument_id)} stays at {setting.words}"
            self._reporter.notice(Level.WARNING, "leverage", joined(words, why(error)))
            return False
        return True

    def _settle(self, waiting: _Open, setting: LeverageSetting) -> None:
        change, record = waiting.change, waiting.record
        met = change.is_met_by(setting)
        if not met and self._clock.monotonic_s() < waiting.until_s:
            return
        del self._open[change.instrument_id]
        if record is None:
            return
        base = base_of(change.instrument_id)
        if met:
            self._choices.settle(record, IN_FORCE, "")
            words = f"{base} now has {change.words}, read back from the venue."
            self.say(change, MarginPhase.SET, words)
        else:
            words = joined(f"{base} did not get {change.words}: the venue shows {setting.words}", "Set it again")
            self._choices.settle(record, REFUSED, words)
            self.say(change, MarginPhase.REFUSED, words)

    def say(self, change: MarginChange, phase: MarginPhase, words: str) -> None:
        """Tell the seat how far a person's change has come."""
        levels = {MarginPhase.SET: Level.GOOD, MarginPhase.REFUSED: Level.WARNING, MarginPhase.UNCLEAR: Level.WARNING}
        if phase in levels:
            self._reporter.notice(levels[phase], "leverage", words)
        at_ms = self._clock.now_ms()
        self._emit(MarginProgress(change.instrument_id, change.leverage, change.mode, phase, words, at_ms))

    def _window_s(self) -> float:
        return self._venue.order_validity_ms / 1_000 + _ON_ITS_WAY_S

    def _doubtful(self, instruments: tuple[InstrumentId, ...]) -> tuple[InstrumentId, ...]:
        return tuple(each for each in instruments if each in self._open or each not in self._facts.leverage)

    async def _rest(self, instruments: tuple[InstrumentId, ...]) -> None:
        if self._doubtful(instruments):
            await self._clock.sleep(max(_DOUBT_S, self._again_s - self._clock.monotonic_s()))
            return
        self._wake.clear()
        await wait_for(self._wake, self._clock, _CALM_S)
