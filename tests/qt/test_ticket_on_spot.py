"""The ticket at a venue with less than WEEX: what cannot be is said before anybody is asked."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from helpers.desk_events import FakeClock, fill_desk, make_desk
from terminal.domain.capabilities import FULL_CAPABILITIES, ProductKind, TradedVenue
from terminal.domain.instrument import perpetual
from terminal.domain.order import PositionSide
from terminal.domain.references import ReferenceLink, ReferencePrice, ReferenceRow, ReferencesChanged
from terminal.domain.venue_messages import VenueShown
from terminal.ui.widgets.ticket.order_ticket import OrderTicket

SPOT = replace(FULL_CAPABILITIES, product=ProductKind.SPOT, leverage=False, short=False, triggers=False)
BTC, ETH = perpetual("BTC"), perpetual("ETH")


@pytest.fixture
def seat(qtbot):
    desk, sent = make_desk(FakeClock())
    fill_desk(desk)
    ticket = OrderTicket(desk, "LIVE")
    qtbot.addWidget(ticket)
    ticket.resize(348, 620)
    ticket.show()
    return ticket, desk, sent


def short(qtbot, ticket):
    qtbot.mouseClick(ticket.entry.sides[PositionSide.SHORT], Qt.MouseButton.LeftButton)


def test_nobody_is_asked_for_a_short_on_spot(seat, qtbot):
    ticket, desk, sent = seat
    desk.apply(VenueShown(TradedVenue("HashKey", SPOT)))
    assert ticket.ask_button.isEnabled()
    short(qtbot, ticket)
    assert not ticket.ask_button.isEnabled()
    assert "not sold short" in ticket.words.toolTip()
    qtbot.mouseClick(ticket.ask_button, Qt.MouseButton.LeftButton)
    assert sent == []
    qtbot.mouseClick(ticket.entry.sides[PositionSide.LONG], Qt.MouseButton.LeftButton)
    assert ticket.ask_button.isEnabled()


def test_a_perpetual_venue_takes_both(seat, qtbot):
    ticket, desk, _ = seat
    desk.apply(VenueShown(TradedVenue("WOO X")))
    short(qtbot, ticket)
    assert ticket.ask_button.isEnabled()


def test_under_the_competition_only_its_venue_is_asked_for(seat):
    ticket, desk, _ = seat
    desk.apply(VenueShown(TradedVenue("WOO X", FULL_CAPABILITIES, is_competition=True)))
    assert not ticket.ask_button.isEnabled()
    assert "only WEEX" in ticket.ask_button.toolTip()
    desk.apply(VenueShown(TradedVenue("WEEX", FULL_CAPABILITIES, is_competition=True)))
    assert ticket.ask_button.isEnabled()


def test_the_book_gives_a_pairs_comparison(seat, qtbot):
    _, desk, _ = seat
    assert desk.venues.row_of(BTC) is None
    row = ReferenceRow(BTC, None, None, (ReferencePrice("woox", listed=True),), None)
    told = ReferencesChanged((row,), (ReferenceLink("woox", "WOO X", connected=True, text="connected"),), 1)
    with qtbot.waitSignal(desk.venues.compared_changed):
        desk.apply(told)
    assert desk.venues.row_of(BTC) is row
    assert desk.venues.row_of(ETH) is None
    assert desk.venues.product_word == "perpetual"
