"""The worked vectors of the reference, with the documents' own sample key; L is the digest WOO X prints itself."""

import pytest

from terminal.venues.woox.signing import Credentials, prehash, request_headers, sign, target_of

SECRET = "QHKRXHPAW1MC9YGZMAT8YDJG2HPR"
KEY = "AbmyVJGUpN064ks5ELjLfA=="
TIME_MS = 1578565539808
ORDER = '{"symbol": "SPOT_BTC_USDT", "price": "30000", "quantity": "0.001", "type": "LIMIT", "side": "BUY"}'
SORTED = '{"price":"30000","quantity":"0.001","side":"BUY","symbol":"SPOT_BTC_USDT","type":"LIMIT"}'
TRAILING = (
    '{"symbol": "PERP_BTC_USDT", "side": "BUY", "reduceOnly": false, "type": "MARKET", "quantity": "1", '
    '"algoType": "TRAILING_STOP", "callbackRate": "100"}'
)
LEVERAGE = '{"symbol":"PERP_BTC_USDT","marginMode":"CROSS","leverage":20}'

# number: method, path, query, body, digest
VECTORS = {
    "1": (
        "GET",
        "/v3/algo/orders",
        "algoType=STOP",
        "",
        "fddab579aff8c193f920c2d4f0cda6a21a60f06fd9c3916541ecc4f6461f5977",
    ),
    "2": (
        "POST",
        "/v3/algo/order",
        "",
        TRAILING,
        "d2d18e208166bb9bc79d836bd4a8e80ba310abe75821079c18c51aa877f4b737",
    ),
    "3": ("POST", "/v3/trade/order", "", ORDER, "40092e9a3c13685f98861dac87119fe20fb520b935c51ff3c249bf3a3218ce2e"),
    "4": (
        "POST",
        "/v3/trade/order",
        "",
        ORDER.replace(": ", ":").replace(", ", ","),
        "2dce93eacee6e72b1ebc2ad3a313c0f1fe8756bb70bf0f66724907766921cfae",
    ),
    "5": ("POST", "/v3/trade/order", "", SORTED, "ec313d59207a1a88b131c3ea2083a7101e0e553d31ba7d56112d47e8fa0744b3"),
    "6": (
        "DELETE",
        "/v3/trade/order",
        "orderId=123456789&symbol=SPOT_BTC_USDT",
        "",
        "649ec5ebe3ffa25e0e52174416e1d1b464a330aef9109507b920fd62258eb4ed",
    ),
    "7": (
        "DELETE",
        "/v3/trade/order",
        "",
        "symbol=SPOT_BTC_USDT&order_id=123456789",
        "665af68bb29216d97bb22986f7980f7f8927e77ff4ec3c58dfe4775b1b856daa",
    ),
    "8": ("GET", "/v3/asset/balances", "", "", "8b639ec9b3ca452e72839a770658af86b271c5f3d0117182f12facb383429ed2"),
    "9": (
        "POST",
        "/v3/account/listenKey",
        "",
        '{"type":"WEBSOCKET"}',
        "228a2c6bb9e2e77cd796e3c500cdbc29cabbccc379d3854c387930103f055649",
    ),
    "10": (
        "POST",
        "/v3/account/listenKey",
        "",
        '{"type": "WEBSOCKET"}',
        "7310c7cf355477354cad8ac9f897e838cdf7595eef8d6afbffe9a60713c45190",
    ),
    "11": (
        "PUT",
        "/v3/futures/leverage",
        "",
        LEVERAGE,
        "2458f77c9341364f713cf2aa53058b857d418d9b7f778b4ea67f221c1b78300d",
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_vector(name):
    method, path, query, body, expected = VECTORS[name]
    headers = request_headers(Credentials(KEY, SECRET), TIME_MS, method, target_of(path, query), body.encode())
    assert headers["x-api-signature"] == expected
    assert (headers["x-api-key"], headers["x-api-timestamp"]) == (KEY, str(TIME_MS))


def test_vector_l_is_the_digest_the_venue_prints_and_proves_the_sample_secret():
    form = "order_price=9000&order_quantity=0.11&order_type=LIMIT&side=BUY&symbol=SPOT_BTC_USDT"
    digest = sign(SECRET, f"{form}|{TIME_MS}".encode())
    assert digest == "20da0852f73b20da0208c7e627975a59ff072379883d8457d03104651032033d"


def test_the_signed_text_of_vector_6_in_full():
    target = target_of("/v3/trade/order", "orderId=123456789&symbol=SPOT_BTC_USDT")
    assert prehash(TIME_MS, "DELETE", target, b"") == (
        b"1578565539808DELETE/v3/trade/order?orderId=123456789&symbol=SPOT_BTC_USDT"
    )


@pytest.mark.parametrize(("method", "named"), [("GET", False), ("DELETE", False), ("POST", True), ("PUT", True)])
def test_only_a_body_names_its_kind(method, named):
    headers = request_headers(Credentials(KEY, SECRET), TIME_MS, method, "/v3/x", b"")
    assert (headers.get("Content-Type") == "application/json") is named


def test_nothing_of_a_key_shows_when_printed():
    shown = repr(Credentials(KEY, SECRET))
    assert KEY not in shown
    assert SECRET not in shown
