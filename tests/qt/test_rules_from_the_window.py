"""Somebody tries to break each rule of the competition from the window.

The window has one way out: the commands it hands to the engine. A real engine stands behind
it here, so that what is refused is refused by what refuses it in earnest. Where the window has
no way to ask for the forbidden thing, the test shows that it has none.
"""

import ast
from functools import cache
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton

from helpers.builders import BTC, ETH, make_decision, make_terms
from helpers.desk_events import FakeClock, fill_desk, make_desk
from helpers.fake_worker import deciding
from helpers.fake_world import World
from helpers.held_world import add_leg
from helpers.rule_breaking import AFTER_THE_PROPOSAL, GATE, sent_openings
from helpers.rule_kit import rules_for
from terminal.domain.commands import AcceptVenuePosition, Approve, AskAi
from terminal.domain.competition import ALLOWED_INSTRUMENTS, MAX_LEVERAGE
from terminal.domain.decision import Action
from terminal.domain.hand_messages import SetLeverage
from terminal.domain.order import PositionSide
from terminal.domain.review_messages import ApprovalVoided
from terminal.domain.risk import TradingState
from terminal.domain.rules import RuleState
from terminal.domain.season import Season
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.market.market_watch import MarketWatch
from terminal.ui.widgets.rules.panel import RulesPanel
from terminal.ui.widgets.ticket.leverage_popup import LeveragePopup
from terminal.ui.widgets.ticket.order_ticket import OrderTicket

UI = Path(__file__).parents[2] / "terminal" / "ui"


class Seat:
    """A window's state on a real engine between fakes."""

    def __init__(self, *decisions, season: Season | None = None) -> None:
        self.world = World(*decisions, rules=rules_for(season), rule_version="test")
        clock = self.world.clock
        self.desk = Desk(self.world.engine.post, clock.monotonic_s, clock.now_ms, who="ann")
        self.voided: list[ApprovalVoided] = []
        hear = self.world.engine._seat

        def both(event):
            hear(event)
            self.desk.apply(event)
            if isinstance(event, ApprovalVoided):
                self.voided.append(event)

        self.world.engine._seat = both

    async def start(self) -> "Seat":
        await self.world.start()
        return self

    async def click_approve(self, decision_id: str = "d1") -> None:
        shown = self.desk.proposals[decision_id]
        self.desk.send(Approve(decision_id, self.desk.who, "key A", shown.fingerprint))
        await self.world.clock.advance(1)

    @property
    def told(self) -> str:
        """Everything the window was told in words."""
        parts = [notice.text for notice in self.desk.notices]
        parts += [proposal.reason for proposal in self.desk.proposals.values()]
        parts += [cycle.text for cycle in self.desk.cycles]
        for event in self.voided:
            parts += [event.text, *(f"{row.name} {row.proposed} {row.now} {row.difference}" for row in event.rows)]
        return "\n".join(parts)


@pytest.fixture
def filled(qtbot):
    desk, sent = make_desk(FakeClock())
    fill_desk(desk)
    return desk, sent


@pytest.mark.asyncio
@pytest.mark.parametrize("rule", [each for each in GATE if each != "R5"])
async def test_an_approval_of_what_is_forbidden_by_now_is_refused_and_the_window_is_told_the_rule(qtbot, rule):
    spoil, name = GATE[rule]
    seat = await Seat(make_decision()).start()
    await seat.world.proposed()
    spoil(seat.world)
    await seat.click_approve()
    assert sent_openings(seat.world) == []
    assert name.split(" (")[0] in seat.told
    await seat.world.close()


@pytest.mark.asyncio
async def test_r5_an_approval_of_a_decision_the_market_has_left_sends_nothing(qtbot):
    seat = await Seat(make_decision()).start()
    await seat.world.proposed()
    GATE["R5"][0](seat.world)
    await seat.click_approve()
    assert sent_openings(seat.world) == []
    assert not seat.desk.proposals["d1"].is_open
    await seat.world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize("rule", [each for each in GATE if each not in AFTER_THE_PROPOSAL])
