"""A paper account's money: stops, funding, margin, liquidation, and what survives a restart."""

import asyncio
import json
import stat
import sys
from dataclasses import replace
from decimal import Decimal

import pytest
from paper_kit import HOUR_MS, Desk, closing, limit, opening

from helpers.builders import BTC, ETH
from helpers.fake_clock import ManualClock
from terminal.domain.account import MarginMode
from terminal.domain.capabilities import FULL_CAPABILITIES, ProductKind
from terminal.domain.errors import RequestRejected, StorageError, VenueUnavailable
from terminal.domain.fill import Fill
from terminal.domain.market import StreamState
from terminal.domain.order import Effect, PositionSide, Side
from terminal.ports.venue import Acknowledged, NotSent, TriggerTerms, Unclear, VenueStatus
from terminal.venues.paper.adapter import PaperVenue

pytestmark = pytest.mark.asyncio
D = Decimal


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    desk.market()
    return desk


async def test_profit_and_fees_arrive_in_cash_exactly(desk):
    await desk.send(opening())
    desk.market("61000")
    await desk.send(closing())
    balance = await desk.venue.balance()
    fees = (D(60001) + D(60999)) * D("0.1") * D("0.0008")
    assert balance.equity == D(10000) + D("99.8") - fees
    assert balance.available == balance.equity
    assert (balance.frozen, balance.unrealized_pnl) == (0, 0)
    assert desk.fills()[-1].realized_pnl == D("99.8")


async def test_margin_is_locked_and_freed(desk):
    await desk.venue.set_leverage(BTC, 5)
    await desk.send(opening())
    balance = await desk.venue.balance()
    (position,) = await desk.venue.positions()
    assert position.leverage == 5
    assert position.margin == D("6000.1") / 5
    assert balance.available == balance.equity - position.margin
    await desk.send(limit("59990"))
    frozen = D(59990) * D("0.1") * (D("0.2") + D("0.0008"))
    assert (await desk.venue.balance()).frozen == frozen
    assert position.liquidation_price is None  # 10,000 USDT behind a position of 6,000: no price reaches it


@pytest.mark.parametrize(("side", "reached", "away"), [(Side.BUY, "59000", "59000.1"), (Side.SELL, "61000", "60999.9")])
async def test_a_stop_fires_at_the_last_price_and_pays_the_far_side(desk, side, reached, away):
    stop, target = (D(59000), D(63000)) if side is Side.BUY else (D(61000), D(57000))
    await desk.send(opening(side=side, stop_price=stop, target_price=target))
    assert {each.trigger_price for each in await desk.venue.trigger_orders(BTC)} == {stop, target}
    desk.tick(away)
    assert len(desk.fills()) == 1
    worse = D(reached) - 50 if side is Side.BUY else D(reached) + 50
    desk.book(bids=((str(worse), "5"),), asks=((str(worse), "5"),))
    desk.tick(reached)
    assert desk.fills()[-1].price == worse
    report = desk.reports()[-1]
    assert (report.client_order_id, report.effect, report.is_forced) == (None, Effect.CLOSE, False)
    assert await desk.venue.positions() == ()
    assert await desk.venue.trigger_orders(None) == ()


async def test_a_target_takes_its_profit(desk):
    await desk.send(opening(stop_price=D(59000), target_price=D(61000)))
    desk.book(bids=(("60999", "5"),), asks=(("61001", "5"),))
    desk.tick("61000")
    assert desk.fills()[-1].price == D(60999)
    assert desk.fills()[-1].realized_pnl > 0


async def test_the_other_trigger_of_the_same_entry_goes_with_the_first(desk):
    await desk.send(opening(stop_price=D(59000), target_price=D(61000)))
    await desk.send(opening(stop_price=D(58000), target_price=D(62000)))
    desk.tick("61000")
    assert [each.trigger_price for each in await desk.venue.trigger_orders(BTC)] == [D(58000), D(62000)]
    assert (await desk.venue.positions())[0].size == D("0.1")


async def test_triggers_shrink_with_the_position(desk):
    await desk.send(opening(stop_price=D(59000)))
    await desk.send(closing(size=D("0.04")))
    assert [each.size for each in await desk.venue.trigger_orders(BTC)] == [D("0.06")]


