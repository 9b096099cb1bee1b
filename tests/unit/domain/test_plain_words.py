"""The words orders, legs, states and failures are said in."""

from dataclasses import fields, replace
from typing import get_args

import pytest

from helpers.builders import BTC, ETH, D, make_order, make_terms
from terminal.domain import plain_words as words
from terminal.domain.account import Income, IncomeKind
from terminal.domain.asked_words import asked_words
from terminal.domain.commands import AskAi, CancelAll, ClosePosition, Command, SetTradingState
from terminal.domain.decision import Action, FailureKind
from terminal.domain.errors import AuthFailed, RequestRejected, StorageError, VenueUnavailable
from terminal.domain.fill import Fill
from terminal.domain.flatten import FlattenScope, FlattenTarget
from terminal.domain.hand_messages import Flatten, ReversePosition, SweepOrphans
from terminal.domain.market import Interval
from terminal.domain.order import Effect, OrderKind, OrderState, PositionSide, Side
from terminal.domain.risk import TradingState


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (("It failed", "no answer.", "Trying on"), "It failed. No answer. Trying on."),
        (("It failed..", "", "Look!"), "It failed. Look!"),
        (("",), ""),
        (("ETH-PERP is paused",), "ETH is paused."),
        (("Is it there?", "wait…"), "Is it there? Wait…"),
    ],
)
def test_sentences_join_with_one_end_mark_each(parts, text):
    assert words.joined(*parts) == text


def test_every_state_has_words_of_its_own():
    for named, members in (
        (words.ORDER_STATE, OrderState),
        (words.TRADING_STATE, TradingState),
        (words.ACTION, Action),
        (words.MODEL_FAILURE, FailureKind),
    ):
        assert set(named) == set(members)
        assert len(set(named.values())) == len(named)
        assert not any("_" in text or text.isupper() for text in named.values())


def test_an_order_is_said_the_way_a_trader_says_it():
    terms = make_terms(instrument_id=ETH, side=Side.SELL, effect=Effect.OPEN, size=D("0.1650"), price=None)
    assert words.order_words(terms) == "sell to open 0.165 ETH"
    assert words.order_at(terms) == "sell to open 0.165 ETH at the market"
    limit = replace(terms, kind=OrderKind.LIMIT, price=D("3012.40"), effect=Effect.CLOSE)
    assert words.order_at(limit) == "sell to close 0.165 ETH at 3,012.4"
    assert words.leg_words(ETH, PositionSide.SHORT) == "ETH short"
    order = replace(make_order(OrderState.NOT_SENT), reason="no route.")
    assert words.state_words(order) == "never sent: no route"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (VenueUnavailable("Nothing was read: link cut.", venue="WEEX", endpoint="/a/b"), "Nothing was read: link cut."),
        (
            RequestRejected("margin too low", venue="WEEX", endpoint="/a/b", code="40015", hint="Lower the size."),
            "The venue says: margin too low [40015]. Lower the size.",
        ),
        (AuthFailed("The key is lost. Enter it again"), "The key is lost. Enter it again."),
        (StorageError("the disk is full."), "The disk is full."),
        (StorageError(), "No reason was given."),
    ],
)
def test_a_failure_is_said_without_address_or_class(error, text):
    assert words.why(error) == text


def test_a_models_code_stays_out_of_its_reason():
    assert words.without_code("bars_behind: ETH-PERP lacks a bar.") == "ETH lacks a bar"
    assert words.without_code("too few bars: wait") == "too few bars: wait"


def test_fills_and_funding_in_a_line():
    fill = Fill("t", "1", "c", ETH, Side.SELL, PositionSide.LONG, D("3000.50"), D("0.5000"), D("0.75"), False, D(-2), 1)
    assert words.fill_line(fill) == "Sold 0.5 ETH at 3,000.5 (long), fee 0.75 USDT, realised −2 USDT."
    paid = Income("i", IncomeKind.FUNDING, D("-0.420"), D(0), BTC, "", 1)
    assert words.funding_line(paid) == "Funding paid on BTC: 0.42 USDT."
    assert words.funding_line(replace(paid, amount=D("1.5"))) == "Funding received on BTC: 1.5 USDT."


@pytest.mark.parametrize(
    ("command", "text"),
    [
        (AskAi(ETH, Action.OPEN_LONG, "ann"), "asking the AI about ETH"),
        (ClosePosition(ETH, PositionSide.LONG, D(1), "ann"), "closing ETH long"),
        (ReversePosition(BTC, PositionSide.SHORT, "ann"), "reversing BTC short"),
        (SetTradingState(TradingState.REDUCE_ONLY, "ann"), "setting trading to Reduce only"),
        (CancelAll("ann"), "cancelling all orders"),
        (SweepOrphans(None, "ann"), "sweeping left-over stops and targets"),
        (Flatten(FlattenTarget(FlattenScope.EVERYTHING), "", "ann", "held"), "the flatten"),
    ],
)
def test_a_command_is_named_by_what_was_asked(command, text):
    assert asked_words(command) == text


def test_every_command_has_words_of_its_own():
    blank = [make_blank(kind) for kind in get_args(Command)]
    said = {type(command).__name__: asked_words(command) for command in blank}
    assert "what you asked for" not in said.values()
    assert len(set(said.values())) == len(said)


def make_blank(kind):
    """One command of a kind; only what its words need is filled in."""
    known = {
        "instrument_id": ETH,
        "side": PositionSide.LONG,
        "state": TradingState.ACTIVE,
        "interval": Interval.M15,
    }
    return kind(*(known.get(field.name, "") for field in fields(kind)))
