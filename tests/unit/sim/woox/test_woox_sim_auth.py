"""The reference's signature vectors, and what happens to credentials that are not in order."""

import json

import pytest

from terminal.sim.serving.options import Credentials
from terminal.sim.woox.auth import signature, v1_text, v3_text

SECRET, KEY, STAMP = "QHKRXHPAW1MC9YGZMAT8YDJG2HPR", "AbmyVJGUpN064ks5ELjLfA==", "1578565539808"
TRAILING = (
    b'{"symbol": "PERP_BTC_USDT", "side": "BUY", "reduceOnly": false, "type": "MARKET", "quantity": "1", '
    b'"algoType": "TRAILING_STOP", "callbackRate": "100"}'
)
SEED_ORDER = {"symbol": "SPOT_BTC_USDT", "price": "30000", "quantity": "0.001", "type": "LIMIT", "side": "BUY"}
COMPACT = json.dumps(SEED_ORDER, separators=(",", ":")).encode()
SORTED = json.dumps(SEED_ORDER, separators=(",", ":"), sort_keys=True).encode()
LEVERAGE = b'{"symbol":"PERP_BTC_USDT","marginMode":"CROSS","leverage":20}'
VECTORS = [
    ("GET", "/v3/algo/orders?algoType=STOP", b"", "fddab579aff8c193f920c2d4f0cda6a21a60f06fd9c3916541ecc4f6461f5977"),
    ("POST", "/v3/algo/order", TRAILING, "d2d18e208166bb9bc79d836bd4a8e80ba310abe75821079c18c51aa877f4b737"),
    (
        "POST",
        "/v3/trade/order",
        json.dumps(SEED_ORDER).encode(),
        "40092e9a3c13685f98861dac87119fe20fb520b935c51ff3c249bf3a3218ce2e",
    ),
    ("POST", "/v3/trade/order", COMPACT, "2dce93eacee6e72b1ebc2ad3a313c0f1fe8756bb70bf0f66724907766921cfae"),
    ("POST", "/v3/trade/order", SORTED, "ec313d59207a1a88b131c3ea2083a7101e0e553d31ba7d56112d47e8fa0744b3"),
    (
        "DELETE",
        "/v3/trade/order?orderId=123456789&symbol=SPOT_BTC_USDT",
        b"",
        "649ec5ebe3ffa25e0e52174416e1d1b464a330aef9109507b920fd62258eb4ed",
    ),
    (
        "DELETE",
        "/v3/trade/order",
        b"symbol=SPOT_BTC_USDT&order_id=123456789",
        "665af68bb29216d97bb22986f7980f7f8927e77ff4ec3c58dfe4775b1b856daa",
    ),
    ("GET", "/v3/asset/balances", b"", "8b639ec9b3ca452e72839a770658af86b271c5f3d0117182f12facb383429ed2"),
    (
        "POST",
        "/v3/account/listenKey",
        b'{"type":"WEBSOCKET"}',
        "228a2c6bb9e2e77cd796e3c500cdbc29cabbccc379d3854c387930103f055649",
    ),
    (
        "POST",
        "/v3/account/listenKey",
        b'{"type": "WEBSOCKET"}',
        "7310c7cf355477354cad8ac9f897e838cdf7595eef8d6afbffe9a60713c45190",
    ),
    ("PUT", "/v3/futures/leverage", LEVERAGE, "2458f77c9341364f713cf2aa53058b857d418d9b7f778b4ea67f221c1b78300d"),
]
LEGACY = "order_price=9000&order_quantity=0.11&order_type=LIMIT&side=BUY&symbol=SPOT_BTC_USDT"
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(("method", "target", "body", "digest"), VECTORS)
async def test_vectors_1_to_11(method, target, body, digest):
    assert signature(SECRET, v3_text(STAMP, method, target, body)) == digest


async def test_vector_l_the_digest_the_venue_itself_prints():
    expected = "20da0852f73b20da0208c7e627975a59ff072379883d8457d03104651032033d"
    shuffled = "&".join(reversed(LEGACY.split("&")))
    assert signature(SECRET, v1_text(STAMP, LEGACY)) == expected
    assert signature(SECRET, v1_text(STAMP, shuffled)) == expected


@pytest.fixture
def known(reader):
    """The exchange with the reference's credentials, at the reference's moment."""
    venue = reader.exchange.venue
    before = venue.credentials
    venue.credentials = Credentials(KEY, SECRET, "")
    venue.clock.skew_ms = int(STAMP) - venue.clock.now_ms()
    yield reader
    venue.credentials, venue.clock.skew_ms = before, 0


async def test_the_exchange_takes_the_vectors_and_nothing_near_them(known):
    headers = {"x-api-key": KEY, "x-api-timestamp": STAMP, "content-type": "application/json"}
    taken = 0
    for method, target, body, digest in VECTORS:
        signed = headers | {"x-api-signature": digest}
        answer = await known.http.request(method, target, content=body, headers=signed)
        if answer.status_code == 404:  # vectors 1 and 2 are of paths that are gone
            continue
        assert answer.json().get("code") not in {-1001, -1002}, target
        other = await known.http.request(method, target, content=body + b" ", headers=signed)
        assert (other.status_code, other.json()["code"]) == (401, -1002)
        taken += 1
    assert taken == 9


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"x-api-key": ""}, (401, -1001)),
        ({"x-api-signature": ""}, (401, -1001)),
        ({"x-api-timestamp": "yesterday"}, (401, -1001)),
        ({"x-api-key": "another"}, (401, -1002)),
        ({"x-api-signature": "00"}, (401, -1002)),
        ({"stamp": 1_765_423_487_896 - 120_000}, (400, 317179)),
        ({"stamp": 1_765_423_487_896 + 120_000}, (400, 317179)),
    ],
)
async def test_credentials_that_are_not_in_order(reader, changes, expected):
    answer = await reader.http.get("/v3/asset/balances", headers=reader.headers("GET", "/v3/asset/balances", **changes))
    assert (answer.status_code, answer.json()["code"]) == expected
    assert answer.json()["success"] is False


async def test_a_path_that_does_not_exist(reader):
    answer = await reader.http.get("/v3/trade/nothing")
    assert (answer.status_code, answer.json()["success"]) == (404, False)


async def test_a_v1_call_signs_its_sorted_query(reader):
    def signed(text):
        stamp = str(reader.exchange.venue.clock.shown_ms())
        digest = signature(reader.exchange.info["secret"], f"{text}|{stamp}".encode())
        return {"x-api-key": reader.exchange.info["key"], "x-api-timestamp": stamp, "x-api-signature": digest}

    path = "/v1/order/1/trades"
    unknown = await reader.http.get(f"{path}?b=2&a=1", headers=signed("a=1&b=2"))
    plain = await reader.http.get(path, headers=signed(""))
    unsorted = await reader.http.get(f"{path}?b=2&a=1", headers=signed("b=2&a=1"))
    assert (unknown.json()["code"], plain.json()["code"], unsorted.json()["code"]) == (-1006, -1006, -1002)
