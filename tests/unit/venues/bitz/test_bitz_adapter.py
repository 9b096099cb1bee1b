"""What the adapter refuses, and what it says it can do; nothing is sent here."""

import pytest
from bitz_kit import BTC, HurriedClock, adapter_of

from helpers.fake_chance import SeededChance
from terminal.domain.errors import ConfigError, RequestRejected
from terminal.ports.venue import ProductKind
from terminal.venues.bitz.adapter import NAME, BitzAdapter, Credentials

INFO = {
    "rest": "http://127.0.0.1:5",
    "ws_public": "ws://127.0.0.1:5/",
    "ws_private": "ws://127.0.0.1:5/",
    "key": "k",
    "secret": "s",
}


@pytest.mark.parametrize(
    "rest",
    [
        "https://apiv2.bitz.com",
        "https://apiv2.bit-z.pro",
        "https://api.bitzapi.com",
        "http://192.168.1.5:80",
        "http://127.0.0.1.bitz.com",
        "https://api-contract.weex.com",
        "http://[::1",
        "",
    ],
)
def test_any_host_but_this_machine_is_refused_with_clear_words(rest):
    with pytest.raises(ConfigError, match=r"closed in October 2021.*alphadesk exchange --venue bitz"):
        adapter_of(INFO, rest=rest)


@pytest.mark.parametrize("url", ["wss://wsapi.bitz.plus/", "ws://elsewhere:5/"])
def test_stream_addresses_are_checked_alike(url):
    for name in ("ws_public", "ws_private"):
        with pytest.raises(ConfigError, match="closed in October 2021"):
            adapter_of(INFO | {name: url})


def test_it_is_never_the_real_venue():
    with pytest.raises(ConfigError, match="closed in October 2021"):
        adapter_of(INFO, simulated=False)
    with pytest.raises(ConfigError, match="must be only scheme"):
        adapter_of(INFO, rest="http://user@127.0.0.1:5")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_is_allowed(host):
    assert adapter_of(INFO, rest=f"http://{host}:5").is_simulated


def test_there_is_no_default_address():
    with pytest.raises(TypeError):
        BitzAdapter(credentials=Credentials("k", "s"), clock=HurriedClock(), chance=SeededChance(1), simulated=True)


def test_what_it_is_and_can_do():
    adapter = adapter_of(INFO)
    assert adapter.name == NAME == "Bit-Z (simulated, exchange closed 2021)"
    can = adapter.capabilities
    assert can.product is ProductKind.PERPETUAL
    assert (can.leverage, can.margin_modes, can.short, can.market_orders) == (True, True, True, True)
    assert (can.triggers, can.reduce_only, can.client_order_ids, can.private_stream, can.ai_logs) == (False,) * 5
    assert can.orders_in_flight_per_instrument == 1
    assert (adapter.keeps_account, adapter.order_validity_ms) == (True, 60_000)


@pytest.mark.asyncio
async def test_features_it_lacks_are_refused_in_words():
    adapter = adapter_of(INFO)
    with pytest.raises(RequestRejected, match="keeps no stops"):
        adapter.prepare_trigger("id", None)
    with pytest.raises(RequestRejected, match="keeps no stops"):
        await adapter.protect(None, None, None, stop_id="", target_id="")
    with pytest.raises(RequestRejected, match="keeps no stops"):
        await adapter.modify_trigger("1", None)
    assert await adapter.cancel_trigger("1") is False
    assert await adapter.trigger_orders(BTC) == ()
    assert await adapter.fired_triggers(BTC, 0) == ()
    assert await adapter.funding_history(BTC, 5) == ()
    receipt = await adapter.upload_ai_log(b"{}")
    assert (receipt.accepted, receipt.kept, receipt.permanent) == (False, True, True)
    with pytest.raises(RequestRejected, match="not read yet"):
        adapter.prepare_order("id", None)
    with pytest.raises(RequestRejected, match="WEEX alone"):
        adapter_of(INFO, may_trade=False).prepare_order("id", None)
    await adapter.aclose()
