"""Reading a listing to its end.

Venues page by number, by time or by the last id seen, and most do not say in which order
rows come. A listing that cannot be read to its end is no information: what is missing from
it would be taken for not existing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from terminal.domain.errors import MalformedReply

MAX_PAGES: Final = 50

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of one request, and whether the venue has more."""

    rows: list[Row]
    has_more: bool


async def by_number(
    fetch: Callable[[int], Awaitable[list[Row]]], page_size: int, *, venue: str, first: int = 0
) -> list[Row]:
    """Read pages `first`, `first` + 1 ... until one is not full.

    Raises:
        MalformedReply: there is no end to it.
    """
    rows: list[Row] = []
    for number in range(first, first + MAX_PAGES):
        page = await fetch(number)
        rows += page
        if len(page) < page_size:
            return rows
    raise MalformedReply(f"More than {MAX_PAGES} pages; the list was not read to its end.", venue=venue)


async def by_time(
    fetch: Callable[[int, int | None], Awaitable[Page[Row]]],
    since_ms: int,
    *,
    key: Callable[[Row], str],
    time_ms: Callable[[Row], int],
    venue: str,
) -> list[Row]:
    """Read everything since a time by narrowing the window; rows come back without repeats.

    The first page's own order tells from which end the venue serves. The window always
    keeps the last time seen, because several rows may share it.

    Raises:
        MalformedReply: the venue has more but a page brought nothing new.
    """
    found: dict[str, Row] = {}
    start_ms, end_ms = since_ms, None
    for _ in range(MAX_PAGES):
        page = await fetch(start_ms, end_ms)
        fresh = [row for row in page.rows if key(row) not in found]
        found.update({key(row): row for row in fresh})
        if not page.has_more:
            return list(found.values())
        if not fresh:
            break
        times = [time_ms(row) for row in page.rows]
        if times[0] < times[-1]:
            start_ms = max(times)
        else:
            end_ms = min(times)
    raise MalformedReply("The list could not be read to its end.", venue=venue)
