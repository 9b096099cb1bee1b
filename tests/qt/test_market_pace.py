"""The desk announces a burst of market data once, and what is read at a slower pace."""

import pytest

from helpers.desk_events import FakeClock, fill_desk, make_desk, ticker
from terminal.domain.instrument import perpetual
from terminal.ui.viewmodels.market_desk import FIGURES_MS, FLUSH_MS


@pytest.fixture
def seat(qtbot):
    clock = FakeClock()
    desk, _ = make_desk(clock)
    fill_desk(desk)
    desk.flush()
    told, figures = [], []
    desk.tickers_changed.connect(told.append)
    desk.figures_changed.connect(figures.append)
    yield desk, told, figures, clock
    desk.deleteLater()


def test_a_burst_is_announced_once(seat, qtbot):
    desk, told, *_ = seat
    with qtbot.waitSignal(desk.tickers_changed):
        for base, last in (("BTC", "90001"), ("ETH", "3001"), ("BTC", "90002")):
            desk.apply(ticker(base, last))
        assert told == []
    assert told == [frozenset({perpetual("BTC"), perpetual("ETH")})]


def test_nothing_runs_while_nothing_changes(seat):
    desk, *_ = seat
    assert not desk._turn.isActive()
    assert not desk._figures_turn.isActive()


def test_the_second_announcement_keeps_its_distance(seat, qtbot):
    desk, told, figures, clock = seat
    desk.apply(ticker("BTC", "90001"))
    assert 0 < desk._turn.remainingTime() <= FLUSH_MS  # the fake clock says the last time was just now
    with qtbot.waitSignal(desk.figures_changed):
        pass
    assert (len(told), len(figures)) == (1, 1)
    clock.forward(FIGURES_MS / 1_000)
    with qtbot.waitSignal(desk.figures_changed):
        desk.apply(ticker("BTC", "90003"))
        assert not desk._turn.isActive()  # long ago: at once
    assert (len(told), len(figures)) == (2, 2)


def test_what_was_announced_by_hand_is_not_announced_again(seat, qtbot):
    desk, told, _, clock = seat
    clock.forward(1)
    desk.apply(ticker("BTC", "90001"))
    desk.flush()
    with qtbot.assertNotEmitted(desk.tickers_changed, wait=FLUSH_MS * 3):
        pass
    assert len(told) == 1
