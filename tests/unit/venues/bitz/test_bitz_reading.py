"""Orders and fills of others, leverage and mode, listings and their ends."""

from decimal import Decimal

import pytest
from bitz_kit import BTC, DOGE, ETH, adapter_of, bench

from terminal.domain.account import IncomeKind, MarginMode
from terminal.domain.errors import AuthFailed, ClockSkew, MalformedReply, RequestRejected, VenueUnavailable
from terminal.domain.order import Effect, PositionSide, Side
from terminal.venues.bitz.adapter import Credentials

pytestmark = pytest.mark.asyncio


def forget(desk):
    """Make the adapter one that has just started: nothing here was made by it."""
    desk.adapter._desk.own._made.clear()
    desk.adapter._reader._effects.clear()


async def test_what_others_did_is_worked_out_from_what_is_held():
    async with bench() as desk:
        await desk.place(desk.terms(size=Decimal("0.005")))
        await desk.place(desk.closing(size=Decimal("0.002")))
        await desk.place(desk.limit("0.004", side=Side.SELL, effect=Effect.CLOSE, size=Decimal("0.003")))
        await desk.place(desk.limit("-0.004", size=Decimal("0.001")))
        forget(desk)
        opened, closed = await _orders(desk)
        assert (opened.effect, closed.effect, opened.client_order_id) == (Effect.OPEN, Effect.CLOSE, None)
        fills = await desk.adapter.fills(None, 0)
        assert {fill.position_side for fill in fills} == {PositionSide.LONG}
        assert {fill.side for fill in fills} == {Side.BUY, Side.SELL}
        resting = {report.side: report.effect for report in await desk.adapter.open_orders()}
        assert resting == {Side.SELL: Effect.CLOSE, Side.BUY: Effect.OPEN}


async def _orders(desk):
    history = await desk.adapter.order_history(BTC, 0)
    return [report for report in history if report.filled_size]


async def test_leverage_and_mode_are_kept_here_until_a_position_has_its_own():
    async with bench() as desk:
        assert (await desk.adapter.leverage(ETH)).words == "1x cross"
        await desk.adapter.set_margin_mode(BTC, MarginMode.ISOLATED)
        await desk.adapter.set_leverage(BTC, 9)
        assert (await desk.adapter.leverage(BTC)).words == "9x isolated"
        await desk.place(desk.terms(leverage=4))
        assert (await desk.adapter.leverage(BTC)).words == "4x isolated"
        assert await desk.adapter.margin_mode(BTC) is MarginMode.ISOLATED
        with pytest.raises(RequestRejected, match="close and cancel first"):
            await desk.adapter.set_margin_mode(BTC, MarginMode.CROSS)
        await desk.place(desk.closing())
        await desk.adapter.set_margin_mode(BTC, MarginMode.CROSS)
        assert (await desk.adapter.leverage(BTC)).words == "1x cross"  # each mode has its own
        await desk.adapter.set_margin_mode(BTC, MarginMode.ISOLATED)
        assert (await desk.adapter.leverage(BTC)).words == "9x isolated"
        await desk.place(desk.limit("-0.005"))
        with pytest.raises(RequestRejected, match="cancel them first"):
            await desk.adapter.set_leverage(BTC, 3)
        for leverage in (0, 21):
            with pytest.raises(RequestRejected, match="1 to 20"):
                await desk.adapter.set_leverage(BTC, leverage)


async def test_balance_and_income():
    async with bench() as desk:
        await desk.place(desk.terms(size=Decimal("0.01")))
        await desk.place(desk.closing(size=Decimal("0.01")))
        income = await desk.adapter.income(None, 0)
        assert {row.kind for row in income} == {IncomeKind.TRADE}
        balance = await desk.adapter.balance()
        assert balance.equity == 1000 + sum(row.amount for row in income)
        assert await desk.adapter.income(ETH, 0) == ()
        assert await desk.adapter.income(BTC, desk.adapter._desk.server_clock.now_ms() + 60_000) == ()


async def test_one_call_says_that_nothing_is_there():
    async with bench() as desk:
        before = desk.adapter._desk.limiter._uid.window.used
        assert await desk.adapter.positions() == await desk.adapter.open_orders() == ()
        assert desk.adapter._desk.limiter._uid.window.used - before == 2


async def test_positions_are_looked_for_until_all_margin_is_explained():
    async with bench() as desk:
        await desk.place(desk.terms(instrument_id=DOGE, size=Decimal(500), side=Side.SELL))
        await desk.place(desk.terms(instrument_id=ETH, size=Decimal("0.05")))
        assert {position.instrument_id for position in await desk.adapter.positions()} == {ETH, DOGE}
        before = desk.adapter._desk.limiter._uid.window.used
        await desk.adapter.positions()
        assert desk.adapter._desk.limiter._uid.window.used - before == 3  # those that held something come first


