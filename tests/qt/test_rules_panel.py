"""The panel of the rules: rows, bars, the explanation, the season's form, and the summary in the status bar."""

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from helpers.builders import BTC, ETH
from helpers.desk_events import FakeClock, make_desk
from helpers.rule_events import rule_lights
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.rules import RULE_IDS, SEASON_IDS, RuleState
from terminal.domain.season import Season
from terminal.ui.theme.tokens import DARK
from terminal.ui.viewmodels.rule_words import NOT_YET, explained, summary
from terminal.ui.widgets.rules.bar import ABOVE_LINE_PX
from terminal.ui.widgets.rules.panel import RulesPanel
from terminal.ui.widgets.rules.rule_sheet import RuleSheet
from terminal.ui.widgets.rules.season_sheet import SAVED, SeasonSheet
from terminal.ui.widgets.status_bar import StatusBar
from terminal.ui.widgets.trade.trade_tabs import TradeTabs

NEAR, BROKEN, UNKNOWN = RuleState.NEAR, RuleState.BROKEN, RuleState.UNKNOWN
FEB_9, FEB_23 = 1_770_595_200_000, 1_771_804_800_000


@pytest.fixture
def desk():
    return make_desk(FakeClock())[0]


def shown(qtbot, widget, width=1_350, height=400):
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    return widget


def cells(panel, row):
    return [panel.table.sorted.index(row, at).data() for at in range(panel.model.columnCount())]


def test_every_rule_is_a_row_with_sign_word_and_colour(qtbot, desk):
    panel = shown(qtbot, RulesPanel(desk))
    assert panel.model.rowCount() == 0
    assert panel.table.empty_words == NOT_YET
    desk.apply(rule_lights(R2=NEAR, R6=BROKEN, R14=UNKNOWN))
    assert [light.rule.rule_id for light in panel.model.rows] == [*RULE_IDS, *SEASON_IDS]
    assert cells(panel, 0)[:3] == ["● kept", "Rule 1", "Only the allowed pairs"]
    assert cells(panel, 1)[:4] == ["▲ look", "Rule 2", "Leverage", "leverage 5/20"]
    assert cells(panel, 5)[0] == "✕ broken"
    assert cells(panel, 13)[0] == "○ unknown"
    assert panel.sums.text().startswith("1 broken, 1 look, 1 unknown, 13 kept · rules weex-ai-wars-1 v1 ")


def test_the_tab_counts_what_is_loud(qtbot, desk):
    tabs = shown(qtbot, TradeTabs(desk))
    at = tabs._pages["Rules"]
    assert tabs.bar.tabText(at) == "Rules"
    desk.apply(rule_lights(R2=NEAR, R3=NEAR))
    assert tabs.bar.tabText(at) == "Rules  ▲ 2"
    desk.apply(rule_lights(R2=NEAR, R6=BROKEN))
    assert tabs.bar.tabText(at) == "Rules  ✕ 1"
    desk.apply(rule_lights(R14=UNKNOWN))
    assert tabs.bar.tabText(at) == "Rules"


def test_bars_are_painted_only_where_there_is_a_measure(qtbot, desk):
    desk.apply(rule_lights(R2=NEAR))
    panel = shown(qtbot, RulesPanel(desk))
    image = panel.table.viewport().grab().toImage()
    column = [column.title for column in panel.model.columns].index("Distance")

    def colours(row):
        rect = panel.table.visualRect(panel.table.sorted.index(row, column))
        line = rect.bottom() - ABOVE_LINE_PX - 1
        return [image.pixelColor(x, line).name() for x in range(rect.left() + 10, rect.right() - 10)]

    amber, line = DARK.amber.lower(), DARK.line.lower()
    bar = colours(1)
    assert bar[0] == amber
    assert bar[-1] == line
    assert bar.count(amber) / len(bar) == pytest.approx(0.25, abs=0.06)
    assert not {amber, line} & set(colours(0))


def test_at_the_small_size_the_words_that_matter_stay(qtbot, desk):
    desk.apply(rule_lights())
    panel = shown(qtbot, RulesPanel(desk), width=620, height=180)
    hidden = {column.title for at, column in enumerate(panel.model.columns) if panel.table.isColumnHidden(at)}
    assert hidden == set()


def test_a_click_explains_a_rule_and_follows_it(qtbot, desk):
    window = shown(qtbot, QWidget(), 1_200, 800)
    sheet, panel = RuleSheet(desk, window), RulesPanel(desk, window)
    panel.explain_asked.connect(sheet.open)
    panel.resize(1_200, 400)
    panel.show()
    desk.apply(rule_lights())
    place = panel.table.visualRect(panel.table.sorted.index(1, 2)).center()
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert sheet.is_open
    assert sheet.title.text() == "Competition rule 2: Leverage"
    assert sheet.texts["Limit"].text().startswith("At most 20x")
    assert sheet.texts["Enforced"].text() == "Before every order, by risk check R4 Leverage."
    assert "WEEX AI Wars rules" in sheet.texts["Source"].text()
    assert sheet.subtitle.text() == "● kept"
    desk.apply(rule_lights(R2=BROKEN))
    assert sheet.subtitle.text() == "✕ broken"
    sheet.dismiss()
    desk.apply(rule_lights(R2=NEAR))
    assert sheet.subtitle.text() == "✕ broken"


