"""Wrong keys, a wrong clock, a venue that stumbles or dies: the window says so; no order is lost or repeated."""

import asyncio
import json
import time
from contextlib import ExitStack

import pytest
from PySide6.QtCore import Qt

from helpers.evidence import our_orders, uploads_of
from helpers.loopback import lasting_port, loopback, wait_for
from helpers.seat import at_the_seat, write_profile
from terminal.app import session as session_module
from terminal.app.session import SessionOptions
from terminal.domain.order import OrderState
from terminal.domain.review import ReviewState
from terminal.domain.risk import TradingState
from terminal.runtime.clock import SystemClock


@pytest.fixture(scope="module")
def exchange(tmp_path_factory):
    with loopback(tmp_path_factory.mktemp("exchange")) as running:
        yield running


@pytest.fixture
def tidy(exchange):
    """The module's exchange, without faults before and after."""
    exchange.clear_faults()
    yield exchange
    exchange.clear_faults()


@pytest.mark.parametrize("field", ["key", "secret", "passphrase"])
def test_a_wrong_credential_shows_prices_and_names_the_field(qapp, tmp_path, tidy, field):
    sent = tidy.state()["client_oid_counts"]
    link = tmp_path / "line.json"
    link.write_text(json.dumps(tidy.line | {field: "wrong-" + tidy.line[field]}))
    told = {}

    async def story(seat):
        await seat.prices()
        told["notice"] = await seat.noticed("refuses our key", field, "settings")
        told["state"] = seat.desk.trading_state
        told["phase"] = seat.desk.phase.text

    write_profile("wrong", link)
    at_the_seat(SessionOptions(profile="wrong"), story)
    assert told["state"] is TradingState.HALTED
    assert "the venue refuses our key" in told["phase"]
    assert tidy.line[field] not in told["notice"]
    assert tidy.state()["client_oid_counts"] == sent


def test_an_address_that_is_not_on_the_key_s_list(qapp, tidy):
    tidy.fault(kind="521", path="/capi/v2/account", count=-1)
    told = {}

    async def story(seat):
        await seat.prices()
        await seat.noticed("white list")
        told["state"] = seat.desk.trading_state

    write_profile("elsewhere", tidy.link)
    at_the_seat(SessionOptions(profile="elsewhere"), story)
    assert told["state"] is TradingState.HALTED


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "429", "path": "/capi/v2/market", "count": 1}, ("Too many requests",)),
        ({"kind": "html", "path": "/capi/v2/market", "count": 3}, ("web page",)),
        ({"kind": "html", "path": "/capi/v2/account", "count": 3}, ("web page",)),
        ({"kind": "500", "path": "/capi/v2/", "count": 8}, ("500",)),
        ({"kind": "truncate", "path": "/capi/v2/account", "count": 3}, ("not complete JSON",)),
    ],
)
def test_a_venue_that_stumbles_at_the_start_is_waited_for(qapp, tidy, fault, words):
    told = {}

    async def story(seat):
        await seat.ready()
        told["notices"] = [each.text for each in seat.desk.notices]
        told["state"] = seat.desk.trading_state

    tidy.fault(**fault)
    write_profile("stumble", tidy.link)
    at_the_seat(SessionOptions(profile="stumble"), story)
    assert any(all(word in text for word in words) for text in told["notices"]), told["notices"]
    assert told["state"] is TradingState.ACTIVE


# -- the exchange dies in the middle of an order -----------------------------------


def order_of(seat, decision_id):
    return next((each for each in seat.desk.orders.values() if each.decision_id == decision_id), None)


async def in_state(seat, decision_id, *states):
    """Wait until the decision's order is in one of the states."""

    def reached() -> bool:
        order = order_of(seat, decision_id)
        return order is not None and order.state in states

    await seat.until(seat.desk.order_changed, reached)


async def approve_and_lose_the_exchange(seat, exchange, *, taken):
    """Approve the first proposal and kill the exchange while the program waits for its answer; gives the decision."""
    await seat.proposals(1)
    first = await seat.listens()
    # Last of all, so that prices are still fresh: the stream must not tell what the answer did not.
    exchange.fault(kind="delay", path="/order/placeOrder", after=taken, delay_ms=600_000, count=1)
    exchange.fault(kind="stream_silence", count=-1)
    seat.key(Qt.Key.Key_A)
    # The window must go on living while the test looks into the exchange.
    await asyncio.to_thread(wait_for, lambda: len(exchange.faults()) == 1)
    exchange.kill()
    await in_state(seat, first, OrderState.UNKNOWN)
    await seat.noticed("may or may not have arrived", "never sent again")
    return first


