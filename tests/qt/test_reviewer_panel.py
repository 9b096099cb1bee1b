"""The score of the reviewer: one sentence, tables of people, reasons and pairs, and the shadow trades."""

import pytest
from PySide6.QtWidgets import QApplication

from helpers.desk_events import FakeClock, make_desk
from helpers.hindsight_events import ended, look_back, shadow
from terminal.domain.approval import DeskMode
from terminal.domain.funnel_messages import ShadowChanged
from terminal.domain.instrument import perpetual
from terminal.domain.promotion import GateRow, PromotionChanged, PromotionReport
from terminal.domain.review_messages import DeskModeChanged
from terminal.domain.shadow import ShadowCause, ShadowPhase
from terminal.ui.widgets.shadow.panel import GATE_PAGE, LIMITS_PAGE, TRADES_PAGE, ReviewerPanel


@pytest.fixture
def seat(qtbot):
    clock = FakeClock()
    desk, _ = make_desk(clock)
    panel = ReviewerPanel(desk)
    qtbot.addWidget(panel)
    panel.resize(1_060, 240)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel, desk, clock


def cells(table):
    model = table.sorted
    return [[model.index(row, at).data() for at in range(model.columnCount())] for row in range(model.rowCount())]


def test_before_anything_it_says_what_would_be_here(seat):
    panel, _, _ = seat
    assert panel.headline.text() == "No proposal was rejected, changed, voided or left to expire in the last 7 days."
    assert "followed here on paper" in panel.score_table.empty_words


def test_vetoes_saved_and_cost_in_one_sentence(seat):
    panel, desk, _ = seat
    desk.apply(ShadowChanged(ended("BTC", 1, "-0.010")))
    desk.apply(ShadowChanged(ended("ETH", 2, "0.019")))
    panel.refresh()
    assert panel.headline.text().startswith("Vetoes saved 6.21 USDT, cost 3.09 USDT in the last 7 days: net +3.12 USDT")
    assert panel.details.text() == "2 answers, 1 saved, 1 cost."


def test_the_sentence_follows_by_itself(seat, qtbot):
    panel, desk, _ = seat
    look_back(desk)
    qtbot.waitUntil(lambda: "net +15.62 USDT" in panel.headline.text())
    assert "8 answers, 4 saved, 1 cost, 1 running, 1 no trade, 1 unknown" in panel.details.text()
    assert "Without an order path: 1 proposal, on paper +3.42 USDT" in panel.details.text()


def test_the_promotion_gate_shows_every_condition_with_its_distance(seat):
    panel, desk, _ = seat
    panel.show_page(GATE_PAGE)
    assert "not known yet" in panel.headline.text()
    rows = (
        GateRow("Decisions", "41 of 150 decisions", "at least 150", ok=False, share=41 / 150),
        GateRow("Drawdown", "1.0 % of equity", "at most 8 %", ok=True, share=1.0),
    )
    desk.apply(PromotionChanged(PromotionReport("blend feat1", rows, 0)))
    assert panel.headline.text() == "Automatic is not earned: 1 of 2 conditions are met."
    assert panel.details.text() == "Record of blend feat1."
    assert [row[:4] for row in cells(panel.gate_table)] == [
        ["Decisions", "✕", "27 %", "41 of 150 decisions"],
        ["Drawdown", "✓", "100 %", "1.0 % of equity"],
    ]
    assert not panel.week.isVisible()
    panel.show_page("People")
    assert panel.week.isVisible()
    desk.apply(PromotionChanged(PromotionReport("blend feat1", rows[1:], 0, override="not proven")))
    panel.show_page(GATE_PAGE)
    assert panel.headline.text() == "Automatic is earned: every condition is met."
    assert "UNPROVEN" in panel.details.text()


def limits(*, drawdown=0.2, ok=True):
    return (
        GateRow("Drawdown", "1.6 % of equity", "at most 8 %", ok=ok, share=drawdown, lacks="its drawdown is 9.0 %"),
        GateRow("AI log gaps", "every order has its AI log", "none", ok=True),
    )


def test_what_would_take_an_automatic_desk_back_is_shown_in_every_mode(seat):
    panel, desk, _ = seat
    panel.show_page(LIMITS_PAGE)
    assert panel.headline.text() == "What would take an automatic desk back is not known yet."
    desk.apply(PromotionChanged(PromotionReport("blend feat1", (), 0, watch=limits())))
    words = "Nearest is drawdown: 20 % of its limit is used."
    assert panel.headline.text() == f"Nothing would end an automatic desk now. {words}"
    assert cells(panel.limits_table) == [
        ["Drawdown", "✓", "20 %", "1.6 % of equity", "at most 8 %"],
        ["AI log gaps", "✓", "0 %", "every order has its AI log", "none"],
    ]
    assert not panel.week.isVisible()
    desk.apply(DeskModeChanged(DeskMode.AUTO, "ann", "", 0))
    assert panel.headline.text() == f"Automatic goes on. {words}"
    desk.apply(PromotionChanged(PromotionReport("blend feat1", (), 0, watch=limits(drawdown=1.0, ok=False))))
    assert panel.headline.text() == "Automatic ends now: its drawdown is 9.0 %."