def test_an_unknown_rule_opens_nothing(qtbot, desk):
    window = shown(qtbot, QWidget())
    sheet = RuleSheet(desk, window)
    sheet.open("R99")
    assert not sheet.is_open


def test_every_explanation_is_whole():
    for light in rule_lights().lights:
        assert all(text.endswith(".") and ".." not in text for _, text in explained(light)), light.rule.rule_id


def test_the_status_bar_sums_them_up_and_leads_there(qtbot, desk):
    bar = shown(qtbot, StatusBar(desk), height=30)
    label = bar.items["rules"]
    assert label.text() == "rules –"
    desk.apply(rule_lights())
    assert label.text() == "● rules 16 of 16 kept"
    desk.apply(rule_lights(R2=NEAR, R3=NEAR))
    assert label.text() == "▲ rule 2: leverage and 1 more"
    assert label.property("tone") == "amber"
    desk.apply(rule_lights(R2=NEAR, R6=BROKEN, S1=UNKNOWN))
    assert label.text() == "✕ rule 6: an AI log for every order"
    assert label.property("tone") == "down"
    assert "Competition rule 2" in label.toolTip()
    desk.apply(rule_lights(S1=UNKNOWN))
    assert (label.text(), label.property("tone")) == ("○ rules 15 of 16 kept", "muted")
    with qtbot.waitSignal(bar.rules_asked):
        qtbot.mouseClick(label, Qt.MouseButton.LeftButton)


def test_no_lights_are_no_promise():
    assert summary(())[:2] == ("rules –", "muted")


# -- the season -------------------------------------------------------------------------


@pytest.fixture
def form(qtbot, desk):
    window = shown(qtbot, QWidget(), 1_200, 800)
    written: list[Season] = []

    def save(season: Season) -> str:
        written.append(season)
        return ""

    desk.rules.offer_season(Season(FEB_9, FEB_23, Decimal(1_000)), "", save)
    sheet = SeasonSheet(desk, window)
    sheet.written = written
    sheet.open()
    return sheet


def test_the_form_shows_what_is_set_and_saves_what_is_typed(qtbot, form, desk):
    assert {name: field.text() for name, field in form.fields.items()} == {
        "start": "2026-02-09 00:00",
        "end": "2026-02-23 00:00",
        "start_equity": "1,000",
        "min_trades": "10",
    }
    assert all(button.isChecked() for button in form.pairs.values())
    form.fields["min_trades"].setText("15")
    form.fields["start"].setText("")
    for each in ALLOWED_INSTRUMENTS[2:]:
        form.pairs[each].click()
    with qtbot.waitSignal(desk.rules.season_saved):
        form.save.click()
    assert form.written == [Season(None, FEB_23, Decimal(1_000), 15, (BTC, ETH))]
    assert desk.rules.season == form.written[0]
    assert form.problem.text() == SAVED


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("start", "9 February", "YYYY-MM-DD"),
        ("end", "2026-02-09 00:00", "after the start"),
        ("end", "2026-02-30 00:00", "YYYY-MM-DD"),
        ("start_equity", "much", "amount in USDT"),
        ("start_equity", "0", "above 0"),
        ("start_equity", "NaN", "above 0"),
        ("min_trades", "9", "ask for 10"),
        ("min_trades", "many", "ask for 10"),
        ("min_trades", "¹²", "ask for 10"),
    ],
)
def test_what_makes_no_season_is_named_and_not_saved(form, field, typed, words):
    form.fields[field].setText(typed)
    form.save.click()
    assert words in form.problem.text()
    assert form.problem.property("tone") == "down"
    assert form.written == []


def test_at_least_one_pair_stays(form):
    for button in form.pairs.values():
        button.click()
    form.save.click()
    assert "at least one pair" in form.problem.text()
    assert form.written == []


def test_hard_limits_have_no_field(form):
    assert set(form.fields) == {"start", "end", "start_equity", "min_trades"}
    assert set(form.pairs) == set(ALLOWED_INSTRUMENTS)


def test_trouble_with_the_file_is_shown_and_nothing_changes(form, desk):
    before = desk.rules.season
    desk.rules.offer_season(before, "", lambda _: "The folder cannot be written.")
    form.save.click()
    assert form.problem.text() == "The folder cannot be written."
    assert desk.rules.season == before


def test_where_there_is_no_season_nothing_can_be_typed(qtbot, desk):
    window = shown(qtbot, QWidget(), 1_200, 800)
    desk.rules.offer_season(Season(), "The built-in demo is no round.", lambda _: "")
    sheet = SeasonSheet(desk, window)
    sheet.open()
    assert sheet.problem.text() == "The built-in demo is no round."
    assert not any(part.isEnabled() for part in (*sheet.fields.values(), *sheet.pairs.values(), sheet.save))
    assert desk.rules.save_season(Season()) == "The built-in demo is no round."