async def test_a_stop_goes_on_until_it_is_done_however_thin_the_book(desk):
    await desk.send(opening(stop_price=D(59000)))
    desk.book(bids=(("58990", "0.04"),), asks=(("59001", "5"),))
    desk.tick("59000")
    desk.tick("60500")  # the price came back: a stop that fired has fired
    assert (await desk.venue.positions())[0].size == D("0.06")
    desk.lose_stream()
    desk.book(bids=(("58950", "5"),), asks=(("59001", "5"),))
    assert await desk.venue.positions() == ()
    assert [fill.price for fill in desk.fills()[1:]] == [D(58990), D(58950)]


async def test_longs_pay_funding_and_shorts_receive_it_once(desk):
    next_ms = desk.clock.now_ms() + HOUR_MS
    await desk.send(opening(size=D("0.3")))
    await desk.send(opening(side=Side.SELL))
    desk.funding("0.0001", next_ms)
    before = desk.exchange.account.cash
    await desk.clock.advance(3590)
    desk.exchange.settle_funding()
    assert desk.exchange.account.cash == before
    await desk.clock.advance(10)
    desk.exchange.settle_funding()
    desk.exchange.settle_funding()
    assert desk.exchange.account.cash == before - D("0.2") * D(60000) * D("0.0001")


async def test_funding_uses_the_rate_known_before_the_settlement(desk):
    next_ms = desk.clock.now_ms() + HOUR_MS
    await desk.send(opening())
    desk.funding("0.0001", next_ms)
    before = desk.exchange.account.cash
    await desk.clock.advance(3700)
    desk.funding("0.0300", next_ms + 8 * HOUR_MS)  # the feed is ahead of our own check
    assert desk.exchange.account.cash == before - D("0.1") * D(60000) * D("0.0001")
    assert desk.exchange.account.funding[BTC].rate == D("0.0300")


async def test_settlements_missed_while_the_program_was_off_are_paid(desk, tmp_path):
    desk.funding("0.0001", desk.clock.now_ms() + HOUR_MS)
    await desk.send(opening())
    await desk.clock.advance(17 * 3600)
    again = Desk(tmp_path, clock=desk.clock)
    before = again.exchange.account.cash
    again.exchange.settle_funding()
    assert again.exchange.account.cash == before  # no price yet
    again.market()
    again.exchange.settle_funding()
    assert again.exchange.account.cash == before - 3 * D("0.1") * D(60000) * D("0.0001")


async def test_liquidation_closes_by_force_and_never_leaves_a_debt(tmp_path):
    desk = Desk(tmp_path, equity="400")
    desk.market()
    await desk.send(limit("60500", side=Side.SELL, size=D("0.01")))
    await desk.send(opening())  # 20x
    (position,) = await desk.venue.positions()
    assert position.liquidation_price is not None
    desk.tick(str(position.liquidation_price + D("0.1")))
    assert await desk.venue.positions() != ()
    desk.book(bids=(("55000", "5"),), asks=(("59000", "5"),))
    desk.tick(str(position.liquidation_price - D("0.1")))
    assert await desk.venue.positions() == ()
    forced = desk.reports()[-1]
    assert (forced.is_forced, forced.client_order_id, forced.average_price) == (True, None, D(55000))
    assert await desk.venue.open_orders() == ()
    assert (await desk.venue.balance()).equity == 0


async def test_what_is_held_has_no_value_before_there_is_a_price(desk, tmp_path):
    await desk.send(opening())
    again = Desk(tmp_path, clock=desk.clock)
    for reading in (again.venue.balance, again.venue.positions):
        with pytest.raises(VenueUnavailable):
            await reading()
    again.tick("60500")
    assert (await again.venue.balance()).unrealized_pnl == D("49.9")


