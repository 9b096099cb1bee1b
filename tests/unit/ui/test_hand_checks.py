from decimal import Decimal

import pytest

from helpers.desk_events import instrument, order, position
from terminal.domain.order import Effect, OrderState, PositionSide, Side
from terminal.ui.viewmodels.hand_checks import check_price, check_size, check_stop, check_target, why_not_amend
from terminal.ui.viewmodels.numbers import parse, plain, snap

D = Decimal
BTC = instrument("BTC")
LONG = position("BTC", PositionSide.LONG, "0.0059", "90612.4", 5, "107.1", None)
SHORT = position("BTC", PositionSide.SHORT, "0.0059", "90612.4", 5, "107.1", None)
MARK = D("90755.2")


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,234.5", D("1234.5")), (" 0.5 ", D("0.5")), ("−3", D(-3)), ("+7", D(7)), ("90 750", D(90750))],
)
def test_numbers_are_read_as_this_program_writes_them(text, value):
    assert parse(text) == value


@pytest.mark.parametrize("text", ["", "abc", "1e5", "NaN", "inf", "1.2.3", "0x10", "-", ".", "9" * 30, "١٢"])
def test_anything_else_is_no_number(text):
    assert parse(text) is None


def test_a_number_for_a_field_has_neither_exponent_nor_grouping():
    assert plain(D("1E+5")) == "100000"
    assert plain(D("0.05900")) == "0.059"
    assert snap(D("90750.57"), D("0.1")) == D("90750.6")
    assert plain(snap(D(1449), D(100))) == "1400"


@pytest.mark.parametrize(
    ("held", "text", "listed", "words"),
    [
        (LONG, "89999.9", D(90000), "towards the market"),
        (SHORT, "91500.1", D(91500), "towards the market"),
        (LONG, "90755.2", None, "below the mark"),
        (SHORT, "90755.2", None, "above the mark"),
        (LONG, "90000", D(90000), "stands there already"),
        (LONG, "-5", None, "above 0"),
    ],
)
def test_a_stop_that_would_not_protect_is_refused(held, text, listed, words):
    read = check_stop(text, held, BTC, MARK, listed)
    assert read.value is None
    assert words in read.words


def test_a_tighter_stop_passes_and_so_does_a_first_one():
    assert check_stop("90100", LONG, BTC, MARK, D(90000)).value == D(90100)
    assert check_stop("91400", SHORT, BTC, MARK, D(91500)).value == D(91400)
    assert check_stop("80000", LONG, BTC, MARK, None).value == D(80000)
    assert check_stop("80000", LONG, None, None, None).value == D(80000)


def test_a_target_stands_where_it_earns():
    assert check_target("92000", LONG, BTC, MARK).value == D(92000)
    assert "above the mark" in check_target("90000", LONG, BTC, MARK).words
    assert "below the mark" in check_target("92000", SHORT, BTC, MARK).words


def test_off_the_tick_is_corrected_and_said_not_sent():
    read = check_price("90100.57", BTC)
    assert read.value == D("90100.5")
    assert "Enter sends it" in read.words


def test_a_size_is_never_larger_than_what_is_open():
    working = order("BTC", 1, OrderState.WORKING)
    assert check_size("0.0059", working, BTC).value == D("0.0059")
    assert "never makes it larger" in check_size("0.006", working, BTC).words
    assert check_size("0.00285", working, BTC).value == D("0.0028")
    assert "smallest order" in check_size("0.00001", working, BTC).words


def test_only_a_working_opening_limit_order_can_be_amended():
    assert why_not_amend(order("BTC", 1, OrderState.WORKING)) == ""
    assert "works at the venue" in why_not_amend(order("BTC", 1, OrderState.FILLED))
    closing = order("BTC", 1, OrderState.WORKING, side=Side.SELL, effect=Effect.CLOSE)
    assert "cancel this one" in why_not_amend(closing)
