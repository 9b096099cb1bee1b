from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.ui import formatting as f

D = Decimal


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "text"),
    [
        (D("90755.3"), 1, False, "90,755.3"),
        (D("-1234.5"), None, False, "−1,234.5"),
        (D("21.4"), 2, True, "+21.40"),
        (D("1E+6"), None, False, "1,000,000"),
        (D("1E-7"), None, False, "0.0000001"),
        (D("-0.001"), 2, True, "0.00"),
        (D(0), 2, True, "0.00"),
        (None, 2, True, "–"),
        (D("NaN"), 2, False, "–"),
    ],
)
def test_number(value, decimals, signed, text):
    assert f.number(value, decimals, signed=signed) == text


def test_percent_has_a_thin_space_and_a_real_minus():
    assert f.percent(D("0.0047"), signed=True) == "+0.47\u2009%"
    assert f.percent(D("-0.0194"), signed=True) == "−1.94\u2009%"
    assert f.percent(None) == "–"


def test_trimmed_drops_only_zeros_after_the_point():
    assert f.trimmed(D("0.5900")) == "0.59"
    assert f.trimmed(D("100")) == "100"
    assert f.trimmed(D("1E+2")) == "100"
    assert f.trimmed(D("5.000")) == "5"


def test_basis_points_and_money():
    assert f.basis_points(D("0.00012")) == "1.2"
    assert f.money(D("-3"), signed=True) == "−3.00"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"),
        (0.4, "0\u2009s"),
        (59.9, "59\u2009s"),
        (125, "2\u2009min"),
        (7_300, "2\u2009h"),
        (200_000, "2\u2009d"),
    ],
)
def test_age(seconds, text):
    assert f.age(seconds) == text


def test_countdown_never_goes_below_zero():
    assert f.countdown(8_049) == "2:14:09"
    assert f.countdown(249) == "4:09"
    assert f.countdown(-3) == "0:00"


def test_times_are_local_with_utc_beside(monkeypatch):
    import time

    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert f.local_time(1_763_978_467_000) == "19:01:07"
        assert f.both_times(1_763_978_467_000) == "2025-11-24 19:01:07 local\n2025-11-24 10:01:07 UTC"
    finally:
        monkeypatch.undo()
        time.tzset()
    assert f.local_time(0) == "–"


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=9))
def test_numbers_never_show_an_exponent_or_a_hyphen(value):
    for text in (f.number(value), f.number(value, 3, signed=True), f.trimmed(value), f.percent(value)):
        assert "E" not in text
        assert "e" not in text
        assert "-" not in text
