"""Stands a recorder before the feed of a run."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Final

from terminal.app.recording_run import recordings_in
from terminal.domain.capabilities import VenueCapabilities
from terminal.domain.messages import Event, Level, Notice
from terminal.domain.recording import RecordedFrom
from terminal.domain.venues import venue_title
from terminal.ports.market_feed import MarketFeed
from terminal.storage.recording.feed import RecordingFeed
from terminal.storage.recording.recorder import Recorder

if TYPE_CHECKING:
    from terminal.app.session import Session

SOURCE: Final = "recording"


def recorded(
    session: "Session",
    able: VenueCapabilities,
    feed: MarketFeed,
    emit: Callable[[Event], None],
    undo: AsyncExitStack,
) -> MarketFeed:
    """Give a venue's own feed, recorded where the profile says so; `undo` ends the recording."""
    settings = session.profile.recording
    if session.replay is not None or not settings.enabled:
        return feed
    venue = session.profile.venue if session.link is None else session.link.venue
    source = RecordedFrom(venue_title(venue), session.is_demo, able.is_spot, able.short)
    clock = session.clock
    recorder = Recorder(recordings_in(session.paths), source, settings, clock)
    undo.push_async_callback(asyncio.to_thread, recorder.close)

    def tell(words: str) -> None:
        emit(Notice(Level.WARNING, SOURCE, words, clock.now_ms()))

    # Where the venue has no streams, tapes nobody looks at would cost requests that orders need.
    return RecordingFeed(feed, recorder, clock, tell, tapes=able.private_stream)
