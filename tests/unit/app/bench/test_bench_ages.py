"""The age of a message is taken once, at the end of the frame that shows it or a newer one."""

from array import array

import pytest

from terminal.app.bench.ages import Lane, percentile
from terminal.app.bench.tapped import channel_of
from terminal.app.cli import build_parser


def painted(lane, now_s):
    ages = array("d")
    lane.painted(now_s, ages)
    return [round(age, 6) for age in ages]


def test_everything_read_before_the_state_has_the_age_of_its_frame():
    lane = Lane()
    lane.read(1.000)
    lane.read(1.010)
    lane.told(1)
    lane.read(1.015)  # not part of the state that is shown
    assert lane.shown(lambda state: state <= 1, looks_new=True) == 0
    assert painted(lane, 1.030) == [30.0, 20.0]
    assert painted(lane, 2.0) == []


def test_a_frame_before_the_widget_knows_does_not_count():
    lane = Lane()
    lane.read(1.0)
    lane.told(1)
    assert painted(lane, 1.1) == []
    lane.shown(lambda state: state <= 1, looks_new=True)
    assert painted(lane, 1.2) == [200.0]


def test_overtaken_states_are_shown_by_the_newer_one():
    lane = Lane()
    for number in (1, 2, 3):
        lane.read(float(number))
        lane.told(number)
    lane.shown(lambda state: state <= 2, looks_new=True)
    assert painted(lane, 4.0) == [3000.0, 2000.0]
    lane.shown(lambda state: state <= 3, looks_new=True)
    assert painted(lane, 5.0) == [2000.0]


def test_a_state_that_looks_the_same_paints_nothing_and_is_counted():
    lane = Lane()
    lane.read(1.0)
    lane.read(1.1)
    lane.told(1)
    assert lane.shown(lambda state: state <= 1, looks_new=False) == 2
    assert painted(lane, 2.0) == []


def test_clear_forgets_what_is_on_its_way():
    lane = Lane()
    lane.read(1.0)
    lane.told(1)
    lane.read(1.1)
    lane.clear()
    lane.told(2)
    lane.shown(lambda state: state <= 2, looks_new=True)
    assert painted(lane, 2.0) == []


@pytest.mark.parametrize(
    ("values", "share", "expected"), [([], 0.5, None), ([3.0], 0.99, 3.0), ([float(n) for n in range(100)], 0.99, 99.0)]
)
def test_percentile(values, share, expected):
    assert percentile(values, share) == expected


def test_a_frame_names_its_channel():
    assert channel_of('{"event":"payload","channel":"ticker.cmt_btcusdt","data":[]}') == "ticker.cmt_btcusdt"
    assert channel_of('{"event":"ping","time":"1"}') == ""


def test_the_command_takes_rate_and_seconds():
    options = build_parser().parse_args(["bench", "ui", "--rate", "20000", "--seconds", "60"])
    assert (options.rate, options.seconds, options.switches) == (20_000, 60, 0)


@pytest.mark.parametrize("words", [["--rate", "0"], ["--rate", "-5"], ["--seconds", "1.5"], ["--warm", "x"]])
def test_a_rate_or_time_that_is_none_is_refused(words, capsys):
    with pytest.raises(SystemExit):
        build_parser().parse_args(["bench", "ui", *words])
    assert "is not" in capsys.readouterr().err