def test_a_record_that_counts_anew_says_since_when_and_why(seat):
    panel, desk, _ = seat
    panel.show_page(GATE_PAGE)
    row = GateRow("Decisions", "0 of 150 decisions", "at least 150", ok=False)
    report = PromotionReport("blend", (row,), 0, anew_ms=1_760_000_000_000, ended_by="its drawdown is 9.0 % of equity")
    desk.apply(PromotionChanged(report))
    words = "Record of blend, counted anew since 2025-10-09 (before: its drawdown is 9.0 % of equity)."
    assert panel.details.text() == words


def test_people_reasons_and_pairs_each_have_their_table(seat):
    panel, desk, _ = seat
    look_back(desk)
    panel.refresh()
    assert [row[0] for row in cells(panel.score_table)] == ["Jo", "Mara", "nobody"]
    panel.show_page("Reasons")
    names = [row[0] for row in cells(panel.score_table)]
    assert {"Against the trend", "News soon", "Amended", "Nobody answered in time", "Size too large"} <= set(names)
    panel.show_page("Pairs")
    assert cells(panel.score_table)[0][0] == "SOL"
    total = sum(float(row[4].replace("−", "-").replace("+", "")) for row in cells(panel.score_table))
    assert total == pytest.approx(15.62, abs=0.03)


def test_every_shadow_trade_is_listed_with_its_end(seat, qtmodeltester):
    panel, desk, _ = seat
    look_back(desk)
    panel.show_page(TRADES_PAGE)
    rows = {row[1] + " " + row[2]: row for row in cells(panel.trade_table)}
    assert rows["SOL Short"][-1] == "saved 10.98"
    assert rows["ETH Long"][-1] == "cost 3.09"
    assert rows["DOGE Long"][7] == "running"
    assert rows["LTC Long"][7] == "no trade"
    assert rows["BNB Long"][3] == "voided at the click"
    assert rows["BNB Long"][7] == "unknown"
    assert rows["ADA Long, as amended"][-1] == "–"
    qtmodeltester.check(panel.trades, force_py=True)


def test_what_is_unknown_says_why_on_hover(seat):
    panel, desk, _ = seat
    desk.apply(ShadowChanged(shadow("BNB", 8, phase=ShadowPhase.UNKNOWN, note="no price came")))
    tip = panel.trades._tip(panel.trades.columns[0 + 1], panel.trades.rows[0])
    assert tip.endswith("No price came.")


def test_only_the_last_week_counts_unless_all_is_asked_for(seat):
    panel, desk, clock = seat
    desk.apply(ShadowChanged(ended("BTC", 1, "-0.010")))
    clock.forward(8 * 86_400)
    panel.refresh()
    assert panel.headline.text().startswith("No proposal")
    panel.week.click()
    assert panel.headline.text().startswith("Vetoes saved 6.21 USDT, cost 0.00 USDT so far")


def test_trades_without_an_order_path_are_no_score_of_anyone(seat):
    panel, desk, _ = seat
    desk.apply(ShadowChanged(ended("BTC", 9, "0.008", cause=ShadowCause.SHADOW, who="")))
    panel.refresh()
    assert panel.headline.text().startswith("No proposal was rejected")
    assert cells(panel.score_table) == []


def test_a_trade_that_goes_on_changes_its_row(seat):
    panel, desk, _ = seat
    panel.show_page(TRADES_PAGE)
    desk.apply(ShadowChanged(shadow("BTC", 1)))
    assert cells(panel.trade_table)[0][7] == "waits for entry"
    desk.apply(ShadowChanged(ended("BTC", 1, "-0.010")))
    assert [row[7] for row in cells(panel.trade_table)] == ["stop"]


def test_a_click_on_a_trade_links_the_other_panels(seat):
    panel, desk, _ = seat
    look_back(desk)
    panel.show_page(TRADES_PAGE)
    panel.trade_table.row_clicked.emit("d-0003/PROPOSED")
    assert desk.selection[0] == perpetual("SOL")


def test_a_narrow_panel_shows_the_whole_sentence(seat, qtbot):
    panel, desk, _ = seat
    look_back(desk)
    panel.refresh()
    panel.resize(684, 178)
    QApplication.processEvents()
    wanted = panel.headline.fontMetrics().horizontalAdvance(panel.headline.text())
    assert panel.headline.width() >= wanted
    assert not panel.details.isVisible()
