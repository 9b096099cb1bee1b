"""Bars come back as they were, or not at all."""

import os
import zlib
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.builders import BTC, ETH
from terminal.domain.errors import StorageError
from terminal.domain.market import Candle, Interval
from terminal.storage.candles.layout import Owner, UnusableFile, packed, unpacked
from terminal.storage.candles.store import CandleFiles

M15 = Interval.M15
ALL = 100_000
OWNER = Owner("WEEX", False, BTC, M15)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def bars(count: int, start: int = 5) -> tuple[Candle, ...]:
    return tuple(
        Candle((start + n) * M15.ms, 1.1 + n, 2.2 + n, 0.3 + n, 1.7 + n, 10.0 / (n + 1), closed=True)
        for n in range(count)
    )


@given(rows=st.lists(st.tuples(FLOATS, FLOATS, FLOATS, FLOATS, FLOATS), max_size=30), first=st.integers(0, 10**9))
def test_any_bars_come_back_to_the_last_bit(rows, first):
    kept = tuple(Candle((first + n) * M15.ms, *row, closed=True) for n, row in enumerate(rows))
    assert unpacked(OWNER, packed(OWNER, kept), ALL) == kept


def test_files_are_small_and_private(tmp_path):
    store = CandleFiles(tmp_path, "WEEX", simulated=False)
    store.write(BTC, M15, bars(3_000))
    path = store.path(BTC, M15)
    assert path.stat().st_size < 40 * 3_000
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0
    assert store.read(BTC, M15, ALL) == bars(3_000)
    assert store.read(BTC, M15, 7) == bars(3_000)[-7:]


def test_no_file_is_no_bars(tmp_path):
    assert CandleFiles(tmp_path, "WEEX", simulated=False).read(BTC, M15, ALL) == ()


@pytest.mark.parametrize("where", [0, 25, 60, -40, -1])
def test_one_changed_byte_is_found(where):
    content = bytearray(packed(OWNER, bars(50)))
    content[where] ^= 1
    with pytest.raises(UnusableFile):
        unpacked(OWNER, bytes(content), ALL)


@pytest.mark.parametrize("length", [0, 10, 31, 200])
def test_a_file_cut_short_is_found(length):
    with pytest.raises(UnusableFile):
        unpacked(OWNER, packed(OWNER, bars(50))[:length], ALL)


@pytest.mark.parametrize(
    "other",
    [
        replace(OWNER, simulated=True),
        replace(OWNER, venue="Built-in exchange"),
        replace(OWNER, instrument_id=ETH),
        replace(OWNER, interval=Interval.H1),
    ],
)
def test_bars_of_another_owner_are_never_read_as_ours(other):
    with pytest.raises(UnusableFile, match="another market"):
        unpacked(other, packed(OWNER, bars(5)), ALL)


def test_a_count_that_does_not_fit_is_refused_even_with_a_right_checksum():
    content = packed(OWNER, bars(5))[:-32].replace(b'"count":5', b'"count":4')
    for forged in (content, content.replace(b'"count":4', b'"count":9999999999')):
        with pytest.raises(UnusableFile):
            unpacked(OWNER, forged + sha256(forged).digest(), ALL)


def test_a_bomb_is_not_unpacked():
    head, _, _ = packed(OWNER, bars(5))[:-32].partition(b"}\n")
    forged = head + b"}\n" + zlib.compress(bytes(50_000_000))
    with pytest.raises(UnusableFile):
        unpacked(OWNER, forged + sha256(forged).digest(), ALL)


def test_open_bars_and_gaps_are_not_written(tmp_path):
    store = CandleFiles(tmp_path, "WEEX", simulated=False)
    store.write(BTC, M15, bars(3))
    with pytest.raises(ValueError, match="still open"):
        store.write(BTC, M15, (*bars(3), replace(bars(4)[-1], closed=False)))
    with pytest.raises(ValueError, match="missing"):
        store.write(BTC, M15, (*bars(3), *bars(1, start=9)))
    assert store.read(BTC, M15, ALL) == bars(3)


def test_simulated_and_real_and_two_venues_lie_apart(tmp_path):
    stores = [
        CandleFiles(tmp_path, venue, simulated=simulated) for venue in ("WEEX", "woo x") for simulated in (True, False)
    ]
    for number, store in enumerate(stores):
        store.write(BTC, M15, bars(number + 1))
    assert [len(store.read(BTC, M15, ALL)) for store in stores] == [1, 2, 3, 4]


def test_a_crash_while_writing_leaves_the_old_file(tmp_path, monkeypatch):
    store = CandleFiles(tmp_path, "WEEX", simulated=False)
    store.write(BTC, M15, bars(3))
    monkeypatch.setattr("os.fsync", lambda _handle: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(StorageError, match="the disk is full"):
        store.write(BTC, M15, bars(9))
    monkeypatch.undo()
    assert store.read(BTC, M15, ALL) == bars(3)
    store.write(BTC, M15, bars(9))  # the draft a crash left behind is in nobody's way
    assert len(store.read(BTC, M15, ALL)) == 9


def test_a_folder_that_cannot_be_made_is_said_in_plain_words(tmp_path):
    (tmp_path / "real").write_text("a file where the folder belongs")
    with pytest.raises(StorageError, match="cannot be made"):
        CandleFiles(tmp_path, "WEEX", simulated=False).write(BTC, M15, bars(1))
