"""Reading listings to their end: WOO X numbers pages from 1 and says how many rows there are."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from terminal.domain.errors import MalformedReply
from terminal.net.calls.paging import MAX_PAGES, Page
from terminal.venues.woox.codes import VENUE

_Row = TypeVar("_Row")


async def to_the_end(fetch: Callable[[int], Awaitable[Page[_Row]]]) -> list[_Row]:
    """Read page after page until the venue has no more.

    Raises:
        MalformedReply: there is no end to it.
    """
    rows: list[_Row] = []
    for number in range(1, MAX_PAGES + 1):
        page = await fetch(number)
        rows += page.rows
        if not page.has_more:
            return rows
    raise MalformedReply(f"More than {MAX_PAGES} pages; the list was not read to its end.", venue=VENUE)