async def streams_back(seat):
    def connected() -> bool:
        return len(seat.desk.streams) == 2 and all(each.connected for each in seat.desk.streams.values())

    await seat.until(seat.desk.stream_changed, connected)
    await seat.until(seat.desk.trading_state_changed, lambda: seat.desk.trading_state is TradingState.ACTIVE)


@pytest.mark.parametrize("taken", [True, False], ids=["taken", "lost"])
def test_the_exchange_is_killed_in_the_middle_of_an_order_and_started_again(qapp, tmp_path, taken):
    told = {}

    async def story(seat):
        first = await approve_and_lose_the_exchange(seat, exchange, taken=taken)
        again = await asyncio.to_thread(stack.enter_context, loopback(tmp_path, port=exchange.port))
        await streams_back(seat)
        if taken:
            await in_state(seat, first, OrderState.FILLED)
            await seat.log_accepted(first)
        told["order"], told["books"] = order_of(seat, first), again.state()
        told["summary"] = seat.run.session.engine.tally.summary()

    with loopback(tmp_path, port=lasting_port()) as exchange, ExitStack() as stack:
        write_profile("dies", exchange.link)
        at_the_seat(SessionOptions(profile="dies"), story)
    order, books = told["order"], told["books"]
    sent = [each for each in our_orders(books) if each["client_oid"] == order.client_order_id]
    assert len(sent) == taken
    assert books["client_oid_counts"] == {}, "nothing was sent to the second exchange"
    assert order.state is (OrderState.FILLED if taken else OrderState.UNKNOWN)
    assert told["summary"]["illegal_transitions"] == 0
    if taken:
        assert len(uploads_of(books, order.venue_order_id)) == 1


# -- a workstation whose clock is wrong ----------------------------------------------


@pytest.mark.parametrize("off_ms", [31_000, -300_000])
def test_a_clock_that_is_off_does_not_cost_an_order(qapp, tmp_path, monkeypatch, off_ms):
    told = {}

    async def story(seat):
        await seat.proposals(1)
        first = await seat.press(Qt.Key.Key_A)
        await seat.answered(first, ReviewState.APPROVED)
        await in_state(seat, first, OrderState.FILLED)
        await seat.log_accepted(first)
        await seat.until(seat.desk.health_changed, lambda: seat.desk.health.clock_offset_ms is not None)
        told["offset_ms"] = seat.desk.health.clock_offset_ms

    with loopback(tmp_path, speed=1.0) as exchange:
        wrong_clock(monkeypatch, exchange, off_ms)
        write_profile("off", exchange.link)
        at_the_seat(SessionOptions(profile="off"), story)
        books = exchange.state()
    assert abs(told["offset_ms"] + off_ms) < 5_000
    assert list(books["client_oid_counts"].values()) == [1]


def wrong_clock(monkeypatch, exchange, off_ms):
    """Give the next session a clock that is `off_ms` ahead of the exchange's."""
    skew_ms = exchange.state()["now_ms"] + off_ms - int(time.time() * 1000)
    monkeypatch.setattr(session_module, "SystemClock", lambda rate: SystemClock(rate=rate, skew_ms=skew_ms))


def test_an_unclear_order_is_found_although_the_clock_is_ahead(qapp, tmp_path, monkeypatch):
    """Neither the answer nor the streams tell what became of it: only the venue's lists can."""

    async def lose_the_answer(seat):
        await seat.proposals(1)
        first = await seat.listens()
        exchange.fault(kind="drop", path="/order/placeOrder", after=True, count=1)
        exchange.fault(kind="stream_silence", count=-1)
        seat.key(Qt.Key.Key_A)
        await in_state(seat, first, OrderState.UNKNOWN)
        await in_state(seat, first, OrderState.FILLED)

    with loopback(tmp_path, speed=1.0) as exchange:
        wrong_clock(monkeypatch, exchange, 31_000)
        write_profile("ahead", exchange.link)
        at_the_seat(SessionOptions(profile="ahead"), lose_the_answer)
        books = exchange.state()
    assert list(books["client_oid_counts"].values()) == [1]


def test_a_venue_clock_that_jumps_is_measured_again(qapp, tidy):
    told = {}

    async def story(seat):
        await seat.proposals(2)
        tidy.fault(kind="clock_skew", delay_ms=31_000 * int(tidy.line["speed"]))
        first = await seat.press(Qt.Key.Key_A)
        # Whatever is signed first meets it: the order, or the upload of a log, which is repeated.
        await in_state(seat, first, OrderState.REJECTED, OrderState.FILLED)
        order = order_of(seat, first)
        told["words"] = order.reason if order.state is OrderState.REJECTED else seat.story()
        second = await seat.press(Qt.Key.Key_A)
        await in_state(seat, second, OrderState.FILLED)

    write_profile("jump", tidy.link)
    at_the_seat(SessionOptions(profile="jump"), story)
    assert "clock is measured again" in told["words"]
