"""The guide: two ways in, a page for each step, and nothing in it is needed to leave it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from terminal.domain.account_check import CheckStep, StepState
from terminal.domain.errors import ConfigError, StorageError
from terminal.domain.risk import RiskLimits
from terminal.ui.viewmodels.guide import GuideState
from terminal.ui.widgets.first_run.guide import GuideWindow


class Host:
    """A program around the guide that notes what it is asked."""

    def __init__(self):
        self.asked = []
        self.saved = False
        self.refusal = self.trouble = ""
        self.demo_runs = True
        self.kept = RiskLimits()

    def start_demo(self):
        if self.trouble:
            raise StorageError(self.trouble)
        self.asked.append("demo")

    def why_not(self, name, mode):
        return self.refusal

    def check_connection(self, name):
        self.asked.append(("check", name))

    def account_form(self, name, mode):
        if name == "broken":
            raise ConfigError("The profile's file does not read.")
        return QLabel(f"form of {name} {mode}")

    def is_saved(self, name):
        return self.saved

    def limits(self, name):
        return self.kept

    def save_limits(self, name, limits):
        self.kept = limits

    def save_layout(self, name, layout):
        self.asked.append(("layout", name, layout))

    def open_profile(self, name):
        self.asked.append(("open", name))


@pytest.fixture
def host():
    return Host()


@pytest.fixture
def guide(qtbot, host):
    window = GuideWindow(GuideState(), host)
    qtbot.addWidget(window)
    window.open()
    return window


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def title(guide):
    return guide.page.title.text()


def test_the_demo_is_one_click(guide, host):
    assert not guide.isModal()
    click(guide.welcome.demo)
    assert host.asked == ["demo"]
    assert not guide.isVisible()


def test_a_demo_that_does_not_start_is_said_and_the_guide_stays(guide, host):
    host.trouble = "The window could not be opened."
    click(guide.welcome.demo)
    assert guide.isVisible()
    assert guide.message.text() == host.trouble


def test_it_can_be_left_at_once_and_opened_again_where_it_was(guide, host):
    click(guide.welcome.account)
    click(guide.leave)
    assert not guide.isVisible()
    assert host.asked == []
    guide.open()
    assert title(guide) == "What is it for?"
    QTest.keyClick(guide, Qt.Key.Key_Escape)
    assert not guide.isVisible()


def test_the_whole_way_of_an_account(guide, host, qtbot):
    click(guide.welcome.account)
    guide.pages[0].mode.choose("competition")
    assert guide.pages[0].name.text() == "competition"
    guide.pages[0].name.clear()
    QTest.keyClicks(guide.pages[0].name, "team")
    guide.pages[0].mode.choose("live")
    assert guide.pages[0].name.text() == "team", "a name of one's own stays"
    click(guide.next)
    assert "does not change" in guide.pages[1].words.text()
    click(guide.pages[1].test)
    assert host.asked == [("check", "team")]
    assert not guide.pages[1].test.isEnabled()
    guide._state.take_step(CheckStep("reach", "Reach the venue", StepState.OK, "it answers in 80 ms"))
    guide._state.check_ended()
    assert "it answers in 80 ms" in guide.pages[1].steps.text_of("reach")
    click(guide.next)
    assert guide.pages[2].area.widget().text() == "form of team live"
    click(guide.next)
    assert "save the account first" in guide.message.text()
    host.saved = True
    click(guide.next)
    assert title(guide) == "Risk limits"
    guide.pages[3].rows.fields["max_leverage"].setText("40")
    click(guide.next)
    assert guide.message.text() == "Leverage at most: above 0 and at most 20."
    guide.pages[3].rows.fields["max_leverage"].setText("4")
    click(guide.next)
    assert host.kept.max_leverage == 4
    guide.pages[4].ai.choose("A language model")
    guide.pages[4].layout_choice.choose("Trade")
    click(guide.next)
    assert ("layout", "team", "Trade") in host.asked
    assert "View, Language models" in guide.pages[5].words.text()
    assert "View, API test" in guide.pages[5].words.text()
    click(guide.pages[5].open)
    assert host.asked[-1] == ("open", "team")
    assert guide.next.text() == "Finish"
    click(guide.next)
    assert not guide.isVisible()
    guide.open()
    assert title(guide).startswith("Welcome")


def test_a_connection_that_fails_does_not_keep_anybody_from_going_on(guide):
    click(guide.welcome.account)
    click(guide.next)
    guide._state.take_step(CheckStep("reach", "Reach the venue", StepState.FAILED, "no answer", "Check it."))
    guide._state.check_ended("No network.")
    assert guide.message.text() == "No network."
    click(guide.next)
    assert guide.message.text() == ""
    assert title(guide) == "Who reviews"


def test_a_name_that_cannot_be_is_said_on_the_same_page(guide, host):
    host.refusal = "'A b' cannot name a profile."
    click(guide.welcome.account)
    click(guide.next)
    assert title(guide) == "What is it for?"
    assert guide.message.text() == host.refusal


def test_a_profile_that_does_not_read_is_said_in_place_of_its_form(guide):
    click(guide.welcome.account)
    guide.pages[0].name.setText("broken")
    click(guide.next)
    click(guide.next)
    assert guide.pages[2].area.widget().text() == "The profile's file does not read."


def test_back_leads_back_to_the_two_ways(guide):
    click(guide.welcome.account)
    click(guide.next)
    click(guide.back)
    click(guide.back)
    assert title(guide).startswith("Welcome")
    assert not guide.back.isVisible()
