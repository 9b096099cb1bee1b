"""The time machine's window: scrubbing, marks, what was known then, and questions asked again."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QMenu

from helpers.builders import BTC, ETH, make_decision, make_order
from helpers.desk_events import make_desk
from terminal.domain.asked_again import ASKED_LATER, AskedAgain, LaterAnswer
from terminal.domain.decision import Action
from terminal.domain.fill import Fill
from terminal.domain.market import Candle, Interval
from terminal.domain.order import OrderState, PositionSide, Side
from terminal.domain.past import BarsLearnt, RecordedDay, bars_after, bars_known
from terminal.domain.records import (
    ApprovalGiven,
    DecisionRecorded,
    FillBooked,
    OrderMoved,
    SessionOpened,
)
from terminal.domain.review import Approval
from terminal.domain.risk import TradingState
from terminal.domain.time_messages import (
    AskFrozenAgain,
    AskingAgain,
    BarsThen,
    DayMark,
    DayOpened,
    DaySealed,
    DecisionThen,
    MarkKind,
    ModelChoice,
    MomentShown,
    OpenDay,
    PastCell,
    PastPart,
    PastPosition,
    PastSection,
    ShowBarsThen,
    ShowDecisionThen,
    ShowMoment,
)
from terminal.ui.actions.table import BY_ID
from terminal.ui.charts.layers.glyphs import Glyph
from terminal.ui.viewmodels.day_lanes import DayLanes, place_px, seq_at_px
from terminal.ui.viewmodels.known_bars import KnownBars
from terminal.ui.widgets.seat.key_list import KeyList
from terminal.ui.widgets.time_machine.again_page import MOST_LETTERS, shortened
from terminal.ui.widgets.time_machine.decision_pages import NONE_YET, NOT_YET
from terminal.ui.widgets.time_machine.door import TimeMachineDoor
from terminal.ui.widgets.time_machine.part_view import figure_columns
from terminal.ui.widgets.time_machine.then_chart import LATER_BARS, decimals_of

K = MarkKind
D = Decimal
M15 = Interval.M15.ms
BEGAN_MS = 1_760_000_400_000 // M15 * M15
DAY = RecordedDay(1, 200, BEGAN_MS, BEGAN_MS + 4 * M15)
DECISION = make_decision("d1", created_ms=BEGAN_MS + M15)
FILL = Fill("t1", "v1", "c1", BTC, Side.BUY, PositionSide.LONG, D(60_001), D("0.005"), D("0.2"), False, D(0), BEGAN_MS)
CHOICES = (ModelChoice("named:embedded", "Embedded model, as it runs now"), ModelChoice("stored:ab", "old/1, stored"))


def mark(seq, kind, record, **changes):
    at_ms = BEGAN_MS + (seq - 1) * 4 * M15 // 199
    values = {"tone": "ai", "instrument_id": BTC, "decision_id": "", "side": None} | changes
    return DayMark(seq, at_ms, kind, record=record, **values)


MARKS = (
    mark(1, K.STATE, SessionOpened("1.0", "weex", simulated=True, at_ms=BEGAN_MS), instrument_id=None),
    mark(60, K.DECISION, DecisionRecorded(DECISION), decision_id="d1"),
    mark(70, K.APPROVAL, ApprovalGiven(Approval("d1", "ann", "key A", 0, "60000", 1.0)), decision_id="d1"),
    mark(80, K.ORDER, OrderMoved("ACK", make_order(OrderState.ACKED), 0), decision_id="d1"),
    mark(90, K.FILL, FillBooked(FILL), decision_id="d1", side=Side.BUY),
)


def bar(number, close=100.0):
    return Candle(BEGAN_MS + (number - 10) * M15, close, close + 1, close - 1, close, 5.0, closed=True)


BARS = BarsThen(
    BTC,
    Interval.M15,
    (
        BarsLearnt(5, True, tuple(map(bar, range(10)))),
        BarsLearnt(50, False, (bar(10),)),
        BarsLearnt(150, False, (bar(11), bar(12))),
    ),
)
PARTS = (
    (PastSection.INPUTS, (PastPart(58, BEGAN_MS, "Shown", (), ("Input", "Value", "Age"), ()),)),
    (PastSection.DECISION, (PastPart(60, BEGAN_MS, "Open long BTC", ("Because <b>of</b> it.",)),)),
    (
        PastSection.APPROVAL,
        (
            PastPart(
                70,
                BEGAN_MS,
                "Approved by ann",
                (),
                ("", "Check", "Proposed", "At the click", "Difference"),
                (tuple(map(PastCell, ("ok", "Price", "60,000", "60,010", "+0.02 %"))),),
            ),
        ),
    ),
    (PastSection.CHECKS, ()),
    (PastSection.FILLS, (PastPart(90, BEGAN_MS, "Fill", ("Bought 0.005 BTC.",)),)),
    (PastSection.LOG, ()),
)
THEN = DecisionThen("d1", DECISION, PARTS, ())


def moment(seq, **changes):
    values = {
        "equity": D(1_000),
        "available": D(900),
        "equity_age_s": 12.0,
        "trading_state": TradingState.ACTIVE,
        "trading_reason": "",
        "desk_mode": None,
        "positions": (),
        "orders": (),
        "decision_id": "d1" if seq >= 60 else "",
    }
    return MomentShown(seq, BEGAN_MS, **(values | changes))


class Seat:
    """A window over a main window, and an engine that answers as a test wants."""

    def __init__(self, qtbot):
        self.desk, self.sent = make_desk()
        self.over = QMainWindow()
        self.menu = QMenu(self.over)
        qtbot.addWidget(self.over)
        self.also_in = []
        self.door = TimeMachineDoor(self.desk, self.over, self.menu, self.also_in.append)
        self.over.show()

    @property
    def window(self):
        return self.door.window

    def open(self, **changes):
        self.menu.actions()[0].trigger()
        values = {"at_seq": 200, "decision_id": "", "instruments": (BTC, ETH), "choices": CHOICES}
        self.desk.apply(DayOpened(DAY, (DAY,), MARKS, **(values | changes)))
        self.desk.apply(BARS)
        QApplication.processEvents()

    def go(self, seq, **changes):
        self.window.timeline.go(seq)
        QApplication.processEvents()
        self.desk.apply(moment(seq, **changes))
        if any(isinstance(each, ShowDecisionThen) for each in self.rest()):
            self.desk.apply(THEN)
        QApplication.processEvents()

    def rest(self):
        """What is sent once the hand rests."""
        self.window._rest.stop()
        self.sent.clear()
        self.window._read_decision()
        return list(self.sent)

    def texts(self):
        return [label.text() for label in self.window.pages.findChildren(QLabel) if label.isVisible()]


@pytest.fixture
def seat(qtbot):
    made = Seat(qtbot)
    yield made
    if made.window is not None:
        made.window.close()


def test_the_menu_opens_it_and_the_panic_keys_work_in_it(seat):
    assert seat.window is None, "built when it is first wanted"
    seat.open()
    assert seat.sent[0] == OpenDay()
    assert seat.also_in == [seat.window]
    assert not seat.window.isModal()
    assert ShowBarsThen(BTC) in seat.sent
    first = seat.window
    seat.sent.clear()
    seat.menu.actions()[0].trigger()
    assert seat.window is first
    assert OpenDay() not in seat.sent, "the open day stays"


def test_who_asks_for_a_moment_gets_it(seat):
    seat.desk.time.show_decision("d1")
    assert seat.sent == [OpenDay(decision_id="d1")]
    seat.desk.time.show_order("c1")
    assert seat.sent[-1] == OpenDay(client_order_id="c1")


def test_j_and_k_go_from_mark_to_mark(seat):
    seat.open()
    timeline = seat.window.timeline
    timeline.go(1)
    stops = []
    for _ in range(6):
        QTest.keyClick(timeline, Qt.Key.Key_J)
        stops.append(timeline.seq)
    assert stops == [60, 70, 80, 90, 90, 90]
    QTest.keyClick(timeline, Qt.Key.Key_K)
    assert timeline.seq == 80
    seat.window.transport.lanes[K.APPROVAL].click()
    QTest.keyClick(timeline, Qt.Key.Key_K)
    assert timeline.seq == 60, "a lane that is not shown is passed over"


def test_j_and_k_mean_the_same_in_every_list_of_keys(seat, qtbot):
    for on, back in (("review.next", "review.previous"), ("time.on", "time.back")):
        assert (BY_ID[on].keys, BY_ID[back].keys) == (("J",), ("K",))
    seat.open()
    transport = seat.window.transport
    assert (transport.before.text(), transport.after.text()) == ("◀  K", "J  ▶")
    for _ in range(2):
        QTest.keyClick(seat.window.timeline, Qt.Key.Key_F1)
    (keys,) = seat.window.findChildren(KeyList)
    assert seat.also_in == [seat.window, keys]
    keys.accept()
    qtbot.waitUntil(lambda: not seat.window.findChildren(KeyList))


def test_a_drag_scrubs_and_the_engine_hears_the_newest_place_only(seat):
    seat.open()
    timeline = seat.window.timeline
    seat.sent.clear()
    middle = QPoint(timeline.width() // 2, 20)
    QTest.mousePress(timeline, Qt.MouseButton.LeftButton, pos=middle)
    for x in range(0, 60, 10):
        QTest.mouseMove(timeline, middle + QPoint(x, 0))
    QTest.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=middle)
    QApplication.processEvents()
    asked = [each for each in seat.sent if isinstance(each, ShowMoment)]
    assert asked
    assert asked[-1].seq == timeline.seq
    assert len(asked) < 7


def test_the_chart_knows_no_later_bar(seat):
    seat.open()
    seat.go(40)
    chart = seat.window.chart
    assert len(chart.view.bars) == 10
    seat.go(60)
    assert len(chart.view.bars) == 11
    assert chart.veil.first_later is None
    chart.later.click()
    assert len(chart.view.bars) == 13
    assert chart.veil.first_later == 11
    assert not chart.view.last_price.isVisible()
    chart.later.click()
    assert len(chart.view.bars) == 11
    assert chart.view.last_price.isVisible()
    assert LATER_BARS >= 2


def test_the_chart_has_only_the_marks_and_lines_of_then(seat):
    seat.open()
    seat.go(59)
    chart = seat.window.chart
    assert len(chart.view.markers.columns) == 0
    assert chart.view.level_lines.levels == ()
    seat.go(60)
    assert list(chart.view.markers.columns.glyph) == [Glyph.SAID_BELOW]
    assert [each.tone for each in chart.view.level_lines.levels] == ["ai", "down", "up"]
    seat.go(90)
    assert sorted(chart.view.markers.columns.glyph) == [Glyph.BUY, Glyph.SAID_BELOW]


def test_prices_have_the_digits_they_were_quoted_in():
    quoted = tuple(
        Candle(at, 0.14693, 0.1471, 0.1468, close, 5.0, closed=True) for at, close in enumerate((0.147, 0.1469))
    )
    assert decimals_of(quoted) == 5
    assert decimals_of((bar(1, 90_064.5),)) == 1
    assert decimals_of((bar(1, 100.0),)) == 0


def test_a_page_says_what_was_not_there_yet(seat):
    seat.open()
    seat.go(59)
    assert seat.window.pages.title.text() == NONE_YET
    seat.go(60)
    seat.window.pages.tabs.setCurrentIndex(2)
    assert seat.window.pages.title.text() == "Open long BTC"
    assert NOT_YET[PastSection.APPROVAL] in seat.texts()
    seat.go(70)
    assert "At the click" in seat.texts()
    assert "60,010" in seat.texts()
    seat.window.pages.tabs.setCurrentIndex(4)
    assert NOT_YET[PastSection.FILLS] in seat.texts()
    seat.window.chart.later.click()
    QApplication.processEvents()
    assert any("later than this moment" in text for text in seat.texts())


def test_a_models_words_are_shown_as_they_are(seat):
    seat.open()
    seat.go(60)
    seat.window.pages.tabs.setCurrentIndex(1)
    label = next(each for each in seat.window.pages.findChildren(QLabel) if "Because" in each.text())
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text() == "Because <b>of</b> it."


def test_a_hash_does_not_push_a_table_out_of_sight(seat):
    seat.open()
    wide = PastPart(58, BEGAN_MS, "Shown", (), ("Input", "Value"), ((PastCell("sha"), PastCell("ab" * 32)),))
    seat.go(60)
    seat.desk.apply(replace(THEN, sections=((PastSection.INPUTS, (wide,)), *PARTS[1:])))
    seat.window.pages.tabs.setCurrentIndex(0)
    QApplication.processEvents()
    label = next(each for each in seat.window.pages.findChildren(QLabel) if each.text().startswith("abababababab…"))
    assert "ab" * 32 in label.toolTip()
    page = seat.window.pages._page
    assert page.minimumSizeHint().width() <= seat.window.pages.width()


def test_a_page_of_many_lines_ends_where_its_words_end(seat):
    seat.open()
    seat.window.resize(1_800, 700)
    long = "Open long BTC: all gates passed, signed volume flow over 16 bars and the rest of it. " * 7
    seat.go(60)
    decided = (PastSection.DECISION, (PastPart(60, BEGAN_MS, "Open long BTC", (long, long, long)),))
    seat.desk.apply(replace(THEN, sections=(PARTS[0], decided, *PARTS[2:])))
    seat.window.pages.tabs.setCurrentIndex(1)
    page = seat.window.pages._page
    viewport = page.parentWidget()
    for _ in range(3):  # a page asks its scroll area for room, and that gives it
        QApplication.processEvents()
    assert page.minimumSizeHint().height() > page.height(), "labels would like to be narrow and tall"
    assert page.height() == max(viewport.height(), page.heightForWidth(viewport.width()))


def test_the_account_is_that_of_the_moment(seat):
    seat.open()
    leg = PastPosition(BTC, PositionSide.LONG, D("0.005"), D(60_001))
    seat.go(90, positions=(leg,))
    account = seat.window.account
    assert "1,000.00 USDT" in account.money.text()
    assert "12" in account.money.text()
    assert account.legs.texts == [["BTC long", "0.005", "60,001"]]
    seat.go(59)
    assert account.legs.texts == []
    assert account.orders.text().startswith("Nothing was held.")
    seat.desk.apply(moment(70, equity=D(5)))
    assert "1,000.00" in account.money.text(), "an answer about another place is late and passed over"


def test_asking_again_shows_the_answer_beside_the_original(seat):
    seat.open()
    seat.go(60)
    page = seat.window.pages.again
    seat.window.pages.tabs.setCurrentIndex(6)
    assert ASKED_LATER in page.banner.text()
    page.choice.setCurrentIndex(1)
    seat.sent.clear()
    page.button.click()
    assert seat.sent == [AskFrozenAgain("d1", "stored:ab", seat.desk.who)]
    seat.desk.apply(AskingAgain("d1", "stored:ab", running=True))
    assert not page.button.isEnabled()
    said = LaterAnswer.of(replace(DECISION, action=Action.HOLD, confidence=0.5))
    again = AskedAgain("a1", "d1", "00", "old/1", "old/1", "decided", "", said, 12.0, "ann", BEGAN_MS)
    failed = replace(again, ask_id="a2", outcome="failed", detail="Its account is not paid.", answer=None)
    seat.desk.apply(AskingAgain("d1", "stored:ab", running=False))
    seat.desk.apply(replace(THEN, again=(again, failed)))
    assert page.button.isEnabled()
    rows = {row[0].text: [cell.text for cell in row[1:]] for row in page.views[1].part.rows}
    assert rows["Action"] == ["open long", "hold", "differs"]
    assert rows["Stop"][-1] == "same"
    assert "gave no answer" in page.views[0].part.title
    assert "Its account is not paid." in page.views[0].part.lines
    assert all(f"{ASKED_LATER}." in view.part.lines for view in page.views)
    seat.desk.apply(AskingAgain("d1", "stored:ab", running=False, problem="It was not asked again. The disk is full."))
    assert "The disk is full." in page.state.text()


def test_no_day_is_said(seat):
    seat.menu.actions()[0].trigger()
    seat.desk.apply(DayOpened(None, (), (), 0, "", (), (), "Nothing is on record yet."))
    assert seat.window.transport.words.text() == "Nothing is on record yet."
    QTest.keyClick(seat.window.timeline, Qt.Key.Key_K)
    seat.window.transport.play.click()
    assert not seat.window._run.isActive()


def test_a_day_that_was_changed_is_loud_and_a_whole_one_is_quiet(seat):
    seat.open()
    transport = seat.window.transport
    assert transport.seals.text() == ""
    seat.desk.apply(DaySealed(DAY, None, "Every record of this day fits its seal."))
    assert transport.seals.text() == "✓ sealed"
    assert not transport.alarm.isVisible()
    seat.desk.apply(DaySealed(DAY, 60, "Record 60 is not as it was written."))
    assert transport.alarm.isVisible()
    assert transport.alarm.text() == "Record 60 is not as it was written."
    assert transport.seals.text() == ""
    seat.desk.apply(DaySealed(replace(DAY, last_seq=90), None, "Every record fits."))
    assert transport.alarm.isVisible(), "the seals of another day say nothing about this one"
    seat.open()
    assert not transport.alarm.isVisible()


def test_between_two_marks_time_goes_on():
    lanes = DayLanes(DAY, MARKS, times=((1, BEGAN_MS), (150, BEGAN_MS + 3 * M15)))
    assert lanes.time_of(149) == MARKS[-1].at_ms
    assert lanes.time_of(150) == BEGAN_MS + 3 * M15
    assert lanes.seq_at(BEGAN_MS + 3 * M15) == 150
    assert lanes.after(90, list(K)) is None, "a moment is no stop"


def test_the_chart_is_drawn_from_blocks_that_are_looked_up():
    known = KnownBars(BARS.learnt)
    for seq in (1, 5, 49, 50, 149, 150, 200):
        assert known.at(seq) == bars_known(BARS.learnt, seq)
        assert known.after(seq) == bars_after(BARS.learnt, seq, bars_known(BARS.learnt, seq))
    assert known.at(50) is known.at(149)


def test_the_chart_does_not_jump_when_positions_come_and_go(seat):
    seat.open()
    seat.go(60)
    before = seat.window.chart.height()
    legs = tuple(PastPosition(pair, side, D("0.005"), D(60_001)) for pair in (BTC, ETH) for side in PositionSide)
    seat.go(90, positions=legs)
    assert seat.window.chart.height() == before


def test_an_average_entry_keeps_the_digits_of_a_cheap_coin(seat):
    seat.open()
    seat.go(90, positions=(PastPosition(BTC, PositionSide.LONG, D(3_300), D("0.14703123456")),))
    assert seat.window.account.legs.texts[0][2] == "0.14703123"


def test_columns_of_figures_stand_to_the_right(seat):
    rows = (("for", "RSI 14", "+1.74 ATR", "+0.302"), ("against", "EMA 9", "0.125", "−0.036"))
    part = PastPart(1, 0, "x", (), ("", "Input", "Value", "Weight"), tuple(tuple(map(PastCell, row)) for row in rows))
    assert figure_columns(part) == {2, 3}
    assert figure_columns(replace(part, rows=tuple(row[:2] for row in part.rows))) == frozenset()


def test_a_long_model_name_keeps_its_first_word_and_what_tells_it_from_the_next():
    name = "embedded-gbm-ridge/1 lgb4.7.0 feat0982e625 seed7 train20261121T1030Z sha79b32eb3, stored"
    assert shortened(name) == "embedded-gbm-ridge/1 lgb4.7.0 … sha79b32eb3, stored"
    assert shortened("Embedded model, as it runs now") == "Embedded model, as it runs now"
    assert len(shortened("a" * 99)) == MOST_LETTERS + 1


def test_playing_runs_to_the_end_and_stops(seat, qtbot):
    seat.open()
    seat.window.timeline.go(1)
    seat.window.transport.choose_speed(1_000)
    seat.window.transport.play.click()
    assert seat.window._run.isActive()
    seat.window._played_ms += 5 * M15  # an hour later
    qtbot.waitUntil(lambda: not seat.window._run.isActive(), timeout=2_000)
    assert seat.window.timeline.seq >= 90
    assert not seat.window.transport.play.isChecked()
    seat.window.transport.play.click()
    assert seat.window.timeline.seq < 90, "from the beginning again"
    seat.window.close()
    assert not seat.window._run.isActive()


def test_lanes_find_their_way():
    lanes = DayLanes(DAY, MARKS)
    assert lanes.after(60, [K.FILL, K.ORDER]) == 80
    assert lanes.before(60, [K.DECISION]) is None
    assert lanes.at(0) is None
    assert lanes.at(65).seq == 60
    assert lanes.seq_at(lanes.time_of(70)) == 70
    assert lanes.seq_at(0) == DAY.first_seq
    assert set(lanes.columns(K.FILL, 101).values()) == {"ai"}
    for seq in (1, 100, 200):
        assert seq_at_px(DAY, place_px(DAY, seq, 1_000), 1_000) == seq
