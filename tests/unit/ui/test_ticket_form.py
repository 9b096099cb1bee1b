from dataclasses import replace
from decimal import Decimal

import pytest

from helpers.desk_events import fill_desk, make_desk
from terminal.domain.order import OrderKind, PositionSide
from terminal.domain.ticket import LevelMode, SizeMode
from terminal.domain.ticket_figures import ticket_figures
from terminal.ui.viewmodels.ticket_form import (
    LEFT_TO_AI,
    RISK_NEEDS_STOP,
    TicketForm,
    forbids,
    idea_of,
    ticket_of,
    with_size_mode,
    with_target_mode,
)
from terminal.ui.viewmodels.ticket_rows import empty_rows, figure_rows

FULL = TicketForm(price="90750", size="0.5", stop="89870", target="92510", leverage=5)


@pytest.fixture
def desk(qapp):
    made, _ = make_desk()
    fill_desk(made)
    return made


def figures(desk, form):
    return ticket_figures(ticket_of(desk, form))


def test_what_is_missing_is_left_to_the_ai_in_the_domains_own_words(desk):
    """Should the domain word them differently, asking with a part of the terms would be refused."""
    bare = replace(FULL, size="", stop="", target="")
    assert set(figures(desk, replace(bare, size_mode=SizeMode.COIN)).violations) == LEFT_TO_AI
    assert RISK_NEEDS_STOP in figures(desk, bare).violations
    only_a_target = replace(bare, target="92510")
    assert forbids(only_a_target, figures(desk, only_a_target)) == ()


def test_a_part_of_the_terms_may_be_asked_about(desk):
    form = replace(FULL, size="", target="")
    assert forbids(form, figures(desk, form)) == ()
    idea = idea_of(form, figures(desk, form))
    assert (idea.size_value, idea.stop_price, idea.target_price) == (None, Decimal("89870.0"), None)


def test_a_risk_without_a_stop_is_no_size(desk):
    form = replace(FULL, stop="", target="")
    assert forbids(form, figures(desk, form)) == ("A size by risk needs a stop.",)


def test_nothing_forbids_a_blank_ticket(desk):
    assert forbids(TicketForm(), figures(desk, TicketForm())) == ()
    assert idea_of(TicketForm(), figures(desk, TicketForm())) is None
    assert TicketForm(kind=OrderKind.MARKET, price="12").is_blank  # a market ticket has no price


def test_a_limit_without_a_price_is_figured_at_the_touch_it_joins(desk):
    form = replace(FULL, price="")
    assert ticket_of(desk, form).limit_price == Decimal("90755.3")
    assert ticket_of(desk, replace(form, side=PositionSide.SHORT)).limit_price == Decimal("90755.4")


def test_there_and_back_a_unit_means_the_same(desk):
    now = figures(desk, FULL)
    coins = with_size_mode(FULL, SizeMode.COIN, now, desk.balance.equity)
    assert coins.size == "0.0054"
    assert figures(desk, coins).size == now.size
    in_r = with_target_mode(FULL, LevelMode.R, now)
    assert in_r.target == "2"
    assert figures(desk, in_r).target == now.target


def test_a_unit_whose_value_cannot_be_told_is_empty(desk):
    assert with_size_mode(FULL, SizeMode.COIN, None, None).size == ""
    no_stop = replace(FULL, stop="", size="")
    assert with_target_mode(no_stop, LevelMode.R, figures(desk, no_stop)).target == ""


def test_rows_keep_their_names_and_order_full_or_empty(desk):
    ticket = ticket_of(desk, FULL)
    full = figure_rows(ticket, ticket_figures(ticket))
    bare = empty_rows("why")
    assert [(row.name, row.essential) for row in full] == [(row.name, row.essential) for row in bare]
    assert {row.value for row in bare} == {"–"}
