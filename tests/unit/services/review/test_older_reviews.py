"""Answered decisions of earlier days, asked for by a seat."""

from dataclasses import replace

import pytest

from helpers.fake_world import World
from terminal.domain.errors import StorageError
from terminal.domain.messages import Notice
from terminal.domain.review import ReviewPage
from terminal.domain.review_messages import OlderReviews, ShowOlderReviews
from terminal.services.review.older_reviews import PAGE


def told(world):
    return [event for event in world.events if isinstance(event, OlderReviews)]


@pytest.mark.asyncio
async def test_the_start_tells_whether_there_is_more():
    world = World()
    await world.start()
    assert told(world) == [OlderReviews((), is_all=True)]
    await world.close()


@pytest.mark.asyncio
async def test_each_asking_reads_the_page_before_the_last_one():
    world, asked = World(), []
    load = world.journal.load

    async def many():
        return replace(await load(), history_is_all=False)

    async def page(decision_id, limit):
        asked.append((decision_id, limit))
        return ReviewPage((), is_all=len(asked) > 1)

    world.journal.load, world.journal.reviews_before = many, page
    await world.start()
    await world.engine.handle(ShowOlderReviews())
    await world.engine.handle(ShowOlderReviews())
    assert asked == [("", PAGE), ("", PAGE)]
    assert [event.is_all for event in told(world)] == [False, False, True]
    await world.close()


@pytest.mark.asyncio
async def test_a_journal_that_cannot_be_read_is_said_and_asked_again():
    world = World()
    await world.start()

    async def fails(_decision_id, _limit):
        raise StorageError("disk gone")

    good, world.journal.reviews_before = world.journal.reviews_before, fails
    await world.engine.handle(ShowOlderReviews())
    words = [event.text for event in world.events if isinstance(event, Notice)]
    assert any("Older decisions could not be read" in text and "Disk gone" in text for text in words)
    world.journal.reviews_before = good
    await world.engine.handle(ShowOlderReviews())
    assert len(told(world)) == 2
    await world.close()