async def test_asking_the_ai_for_what_is_forbidden_gives_a_card_that_names_the_rule(qtbot, rule):
    """The AI agrees with the person; the answer comes blocked all the same."""
    spoil, name = GATE[rule]
    seat = await Seat(season=None).start()
    spoil(seat.world)
    seat.world.worker.answer = _agreeing()
    seat.desk.send(AskAi(BTC, Action.OPEN_LONG, "ann", question_id=seat.desk.new_question_id()))
    await seat.world.clock.advance(3)
    assert name in seat.told
    assert sent_openings(seat.world) == []
    assert not any(proposal.is_open for proposal in seat.desk.proposals.values())
    await seat.world.close()


def _agreeing():
    return deciding(make_decision())


# -- R1 -------------------------------------------------------------------------------


def test_r1_the_window_has_no_free_text_for_a_pair(qtbot, filled):
    desk, sent = filled
    ticket, watch = OrderTicket(desk, "DEMO"), MarketWatch(desk)
    for widget in (ticket, watch):
        qtbot.addWidget(widget)
    assert not ticket.findChildren(QComboBox)
    for field in ticket.findChildren(QLineEdit):
        before = desk.selection
        field.setText("PEPE")
        assert desk.selection == before, field.accessibleName()
    ticket.ask()
    shown = {watch.model.rows[at].instrument_id for at in range(watch.model.rowCount())}
    assert shown == set(ALLOWED_INSTRUMENTS)
    (asked,) = sent
    assert asked.instrument_id in ALLOWED_INSTRUMENTS


@pytest.mark.asyncio
async def test_r1_a_pair_the_season_leaves_out_is_refused_by_the_rule_s_name(qtbot):
    seat = await Seat(season=Season(pairs=(ETH,))).start()
    seat.world.worker.answer = _agreeing()
    seat.desk.send(AskAi(BTC, Action.OPEN_LONG, "ann", question_id="q"))
    await seat.world.clock.advance(3)
    assert "Competition rule 1 (allowed pair" in seat.told
    assert seat.world.venue.sends == []
    await seat.world.close()


# -- R2, R3, R4 -----------------------------------------------------------------------


def test_r2_more_than_the_limit_cannot_be_typed(qtbot, filled):
    desk, _ = filled
    ticket = OrderTicket(desk, "DEMO")
    qtbot.addWidget(ticket)
    popup = LeveragePopup(ticket)
    for typed in ("21", "400", "-5", "5.5", "0"):
        popup.field.clear()
        qtbot.keyClicks(popup.field, typed)
        assert popup.field.text() != typed
        assert int(popup.field.text() or "0") <= MAX_LEVERAGE
    assert max(popup.presets) <= MAX_LEVERAGE


@pytest.mark.asyncio
async def test_r2_a_command_for_more_is_refused_by_the_rule_s_name(qtbot):
    seat = await Seat().start()
    seat.desk.send(SetLeverage(BTC, 125, "ann"))
    await seat.world.clock.advance(1)
    assert "Competition rule 2 (leverage)" in seat.desk.margins.progress[BTC].text
    assert all(wanted <= MAX_LEVERAGE for _, wanted in seat.world.venue.margin_sends if isinstance(wanted, int))
    await seat.world.close()


@pytest.mark.asyncio
async def test_r4_approving_everything_at_once_sends_no_more_than_may_be(qtbot):
    pairs = ALLOWED_INSTRUMENTS[:4]
    seat = await Seat(*(make_decision(f"d{at}", instrument_id=each) for at, each in enumerate(pairs))).start()
    await seat.world.proposed("d3")
    for at in range(len(pairs)):
        shown = seat.desk.proposals[f"d{at}"]
        seat.desk.send(Approve(f"d{at}", "ann", "key A", shown.fingerprint))
    await seat.world.clock.advance(3)
    assert len(sent_openings(seat.world)) <= 2  # the profile's limit; the rules allow ten
    assert "Competition rule 4 (order rate" in seat.told
    await seat.world.close()


# -- R5, R7, R10, R11, R12: the window has no such thing ---------------------------------


