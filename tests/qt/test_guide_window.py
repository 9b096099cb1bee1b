"""The guide: two ways in, a page for each step, and nothing in it is needed to leave it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from terminal.domain.account_check import CheckStep, StepState
from terminal.domain.errors import ConfigError, StorageError
from terminal.domain.risk import RiskLimits
from terminal.ui.viewmodels.account_place import AccountPlace
from terminal.ui.viewmodels.guide import GuideState, Plan
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

    def why_not(self, plan):
        return self.refusal

    def check_connection(self, plan):
        self.asked.append(("check", plan.name, plan.place.title))

    def account_form(self, plan):
        if plan.name == "broken":
            raise ConfigError("The profile's file does not read.")
        return QLabel(f"form of {plan.name} {plan.mode} {plan.place.title}")

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


def write(field, text):
    field.clear()
    QTest.keyClicks(field, text)


def test_the_whole_way_of_an_account(guide, host):
    purpose, venue, connection, key, limits, seat, done = guide.pages
    click(guide.welcome.account)
    click(purpose.mode.buttons["competition"])
    click(guide.next)
    assert title(guide) == "At which venue?"
    assert venue.name.text() == "competition"
    write(venue.name, "team")
    click(guide.back)
    click(purpose.mode.buttons["live"])
    click(guide.next)
    assert venue.name.text() == "team", "a name of one's own stays"
    click(guide.next)
    assert "does not change" in connection.words.text()
    click(connection.test)
    assert host.asked == [("check", "team", "WEEX")]
    assert not connection.test.isEnabled()
    guide._state.take_step(CheckStep("reach", "Reach the venue", StepState.OK, "it answers in 80 ms"))
    guide._state.check_ended()
    assert "it answers in 80 ms" in connection.steps.text_of("reach")
    click(guide.next)
    assert key.area.widget().text() == "form of team live WEEX"
    click(guide.next)
    assert "save the account first" in guide.message.text()
    host.saved = True
    click(guide.next)
    assert title(guide) == "Risk limits"
    limits.rows.fields["max_leverage"].setText("40")
    click(guide.next)
    assert guide.message.text() == "Leverage at most: above 0 and at most 20."
    limits.rows.fields["max_leverage"].setText("4")
    click(guide.next)
    assert host.kept.max_leverage == 4
    seat.ai.choose("A language model")
    seat.layout_choice.choose("Trade")
    click(guide.next)
    assert ("layout", "team", "Trade") in host.asked
    assert "View, Language models" in done.words.text()
    assert "View, API test" in done.words.text()
    click(done.open)
    assert host.asked[-1] == ("open", "team")
    assert guide.next.text() == "Finish"
    click(guide.next)
    assert not guide.isVisible()
    guide.open()
    assert title(guide).startswith("Welcome")


def to_venues(guide, mode):
    click(guide.welcome.account)
    click(guide.pages[0].mode.buttons[mode])
    click(guide.next)
    return guide.pages[1]


def test_a_venue_asks_for_what_it_needs_and_no_more(guide):
    page = to_venues(guide, "live")
    fields = (page.place.product, page.place.site, page.place.file)
    assert [field.isVisible() for field in fields] == [False, False, False]
    click(page.venue.buttons["hashkey"])
    assert [field.isVisible() for field in fields] == [False, True, False]
    shown = [word for word, button in page.place.site.buttons.items() if button.isVisible()]
    assert shown == ["pro", "global", "pro-sandbox", "global-sandbox"]
    click(page.venue.buttons["woox"])
    assert [field.isVisible() for field in fields] == [True, True, False]
    click(page.place.product.buttons["spot"])
    click(page.place.site.buttons["staging"])
    assert page.name.text() == "live-woox-spot"
    assert page.place.place == AccountPlace("woox", "spot", "staging")
    assert not page.venue.buttons["bitz"].isEnabled()
    assert "closed in 2021" in page.venue.buttons["bitz"].toolTip()


def test_the_competition_is_at_weex_alone(guide):
    page = to_venues(guide, "live")
    click(page.venue.buttons["hashkey"])
    click(guide.back)
    click(guide.pages[0].mode.buttons["competition"])
    click(guide.next)
    assert [word for word, button in page.venue.buttons.items() if button.isEnabled()] == ["weex"]
    assert page.place.place == AccountPlace("weex")
    assert page.name.text() == "competition"
    assert "only WEEX may receive an order" in page.venue.buttons["woox"].toolTip()
    assert "only WEEX may receive an order" in page.words.text()


def test_an_exchange_on_this_machine_is_named_by_its_file(guide, host):
    page = to_venues(guide, "demo")
    assert all(button.isEnabled() for button in page.venue.buttons.values())
    click(page.venue.buttons["bitz"])
    assert page.place.file.isVisible()
    assert not page.place.site.isVisible()
    write(page.place.file.path, "/there/bitz.json")
    click(guide.next)
    assert guide._state.plan == Plan("demo-bitz", "demo", AccountPlace("bitz", connection="/there/bitz.json"))
    assert "on this machine" in guide.pages[2].words.text()
    click(guide.next)
    assert title(guide) == "Who reviews"


def test_spot_has_no_leverage_to_limit_and_no_api_test(guide, host):
    page = to_venues(guide, "live")
    click(page.venue.buttons["hashkey"])
    host.saved = True
    for _ in range(3):
        click(guide.next)
    limits = guide.pages[4].rows.fields
    assert title(guide) == "Risk limits"
    assert not limits["max_leverage"].isVisible()
    assert limits["order_notional"].isVisible()
    click(guide.next)
    click(guide.next)
    assert "(live, HashKey spot)" in guide.pages[6].words.text()
    assert "API test" not in guide.pages[6].words.text()
    assert "Go or no-go" in guide.pages[6].words.text()


def test_a_connection_that_fails_does_not_keep_anybody_from_going_on(guide):
    click(guide.welcome.account)
    click(guide.next)
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
    click(guide.next)
    assert title(guide) == "At which venue?"
    assert guide.message.text() == host.refusal


def test_a_profile_that_does_not_read_is_said_in_place_of_its_form(guide):
    click(guide.welcome.account)
    click(guide.next)
    write(guide.pages[1].name, "broken")
    click(guide.next)
    click(guide.next)
    assert guide.pages[3].area.widget().text() == "The profile's file does not read."


def test_back_leads_back_to_the_two_ways(guide):
    click(guide.welcome.account)
    click(guide.next)
    click(guide.back)
    click(guide.back)
    assert title(guide).startswith("Welcome")
    assert not guide.back.isVisible()
