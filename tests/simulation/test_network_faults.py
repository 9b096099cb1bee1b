"""Network faults N1 to N17 of the catalogue, one by one, through the whole program."""

import asyncio
import os

import httpx
import pytest

from simulation.kit import Desk, play, said
from terminal.domain.order import OrderState
from terminal.domain.risk import TradingState
from terminal.net.http import HttpClient

SETTLED = {OrderState.FILLED, OrderState.CANCELED}


def one_placement(fault: str, state: OrderState, *words: str, arrives: bool) -> None:
    """A placement meets a fault: the order's state then, and the truth after all; sent once in any case."""

    async def story(desk: Desk) -> None:
        with said(desk, *(() if arrives else words)):  # the stream may prove it before the call fails
            order = await desk.open(fault, wait_s=11.0)
        seen = desk.again(order)
        assert seen.state is state or (state is OrderState.UNKNOWN and seen.state in SETTLED)
        await desk.until(lambda: desk.again(order).state not in {OrderState.UNKNOWN, OrderState.SUBMITTING})
        assert len(desk.at_venue(order)) == int(arrives)
        assert desk.again(order).state in (SETTLED if arrives else {state, OrderState.NOT_ACCEPTED})
        assert desk.world.sent[order.client_order_id] <= 1

    play(story)


@pytest.mark.parametrize(
    ("fault", "words"), [("refused", "could not be reached"), ("pool", "busy"), ("dns", "name could not be looked up")]
)
def test_n1_nothing_left_this_machine(fault, words):
    one_placement(fault, OrderState.NOT_SENT, words, "Nothing left this machine", arrives=False)


@pytest.mark.parametrize(("fault", "arrives"), [("lost", False), ("lost_after", True)])
def test_n2_a_request_without_an_answer_is_unclear_and_looked_up(fault, arrives):
    one_placement(fault, OrderState.UNKNOWN, "looked up and never sent again", arrives=arrives)


def test_n3_an_answer_that_drips_is_cut_off_and_looked_up():
    one_placement("slow_body", OrderState.UNKNOWN, "no complete answer in time", arrives=True)


def test_n4_an_answer_that_comes_after_the_stream_told_it_all_changes_nothing():
    async def story(desk: Desk) -> None:
        order = await desk.open("late", wait_s=12.0)
        assert desk.again(order).state in SETTLED
        assert desk.engine.core.ledger.illegal_transitions == 0

    play(story)


def test_n5_retry_after_is_honoured_and_a_placement_is_not_repeated():
    async def story(desk: Desk) -> None:
        order = await desk.open("429_wait")
        assert desk.again(order).state is OrderState.REJECTED
        assert desk.at_venue(order) == []
        sent = desk.world.network.requests
        await asyncio.sleep(2.5)
        assert desk.world.network.requests == sent  # the gate is closed for everybody

    play(story)


def test_n6_without_retry_after_our_own_back_off_grows():
    async def story(desk: Desk) -> None:
        limiter = desk.world.adapter._desk.limiter
        waits = []
        for _ in range(4):
            waits.append(limiter.close_gate(None))
            await asyncio.sleep(waits[-1] + 1)
        assert waits == sorted(waits)
        assert waits[-1] <= 300

    play(story)


def test_n7_a_storm_of_429_closes_the_gate_at_once_and_nothing_is_repeated():
    async def story(desk: Desk) -> None:
        desk.weather.script.extend([("", "429")] * 10)
        before = desk.world.network.requests
        await asyncio.sleep(60.0)
        assert desk.world.network.requests - before < 60
        assert any("slow down" in text for text in desk.world.words())
        desk.weather.calm()
        await desk.until(lambda: desk.engine.trading_state is TradingState.ACTIVE, 400)

    play(story)


@pytest.mark.parametrize("fault", ["500", "502", "503", "504", "500_after", "strange"])
def test_n8_a_server_error_says_nothing_about_an_order(fault):
    one_placement(fault, OrderState.UNKNOWN, arrives=fault in {"500_after", "strange"})


def test_n9_a_failed_reading_is_repeated_and_nothing_is_inferred():
    async def story(desk: Desk) -> None:
        await desk.open(wait_s=4.0)
        held = desk.engine.core.portfolio.positions
        desk.weather.script.extend([("allPosition", "500")] * 9)
        await asyncio.sleep(40.0)
        assert desk.engine.core.portfolio.positions[0].size == held[0].size

    play(story)


def test_n10_an_unwelcome_address_halts_until_a_person_acts():
    async def story(desk: Desk) -> None:
        order = await desk.open("521")
        assert desk.again(order).state is OrderState.REJECTED
        assert desk.engine.trading_state is TradingState.HALTED
        assert "white list" in desk.engine._switch.reason
        await asyncio.sleep(60)
        assert desk.engine.trading_state is TradingState.HALTED

    play(story)


