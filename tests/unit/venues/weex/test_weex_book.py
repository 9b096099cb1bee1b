"""Order-book continuity: whatever is lost, repeated or reordered, a book called synchronised is right."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from weex_kit import payload

from terminal.domain.market import BookLevel
from terminal.venues.weex.stream.book import BookStep, LiveBook
from terminal.venues.weex.wire.quick import BookChange
from terminal.venues.weex.wire.v2.pushes import depth_push


def push(name):
    return depth_push(payload(name)["data"][0])


def rows(levels):
    return tuple((Decimal(str(price)), Decimal(str(size))) for price, size in levels)


def change(start, end, *, bids=(), asks=(), kind="CHANGED"):
    return BookChange("cmt_btcusdt", start, end, kind, asks=rows(asks), bids=rows(bids))


def test_snapshot_then_change():
    book = LiveBook(15)
    assert book.apply(push("ws_depth_snapshot")) is BookStep.UPDATED
    assert book.apply(push("ws_depth_change")) is BookStep.UPDATED
    assert book.asks() == (BookLevel(Decimal("90001.0"), Decimal("1.25")),)
    assert book.bids()[0] == BookLevel(Decimal("90000.0"), Decimal("0.25"))
    assert (book.version, book.synchronised) == (121, True)


def test_changes_before_a_snapshot_are_ignored():
    book = LiveBook(15)
    assert book.apply(push("ws_depth_change")) is BookStep.IGNORED
    assert not book.synchronised


def test_s01_gap_breaks_the_book_until_the_next_snapshot():
    book = LiveBook(15)
    book.apply(push("ws_depth_snapshot"))
    assert book.apply(change(125, 126)) is BookStep.GAP
    assert not book.synchronised
    assert book.bids()  # the last levels stay readable
    assert book.apply(change(120, 121)) is BookStep.IGNORED
    assert book.apply(push("ws_depth_snapshot")) is BookStep.UPDATED
    assert book.synchronised


def test_s02_old_and_repeated_changes_are_ignored():
    book = LiveBook(15)
    book.apply(push("ws_depth_snapshot"))
    book.apply(push("ws_depth_change"))
    levels = book.bids(), book.asks()
    assert book.apply(push("ws_depth_change")) is BookStep.IGNORED
    assert book.apply(change(90, 119, bids=[(1, 1)])) is BookStep.IGNORED
    assert (book.bids(), book.asks()) == levels


def test_an_overlapping_change_is_a_gap():
    book = LiveBook(15)
    book.apply(push("ws_depth_snapshot"))
    assert book.apply(change(119, 121)) is BookStep.GAP


def test_s10_crossed_book_is_not_trusted():
    book = LiveBook(15)
    book.apply(push("ws_depth_snapshot"))
    assert book.apply(change(120, 121, bids=[("90000.5", 1)])) is BookStep.GAP
    assert not book.synchronised
    crossed = change(1, 2, bids=[(101, 1)], asks=[(100, 1)], kind="SNAPSHOT")
    assert LiveBook(15).apply(crossed) is BookStep.GAP


def test_levels_beyond_the_depth_are_forgotten():
    book = LiveBook(2)
    book.apply(change(0, 1, bids=[(n, 1) for n in range(1, 6)], asks=[(n, 1) for n in range(11, 16)], kind="SNAPSHOT"))
    assert [level.price for level in book.bids()] == [5, 4]
    book.apply(change(1, 2, bids=[(5, 0)]))
    assert [level.price for level in book.bids()] == [4]


LEVELS = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 3)), max_size=4)


@given(st.lists(st.tuples(LEVELS, LEVELS), max_size=12), st.data())
def test_s01_s02_a_synchronised_book_equals_the_venues(changes, data):
    """Replay a feed with frames dropped, doubled and swapped; compare at every synchronised moment."""
    truth: dict[int, tuple[dict, dict]] = {0: ({}, {})}
    frames = [change(0, 0, kind="SNAPSHOT")]
    for version, (bids, asks) in enumerate(changes, start=1):
        old_bids, old_asks = truth[version - 1]
        high_asks = [(price + 100, size) for price, size in asks]  # never crosses
        truth[version] = (_after(old_bids, bids), _after(old_asks, high_asks))
        frames.append(change(version - 1, version, bids=bids, asks=high_asks))
    order = data.draw(st.lists(st.sampled_from(range(len(frames))), max_size=30))
    book = LiveBook(1000)
    for index in [0, *order]:
        book.apply(frames[index])
        if book.synchronised:
            bids, asks = truth[book.version]
            assert list(book.bids()) == [BookLevel(price, bids[price]) for price in sorted(bids, reverse=True)]
            assert list(book.asks()) == [BookLevel(price, asks[price]) for price in sorted(asks)]


def _after(levels, changes):
    levels = dict(levels)
    for price, size in changes:
        if size:
            levels[Decimal(price)] = Decimal(size)
        else:
            levels.pop(Decimal(price), None)
    return levels
