"""What an engine trades on in a replay: a paper account that fills at the recorded book."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from terminal.domain.capabilities import FULL_CAPABILITIES, ProductKind
from terminal.domain.messages import Event, Level, Notice
from terminal.ports.market_feed import MarketFeed
from terminal.ports.venue import TradingVenue
from terminal.venues.paper.adapter import PaperVenue
from terminal.venues.replay.feed import NAME, ReplayFeed
from terminal.venues.replay.player import Player

if TYPE_CHECKING:
    from terminal.app.replay_run import ReplayRun
    from terminal.app.session import Session


async def replay_sides(
    session: "Session", replay: "ReplayRun", emit: Callable[[Event], None], undo: AsyncExitStack
) -> tuple[TradingVenue, MarketFeed]:
    """Open the recording at its start, and say what it is.

    Raises:
        StorageError: the recording cannot be read.
    """
    for level, words in ((Level.INFO, replay.words), (Level.WARNING, replay.left_out_words)):
        if words:
            emit(Notice(level, NAME, words, replay.clock.now_ms()))
    player = await asyncio.to_thread(Player, replay.recording, replay.clock, replay.start_ms)
    source = replay.recording.source
    able = replace(
        FULL_CAPABILITIES,
        product=ProductKind.SPOT if source.is_spot else ProductKind.PERPETUAL,
        short=source.has_short,
    )
    paper = await asyncio.to_thread(
        PaperVenue, session.paths.paper_account, session.profile.paper_equity, session.clock, prices_of=able, name=NAME
    )
    undo.push_async_callback(paper.aclose)
    return paper, paper.feed(ReplayFeed(player, replay.clock))
