"""The account: balance, positions, leverage, margin mode, income."""

from decimal import Decimal

import pytest
from conformance_kit import BTC, DOGE, ETH
from speakers import needs

from terminal.domain.account import IncomeKind, MarginMode
from terminal.domain.errors import AuthFailed, RequestRejected
from terminal.domain.order import Effect, PositionSide, Side
from terminal.ports.venue import Refused
from terminal.venues.weex.adapter import Credentials

pytestmark = pytest.mark.asyncio


async def test_balance_and_position_move_together(desk):
    before = await desk.adapter.balance()
    assert before.available <= before.equity
    order_id = await desk.place(await desk.terms(size=Decimal("0.002")))
    await desk.until(order_id, lambda report: report.filled_size == report.size)
    (position,) = await desk.adapter.positions()
    assert (position.instrument_id, position.side) == (BTC, PositionSide.LONG)
    floored = desk.rules_of(BTC).floor_size
    assert floored(position.size) == floored(Decimal("0.002") - await desk.coin_fees(order_id))
    assert abs(position.entry_price / await desk.price() - 1) < Decimal("0.01")
    assert (await desk.adapter.balance()).available < before.available


@needs("leverage")
async def test_leverage_round_trip(desk):
    for leverage in (3, 7):
        await desk.adapter.set_leverage(ETH, leverage)
        assert (await desk.adapter.leverage(ETH)).in_force == leverage


@needs("weex")
async def test_leverage_is_refused_while_orders_are_open(desk):
    await desk.place(await desk.limit("-0.005"))
    with pytest.raises(RequestRejected, match="cancel them first"):
        await desk.adapter.set_leverage(BTC, 4)


@needs("margin_modes", "weex")
async def test_margin_mode_round_trip_and_refusal_in_use(desk):
    await desk.adapter.set_margin_mode(ETH, MarginMode.ISOLATED)
    assert await desk.adapter.margin_mode(ETH) is MarginMode.ISOLATED
    assert (await desk.adapter.leverage(ETH)).is_isolated
    await desk.adapter.set_margin_mode(ETH, MarginMode.CROSS)
    assert await desk.adapter.margin_mode(ETH) is MarginMode.CROSS
    await desk.place(await desk.limit("-0.005"))
    with pytest.raises(RequestRejected, match="close and cancel first"):
        await desk.adapter.set_margin_mode(BTC, MarginMode.ISOLATED)


@needs("weex")
async def test_income_names_trades_and_their_fees(desk):
    order_id = await desk.place(await desk.terms())
    await desk.until(order_id, lambda report: report.filled_size == report.size)
    fills = await desk.fills_of(order_id)
    (moment_ms,) = {fill.ts_event_ms for fill in fills}
    entries = await desk.adapter.income(BTC, moment_ms)
    traded = [entry for entry in entries if entry.kind is IncomeKind.TRADE and entry.ts_event_ms == moment_ms]
    assert sorted(entry.fee for entry in traded) == sorted(fill.fee for fill in fills)
    everything = await desk.adapter.income(None, 0)
    assert everything[0].kind is IncomeKind.TRANSFER
    assert everything[0].instrument_id is None
    assert {entry.income_id for entry in entries} <= {entry.income_id for entry in everything}


@needs("weex")
@pytest.mark.parametrize("field", ["key", "secret", "passphrase"])
async def test_a_wrong_credential_is_an_auth_failure_with_a_hint(desk, field):
    line = desk.exchange.line
    wrong = {name: line[name] for name in ("key", "secret", "passphrase")} | {field: "wrong-" + "x" * 20}
    object.__setattr__(desk.adapter._desk, "credentials", Credentials(**wrong))
    desk.adapter._desk.caller.manners.credentials = Credentials(**wrong)
    with pytest.raises(AuthFailed) as caught:
        await desk.adapter.balance()
    assert "settings" in caught.value.hint
    outcome = await desk.submit(await desk.terms())
    assert isinstance(outcome, Refused)
    assert outcome.halts


@needs("margin_modes", "weex")
async def test_each_margin_mode_keeps_its_own_leverage_and_both_sides_get_it(desk):
    await desk.adapter.set_leverage(DOGE, 4)
    await desk.adapter.set_margin_mode(DOGE, MarginMode.ISOLATED)
    await desk.adapter.set_leverage(DOGE, 9)
    isolated = await desk.adapter.leverage(DOGE)
    assert isolated.is_at(9)
    assert (isolated.mode, isolated.isolated_long, isolated.isolated_short) == (MarginMode.ISOLATED, 9, 9)
    await desk.adapter.set_margin_mode(DOGE, MarginMode.CROSS)
    assert (await desk.adapter.leverage(DOGE)).words == "4x cross"


@needs("margin_modes", "weex")
async def test_an_order_of_an_isolated_pair_is_taken_and_closed(desk):
    await desk.adapter.set_margin_mode(BTC, MarginMode.ISOLATED)
    order_id = await desk.place(await desk.terms(size=Decimal("0.002")))
    await desk.until(order_id, lambda report: report.filled_size == report.size)
    with pytest.raises(RequestRejected, match="close and cancel first"):
        await desk.adapter.set_margin_mode(BTC, MarginMode.CROSS)
    closed = await desk.place(await desk.terms(side=Side.SELL, effect=Effect.CLOSE, size=Decimal("0.002")))
    await desk.until(closed, lambda report: report.filled_size == report.size)
    await desk.adapter.set_margin_mode(BTC, MarginMode.CROSS)
