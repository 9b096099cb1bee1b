from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from helpers.desk_events import FakeClock, ai_log, fill_desk, make_desk
from terminal.domain.account import Income, IncomeKind
from terminal.domain.ai_log import AiLogState
from terminal.domain.commands import CancelAll, SetTradingState
from terminal.domain.hand_messages import FundingPaid
from terminal.domain.market import StreamState
from terminal.domain.messages import AiLogChanged, Health, ModelPhase, ModelStatus, TradingStateChanged
from terminal.domain.risk import TradingState
from terminal.ui.viewmodels.mode import WindowMode
from terminal.ui.widgets.account.equity_curve import thinned
from terminal.ui.widgets.account.panel import AccountPanel
from terminal.ui.widgets.status_bar import StatusBar
from terminal.ui.widgets.top_bar import TopBar

MODE = WindowMode(
    "DEMO",
    "built-in exchange · 20x speed · planted pattern",
    "accent",
    simulated=True,
    details="Prices are simulated and carry a pattern on purpose.",
)


def make(qtbot, build, *, filled=True, width=1_350):
    clock = FakeClock()
    desk, sent = make_desk(clock)
    if filled:
        fill_desk(desk)
    widget = build(desk)
    qtbot.addWidget(widget)
    widget.resize(width, widget.sizeHint().height())
    widget.show()
    return widget, desk, sent, clock


def top(desk):
    return TopBar(desk, MODE)


def test_the_account_at_a_glance(qtbot):
    bar, *_ = make(qtbot, top)
    shown = {title: figure.value.text() for title, figure in bar.figures.items()}
    assert shown["Equity"] == "1,062.45 USDT"
    assert shown["Available"] == "812.09 USDT"
    assert shown["Margin used"] == "23.6\u2009%"
    assert shown["Drawdown"].endswith("of −15\u2009%")
    assert shown["Leverage cap"] == "5x of 20x"
    assert shown["Today"].startswith("+")
    assert bar.figures["Today"].value.property("tone") == "rise"


def test_unknown_figures_are_dashes_with_a_reason(qtbot):
    bar, *_ = make(qtbot, top, filled=False)
    assert bar.figures["Equity"].value.text() == "–"
    assert "not reported a balance" in bar.figures["Equity"].toolTip()
    assert bar.starting.isVisible()


def test_the_mode_is_said_in_words_and_explained(qtbot):
    bar, *_ = make(qtbot, top)
    assert bar.chip.first.text() == "DEMO · built-in exchange"
    assert bar.chip.second.text() == "20x speed · planted pattern"
    assert "on purpose" in bar.chip.toolTip()


@pytest.mark.parametrize("width", [1_350, 1_050, 900, 760])
def test_controls_stay_whatever_the_width(qtbot, width):
    bar, *_ = make(qtbot, top, width=width)
    for widget in (bar.chip, bar.cancel_all, *bar.state.buttons.values()):
        assert widget.isVisible()
        right = widget.mapTo(bar, widget.rect().topRight()).x()
        assert right < bar.width()
        assert widget.width() >= widget.sizeHint().width()
    assert bar.figures["Equity"].isVisible()


@pytest.mark.parametrize("width", [1_350, 1_250, 1_180])
def test_figures_that_grow_never_squeeze_the_controls(qtbot, width):
    """The row once kept the widths of shorter figures, and "Reduce only" lost its ends."""
    bar, desk, *_ = make(qtbot, top, width=width)
    for state in (TradingState.ACTIVE, TradingState.HALTED, TradingState.REDUCE_ONLY):
        for money in ("9.9", "1234.56", "123456.78"):
            desk.apply(TradingStateChanged(state, "asked by Mara"))
            worth = Decimal(money)
            bar._show(
                replace(bar.view.figures, equity=worth, available=worth, today=worth, today_fraction=Decimal("0.12"))
            )
            QApplication.processEvents()
            values = [figure.value for figure in bar.figures.values() if figure.isVisible()]
            for widget in (*bar.state.buttons.values(), bar.cancel_all, bar.flatten, bar.chip, *values):
                assert widget.width() >= widget.sizeHint().width()


def test_trading_state_is_asked_for_and_shown_only_when_it_holds(qtbot):
    bar, desk, sent, _ = make(qtbot, top)
    halted, active = bar.state.buttons[TradingState.HALTED], bar.state.buttons[TradingState.ACTIVE]
    qtbot.mouseClick(halted, Qt.MouseButton.LeftButton)
    assert sent == [SetTradingState(TradingState.HALTED, "Mara")]
    assert active.isChecked()
    assert not halted.isChecked()
    desk.apply(TradingStateChanged(TradingState.HALTED, "asked by Mara"))
    assert halted.isChecked()
    assert not active.isChecked()
    assert "asked by Mara" in halted.toolTip()


def test_cancel_all_sends_at_once(qtbot):
    bar, _, sent, _ = make(qtbot, top)
    qtbot.mouseClick(bar.cancel_all, Qt.MouseButton.LeftButton)
    assert sent == [CancelAll("Mara")]


# -- status bar ---------------------------------------------------------------------


@pytest.mark.parametrize("width", [1_820, 1_340, 1_180])
def test_no_word_of_the_line_is_cut(qtbot, width):
    bar, desk, *_ = make(qtbot, StatusBar, width=width)
    desk.apply(ModelStatus(ModelPhase.TRAINING, "embedded-gbm-ridge/1 lgb4 sha0", ""))
    QApplication.processEvents()
    for label in (*bar.items.values(), bar.public.label, bar.private.label):
        assert not label.isVisible() or label.width() >= label.sizeHint().width(), label.text()
    assert bar.items["review_mode"].isVisible() is (width == 1_820)


