"""The lab's window: it asks, shows how far a run is, lists all runs, and draws a report."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from terminal.domain.lab import LabAsk, LabReport, LabRow
from terminal.ui.viewmodels.lab_book import LabBook
from terminal.ui.widgets.lab.day_axis import DayAxis
from terminal.ui.widgets.lab.window import LabWindow

ROW = LabRow(
    1, 0, "random", "built-in", 0, 86_400_000, 12, -18.2, None, 0.11, 0.0, earned=False, headline="It lost.", report="x"
)
REPORT = LabReport(
    "It lost.",
    "bad",
    ("12 trades.", "Not <b>bold</b>."),
    (("Trades", "12"),),
    ((0.0, 1000.0, 0.0), (1000.0, 950.0, 5.5), (2000.0, 980.0, 4.0)),
    ((0.4, 0.42, 0.38, 0.46), (0.6, 0.55, 0.5, 0.6)),
    "page.html",
)


class _Runner:
    def __init__(self) -> None:
        self.asked: list[LabAsk] = []
        self.stopped = 0
        self.kept: tuple[LabRow, ...] = ()

    def start(self, ask: LabAsk) -> None:
        self.asked.append(ask)

    def stop(self) -> None:
        self.stopped += 1

    def rows(self) -> tuple[LabRow, ...]:
        return self.kept

    def models(self) -> tuple[str, ...]:
        return ("language:tiny",)

    def report(self, row: LabRow) -> LabReport | None:
        return REPORT if row == ROW else None


@pytest.fixture
def seat(qtbot: QtBot) -> Iterator[tuple[LabWindow, LabBook, _Runner, list[str]]]:
    from PySide6.QtWidgets import QWidget

    over = QWidget()
    qtbot.addWidget(over)
    book, runner, pages = LabBook(over), _Runner(), list[str]()
    book.use(runner)
    window = LabWindow(book, pages.append, over)
    yield window, book, runner, pages
    window.close()


def test_a_run_from_the_button_to_its_report(seat: tuple[LabWindow, LabBook, _Runner, list[str]]) -> None:
    window, book, runner, pages = seat
    window.form.strategist.setCurrentText("random")
    window.form.run.click()
    assert runner.asked[0].strategist == "random"
    assert not window.form.run.isEnabled()
    book.move(0.5, "replaying")
    assert window.form.bar.value() == 500
    assert window.form.words.text() == "Replaying"
    runner.kept = (ROW,)
    book.end()
    assert window.form.run.isEnabled()
    assert window.runs.rowCount() == 1
    assert window.report.headline.text() == "It lost."
    assert "<b>" in window.report.sentences.text()
    window.report.button.click()
    assert pages == ["page.html"]


def test_before_a_run_there_are_no_axes_to_take_for_a_result(
    seat: tuple[LabWindow, LabBook, _Runner, list[str]],
) -> None:
    window, book, runner, _ = seat
    shown = (window.report.equity, window.report.fall, window.report.calibration, window.report.button)
    window.show()
    assert not any(part.isVisible() for part in shown)
    runner.kept = (ROW,)
    book.end()
    assert all(part.isVisible() for part in shown)


@pytest.mark.parametrize("days", [1, 7, 30, 92, 400, 3_000])
@pytest.mark.parametrize("width", [250, 600, 1_100])
def test_words_of_the_time_axis_have_room(qtbot: QtBot, days: int, width: int) -> None:
    """From the last days of a July on, where a 31 once ran into "Aug"."""
    axis, start_s = DayAxis(), 1_785_196_800  # 2026-07-28
    ((step_s, moments),) = axis.tickValues(start_s, start_s + days * 86_400, width)
    words = axis.tickStrings(moments, 1.0, step_s)
    widest = max(QFontMetrics(axis.font()).horizontalAdvance(each) for each in words)
    assert step_s * width / (days * 86_400) > widest
    assert all(start_s <= at <= start_s + days * 86_400 for at in moments)
    assert len(words) >= 2


def test_recorded_answers_are_replayed_on_the_bars_that_were_kept(
    seat: tuple[LabWindow, LabBook, _Runner, list[str]],
) -> None:
    window, _, runner, _ = seat
    form = window.form
    assert form.source.currentData() == "built-in"
    assert form.pattern.isEnabled()
    form.strategist.setCurrentText("language:tiny")
    assert (form.source.isEnabled(), form.pattern.isEnabled(), form.retrain.isEnabled()) == (False, False, False)
    form.run.click()
    assert (runner.asked[0].strategist, runner.asked[0].source) == ("language:tiny", "cache")


def test_any_strategist_runs_on_kept_bars(seat: tuple[LabWindow, LabBook, _Runner, list[str]]) -> None:
    window, _, runner, _ = seat
    window.form.source.setCurrentIndex(1)
    assert not window.form.pattern.isEnabled()
    assert window.form.retrain.isEnabled()
    window.form.run.click()
    assert (runner.asked[0].strategist, runner.asked[0].source) == ("embedded", "cache")


def test_the_lock_box_is_opened_for_one_run_only(seat: tuple[LabWindow, LabBook, _Runner, list[str]]) -> None:
    window, book, runner, _ = seat
    window.form.box.setChecked(True)
    window.form.run.click()
    assert runner.asked[0].open_lock_box
    assert not window.form.box.isChecked()
    runner.kept = (ROW, replace(ROW, trial=2, opened_lock_box=True))
    book.end()
    tips = [window.runs.item(at, 0).toolTip() for at in range(2)]
    assert ["was open" in tip for tip in tips] == [True, False]
    window.form.run.click()
    assert not runner.asked[1].open_lock_box


def test_only_one_run_at_a_time(seat: tuple[LabWindow, LabBook, _Runner, list[str]]) -> None:
    window, book, runner, _ = seat
    window.form.run.click()
    book.start(window.form.asked())
    assert len(runner.asked) == 1
    window.form.cancel.click()
    assert runner.stopped == 1


def test_days_the_wrong_way_round_are_refused(seat: tuple[LabWindow, LabBook, _Runner, list[str]]) -> None:
    window, _, runner, _ = seat
    window.form.last.setDate(window.form.first.date())
    window.form.run.click()
    assert not runner.asked
    assert "must come after" in window.form.words.text()


def test_a_failure_is_said_in_words(seat: tuple[LabWindow, LabBook, _Runner, list[str]]) -> None:
    window, book, _, _ = seat
    window.form.run.click()
    book.end("The lab ended without a word.")
    assert window.form.words.text() == "The lab ended without a word."
    assert window.form.run.isEnabled()


def test_choosing_a_run_opens_it(seat: tuple[LabWindow, LabBook, _Runner, list[str]]) -> None:
    window, book, runner, _ = seat
    runner.kept = (ROW,)
    book.refresh()
    window.runs.selectRow(0)
    assert window.report.headline.text() == "It lost."
