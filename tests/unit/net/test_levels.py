"""A side of a book against a plain dictionary."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.market import BookLevel
from terminal.net.stream.levels import SortedLevels

CHANGES = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 3)), max_size=12)


def decimals(rows):
    return tuple((Decimal(price), Decimal(size)) for price, size in rows)


@given(CHANGES, st.lists(CHANGES, max_size=6))
def test_a_side_is_what_a_dictionary_says(begin, changes):
    side, plain = SortedLevels(), {}
    side.load(decimals(begin))
    plain.update({price: size for price, size in begin if size})
    for rows in changes:
        side.merge(decimals(rows))
        plain |= dict(rows)
        plain = {price: size for price, size in plain.items() if size}
    expected = [BookLevel(Decimal(price), Decimal(plain[price])) for price in sorted(plain)]
    assert (side.levels, side.prices) == (expected, [level.price for level in expected])


def test_the_best_levels_and_forgetting_the_others():
    side = SortedLevels()
    side.load(decimals([(3, 1), (1, 1), (2, 1)]))
    assert [int(level.price) for level in side.highest(2)] == [3, 2]
    assert [int(level.price) for level in side.lowest(2)] == [1, 2]
    side.keep_highest(2)
    side.keep_highest(5)
    assert side.prices == [2, 3]
    side.keep_lowest(1)
    side.keep_lowest(5)
    assert side.prices == [2]
