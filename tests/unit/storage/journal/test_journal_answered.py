"""Answered proposals beyond those a start reads back."""

import pytest
from journal_records import closed, decided, opened, proposed

from terminal.storage.journal import answered

pytestmark = pytest.mark.asyncio


async def with_answers(path, count):
    journal = await opened(path)
    for number in range(count):
        name = f"d{number}"
        await journal.commit(decided(name), proposed(name))
        await journal.commit(closed(name))
    return journal


def ids(proposals):
    return [each.decision_id for each in proposals]


async def test_pages_go_back_to_the_very_first(tmp_path, monkeypatch):
    monkeypatch.setattr(answered, "NEWEST_PROPOSALS", 3)
    journal = await with_answers(tmp_path / "journal.sqlite", 8)
    recovered = await journal.load()
    assert (ids(recovered.history), recovered.history_is_all) == (["d5", "d6", "d7"], False)
    page = await journal.reviews_before("d5", 4)
    assert (ids(page.proposals), page.is_all) == (["d1", "d2", "d3", "d4"], False)
    page = await journal.reviews_before("d1", 4)
    assert (ids(page.proposals), page.is_all) == (["d0"], True)
    await journal.aclose()


async def test_a_page_that_just_fits_is_all(tmp_path):
    journal = await with_answers(tmp_path / "journal.sqlite", 3)
    assert (await journal.load()).history_is_all
    page = await journal.reviews_before("d2", 2)
    assert (ids(page.proposals), page.is_all) == (["d0", "d1"], True)
    await journal.aclose()


async def test_before_an_unknown_decision_there_is_nothing(tmp_path):
    journal = await with_answers(tmp_path / "journal.sqlite", 2)
    page = await journal.reviews_before("stranger", 5)
    assert (page.proposals, page.is_all) == ((), True)
    await journal.aclose()