async def test_a_restart_finds_everything_as_it_was(desk, tmp_path):
    await desk.venue.set_leverage(BTC, 5)
    await desk.venue.set_leverage(ETH, 3)
    await desk.send(opening(stop_price=D(59000), target_price=D(62000)))
    await desk.send(limit("59990"))
    again = Desk(tmp_path, equity="5", clock=desk.clock)
    assert again.exchange.account == desk.exchange.account
    again.market()
    for read in ("positions", "open_orders", "balance"):
        assert await getattr(again.venue, read)() == await getattr(desk.venue, read)()
    assert await again.venue.fills(None, 0) == await desk.venue.fills(BTC, 0)
    assert await again.venue.fills(ETH, 0) == ()
    assert (await again.venue.leverage(ETH)).in_force == 3
    desk.clock.now_s += 5
    await again.send(limit("59980"), "new")
    ids = [order.venue_order_id for order in again.exchange.account.orders]
    ids += [fill.trade_id for fill in again.exchange.account.fills]
    assert len(set(ids)) == len(ids)
    assert all(each.isdigit() for each in ids)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX rights")
async def test_the_file_is_for_its_owner_alone(desk):
    await desk.send(opening())
    assert stat.S_IMODE(desk.path.stat().st_mode) == 0o600
    assert [path.name for path in desk.path.parent.iterdir()] == ["paper.json"]


@pytest.mark.parametrize("content", ["", "{}", "[1", '{"format":1,"account":{"cash":"x"}}', '{"format":9}'])
async def test_a_damaged_account_is_not_replaced(tmp_path, desk, content):
    desk.path.write_text(content)
    with pytest.raises(StorageError, match="damaged"):
        PaperVenue(desk.path, D(1), desk.clock)
    assert desk.path.read_text() == content


async def test_a_newer_account_is_left_alone(tmp_path, desk):
    await desk.send(opening())
    written = json.loads(desk.path.read_text())
    desk.path.write_text(json.dumps({**written, "format": 2}))
    with pytest.raises(StorageError, match="newer"):
        PaperVenue(desk.path, D(1), desk.clock)


async def test_an_order_that_could_not_be_written_down_is_unclear_not_refused(desk):
    desk.path.mkdir()
    outcome = await desk.send(opening())
    assert type(outcome).__name__ == "Unclear"
    assert desk.exchange.changed


async def test_leverage_has_the_competitions_limit_and_stays_while_something_is_open(desk):
    for value in (0, 21):
        with pytest.raises(RequestRejected, match="1 to 20"):
            await desk.venue.set_leverage(BTC, value)
    await desk.send(limit("59990"))
    with pytest.raises(RequestRejected, match="open"):
        await desk.venue.set_leverage(BTC, 3)
    assert (await desk.venue.leverage(BTC)).in_force == 20


async def test_ai_logs_are_kept_and_never_sent(desk):
    receipt = await desk.venue.upload_ai_log(b"{}")
    assert (receipt.accepted, receipt.kept, receipt.message) == (False, True, "paper: kept, never sent")


async def test_the_private_stream_tells_and_pays(desk):
    desk.funding("0.0001", desk.clock.now_ms() + 10_000)
    heard = []
    running = asyncio.ensure_future(desk.venue.run_private(heard.append))
    await desk.clock.advance(0.1)
    assert heard == [StreamState("private", connected=True, detail="the paper account of this profile")]
    await desk.send(opening())
    before = desk.exchange.account.cash
    await desk.clock.advance(20)
    assert desk.exchange.account.cash < before
    assert any(getattr(event, "status", None) is VenueStatus.FILLED for event in heard)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await desk.venue.aclose()
    assert json.loads(desk.path.read_text())["account"]["cash"] == str(desk.exchange.account.cash)


async def test_both_sides_are_held_apart(desk):
    await desk.send(opening())
    await desk.send(opening(side=Side.SELL, size=D("0.04")))
    held = {each.side: each.size for each in await desk.venue.positions()}
    assert held == {PositionSide.LONG: D("0.1"), PositionSide.SHORT: D("0.04")}
    assert desk.venue.is_simulated


async def test_the_account_outlives_the_program(desk):
    assert desk.venue.keeps_account


async def submit_with_gate(desk, terms, gate):
    prepared = replace(desk.venue.prepare_order("gated", terms), may_send=gate)
    sending = asyncio.ensure_future(desk.venue.submit_order(prepared))
    await desk.clock.until(lambda: bool(desk.clock._sleepers) or sending.done(), 1)
    return sending


async def test_an_order_its_gate_stops_on_the_way_is_not_placed(desk):
    is_open = [True]
    sending = await submit_with_gate(desk, opening(), lambda: is_open[0])
    is_open[0] = False  # the kill switch, after the order has set out
    await desk.clock.advance(1)
    outcome = await sending
    assert isinstance(outcome, NotSent)
    assert "stopped" in outcome.message
    assert desk.exchange.account.orders == []
    assert await desk.venue.positions() == ()


