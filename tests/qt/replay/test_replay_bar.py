from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from helpers.market_reel import BEGAN_MS
from terminal.domain.recording import ReplayState
from terminal.ui.viewmodels.replay_book import ReplayBook
from terminal.ui.widgets.replay.bar import OVER, PAUSED, ReplayBar

START = ReplayState(BEGAN_MS, BEGAN_MS, BEGAN_MS + 600_000, 50.0, is_paused=False, is_over=False)


class Hands:
    """A replay that does what it is told."""

    def __init__(self, state: ReplayState = START) -> None:
        self.now = state

    def state(self) -> ReplayState:
        return self.now

    def pause(self) -> None:
        self.now = replace(self.now, is_paused=True)

    def go_on(self) -> None:
        self.now = replace(self.now, is_paused=False)

    def set_speed(self, speed: float) -> None:
        self.now = replace(self.now, speed=speed)


@pytest.fixture
def seat(qtbot: QtBot):
    hands = Hands()
    bar = ReplayBar(ReplayBook("2026-11-18", hands))
    qtbot.addWidget(bar)
    bar.resize(1_340, bar.height())
    bar.show()
    yield hands, bar
    bar.stop()


def test_it_pauses_and_goes_on(seat) -> None:
    hands, bar = seat
    assert bar.pause.text().endswith("Pause")
    bar.pause.click()
    assert hands.now.is_paused
    assert bar.words.text() == PAUSED
    assert bar.pause.text().endswith("Go on")
    bar.pause.click()
    assert not hands.now.is_paused
    assert bar.pause.text().endswith("Pause")


def test_it_changes_the_speed_and_shows_which_it_is(seat) -> None:
    hands, bar = seat
    assert [speed for speed, button in bar.speeds.items() if button.isChecked()] == [50.0]
    bar.speeds[200.0].click()
    assert hands.now.speed == 200.0
    assert [speed for speed, button in bar.speeds.items() if button.isChecked()] == [200.0]


def test_a_speed_of_ones_own_stands_among_the_others(qtbot: QtBot) -> None:
    bar = ReplayBar(ReplayBook("2026-11-18", Hands(replace(START, speed=7.5))))
    qtbot.addWidget(bar)
    assert list(bar.speeds) == [1.0, 7.5, 10.0, 50.0, 200.0, 1_000.0]
    assert bar.speeds[7.5].text() == "7.5x"
    bar.stop()


def test_it_follows_the_markets_time_by_itself(qtbot: QtBot, seat) -> None:
    hands, bar = seat
    before = bar.moment.text()
    hands.now = replace(hands.now, now_ms=BEGAN_MS + 300_000)
    qtbot.waitUntil(lambda: bar.moment.text() != before, timeout=3_000)
    assert bar.book.share == pytest.approx(0.5)
    hands.now = replace(hands.now, now_ms=BEGAN_MS + 600_000, is_over=True)
    qtbot.waitUntil(lambda: bar.words.text() == OVER, timeout=3_000)
    assert bar.book.share == 1.0


def test_the_track_shows_how_much_was_played(seat) -> None:
    hands, bar = seat
    empty = bar.track.grab().toImage()
    hands.now = replace(hands.now, now_ms=BEGAN_MS + 600_000)
    bar.book.read()
    full = bar.track.grab().toImage()
    middle = full.height() // 2
    changed = [x for x in range(full.width()) if full.pixel(x, middle) != empty.pixel(x, middle)]
    assert len(changed) > full.width() * 0.9
