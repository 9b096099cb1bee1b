import pytest
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from helpers.market_reel import BEGAN_MS, SOURCE
from terminal.domain.recording import RecordedDayRow, TakeRow
from terminal.ui.actions.book import ActionBook
from terminal.ui.viewmodels.preferences import Preferences
from terminal.ui.viewmodels.recorded_days import RecordedDays
from terminal.ui.widgets.replay.door import ReplayDoor

ONE = RecordedDayRow("2026-11-18", SOURCE, (TakeRow(1, BEGAN_MS, BEGAN_MS + 600_000, 3_400_000, ()),))
TWO = RecordedDayRow(
    "2026-11-19",
    SOURCE,
    (
        TakeRow(1, BEGAN_MS, BEGAN_MS + 60_000, 1_000_000, ()),
        TakeRow(
            2, BEGAN_MS + 3_600_000, BEGAN_MS + 7_200_000, 9_000_000, ((BEGAN_MS + 3_700_000, BEGAN_MS + 3_800_000),)
        ),
    ),
)


class Player:
    def __init__(self, book: RecordedDays) -> None:
        self.book = book
        self.days: tuple[RecordedDayRow, ...] = (ONE, TWO)
        self.played: list[tuple[str, int | None, float]] = []

    def read(self) -> None:
        self.book.show(self.days)

    def play(self, day: str, take: int | None, speed: float) -> None:
        self.played.append((day, take, speed))


@pytest.fixture
def seat(qtbot: QtBot):
    over = QWidget()
    qtbot.addWidget(over)
    book = RecordedDays(over)
    player = Player(book)
    book.use(player)
    heard: list[QWidget] = []
    door = ReplayDoor(book, over, QMenu(over), heard.append, ActionBook(Preferences()))
    return player, door, heard


def texts(table, row: int) -> list[str]:
    return [table.item(row, column).text() for column in range(table.columnCount())]


def test_it_lists_the_newest_day_first_and_its_takes_below(seat) -> None:
    _, door, heard = seat
    door.open()
    table = door.window.table
    assert heard == [door.window]
    assert [table.item(row, 0).text().strip() for row in range(table.rowCount())] == [
        "2026-11-19  WEEX, simulated", "take 1", "take 2", "2026-11-18  WEEX, simulated",
    ]  # fmt: skip
    assert texts(table, 3)[1:] == ["11:06:40", "11:16:40", "0:10:00", "3.4 MB", "no gaps"]
    assert texts(table, 2)[1:] == ["12:06:40", "13:06:40", "1:00:00", "9.0 MB", "1 gap, 12:08:20 to 12:10:00"]


def test_it_plays_the_chosen_day_or_take_at_the_chosen_speed(seat) -> None:
    player, door, _ = seat
    door.open()
    window = door.window
    window.play.click()
    window.table.selectRow(2)
    window.speed.setCurrentIndex(window.speed.findData(200.0))
    window.play.click()
    assert player.played == [("2026-11-19", None, 50.0), ("2026-11-19", 2, 200.0)]


def test_without_recordings_it_says_what_to_do(seat) -> None:
    player, door, _ = seat
    player.days = ()
    door.open()
    assert not door.window.empty.isHidden()
    assert door.window.table.isHidden()
    assert not door.window.play.isEnabled()
    player.days = (ONE,)
    door.open()
    assert door.window.empty.isHidden()
    assert door.window.play.isEnabled()


def test_what_could_not_be_is_said_in_the_window(seat) -> None:
    player, door, _ = seat
    door.open()
    player.book.fail("The recordings cannot be read.")
    assert door.window.words.text() == "The recordings cannot be read."
    player.book.say("It opens in a window of its own.")
    assert "window of its own" in door.window.words.text()