async def test_the_gate_is_asked_once_and_after_every_wait(desk):
    asked = []
    sending = await submit_with_gate(desk, opening(), lambda: asked.append(desk.clock.monotonic_s()) or True)
    assert asked == []
    began_s = desk.clock.monotonic_s()
    await desk.clock.advance(1)
    assert isinstance(await sending, Acknowledged)
    (at_s,) = asked
    assert at_s >= began_s + desk.venue._latency_s


async def test_a_trigger_asks_its_gate_too(desk):
    terms = TriggerTerms(BTC, PositionSide.LONG, Effect.OPEN, D("0.1"), D("59000.0"), None, D("60000.0"))
    prepared = replace(desk.venue.prepare_trigger("gated", terms), may_send=lambda: False)
    sending = asyncio.ensure_future(desk.venue.submit_order(prepared))
    await desk.clock.advance(1)
    assert isinstance(await sending, NotSent)
    assert await desk.venue.trigger_orders(BTC) == ()


async def test_isolated_margin_is_refused_in_words_that_say_what_to_do(desk):
    with pytest.raises(RequestRejected, match=r"BTC cannot have a margin of its own\. Keep it shared"):
        await desk.venue.set_margin_mode(BTC, MarginMode.ISOLATED)
    await desk.venue.set_margin_mode(BTC, MarginMode.CROSS)
    assert await desk.venue.margin_mode(BTC) is MarginMode.CROSS


async def test_what_happened_is_told_only_once_it_is_on_disk(desk):
    """Told first, a stop that fired would fire again after a crash: the file would not know of it."""
    await desk.send(opening(stop_price=D(59000)))
    desk.told.clear()
    desk.market("58000")
    assert any(isinstance(event, Fill) for event in desk.venue._untold)
    assert desk.told == []
    await desk.venue._save()
    assert any(isinstance(event, Fill) for event in desk.told)
    again = Desk(desk.path.parent, clock=desk.clock)
    again.market("58000")
    assert await again.venue.positions() == ()
    assert again.fills() == []


async def test_nothing_is_told_while_the_disk_takes_nothing(desk, monkeypatch):
    desk.told.clear()

    async def full(_account):
        raise StorageError("disk full")

    monkeypatch.setattr(desk.venue._file, "save", full)
    assert isinstance(await desk.send(opening()), Unclear)
    assert desk.told == []
    monkeypatch.undo()
    await desk.venue._save()
    assert [event.status for event in desk.reports()][-1] is VenueStatus.FILLED
    assert desk.venue._untold == []


async def test_a_fill_is_told_without_waiting_for_the_next_tick(desk):
    filled = asyncio.Event()

    def hear(event):
        if isinstance(event, Fill):
            filled.set()

    running = asyncio.ensure_future(desk.venue.run_private(hear))
    await desk.clock.advance(0.1)
    await desk.send(limit("59990"))
    assert not filled.is_set()
    desk.tick("59900")
    await asyncio.wait_for(filled.wait(), 60)  # the clock stands still: no tick helps
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_stop_says_that_a_trigger_made_it_and_a_liquidation_that_it_was_forced(desk):
    await desk.send(opening(stop_price=D(59000)))
    desk.market("58000")
    stop = next(each for each in reversed(desk.reports()) if each.effect is Effect.CLOSE)
    assert (stop.is_triggered, stop.is_forced, stop.is_by_hand) == (True, False, False)
    assert await desk.venue.fired_triggers(BTC, 0) == ()


async def test_at_spot_prices_nothing_is_sold_short_and_the_rest_stays(tmp_path):
    spot = replace(FULL_CAPABILITIES, product=ProductKind.SPOT, short=False, leverage=False, triggers=False)
    able = PaperVenue(tmp_path / "spot.json", D(1), ManualClock(), prices_of=spot).capabilities
    assert able == replace(FULL_CAPABILITIES, product=ProductKind.SPOT, short=False)
    assert PaperVenue(tmp_path / "paper.json", D(1), ManualClock()).capabilities == FULL_CAPABILITIES
