"""The venue's time: jitter, skew, jumps, and a demo that runs fast."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.stepping_clock import SteppingClock
from terminal.net.server_clock import SAMPLES, ServerClock, TimeSample


def measure(clock, server, *, skew_ms, rtts_s, gap_s=0.05):
    """Take samples whose answers lie halfway."""
    samples = []
    for number, rtt_s in enumerate(rtts_s):
        if number:
            clock.advance(gap_s)
        before = server.moment()
        clock.advance(rtt_s / 2)
        server_ms = clock.now_ms() + skew_ms
        clock.advance(rtt_s / 2)
        samples.append(TimeSample(before, server.moment(), server_ms))
    return samples


@given(st.integers(-400_000, 400_000), st.lists(st.floats(0.001, 3), min_size=SAMPLES, max_size=SAMPLES))
def test_n11_any_skew_is_found(skew_ms, rtts_s):
    clock = SteppingClock()
    server = ServerClock(clock)
    server.adopt(measure(clock, server, skew_ms=skew_ms, rtts_s=rtts_s))
    assert abs(server.now_ms() - clock.now_ms() - skew_ms) <= 2
    clock.advance(3600)
    assert abs(server.now_ms() - clock.now_ms() - skew_ms) <= 2


def test_lopsided_slow_samples_do_not_count():
    clock = SteppingClock()
    server = ServerClock(clock)
    samples = measure(clock, server, skew_ms=0, rtts_s=[0.02] * 3)
    before = server.moment()
    clock.advance(2.0)  # all of the delay on one way: this reading is a second off
    late = TimeSample(before, server.moment(), clock.now_ms())
    server.adopt([late, *samples, late])
    assert abs(server.now_ms() - clock.now_ms()) <= 2
    assert server.error_ms == pytest.approx(10)


@pytest.mark.parametrize("jump_ms", [31_000, 300_000, -300_000])
def test_n11_a_wall_clock_jump_moves_the_shown_offset_not_the_venues_time(jump_ms):
    clock = SteppingClock()
    server = ServerClock(clock)
    server.adopt(measure(clock, server, skew_ms=500, rtts_s=[0.02] * 5))
    before_ms = server.now_ms()
    clock.jump_wall(jump_ms)
    clock.advance(1)
    assert abs(server.now_ms() - before_ms - 1000) <= 2
    assert server.offset_ms == pytest.approx(500 - jump_ms, abs=3)
    assert server.is_stale  # measured again before the next signature


def test_a_machine_that_slept_is_measured_again():
    clock = SteppingClock()
    server = ServerClock(clock)
    server.adopt(measure(clock, server, skew_ms=0, rtts_s=[0.02] * 5))
    clock.advance(60)
    assert not server.is_stale
    clock.jump_wall(8 * 3_600_000)  # monotonic time may stand still while asleep
    assert server.is_stale


def test_distrust_asks_for_a_measurement():
    clock = SteppingClock(pace=5.0)
    server = ServerClock(clock)
    server.adopt(measure(clock, server, skew_ms=0, rtts_s=[0.02] * 5))
    clock.advance(600)
    assert not server.is_stale
    server.distrust()
    assert server.is_stale


@pytest.mark.parametrize("pace", [2.0, 20.0, 300.0])
def test_a_demo_that_runs_fast_keeps_pace(pace):
    clock = SteppingClock(pace=pace)
    server = ServerClock(clock)
    server.adopt(measure(clock, server, skew_ms=-700, rtts_s=[0.002] * 5))
    clock.advance(600)
    assert abs(server.now_ms() - clock.now_ms() + 700) <= 3


def test_before_the_first_measurement_it_is_our_own_clock():
    clock = SteppingClock()
    server = ServerClock(clock)
    assert (server.now_ms(), server.offset_ms, server.error_ms, server.is_stale) == (clock.now_ms(), None, None, True)
    server.adopt(measure(clock, server, skew_ms=0, rtts_s=[0.01]))
    assert not server.is_stale


def test_no_samples_is_our_mistake():
    with pytest.raises(ValueError, match="sample"):
        ServerClock(SteppingClock()).adopt([])


def test_n11_what_it_may_be_wrong_by_is_half_the_best_round_trip_however_far_off_our_clock_is():
    clock = SteppingClock()
    server = ServerClock(clock)
    assert server.error_ms is None  # never measured
    server.adopt(measure(clock, server, skew_ms=-31_000, rtts_s=[0.4, 0.08, 0.2, 0.9, 1.3]))
    assert server.error_ms == pytest.approx(40.0, abs=1.0)
