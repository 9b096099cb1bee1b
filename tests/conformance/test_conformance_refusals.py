"""What a venue has not is refused in a trader's words, and what it says of itself is so."""

from dataclasses import replace
from decimal import Decimal

import pytest
from conformance_kit import BTC, PacedClock
from speakers import SPEAKERS, needs

from terminal.domain.account import MarginMode
from terminal.domain.errors import AuthFailed, RequestRejected
from terminal.domain.order import Effect, PositionSide
from terminal.domain.position import Position
from terminal.ports.venue import Acknowledged, Refused, TriggerTerms

pytestmark = pytest.mark.asyncio
HELD = Position(BTC, PositionSide.LONG, Decimal("0.001"), Decimal(90_000), 1, Decimal(90), None, None, 0)


async def test_it_can_do_what_it_says(desk):
    assert desk.adapter.capabilities == desk.speaker.able
    assert desk.adapter.is_simulated


async def test_every_speaker_is_asked_for_most_of_the_suite():
    """A capability that nobody has any more, or a trait that is misspelt, would quietly empty the suite."""
    assert {each.venue for each in SPEAKERS} == {"weex", "hashkey", "woox", "bitz"}
    for each in SPEAKERS:
        assert each.has("perpetual") is not each.able.is_spot
    with pytest.raises(AttributeError):
        SPEAKERS[0].has("no such thing")


def in_words(error: RequestRejected) -> None:
    text = str(error)
    assert " " in text
    assert "_" not in text
    assert "Error" not in text


@needs("no leverage")
async def test_leverage_where_there_is_none(desk):
    for ask in (desk.adapter.set_leverage(BTC, 3), desk.adapter.leverage(BTC)):
        with pytest.raises(RequestRejected) as caught:
            await ask
        in_words(caught.value)


@needs("no margin_modes")
async def test_margin_modes_where_there_are_none(desk):
    for ask in (desk.adapter.set_margin_mode(BTC, MarginMode.ISOLATED), desk.adapter.margin_mode(BTC)):
        with pytest.raises(RequestRejected) as caught:
            await ask
        in_words(caught.value)


@needs("no triggers")
async def test_triggers_where_there_are_none(desk):
    """The program keeps them; the venue's lists of them are empty, and none can be made there."""
    terms = TriggerTerms(BTC, PositionSide.LONG, Effect.OPEN, Decimal("0.001"), Decimal(100_000), None, Decimal(90_000))
    with pytest.raises(RequestRejected) as caught:
        desk.adapter.prepare_trigger(desk.new_id(), terms)
    in_words(caught.value)
    with pytest.raises(RequestRejected) as caught:
        await desk.adapter.protect(HELD, Decimal(80_000), None, stop_id=desk.new_id(), target_id=desk.new_id())
    in_words(caught.value)
    assert await desk.adapter.trigger_orders(None) == ()
    assert await desk.adapter.fired_triggers(BTC, 0) == ()


@needs("no ai_logs")
async def test_ai_logs_stay_here(desk):
    receipt = await desk.adapter.upload_ai_log(b"{}")
    assert (receipt.accepted, receipt.kept) == (False, True)
    assert receipt.message


@needs("no short")
async def test_what_is_not_held_cannot_be_sold(desk):
    terms = await desk.terms()
    short = replace(terms, side=terms.side.opposite, effect=Effect.OPEN)
    try:
        prepared = desk.adapter.prepare_order(desk.new_id(), short)
    except RequestRejected as error:
        in_words(error)
        return
    assert isinstance(await desk.adapter.submit_order(prepared), Refused)


@pytest.mark.parametrize("field", ["key", "secret"])
async def test_a_wrong_key_reads_nothing(desk, field):
    line = desk.exchange.line | {field: "wrong-" + "x" * 20}
    stranger = desk.speaker.build(line, PacedClock())
    with pytest.raises(AuthFailed) as caught:
        await stranger.balance()
    assert caught.value.hint
    await stranger.aclose()


async def test_more_than_the_money_allows_is_refused(desk):
    outcome = await desk.submit(await desk.terms(size=Decimal("0.5")))
    assert isinstance(outcome, Refused)
    assert outcome.message
    assert not outcome.halts
    assert await desk.adapter.open_orders() == ()


async def test_close_position_sells_what_is_held_and_nothing_more(desk):
    order_id = await desk.place(await desk.terms(size=Decimal("0.002")))
    await desk.until(order_id, lambda report: report.filled_size == report.size)
    outcome = await desk.adapter.close_position(BTC)
    assert outcome.venue_order_ids
    for venue_order_id in outcome.venue_order_ids:
        report = await desk.until(venue_order_id, lambda report: report.filled_size == report.size)
        assert report.effect is Effect.CLOSE
    assert await desk.adapter.positions() == ()


async def test_nothing_leaves_where_nothing_may(desk):
    """Adapters that only compare, and every venue but WEEX under the competition, are made so."""
    if desk.speaker.has("weex"):
        assert isinstance(await desk.submit(await desk.limit("-0.005")), Acknowledged)  # the one that may
        return
    watching = desk.speaker.build(desk.exchange.line, desk.clock, may_trade=False)
    await watching.sync_clock()
    await watching.instruments()
    terms = await desk.limit("-0.005")
    prepared = desk.adapter.prepare_order(desk.new_id(), terms)
    outcome = await watching.submit_order(prepared)
    assert not isinstance(outcome, Acknowledged)
    assert "WEEX" in outcome.message
    assert await desk.adapter.open_orders() == ()
    await watching.aclose()
