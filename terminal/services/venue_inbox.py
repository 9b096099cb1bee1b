"""What the venue tells of our account, handed to whom it concerns."""

import asyncio
from collections.abc import Callable
from typing import Final

from terminal.domain.fill import Fill
from terminal.domain.market import StreamState
from terminal.domain.messages import Event
from terminal.domain.risk import TradingState
from terminal.net.waiting import wait_for
from terminal.ports.venue import AccountTouched, OrderReport, ResyncNeeded, VenueEvent
from terminal.services.core import Core
from terminal.services.recovery.link_guard import LinkGuard
from terminal.services.trading_switch import TradingSwitch

_STREAM: Final = "private stream"
_FIRST_WORD_S: Final = 15.0  # the start goes on then; a venue that counts calls may let a listen key wait for longer


class VenueInbox:
    """Takes the private stream's events; without that stream nothing opens."""

    def __init__(self, core: Core, links: LinkGuard, switch: TradingSwitch, *, emit: Callable[[Event], None]) -> None:
        self._core = core
        self._links = links
        self._switch = switch
        self._emit = emit
        self._heard = asyncio.Event()  # of the stream, whether it is there or not

    def expect_stream(self) -> None:
        """The stream is about to be opened: until it tells that it is there nothing opens."""
        self._switch.demand(_STREAM, TradingState.STARTING, "the private stream is being opened")

    async def first_word(self) -> None:
        """Wait a while until the stream has told that it is there, or that it cannot be opened now."""
        await wait_for(self._heard, self._core.facts.clock, _FIRST_WORD_S)

    def take(self, event: VenueEvent) -> None:
        match event:
            case OrderReport():
                self._core.intake.on_report(event)
            case Fill():
                self._core.intake.on_fill(event)
            case AccountTouched():
                self._core.portfolio.touch()
            case ResyncNeeded(reason):
                self._core.recovery.distrust(f"comparing our records with the venue: {reason}")
            case StreamState():
                self._on_stream(event)

    def _on_stream(self, event: StreamState) -> None:
        self._emit(event)
        self._heard.set()
        if event.connected:
            self._links.back()
            self._core.recovery.distrust("comparing our records with the venue after connecting")
            self._switch.clear(_STREAM)
        else:
            self._links.lost()
            reason = f"the private stream is lost: {event.detail}"
            self._switch.demand(_STREAM, TradingState.STARTING, reason)
