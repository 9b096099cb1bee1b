from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from helpers.builders import make_instrument
from helpers.market_reel import BEGAN_MS, PAIRS, facts, reel
from terminal.domain.market import BookLevel, FundingSettled, OpenInterest, OrderBook
from terminal.domain.recording import Moment, RulesRead, SettlementsRead
from terminal.storage.recording.codec import Decoder, Encoder

prices = st.decimals("0.0001", "99999", places=4, allow_nan=False).map(lambda each: each.normalize())
sizes = st.decimals("0.001", "5000", places=3)
levels = st.lists(st.builds(BookLevel, prices, sizes), max_size=12).map(tuple)
books = st.builds(
    OrderBook, st.sampled_from(PAIRS), levels, levels, st.integers(0, 2**40), st.booleans(), st.integers(0, 2**42)
)


def _again(moments: list[Moment]) -> list[Moment]:
    encoder, decoder = Encoder(), Decoder()
    return [decoder.moment(encoder.line(each).rstrip(b"\n")) for each in moments]


def test_a_minute_comes_back_as_it_was() -> None:
    moments = facts() + reel(10)
    again = _again(moments)
    assert again == moments
    assert repr(again) == repr(moments)  # digits too: 1.10 is not 1.1


@given(st.lists(books, max_size=8))
def test_any_books_come_back_in_their_order(made: list[OrderBook]) -> None:
    moments = [Moment(BEGAN_MS + number, book) for number, book in enumerate(made)]
    assert repr(_again(moments)) == repr(moments)


@given(st.lists(st.builds(BookLevel, prices, sizes), min_size=1, max_size=12, unique_by=lambda one: one.price))
def test_sorted_books_come_back_when_they_are_written_as_changes(ladder: list[BookLevel]) -> None:
    asks = tuple(sorted(ladder, key=lambda one: one.price))
    turns = (asks, asks[1:], asks[:1], (), asks)
    moments = [
        Moment(BEGAN_MS, OrderBook(PAIRS[0], tuple(reversed(turn)), turn, 1, synchronised=True, ts_event_ms=BEGAN_MS))
        for turn in turns
    ]
    assert repr(_again(moments)) == repr(moments)


def test_what_was_read_at_request_comes_back() -> None:
    odd = make_instrument(PAIRS[0])
    moments = [
        Moment(BEGAN_MS, RulesRead((odd,))),
        Moment(BEGAN_MS - 5, OpenInterest(PAIRS[1], Decimal("10.50"), None, BEGAN_MS)),
        Moment(BEGAN_MS, SettlementsRead(PAIRS[0], (FundingSettled(PAIRS[0], Decimal("-0.0001"), 7),))),
    ]
    assert repr(_again(moments)) == repr(moments)


def test_a_changed_book_is_much_shorter_than_a_whole_one() -> None:
    moments = [each for each in reel(2) if isinstance(each.what, OrderBook)]
    encoder = Encoder()
    sizes_of_lines = [len(encoder.line(each)) for each in moments]
    assert sum(sizes_of_lines[2:]) / len(sizes_of_lines[2:]) < sizes_of_lines[0] / 2