@pytest.mark.parametrize("shape", ["rows_as_index", "rows_as_object"])
async def test_listings_in_every_shape(shape):
    async with bench() as desk:
        desk.fault(kind=shape, count=-1)
        order_id = await desk.place(desk.limit("-0.005"))
        await desk.place(desk.terms())
        assert [report.venue_order_id for report in await desk.adapter.open_orders()] == [order_id]
        assert len(await desk.adapter.positions()) == 1
        assert (await desk.adapter.order(order_id)).venue_order_id == order_id
        assert {fill.instrument_id for fill in await desk.adapter.fills(None, 0)} == {BTC}


async def test_histories_over_several_pages():
    async with bench() as desk:
        ids = []
        for _ in range(53):
            ids.append(await desk.place(desk.limit("-0.005", size=Decimal("0.001"))))
            await desk.adapter.cancel_order(BTC, ids[-1])
        history = await desk.adapter.order_history(BTC, 0)
        assert [report.venue_order_id for report in history] == ids
        assert await desk.adapter.order_history(BTC, history[-1].created_ms + 1000) == ()


async def test_what_has_no_end_is_no_information():
    async with bench() as desk:
        await desk.place(desk.terms())
        calls = desk.adapter._desk.calls
        page = (await calls.my_trades("101", 1, 7))[:1] * 50

        async def endless(*_):
            return page

        calls.my_trades = endless
        with pytest.raises(MalformedReply, match="not read to its end"):
            await desk.adapter.fills(BTC, 0)
        order = (await calls.order_history("101", 1))[:1] * 50

        async def endless_orders(*_):
            return order

        calls.order_history = endless_orders
        with pytest.raises(MalformedReply, match="not read to its end"):
            await desk.adapter.order_history(BTC, 0)


async def test_two_positions_of_one_contract_are_no_reply():
    async with bench() as desk:
        await desk.place(desk.terms())
        calls = desk.adapter._desk.calls
        listed = calls._listed

        async def twice(*arguments):
            return (await listed(*arguments)) * 2

        calls._listed = twice
        with pytest.raises(MalformedReply, match="two positions"):
            await calls.active_position("101")


async def test_fills_and_position_that_never_agree_are_no_information():
    async with bench() as desk:
        await desk.place(desk.terms())
        forget(desk)
        reader, count = desk.adapter._reader, iter(range(99))
        trades = await reader.trades((await desk.adapter._desk.catalogue()).of(BTC), 0)

        async def moving(*_):
            return [trade.model_copy(update={"trade_id": f"{next(count)}"}) for trade in trades]

        reader.trades = moving
        with pytest.raises(MalformedReply, match="kept changing"):
            await desk.adapter.fills(BTC, 0)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "code", "code": "-105"}, AuthFailed),
        ({"kind": "code", "code": "-103"}, ClockSkew),
        ({"kind": "maintenance"}, VenueUnavailable),
        ({"kind": "500"}, VenueUnavailable),
        ({"kind": "html"}, MalformedReply),
    ],
)
async def test_a_failed_read_is_no_information(fault, error):
    async with bench() as desk:
        desk.fault(**fault, path="getContractAccountInfo", count=-1)
        with pytest.raises(error):
            await desk.adapter.positions()


async def test_a_wrong_key_or_secret_is_told_apart_from_the_others():
    async with bench() as desk:
        info = desk.exchange.info
        for key, secret, code in ((info["key"], "x", "-105"), ("x", info["secret"], "-300069")):
            adapter = adapter_of(info, credentials=Credentials(key, secret))
            with pytest.raises(AuthFailed) as caught:
                await adapter.balance()
            assert caught.value.code == code
            assert "settings" in caught.value.hint
            await adapter.aclose()


async def test_a_clock_that_went_astray_is_measured_again():
    async with bench() as desk:
        await desk.adapter.balance()
        desk.fault(kind="clock_skew", delay_ms=90_000)
        assert (await desk.adapter.balance()).equity == 1000


async def test_too_many_requests_close_the_gate_and_are_counted():
    async with bench() as desk:
        desk.fault(kind="429", path="getContractAccountInfo")
        with pytest.raises(VenueUnavailable) as caught:
            await desk.adapter.balance()
        assert caught.value.retry_after_s > 0
        desk.fault(kind="code", code="-111", path="nothing")
        assert (desk.adapter.health().too_many, desk.adapter.health().address_refused) == (1, 0)


async def test_a_refused_address_is_counted():
    async with bench() as desk:
        desk.fault(kind="code", code="-111", path="getContractAccountInfo")
        with pytest.raises(AuthFailed, match="-111"):
            await desk.adapter.balance()
        assert desk.adapter.health().address_refused == 1
