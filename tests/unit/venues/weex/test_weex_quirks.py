"""One test a quirk of the venue, numbered as in the reference; some live beside what they are about."""

import ast
import json
import re
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from weex_kit import BTC, CREDENTIALS, NOW_MS, PAYLOADS, adapter_with, always, payload, sent, speaking, terms

from terminal.domain.account import MarginMode
from terminal.domain.ai_log import upload_body
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.errors import AuthFailed, ConfigError, RequestRejected
from terminal.domain.market import Ticker
from terminal.domain.order import Effect, PositionSide, Side
from terminal.domain.position import Position
from terminal.net.wire.decode import parse
from terminal.ports.venue import Acknowledged, Refused
from terminal.venues.weex.adapter import Credentials, WeexAdapter
from terminal.venues.weex.mapper import words
from terminal.venues.weex.mapper.private import report_from_push, valued_fill
from terminal.venues.weex.rest.v2.endpoints import V2
from terminal.venues.weex.stream.public import PublicSession, Wishes
from terminal.venues.weex.stream.v2 import PublicV2
from terminal.venues.weex.wire.private import FillPush, OrderPush

CID = "abcd0123456789ab0123456789abcdef"
TESTS = Path(__file__).parents[3]


def test_every_quirk_has_a_test():
    names = set()
    for file in (*TESTS.rglob("test_weex_*.py"), *TESTS.rglob("test_conformance_*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        names |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    found = {match.group(1) for name in names if (match := re.search(r"quirk_11_(\d\d)", name))}
    assert found == {f"{number:02}" for number in range(1, 28)}


@pytest.mark.asyncio
async def test_quirk_11_06_we_stay_below_the_stricter_of_the_two_budgets():
    async with speaking("v2") as (adapter, _):
        assert adapter.health().budget_limit < 500


@pytest.mark.asyncio
async def test_quirk_11_07_the_order_id_of_a_log_is_an_integer_in_the_body():
    body = upload_body(b'{"stage":"s"}', "596471064624628269")
    async with speaking("v2") as (adapter, venue):
        await adapter.upload_ai_log(body)
        assert venue.requests[-1].url.query == b""
        assert b'"orderId":596471064624628269,' in venue.requests[-1].content


def test_quirk_11_08_v2_orders_carry_none_of_the_other_examples_names():
    adapter, _, _ = adapter_with(always(200, {}))
    body = json.loads(adapter.prepare_order(CID, terms()).body)
    assert not {"quantity", "side", "orderType", "clientOrderId"} & set(body)


@pytest.mark.asyncio
async def test_quirk_11_10_base_volume_is_base_volume():
    async with speaking("v2") as (adapter, _):
        ticker = await adapter.ticker(BTC)
    assert ticker.base_volume_24h == Decimal("25615.2")
    assert ticker.quote_volume_24h / ticker.base_volume_24h > 80_000  # a plausible price of one coin


@pytest.mark.asyncio
async def test_quirk_11_11_each_endpoint_gets_its_own_spelling_of_the_ids():
    position = Position(BTC, PositionSide.LONG, Decimal(1), Decimal(1), 5, Decimal(1), None, None, 0)
    async with speaking("v2") as (adapter, venue):
        await adapter.submit_order(adapter.prepare_order(CID, terms()))
        await adapter.cancel_order(BTC, "1")
        await adapter.protect(position, Decimal(1), None, stop_id="s", target_id="")
        await adapter.modify_trigger("1", Decimal(1))
        spelled = [set(sent(request)[2]) & ID_NAMES for request in venue.requests]
    assert spelled == [{"client_oid"}, {"orderId"}, {"clientOrderId"}, {"orderId"}]


ID_NAMES = {"client_oid", "clientOid", "clientOrderId", "order_id", "orderId"}


@pytest.mark.asyncio
@pytest.mark.parametrize("echo", [None, "", CID])
async def test_quirk_11_12_our_id_may_come_back_empty(echo):
    async with speaking("v2", placeOrder={"order_id": "1", "client_oid": echo}) as (adapter, _):
        assert await adapter.submit_order(adapter.prepare_order(CID, terms())) == Acknowledged("1")
        assert [report.client_order_id for report in await adapter.open_orders()] == [None, "test0002"]


@pytest.mark.parametrize(
    ("side", "effect", "v2", "v3"),
    [
        (Side.SELL, Effect.OPEN, "2", ("SELL", "SHORT")),  # beside a long, this opens a second position
        (Side.SELL, Effect.CLOSE, "3", ("SELL", "LONG")),
        (Side.BUY, Effect.CLOSE, "4", ("BUY", "SHORT")),
    ],
)
def test_quirk_11_13_closing_is_said_never_netted(side, effect, v2, v3):
    order = terms(side=side, effect=effect)
    first, _, _ = adapter_with(always(200, {}))
    second, _, _ = adapter_with(always(200, {}), version="v3")
    assert json.loads(first.prepare_order(CID, order).body)["type"] == v2
    body = json.loads(second.prepare_order(CID, order).body)
    assert (body["side"], body["positionSide"]) == v3


@pytest.mark.asyncio
@pytest.mark.parametrize(("version", "status", "code"), [("v2", 400, "40015"), ("v3", 500, -1054)])
async def test_quirk_11_14_leverage_is_refused_while_orders_are_open(version, status, code):
    text = "FAILED_PRECONDITION: The leverage cannot be changed, there are open orders"

    def handler(request):
        if request.method == "GET":
            name = "getAccount" if version == "v2" else "symbolConfig"
            return httpx.Response(200, json=payload(name, version))
        return httpx.Response(status, json={"code": code, "msg": text})

    adapter, venue, _ = adapter_with(handler, version=version)
    with pytest.raises(RequestRejected, match="cancel them first"):
        await adapter.set_leverage(BTC, 5)
    assert len(venue.requests) == 2
    await adapter.aclose()


@pytest.mark.asyncio
@pytest.mark.parametrize("version", ["v2", "v3"])
async def test_quirk_11_15_the_margin_mode_is_not_even_asked_for_in_use(version):
    async with speaking(version) as (adapter, venue):
        with pytest.raises(RequestRejected, match="close and cancel first"):
            await adapter.set_margin_mode(BTC, MarginMode.ISOLATED)
        assert {request.method for request in venue.requests} == {"GET"}


@pytest.mark.parametrize(
    "changes",
    [
        {"stop_price": Decimal(100001)},
        {"target_price": Decimal(99999)},
        {"side": Side.SELL, "stop_price": Decimal(99999)},
        {"side": Side.SELL, "target_price": Decimal(100001)},
    ],
)
@pytest.mark.parametrize("version", ["v2", "v3"])
def test_quirk_11_17_presets_are_held_against_the_orders_own_price(version, changes):
    adapter, _, _ = adapter_with(always(200, {}), version=version)
    with pytest.raises(RequestRejected, match="both sides"):
        adapter.prepare_order(CID, terms(**changes))


@pytest.mark.asyncio
@pytest.mark.parametrize("version", ["v2", "v3"])
async def test_quirk_11_18_closing_goes_with_cancelling_the_triggers(version):
    async with speaking(version, closePositions=payload("closePositions", version)[:1]) as (adapter, venue):
        assert (await adapter.close_position(BTC)).triggers_cancelled
        _, cancelled = map(sent, venue.requests)
    symbol = "cmt_btcusdt" if version == "v2" else "BTCUSDT"
    expected = {"v2": {"cancelOrderType": "plan", "symbol": symbol}, "v3": {"symbol": symbol}}
    assert cancelled[2] == expected[version]


@pytest.mark.asyncio
@pytest.mark.parametrize("version", ["v2", "v3"])
async def test_quirk_11_19_closing_one_instrument_always_names_it(version):
    async with speaking(version) as (adapter, venue):
        await adapter.close_position(BTC)
        assert sent(venue.requests[0])[2]["symbol"] in {"cmt_btcusdt", "BTCUSDT"}
        with pytest.raises(RequestRejected):
            await adapter.close_position("TRX-PERP")


@pytest.mark.asyncio
@pytest.mark.parametrize("version", ["v2", "v3"])
async def test_quirk_11_22_status_521_is_the_white_list_and_is_not_tried_again(version):
    adapter, venue, _ = adapter_with(always(521, b"<html>"), version=version)
    with pytest.raises(AuthFailed, match="white list"):
        await adapter.balance()
    outcome = await adapter.submit_order(adapter.prepare_order(CID, terms()))
    assert isinstance(outcome, Refused)
    assert outcome.halts
    assert len(venue.requests) == 2
    assert adapter.health().address_refused == 2
    await adapter.aclose()


@pytest.mark.asyncio
async def test_quirk_11_23_a_single_ticker_is_asked_for_never_all():
    async with speaking("v2") as (adapter, venue):
        await adapter.ticker(BTC)
        assert [sent(request)[1] for request in venue.requests] == ["market/ticker"]
    assert V2.costs["GET market/tickers"].ip == 40


@pytest.mark.asyncio
async def test_quirk_11_24_quotes_come_from_the_book_not_from_the_ticker():
    assert not {"bid", "ask"} & {field.name for field in fields(Ticker)}
    asked = []

    async def send(frame):
        asked.append(frame["channel"])

    session = PublicSession(("cmt_btcusdt",), Wishes(), None, None, PublicV2())
    session._clock = type("Clock", (), {"monotonic_s": staticmethod(lambda: 0.0)})
    await session.opened(send)
    assert asked == ["depth.cmt_btcusdt.15", "ticker.cmt_btcusdt"]


@pytest.mark.asyncio
async def test_quirk_11_25_one_adapter_speaks_both_versions_and_v2_unless_told():
    answers = []
    for version in ("v2", "v3"):
        async with speaking(version) as (adapter, venue):
            answers.append(await adapter.balance())
            assert venue.requests[0].url.path.startswith(f"/capi/{version}/")
    first, second = answers
    assert (first.equity, first.available) == (second.equity, second.available)


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_quirk_11_25_a_stream_of_the_other_version_is_refused(version):
    other = {"v2": "v3", "v3": "v2"}[version]
    urls = [f"wss://ws-contract.weex.com/{other}/ws/{name}" for name in ("public", "private")]
    with pytest.raises(ConfigError, match="version"):
        WeexAdapter(
            "https://api-contract.weex.com", *urls, CREDENTIALS, None, None, simulated=False, api_version=version
        )


@pytest.mark.parametrize("instrument_id", ALLOWED_INSTRUMENTS)
def test_quirk_11_26_symbols_of_both_dialects_are_read_everywhere(instrument_id):
    assert words.instrument_of(words.v2_symbol(instrument_id)) == instrument_id
    assert words.instrument_of(words.v3_symbol(instrument_id)) == instrument_id


@pytest.mark.parametrize("name", ["contractId", "symbol"])
@pytest.mark.parametrize("symbol", ["cmt_btcusdt", "BTCUSDT"])
def test_quirk_11_26_private_events_may_mix_the_dialects(name, symbol):
    for file, model, read in (("ws_orders", OrderPush, report_from_push), ("ws_fill", FillPush, valued_fill)):
        (element,) = payload(file, "v3")["d"]
        mixed = {key: value for key, value in element.items() if key != "symbol"} | {name: symbol}
        assert read(parse(model, mixed)).instrument_id == BTC


def test_quirk_11_27_no_key_is_in_a_payload_file_or_shows_when_printed():
    pattern = re.compile(r"weex_[0-9a-f]{16,}|ACCESS-|passphrase|secret", re.IGNORECASE)
    files = list(PAYLOADS.rglob("*.json"))
    assert len(files) > 100
    assert not [file.name for file in files if pattern.search(file.read_text(encoding="utf-8"))]
    credentials = Credentials("the-key", "the-secret", "the-phrase")
    assert "the-" not in f"{credentials} {credentials!r}"


@pytest.mark.asyncio
async def test_quirk_11_27_no_key_is_in_an_error():
    adapter, _, _ = adapter_with(always(400, {"code": "40009", "msg": "sign signature error"}))
    with pytest.raises(AuthFailed) as caught:
        await adapter.balance()
    for hidden in (CREDENTIALS.key, CREDENTIALS.secret, CREDENTIALS.passphrase):
        assert hidden not in f"{caught.value!r} {caught.value}"
    await adapter.aclose()


@pytest.mark.asyncio
async def test_quirk_11_20_v3_history_is_asked_at_most_90_days_back():
    async with speaking("v3") as (adapter, venue):
        await adapter.order_history(BTC, 0)
        asked = int(sent(venue.requests[-1])[2]["startTime"])
    assert abs(NOW_MS - asked - 90 * 86_400_000) < 1000
