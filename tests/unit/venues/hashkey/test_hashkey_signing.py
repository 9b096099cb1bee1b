"""Every vector of the reference, byte for byte, and what goes on the wire."""

from hmac import compare_digest

import pytest
from hashkey_kit import CID, adapter_with, parameters, terms

from terminal.net.calls.caller import Call
from terminal.net.limiter import Cost
from terminal.venues.hashkey.rest.manners import BATCH, BIAS_MS, HashKeyManners
from terminal.venues.hashkey.signing import Credentials, encoded, sign, signed, stamped

KEY = "tAQfOrPIZAhym0qHISRt8EFvxPemdBm5j5WMlkm3Ke9aFp0EGWC2CGM8GHV4kCYW"
SECRET = "lH3ELTNiFxCQTmi9pPcWWikhsjO04Yoqw3euoHUuOLC3GYBW64ZqzQsiOEHXQS76"
TIME_MS = 1538323200000
ORDER = "symbol=ETHBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1538323200000"
MIXED = ORDER.replace("GTC&quantity", "GTCquantity")
LISTEN_KEY = "MKxPTRoLXBBhlRseAUaDyWyZVjiNxCVqcaUasZidmByckGjUcLBKKcopKbvUfORD"
IDS = "202212231234567895,202212231234567896"
VECTORS = {
    "1 query": (ORDER, "5f2750ad7589d1d40757a55342e621a44037dad23b5128cc70e18ec1d1c3f4c6"),
    "2 body": (ORDER, "5f2750ad7589d1d40757a55342e621a44037dad23b5128cc70e18ec1d1c3f4c6"),
    "3 mixed": (MIXED, "885c9e3dd89ccd13408b25e6d54c2330703759d7494bea6dd5a3d1fd16ba3afa"),
    "4 account": ("timestamp=1538323200000", "b5bcf90d5740c5bf2fd601d4f4d4a80b328dcaa0a451b5686656fd1d4d758ef6"),
    "5 order": (
        "symbol=BTCUSDT&side=BUY&type=LIMIT&price=85000&quantity=0.01&timestamp=1538323200000",
        "924d0d1007610225d1dc3955214e4a0169986306ce157d6e2c9b60ffc4828a3a",
    ),
    "6 keepalive": (
        f"timestamp=1538323200000&listenKey={LISTEN_KEY}",
        "930ef5bb0c51183458624889b1c11d329bf0d3c7c4e31357c0d836a6a569b887",
    ),
    "7 ids": (
        f"ids={IDS}&timestamp=1538323200000",
        "eeff5daad0591e12729223b514ad846257c5e63d9cd08ff3f94f6e8cf4cd2181",
    ),
    "7b ids, escaped": (
        f"ids={IDS.replace(',', '%2C')}&timestamp=1538323200000",
        "af81fc8c79400e7f84f195f26b1e44a8634a2144d646c87658bda84cd2d488ca",
    ),
    "8 batch": ("timestamp=1707492562526", "a0df35f72dc71292f80a4146a589b7a3cb04bc6d6e873e9da9e18675675b26a7"),
}


@pytest.mark.parametrize("name", VECTORS)
def test_every_vector_reproduces(name):
    text, digest = VECTORS[name]
    assert compare_digest(sign(SECRET, text), digest)
    assert signed(SECRET, text) == f"{text}&signature={digest}"


def test_commas_are_not_escaped_and_everything_else_is():
    assert encoded([("ids", IDS)]) == f"ids={IDS}"
    assert sign(SECRET, encoded([("ids", IDS), ("timestamp", "1538323200000")])) == VECTORS["7 ids"][1]
    assert encoded([("a", "x y&z=ü")]) == "a=x+y%26z%3D%C3%BC"


def test_the_stamp_comes_after_the_parameters_or_alone():
    assert stamped("a=1", 5000, TIME_MS) == "a=1&recvWindow=5000&timestamp=1538323200000"
    assert stamped("", 5000, TIME_MS) == "recvWindow=5000&timestamp=1538323200000"


def test_credentials_do_not_show_when_printed():
    shown = repr(Credentials(KEY, SECRET))
    assert KEY not in shown
    assert SECRET not in shown


# -- where the signature goes -------------------------------------------------------


def request(call):
    return HashKeyManners(Credentials(KEY, SECRET)).request(call, TIME_MS + BIAS_MS)


def test_a_read_is_signed_in_its_query():
    made = request(Call("GET", "/api/v1/account", Cost(0)))
    stamp = "recvWindow=5000&timestamp=1538323200000"
    assert made.target == f"/api/v1/account?{stamp}&signature={sign(SECRET, stamp)}"
    assert made.headers["X-HK-APIKEY"] == KEY
    assert made.body == b""


def test_the_printed_order_is_signed_in_its_form():
    body = b"symbol=ETHBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1"
    made = request(Call("POST", "/api/v1.1/spot/order", Cost(0), body=body, is_write=True))
    assert made.target == "/api/v1.1/spot/order"
    assert made.body.decode() == f"{ORDER}&signature={VECTORS['2 body'][1]}"
    assert made.headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_a_cancel_is_signed_in_its_query():
    made = request(Call("DELETE", "/api/v1/spot/cancelOrderByIds", Cost(0), query=(("ids", IDS),), is_write=True))
    text = f"ids={IDS}&recvWindow=5000&timestamp=1538323200000"
    assert made.target == f"/api/v1/spot/cancelOrderByIds?{text}&signature={sign(SECRET, text)}"


def test_of_a_batch_only_the_query_is_signed():
    made = request(Call("POST", BATCH, Cost(0), body=b"[]", is_write=True))
    stamp = "recvWindow=5000&timestamp=1538323200000"
    assert made.target == f"{BATCH}?{stamp}&signature={sign(SECRET, stamp)}"
    assert (made.body, made.headers["Content-Type"]) == (b"[]", "application/json")


def test_public_calls_carry_no_key():
    made = request(Call("GET", "/quote/v1/depth", Cost(1), query=(("symbol", "BTCUSDT"),), signed=False))
    assert made.target == "/quote/v1/depth?symbol=BTCUSDT"
    assert set(made.headers) == {"Content-Type"}


@pytest.mark.asyncio
async def test_what_is_journalled_is_what_is_sent_with_time_and_signature_after_it():
    adapter, venue, clock = adapter_with()
    prepared = adapter.prepare_order(CID, terms())
    await adapter.submit_order(prepared)
    (sent,) = venue.requests
    assert sent.content.startswith(prepared.body + b"&recvWindow=5000&timestamp=")
    at_ms = int(parameters(sent)["timestamp"])
    assert 0 < clock.now_ms() - at_ms < 1000  # a little behind: a second ahead is refused
    unsigned, _, signature = sent.content.decode().partition("&signature=")
    assert signature == sign("hashkey-test-secret-0001", unsigned)
    await adapter.aclose()
