import time

import pytest

from terminal.runtime.chance import SystemChance
from terminal.runtime.clock import SystemClock
from terminal.runtime.heartbeat import Heartbeat


def test_at_real_speed_it_is_the_machines_clock():
    assert abs(SystemClock().now_ms() - time.time() * 1000) < 1_000
    assert abs(SystemClock(skew_ms=31_000).now_ms() - time.time() * 1000 - 31_000) < 1_000
    with pytest.raises(ValueError, match="follows the machine"):
        SystemClock().shift(5)


def test_a_fast_clock_runs_at_its_rate(monkeypatch):
    now = {"mono": 100.0}
    monkeypatch.setattr(time, "monotonic", lambda: now["mono"])
    clock = SystemClock(rate=20)
    began = clock.now_ms()
    now["mono"] += 3
    assert clock.now_ms() - began == pytest.approx(60_000, abs=1)
    clock.shift(-500)
    assert clock.now_ms() - began == pytest.approx(59_500, abs=1)
    assert clock.monotonic_s() == now["mono"]


def test_seeded_chance_repeats_and_keeps_to_its_letters():
    first, again = SystemChance(seed=5), SystemChance(seed=5)
    assert first.token(40) == again.token(40)
    assert set(first.token(500)) <= set("0123456789abcdefghijklmnopqrstuvwxyz")
    assert all(0 <= first.fraction() < 1 for _ in range(100))


def test_heartbeat_percentiles():
    heartbeat = Heartbeat()
    assert heartbeat.percentile(0.99) == 0.0
    heartbeat.lateness_ms = [float(number) for number in range(100)]
    assert heartbeat.percentile(0.5) == 50.0
    assert heartbeat.percentile(0.99) == 99.0


def test_heartbeat_sees_a_blocked_thread(qtbot):
    heartbeat = Heartbeat()
    heartbeat.start()
    qtbot.waitUntil(lambda: len(heartbeat.lateness_ms) >= 3)
    end = time.perf_counter() + 0.1
    while time.perf_counter() < end:
        pass
    beats = len(heartbeat.lateness_ms)
    qtbot.waitUntil(lambda: len(heartbeat.lateness_ms) > beats)
    heartbeat.stop()
    assert max(heartbeat.lateness_ms) > 50