@cache
def _commands_made() -> frozenset[str]:
    """Every class the window's own code builds inside a call of `send`, or hands to it by name."""
    made: set[str] = set()
    for file in UI.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                made.add(node.func.id)
    return frozenset(made)


def test_r5_nothing_in_the_window_makes_an_order():
    made = _commands_made()
    assert {"Approve", "AskAi", "ClosePosition"} <= made  # the search finds commands
    assert made.isdisjoint({"Order", "IntentCommitted", "OrderIntent", "PreparedOrder", "Approval", "Decision"})


def test_r7_r12_nothing_in_the_window_makes_or_changes_a_record_or_a_log():
    assert _commands_made().isdisjoint({"AiLog", "AiLogFrozen", "AiLogLinked", "OrderMoved", "FillBooked"})


def test_r10_the_window_shows_no_key_and_offers_no_export(qtbot, filled):
    desk, _ = filled
    for widget in (OrderTicket(desk, "DEMO"), RulesPanel(desk)):
        qtbot.addWidget(widget)
        words = [button.text().lower() for button in widget.findChildren(QPushButton)]
        assert not any("key" in each or "export" in each for each in words)
    fields = {name.lower() for name in vars(desk)}
    assert not any(part in name for name in fields for part in ("secret", "passphrase", "api_key"))


def test_r11_no_field_of_the_window_takes_an_address():
    assert _commands_made().isdisjoint({"Endpoints", "WeexAdapter", "open_adapter", "stream_url", "rest_url"})


# -- R10, R13, R14: what comes from outside is shown --------------------------------------


@pytest.mark.asyncio
async def test_r10_another_terminal_is_shown_as_the_broken_rule_and_nothing_opens(qtbot):
    seat = await Seat(make_decision()).start()
    ours = (await seat.world.proposed()).client_order_id
    seat.world.venue.make_order(make_terms(instrument_id=ETH), "zzzz" + ours[4:])
    await seat.world.clock.until(lambda: seat.desk.trading_state is TradingState.HALTED)
    await seat.click_approve()
    assert sent_openings(seat.world) == []
    assert "Competition rule 10 (one seat)" in seat.desk.trading_reason
    await seat.world.clock.advance(2)
    assert seat.desk.rules.light("R10").state is RuleState.BROKEN
    await seat.world.close()


@pytest.mark.asyncio
async def test_r13_what_the_organiser_changed_waits_for_a_person_and_is_never_traded_away(qtbot):
    seat = await Seat().start()
    add_leg(seat.world, BTC, PositionSide.LONG, "0.0100")
    await seat.world.clock.advance(60)
    if not seat.desk.safety.frozen:
        seat.world.engine._switch.freeze(BTC, "the venue holds more than our fills explain")
        await seat.world.clock.advance(2)
    assert seat.desk.rules.light("R13").state is RuleState.NEAR
    assert seat.world.venue.sends == []
    seat.desk.send(AcceptVenuePosition(BTC, "ann"))
    await seat.world.clock.advance(5)
    assert seat.world.venue.sends == []
    await seat.world.close()


@pytest.mark.asyncio
async def test_r12_a_journal_that_fails_stops_what_the_window_approves(qtbot):
    seat = await Seat(make_decision()).start()
    await seat.world.proposed()
    seat.world.engine._trouble.on_journal_failure("the disk is full")
    await seat.click_approve()
    assert sent_openings(seat.world) == []
    assert "the journal failed" in seat.told
    await seat.world.close()


@pytest.mark.asyncio
async def test_r14_an_address_off_the_list_is_shown_and_nothing_opens(qtbot):
    seat = await Seat(make_decision()).start()
    await seat.world.proposed()
    words = "Competition rule 14 (fixed address): this machine's public IP address is not on the key's white list"
    seat.world.engine._switch.demand("key", TradingState.HALTED, words)
    await seat.click_approve()
    assert sent_openings(seat.world) == []
    assert "Competition rule 14" in seat.told
    assert "Competition rule 14" in seat.desk.trading_reason
    await seat.world.close()
