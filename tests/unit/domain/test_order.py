import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.instrument import perpetual
from terminal.domain.order import (
    AT_VENUE,
    TERMINAL,
    TRANSITIONS,
    Effect,
    IllegalTransition,
    Order,
    OrderEvent,
    OrderKind,
    OrderState,
    OrderTerms,
    Origin,
    PositionSide,
    Side,
    TimeInForce,
    apply_event,
    transition,
)


def terms(**changes):
    base = {
        "instrument_id": perpetual("BTC"),
        "side": Side.BUY,
        "effect": Effect.OPEN,
        "kind": OrderKind.LIMIT,
        "tif": TimeInForce.GTC,
        "size": Decimal("0.0100"),
        "price": Decimal("90000.0"),
        "leverage": 5,
        "stop_price": Decimal("89000.0"),
        "target_price": Decimal("92000.0"),
        "reference_price": Decimal("90010.0"),
    }
    return OrderTerms(**{**base, **changes})


def order(state, **changes):
    return Order("c" * 32, terms(), Origin.AI, "d1", state, created_ms=1, **changes)


def test_every_state_has_a_row():
    assert set(TRANSITIONS) == set(OrderState)


@pytest.mark.parametrize("state", OrderState)
@pytest.mark.parametrize("event", OrderEvent)
def test_every_pair_moves_by_the_table_or_is_refused(state, event):
    if event in TRANSITIONS[state]:
        assert transition(state, event) is TRANSITIONS[state][event]
    else:
        with pytest.raises(IllegalTransition, match=state.value):
            transition(state, event)


def test_nothing_leads_back_to_sending():
    assert [s for s in OrderState if OrderState.SUBMITTING in TRANSITIONS[s].values()] == [OrderState.APPROVED]


def test_terminal_states_only_know_late_truths():
    for state in TERMINAL:
        moves = {target for target in TRANSITIONS[state].values() if target is not state}
        if state is OrderState.CANCELED:
            assert moves == {OrderState.FILLED}
        elif state is not OrderState.NOT_ACCEPTED:
            assert moves == set()


def test_terminal_and_at_venue_do_not_overlap():
    assert not TERMINAL & AT_VENUE


def test_a_refused_cancel_of_a_part_filled_order_is_partial_again():
    waiting = order(OrderState.CANCEL_PENDING, filled_size=Decimal("0.004"))
    assert apply_event(waiting, OrderEvent.CANCEL_REFUSED).state is OrderState.PARTIAL
    assert apply_event(order(OrderState.CANCEL_PENDING), OrderEvent.CANCEL_REFUSED).state is OrderState.WORKING


def test_an_older_report_does_not_turn_time_back():
    moved = apply_event(order(OrderState.ACKED, updated_ms=50), OrderEvent.OPEN, updated_ms=20)
    assert moved.updated_ms == 50


@given(st.lists(st.sampled_from(list(OrderEvent)), max_size=30))
def test_any_history_stays_inside_the_table(events):
    current = order(OrderState.DRAFT)
    for event in events:
        before = current
        with contextlib.suppress(IllegalTransition):
            current = apply_event(current, event)
        legal = event in TRANSITIONS[before.state]
        assert (current.state in set(TRANSITIONS[before.state].values())) if legal else current is before


@pytest.mark.parametrize(
    ("side", "effect", "held"),
    [
        (Side.BUY, Effect.OPEN, PositionSide.LONG),
        (Side.SELL, Effect.OPEN, PositionSide.SHORT),
        (Side.SELL, Effect.CLOSE, PositionSide.LONG),
        (Side.BUY, Effect.CLOSE, PositionSide.SHORT),
    ],
)
def test_position_side_in_hedge_mode(side, effect, held):
    assert terms(side=side, effect=effect).position_side is held


def test_notional_uses_the_limit_or_the_reference():
    assert terms().notional == Decimal("900.00000")
    assert terms(price=None, kind=OrderKind.MARKET).notional == Decimal("900.10000")
