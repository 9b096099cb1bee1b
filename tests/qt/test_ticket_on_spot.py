"""The ticket at a venue with less than WEEX: what cannot be is said before anybody is asked."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from helpers.desk_events import FakeClock, fill_desk, make_desk
from helpers.whole_window import MODE
from terminal.domain.capabilities import FULL_CAPABILITIES, ProductKind, TradedVenue, VenueCapabilities
from terminal.domain.instrument import perpetual
from terminal.domain.order import PositionSide
from terminal.domain.references import ReferenceLink, ReferencePrice, ReferenceRow, ReferencesChanged
from terminal.domain.ticket import SizeMode
from terminal.domain.ticket_figures import ticket_figures
from terminal.domain.venue_messages import VenueShown
from terminal.ui.actions.table import built_in_key
from terminal.ui.viewmodels.margin_view import margins_of, what_if_words
from terminal.ui.viewmodels.ticket import risk_words
from terminal.ui.viewmodels.ticket_form import TicketForm, ticket_of
from terminal.ui.viewmodels.ticket_rows import figure_rows
from terminal.ui.viewmodels.venue_words import lacks, short_lacks
from terminal.ui.widgets.review.amend_form import AmendForm
from terminal.ui.widgets.review.review_terms import right_terms
from terminal.ui.widgets.status_bar import StatusBar
from terminal.ui.widgets.ticket.order_ticket import OrderTicket
from terminal.ui.widgets.top_bar import TopBar

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


def test_spot_has_no_leverage_to_choose_and_says_so(seat):
    ticket, desk, _ = seat
    assert ticket.entry.leverage_button.isVisible()
    assert not ticket.entry.venue_note.isVisible()
    desk.apply(VenueShown(TradedVenue("HashKey", SPOT)))
    entry = ticket.entry
    assert not entry.leverage_button.isVisible()
    assert (entry.venue_note.isVisible(), entry.venue_note.text()) == (True, "spot: no leverage")
    assert "paid in full" in entry.venue_note.toolTip()
    assert ticket.header.summary.text() == "BTC spot · HashKey"
    desk.apply(VenueShown(TradedVenue("WOO X")))
    assert entry.leverage_button.isVisible()
    assert not entry.venue_note.isVisible()


def test_what_was_tried_out_is_dropped_where_there_is_no_leverage(seat):
    ticket, desk, _ = seat
    ticket.entry.popup.leverage_chosen.emit(3)
    assert ticket.entry.form.leverage == 3
    desk.apply(VenueShown(TradedVenue("HashKey", replace(SPOT, margin_modes=False))))
    assert ticket.entry.form.leverage is None
    assert not ticket.entry.mode_button.isVisible()


def test_figures_on_spot_are_those_of_an_order_paid_in_full(seat):
    _, desk, _ = seat
    desk.apply(VenueShown(TradedVenue("HashKey", SPOT)))
    assert margins_of(desk, None, None).leverage == 1
    assert what_if_words(desk, margins_of(desk, None, None)) == ""
    assert "paid in full" in risk_words(desk)
    form = TicketForm(price="90000", size="0.01", size_mode=SizeMode.COIN, stop="89000")
    shaped = ticket_of(desk, form)
    rows = {row.name: row for row in figure_rows(shaped, ticket_figures(shaped), is_spot=True)}
    assert rows["Liquidation"].value == "none"
    assert rows["Margin  /  fees both ways"].value.startswith("900.00")


def test_a_card_names_the_venue_it_would_go_to(seat):
    _, desk, _ = seat
    proposal = desk.open_proposals()[0]
    rules = desk.instruments[proposal.terms.instrument_id]
    terms = {term.name: term for term in right_terms(proposal, rules, TradedVenue("WOO X"))}
    assert terms["Leverage"].value == "5x at WOO X"
    spot = {term.name: term for term in right_terms(proposal, rules, TradedVenue("HashKey", SPOT))}
    assert spot["Venue"].value == "HashKey spot"
    assert "No leverage" in spot["Venue"].why
    assert "Leverage" not in spot


def test_amending_on_spot_offers_no_leverage(seat, qtbot):
    _, desk, _ = seat
    proposal = desk.open_proposals()[0]
    rules = desk.instruments[proposal.terms.instrument_id]
    form = AmendForm("LIVE", built_in_key)
    qtbot.addWidget(form)
    form.show()
    form.begin(proposal.terms, rules, desk.balance)
    assert form.fields["Leverage"].isVisible()
    form.begin(replace(proposal.terms, leverage=1), replace(rules, max_leverage=1), desk.balance)
    assert not form.fields["Leverage"].isVisible()
    assert form.amendment is not None


def test_the_status_line_and_the_top_bar_name_the_venue(seat, qtbot):
    _, desk, _ = seat
    line = StatusBar(desk)
    bar = TopBar(desk, MODE)
    for widget in (line, bar):
        qtbot.addWidget(widget)
    assert line.items["venue"].text() == "WEEX"
    assert "Everything" in line.items["venue"].toolTip()
    desk.apply(VenueShown(TradedVenue("HashKey", SPOT)))
    assert line.items["venue"].text() == "HashKey spot"
    assert "No shorts" in line.items["venue"].toolTip()
    assert bar.figures["Leverage cap"].value.text() == "none here"


def test_each_thing_a_venue_lacks_is_said_once():
    nothing = VenueCapabilities(
        ProductKind.SPOT, *(False,) * 7, 1, private_stream=False, ai_logs=False, market_orders=False
    )
    assert len(set(lacks(nothing))) == 9
    assert lacks(FULL_CAPABILITIES) == ()
    assert short_lacks(TradedVenue("Bit-Z", replace(FULL_CAPABILITIES, margin_modes=False))) == "Bit-Z: one margin mode"
    assert short_lacks(TradedVenue("Bit-Z", replace(FULL_CAPABILITIES, leverage=False))) == "Bit-Z: no leverage"