def test_a_narrow_line_never_hides_what_is_wrong(qtbot):
    bar, desk, *_ = make(qtbot, StatusBar, width=900)
    desk.apply(Health(3_000.0, 38.0, 399, 400, 18_204, journal_ok=True))
    QApplication.processEvents()
    assert not bar.items["review_mode"].isVisible()
    assert bar.items["clock"].isVisible()
    assert bar.items["budget"].isVisible()


def test_a_language_model_goes_by_its_own_name(qtbot):
    bar, desk, *_ = make(qtbot, StatusBar)
    desk.apply(ModelStatus(ModelPhase.READY, "language:tiny/qwen3:8b@127.0.0.1:11434 cfg 0a", ""))
    assert bar.items["model"].text() == "model language:tiny ready"
    assert "127.0.0.1:11434" in bar.items["model"].toolTip()


def test_health_in_words(qtbot):
    bar, *_ = make(qtbot, StatusBar)
    assert bar.public.label.text() == "market data 38\u2009ms"
    assert bar.public.sign.text() == "●"
    assert bar.items["clock"].text() == "clock +12\u2009ms"
    assert bar.items["budget"].text() == "budget 41 / 400"
    assert bar.items["journal"].text() == "journal ok 18,204"
    assert bar.items["ai_logs"].text() == "AI logs 2 accepted, 1 on the way, 1 needs a hand"
    assert bar.items["ai_logs"].property("tone") == "down"
    assert bar.items["model"].text() == "model gbm-ridge ready"
    assert all(item.toolTip() for item in bar.items.values())


def test_what_is_wrong_turns_loud_in_colour_and_word(qtbot):
    bar, desk, *_ = make(qtbot, StatusBar)
    desk.apply(StreamState("public", False, "connection refused"))
    assert (bar.public.sign.text(), bar.public.label.text()) == ("▲", "market data down")
    assert bar.public.label.property("tone") == "down"
    assert "connection refused" in bar.public.toolTip()
    desk.apply(Health(-2_400.0, 38.0, 390, 400, 7, journal_ok=False))
    assert bar.items["clock"].property("tone") == "amber"
    assert bar.items["clock"].text() == "clock −2,400\u2009ms"
    assert bar.items["budget"].property("tone") == "amber"
    assert bar.items["journal"].text() == "▲ journal failed"
    desk.apply(ModelStatus(ModelPhase.FAILED, "gbm-ridge", "<b>no bars</b>"))
    assert bar.items["model"].property("tone") == "down"
    assert "&lt;b&gt;" in bar.items["model"].toolTip()


def test_ai_logs_calm_down_when_they_are_through(qtbot):
    bar, desk, *_ = make(qtbot, StatusBar)
    desk.apply(AiLogChanged(ai_log("LTC", 8, AiLogState.ACCEPTED)))
    desk.apply(AiLogChanged(ai_log("DOGE", 5, AiLogState.ACCEPTED)))
    assert bar.items["ai_logs"].text() == "AI logs 4 accepted"
    assert bar.items["ai_logs"].property("tone") == "muted"


def test_a_faster_market_clock_is_called_market_time(qtbot):
    bar, _, _, clock = make(qtbot, StatusBar)
    assert bar.items["time"].text().endswith(" local")
    clock.monotonic += 1
    clock.unix_ms += 20_000
    bar._show_time()
    assert bar.items["time"].text().startswith("market time ")
    assert "runs 20 times faster than yours" in bar.items["time"].toolTip()
    assert "Your own time now" in bar.items["time"].toolTip()
    clock.forward(1)
    bar._show_time()
    assert bar.items["time"].text().endswith(" local")


def test_logs_that_wait_for_a_person_are_not_on_the_way(qtbot):
    bar, desk, *_ = make(qtbot, StatusBar, filled=False)
    desk.apply(AiLogChanged(ai_log("LTC", 8, AiLogState.WAITING)))
    assert bar.items["ai_logs"].text() == "AI logs 0 accepted, 1 waiting"


def test_nothing_measured_is_a_dash(qtbot):
    bar, *_ = make(qtbot, StatusBar, filled=False)
    assert bar.items["clock"].text() == "clock –"
    assert bar.public.sign.text() == "○"


# -- account ------------------------------------------------------------------------


def test_account_figures_and_dashes(qtbot):
    panel, desk, *_ = make(qtbot, AccountPanel)
    assert panel.values["Funding"].toolTip() == "No funding was paid or received yet."
    desk.apply(FundingPaid(Income("b1", IncomeKind.FUNDING, Decimal("-0.42"), Decimal(0), None, "", 1)))
    assert panel.values["Funding"].text() == "−0.42"
    assert panel.values["Equity"].text() == "1,062.45"
    assert panel.values["Realised"].text() == "+12.42"
    assert panel.values["Fees paid"].text() == "0.86"
    assert panel.values["Fees paid"].toolTip() == "Over 4 fills of this window."
    empty, *_ = make(qtbot, AccountPanel, filled=False)
    assert empty.values["Equity"].text() == "–"
    assert empty.values["Realised"].toolTip() == "No fills yet."


def test_a_long_curve_keeps_its_extremes_and_its_ends():
    from helpers.desk_events import equity_points

    points = equity_points(5_000)
    shown = thinned(points, 100)
    assert len(shown) <= 202
    assert (shown[0], shown[-1]) == (points[0], points[-1])
    assert min(p.equity for p in shown) == min(p.equity for p in points)
    assert max(p.equity for p in shown) == max(p.equity for p in points)
    assert [p.at_ms for p in shown] == sorted(p.at_ms for p in shown)
