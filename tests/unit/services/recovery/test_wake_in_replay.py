from helpers.market_reel import DrivenHands
from terminal.services.recovery.wake_watch import WakeWatch


def _seconds(clock: DrivenHands, watch: WakeWatch, count: int, pace: float) -> None:
    for _ in range(count):
        clock.at_s += 1.0
        clock.move_to(clock.at_ms + round(pace * 1_000))
        watch.look()


def test_another_speed_is_no_jump_and_neither_is_a_replay_that_cannot_keep_up() -> None:
    clock = DrivenHands(speed=1.0)
    woken: list[str] = []
    watch = WakeWatch(clock, lambda words, _: woken.append(words))
    _seconds(clock, watch, 3, 0.0)  # before the first record is played
    _seconds(clock, watch, 3, 1.0)
    clock.speed = 1_000.0
    _seconds(clock, watch, 3, 1_000.0)
    _seconds(clock, watch, 3, 120.0)
    clock.speed = 1.0
    _seconds(clock, watch, 1, 800.0)  # a second that was half at the old speed
    _seconds(clock, watch, 3, 1.0)
    assert woken == []


def test_a_gap_that_is_skipped_is_a_jump() -> None:
    clock = DrivenHands(speed=50.0)
    woken: list[float] = []
    watch = WakeWatch(clock, lambda _, away_s: woken.append(away_s))
    _seconds(clock, watch, 3, 50.0)
    _seconds(clock, watch, 1, 3_600.0)
    assert len(woken) == 1
    assert woken[0] > 60


def test_a_machine_that_slept_is_still_noticed() -> None:
    clock = DrivenHands(speed=50.0)
    woken: list[str] = []
    watch = WakeWatch(clock, lambda words, _: woken.append(words))
    _seconds(clock, watch, 3, 50.0)
    clock.at_s += 40.0
    watch.look()
    assert len(woken) == 1