@pytest.mark.parametrize("jump_ms", [-300_000, -31_000, 31_000, 300_000, 86_400_000, -86_400_000])
def test_n11_a_wall_clock_that_jumps_is_noticed_and_orders_still_work(jump_ms):
    async def story(desk: Desk) -> None:
        desk.world.clock.jump(jump_ms)
        await asyncio.sleep(1.1)
        assert desk.engine.trading_state is TradingState.STARTING
        await desk.until(lambda: desk.engine.trading_state is TradingState.ACTIVE, 15)
        order = await desk.open(wait_s=3.0)
        assert desk.again(order).state is OrderState.FILLED

    play(story)


def test_n11_a_venue_clock_that_is_off_costs_one_refusal_and_is_measured_again():
    async def story(desk: Desk) -> None:
        desk.world.venue.clock.skew_ms = 300_000
        order = await desk.open()
        assert desk.again(order).state in {OrderState.REJECTED, *SETTLED}
        await asyncio.sleep(10)
        later = await desk.open(wait_s=3.0)
        assert desk.again(later).state is OrderState.FILLED

    play(story)


@pytest.mark.parametrize("counts", [True, False], ids=["monotonic time counts", "monotonic time stands still"])
def test_n11_waking_up_cuts_streams_measures_and_compares_before_anything_opens(counts):
    async def story(desk: Desk) -> None:
        old = list(desk.world.network.sockets)
        desk.world.clock.sleep_machine(3_600, monotonic_counts=counts)
        await asyncio.sleep(1.2)
        await desk.until(lambda: desk.engine.trading_state is TradingState.ACTIVE, 10)
        assert not set(old) & set(desk.world.network.sockets)
        assert any("ran here" in text or "clock moved" in text for text in _reasons(desk))

    play(story)


def test_n11_a_click_right_after_waking_up_sends_nothing():
    async def story(desk: Desk) -> None:
        desk.engine.core.cycle.request("test")
        await desk.until(lambda: bool(desk.engine.core.review.open_proposals()), 5)
        (proposal, *_) = desk.engine.core.review.open_proposals()
        desk.world.clock.sleep_machine(3_600)
        from terminal.domain.commands import Approve

        # before the watch has ticked
        desk.engine.post(Approve(proposal.decision_id, "ann", "key A", proposal.fingerprint))
        await asyncio.sleep(5)
        assert desk.world.sent.total() == 0
        assert not desk.engine.core.review.open_proposals()

    play(story)


def test_n12_a_connection_somebody_intercepts_is_not_used():
    one_placement("tls", OrderState.NOT_SENT, "intercepting proxy", arrives=False)


@pytest.mark.parametrize("fault", ["html", "redirect"])
def test_n13_a_captive_portal_makes_a_placement_unclear_and_is_never_followed(fault):
    one_placement(fault, OrderState.UNKNOWN, arrives=False)


def test_n14_half_an_answer_is_no_answer():
    one_placement("truncated", OrderState.UNKNOWN, arrives=True)


@pytest.mark.parametrize(("fault", "arrives"), [("cut", False), ("cut_after", True)])
def test_n15_a_dead_pooled_connection_is_unclear(fault, arrives):
    one_placement(fault, OrderState.UNKNOWN, "link cut", arrives=arrives)


def test_n16_proxies_of_the_environment_are_not_used(monkeypatch):
    monkeypatch.setitem(os.environ, "HTTPS_PROXY", "http://127.0.0.1:9")
    client = HttpClient("https://api-contract.weex.com", venue="WEEX")
    assert client._client.trust_env is False
    assert all(transport is None for transport in client._client._mounts.values())


def test_n17_the_bytes_that_are_journalled_signed_and_sent_are_the_same():
    async def story(desk: Desk) -> None:
        bodies = []
        plain = desk.world.network.handle_async_request

        async def spy(request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("placeOrder"):
                bodies.append((request.content, request.url.raw_path))
            return await plain(request)

        desk.world.network.handle_async_request = spy
        await desk.open(wait_s=3.0)
        from terminal.domain.records import IntentCommitted

        (intent,) = desk.world.disk.disk.of(IntentCommitted)
        ((body, path),) = bodies
        assert body == intent.body
        assert path.startswith(b"/capi/")

    play(story)


def _reasons(desk: Desk) -> list[str]:
    from terminal.domain.messages import TradingStateChanged

    return [event.reason for event in desk.world.of(TradingStateChanged)]
