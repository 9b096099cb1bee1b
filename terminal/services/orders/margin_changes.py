"""A person changes a pair's leverage or margin mode: checked, written down, sent once, read back."""

from terminal.domain.account import LeverageSetting
from terminal.domain.competition import MAX_LEVERAGE
from terminal.domain.errors import StorageError, VenueError
from terminal.domain.hand_messages import MarginPhase, SetLeverage, SetMarginMode
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.plain_words import joined, why
from terminal.domain.records import MarginSet
from terminal.domain.rules import named_rule
from terminal.ports.clock import Clock
from terminal.ports.venue import TradingVenue
from terminal.services.orders.leverage_keeper import NOTHING_DONE, LeverageKeeper
from terminal.services.orders.margin_choices import (
    ASKED,
    IN_FORCE,
    REFUSED,
    UNCLEAR,
    MarginChange,
    MarginChoices,
)


class MarginChanges:
    """Carries out `SetLeverage` and `SetMarginMode`; the keeper shows and keeps what came of it."""

    def __init__(self, venue: TradingVenue, keeper: LeverageKeeper, choices: MarginChoices, clock: Clock) -> None:
        self._venue = venue
        self._keeper = keeper
        self._choices = choices
        self._clock = clock

    async def handle(self, command: SetLeverage | SetMarginMode) -> None:
        """Carry out one change; what cannot be done is said and changes nothing."""
        where = command.instrument_id
        if isinstance(command, SetLeverage):
            change = MarginChange(where, leverage=command.leverage)
        else:
            change = MarginChange(where, mode=command.mode)
        async with self._keeper.turn(where):
            refusal = self._why_not_now(change)
            if refusal:
                self._refuse(change, refusal)
                return
            self._keeper.say(change, MarginPhase.SETTING, f"Setting {change.words} for {base_of(where)}.")
            try:
                await self._change(change, command.who)
            except VenueError as error:
                self._refuse(change, joined("the venue could not be read", why(error), "Nothing was sent; try again"))
            await self._read_back(where)

    def _why_not_now(self, change: MarginChange) -> str:
        where, leverage, top = change.instrument_id, change.leverage, self._keeper.cap(change.instrument_id)
        able = self._venue.capabilities
        if leverage is not None and not able.leverage:
            return f"{self._venue.name} has no leverage here: what is bought is paid in full"
        if change.mode is not None and not able.margin_modes:
            return f"{self._venue.name} has no margin modes here. There is nothing to choose"
        if self._keeper.is_open(where):
            return "the last change of this pair has no clear answer yet. It is being read back; wait for it"
        if leverage is not None and leverage > MAX_LEVERAGE:
            rule = f"{named_rule(2, 'leverage')} allows {MAX_LEVERAGE}x at most"
            return f"{rule}; this profile and contract allow 1x to {top}x. Choose one of those"
        if leverage is not None and not 1 <= leverage <= top:
            return f"this profile and contract allow 1x to {top}x. Choose one of those"
        return ""

    async def _change(self, change: MarginChange, who: str) -> None:
        """Raises `VenueError` when something could not be read; then nothing was sent."""
        before = await self._keeper.read(change.instrument_id)
        if change.is_met_by(before):
            await self._keep(change, before, who)
            return
        # From here to the reading at the end nothing opens: an order sized with the old leverage must not slip through.
        self._keeper.hold(change.instrument_id)
        refusal = await self._why_in_use(change.instrument_id)
        if refusal:
            self._refuse(change, refusal)
            return
        record = self._record(change, before, who, ASKED)
        try:
            await self._choices.write(record)
        except StorageError as error:
            self._refuse(change, joined("it could not be written to the journal", why(error), "Try again"))
            return
        if self._keeper.in_use(change.instrument_id):
            self._choices.settle(record, REFUSED, "a position or an order appeared")
            self._refuse(change, "a position or an order appeared meanwhile. Close and cancel first")
            return
        await self._send(change, record)

    async def _send(self, change: MarginChange, record: MarginSet) -> None:
        try:
            await self._keeper.send(change, record)
        except NOTHING_DONE as error:
            self._choices.settle(record, REFUSED, str(error))
            self._refuse(change, why(error))
        except VenueError as error:
            self._choices.settle(record, UNCLEAR, str(error))
            words = joined(
                f"{change.words} for {base_of(change.instrument_id)} got no clear answer",
                why(error),
                "What is in force is being read back; nothing is sent again, and nothing opens there meanwhile",
            )
            self._keeper.say(change, MarginPhase.UNCLEAR, words)

    async def _keep(self, change: MarginChange, before: LeverageSetting, who: str) -> None:
        """Nothing to send: from now on it is a person's choice."""
        try:
            await self._choices.write(self._record(change, before, who, IN_FORCE))
        except StorageError as error:
            self._refuse(change, joined("it could not be written to the journal", why(error), "Try again"))
            return
        words = f"{base_of(change.instrument_id)} has {change.words} already, and keeps it."
        self._keeper.say(change, MarginPhase.SET, words)

    async def _why_in_use(self, where: InstrumentId) -> str:
        """Ask the venue itself: what we know may be seconds old. Raises `VenueError`."""
        if any(each.instrument_id == where for each in await self._venue.positions()):
            return "this pair has a position. Close it first"
        if any(each.instrument_id == where for each in await self._venue.open_orders()):
            return "this pair has an open order. Cancel it first"
        if await self._venue.trigger_orders(where):
            return "this pair has a trigger order. Cancel it first"
        if self._keeper.in_use(where):
            return "an order of this pair is on its way or not explained yet. Wait for it"
        return ""

    async def _read_back(self, where: InstrumentId) -> None:
        try:
            await self._keeper.bring(where)
        except VenueError:
            self._keeper.look_soon()  # the keeper says so, and reads on until it knows

    def _record(self, change: MarginChange, before: LeverageSetting, who: str, outcome: str) -> MarginSet:
        return MarginSet(
            instrument_id=change.instrument_id,
            leverage=change.leverage,
            mode=change.mode,
            leverage_before=before.in_force,
            mode_before=before.mode,
            outcome=outcome,
            detail="",
            who=who,
            at_ms=self._clock.now_ms(),
        )

    def _refuse(self, change: MarginChange, reason: str) -> None:
        words = joined(f"{change.words} was not set for {base_of(change.instrument_id)}", reason)
        self._keeper.say(change, MarginPhase.REFUSED, words)
