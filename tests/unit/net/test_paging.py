"""Reading a listing to its end, in whatever order a venue gives its rows."""

import pytest

from terminal.domain.errors import MalformedReply
from terminal.net.calls.paging import MAX_PAGES, Page, by_number, by_time

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("first", [0, 1])
async def test_pages_by_number_until_one_is_not_full(first):
    pages = {first: [1, 2], first + 1: [3, 4], first + 2: [5]}

    async def fetch(number):
        return pages[number]

    assert await by_number(fetch, 2, venue="X", first=first) == [1, 2, 3, 4, 5]


async def test_a_list_without_an_end_is_no_information():
    asked = []

    async def fetch(number):
        asked.append(number)
        return [number]

    with pytest.raises(MalformedReply, match="end"):
        await by_number(fetch, 1, venue="X")
    assert len(asked) == MAX_PAGES


def window(rows, size, *, newest_first):
    async def fetch(start_ms, end_ms):
        fitting = [row for row in rows if start_ms <= row and (end_ms is None or row <= end_ms)]
        fitting.sort(reverse=newest_first)
        return Page(fitting[:size], has_more=len(fitting) > size)

    return fetch


@pytest.mark.parametrize("newest_first", [True, False])
async def test_the_window_narrows_from_the_end_the_venue_serves(newest_first):
    rows = list(range(0, 100, 3))
    fetch = window(rows, 5, newest_first=newest_first)
    found = await by_time(fetch, 20, key=str, time_ms=int, venue="X")
    assert sorted(found) == [row for row in rows if row >= 20]


async def test_more_rows_of_one_moment_than_a_page_holds_are_no_information():
    async def fetch(_start_ms, _end_ms):
        return Page([7, 7], has_more=True)

    with pytest.raises(MalformedReply, match="end"):
        await by_time(fetch, 0, key=str, time_ms=int, venue="X")
