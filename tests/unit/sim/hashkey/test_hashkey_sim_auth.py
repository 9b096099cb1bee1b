"""Signatures over the very bytes that came, the time window, the key."""

import httpx
import pytest

from terminal.sim.hashkey.auth import check_key, check_signature, check_time, signature
from terminal.sim.hashkey.errors import HashKeyError
from terminal.sim.serving.options import Credentials

KEY = "tAQfOrPIZAhym0qHISRt8EFvxPemdBm5j5WMlkm3Ke9aFp0EGWC2CGM8GHV4kCYW"
SECRET = "lH3ELTNiFxCQTmi9pPcWWikhsjO04Yoqw3euoHUuOLC3GYBW64ZqzQsiOEHXQS76"
ORDER = "symbol=ETHBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1538323200000"
HEAD = "symbol=ETHBTC&side=BUY&type=LIMIT&timeInForce=GTC"
TAIL = "quantity=1&price=0.1&recvWindow=5000&timestamp=1538323200000"
IDS = "202212231234567895,202212231234567896"
KEEPALIVE = "timestamp=1538323200000&listenKey=MKxPTRoLXBBhlRseAUaDyWyZVjiNxCVqcaUasZidmByckGjUcLBKKcopKbvUfORD"
# (query, body, printed or recomputed digest); the reference's section 3
VECTORS = {
    "1 query": (ORDER, "", "5f2750ad7589d1d40757a55342e621a44037dad23b5128cc70e18ec1d1c3f4c6"),
    "2 body": ("", ORDER, "5f2750ad7589d1d40757a55342e621a44037dad23b5128cc70e18ec1d1c3f4c6"),
    "3 mixed": (HEAD, TAIL, "885c9e3dd89ccd13408b25e6d54c2330703759d7494bea6dd5a3d1fd16ba3afa"),
    "4 account": ("timestamp=1538323200000", "", "b5bcf90d5740c5bf2fd601d4f4d4a80b328dcaa0a451b5686656fd1d4d758ef6"),
    "5 order": (
        "",
        "symbol=BTCUSDT&side=BUY&type=LIMIT&price=85000&quantity=0.01&timestamp=1538323200000",
        "924d0d1007610225d1dc3955214e4a0169986306ce157d6e2c9b60ffc4828a3a",
    ),
    "6 keepalive": ("", KEEPALIVE, "930ef5bb0c51183458624889b1c11d329bf0d3c7c4e31357c0d836a6a569b887"),
    "7 comma": (
        f"ids={IDS}&timestamp=1538323200000",
        "",
        "eeff5daad0591e12729223b514ad846257c5e63d9cd08ff3f94f6e8cf4cd2181",
    ),
    "7b encoded comma": (
        f"ids={IDS.replace(',', '%2C')}&timestamp=1538323200000",
        "",
        "af81fc8c79400e7f84f195f26b1e44a8634a2144d646c87658bda84cd2d488ca",
    ),
    "8 batch": ("timestamp=1707492562526", "", "a0df35f72dc71292f80a4146a589b7a3cb04bc6d6e873e9da9e18675675b26a7"),
}


def code_of(call):
    with pytest.raises(HashKeyError) as caught:
        call()
    return caught.value.code, caught.value.message


@pytest.mark.parametrize(("query", "body", "digest"), VECTORS.values(), ids=VECTORS)
@pytest.mark.parametrize("written", [str.lower, str.upper])
def test_every_vector_is_accepted(query, body, digest, written):
    assert signature(SECRET, (query + body).encode()) == digest
    sent = f"signature={written(digest)}"
    if body:
        check_signature(SECRET, query.encode(), f"{body}&{sent}".encode(), is_json=False)
    else:
        check_signature(SECRET, f"{query}&{sent}".encode(), b"", is_json=False)


def test_a_batch_signs_its_query_only_unless_the_switch_is_on():
    digest = VECTORS["8 batch"][2]
    query = f"timestamp=1707492562526&signature={digest}".encode()
    check_signature(SECRET, query, b'[{"a": 1}]', is_json=True)

    whole = f"timestamp=1707492562526&signature={signature(SECRET, b'timestamp=1707492562526[1]')}".encode()
    assert code_of(lambda: check_signature(SECRET, whole, b"[1]", is_json=True))[1] == "Incorrect signature"
    check_signature(SECRET, whole, b"[1]", is_json=True, signs_raw_batch=True)


def test_a_wrong_and_a_missing_signature_share_their_code():
    wrong = f"{ORDER}&signature={'0' * 64}".encode()
    assert code_of(lambda: check_signature(SECRET, wrong, b"", is_json=False)) == ("0001", "Incorrect signature")
    code, message = code_of(lambda: check_signature(SECRET, ORDER.encode(), b"", is_json=False))
    assert (code, "signature" in message, message == "Incorrect signature") == ("0001", True, False)


@pytest.mark.parametrize("name", ["x-hk-apikey", "x-apikey"])
def test_the_key_may_come_in_either_header(name):
    known = Credentials(KEY, SECRET, "")
    check_key(httpx.Headers({name: KEY}), known)
    assert code_of(lambda: check_key(httpx.Headers({name: "another"}), known))[0] == "0102"
    assert code_of(lambda: check_key(httpx.Headers({}), known))[0] == "-1002"


@pytest.mark.parametrize(
    ("late_ms", "window", "is_good"),
    [
        (-999, None, True),
        (-1_000, None, False),
        (5_000, None, True),
        (5_001, None, False),
        (200, "200", True),
        (201, "200", False),
        (60_000, "60000", True),
    ],
)
def test_the_window_is_a_second_ahead_and_recv_window_behind(late_ms, window, is_good):
    now_ms = 1_538_323_200_000
    params = {"timestamp": str(now_ms - late_ms)} | ({"recvWindow": window} if window else {})
    if is_good:
        check_time(params, now_ms)
    else:
        assert code_of(lambda: check_time(params, now_ms))[0] == "-1021"


def test_the_window_follows_the_speed_of_the_clock():
    now_ms = 1_538_323_200_000
    check_time({"timestamp": str(now_ms + 9_999)}, now_ms, speed=10.0)
    check_time({"timestamp": str(now_ms - 50_000)}, now_ms, speed=10.0)
    assert code_of(lambda: check_time({"timestamp": str(now_ms - 50_001)}, now_ms, speed=10.0))[0] == "-1021"


@pytest.mark.parametrize("timestamp", ["", "soon", "-1", "1.5", "9" * 16])
def test_a_timestamp_must_be_milliseconds(timestamp):
    code, message = code_of(lambda: check_time({"timestamp": timestamp}, 1_538_323_200_000))
    assert (code, "timestamp" in message) == ("0001", True)


@pytest.mark.asyncio
async def test_over_the_wire(client):
    assert (await client.get("/api/v1/account")).status_code == 200
    unsigned = await client.http.get("/api/v1/account?timestamp=1", headers=client.key)
    assert unsigned.json()["code"] == "-1021"
    late = client.venue.clock.shown_ms()
    client.hands.now_s += 6
    assert (await client.get("/api/v1/account", timestamp=late)).json()["code"] == "-1021"
    keyless = await client.http.get("/api/v1/account")
    assert (keyless.status_code, keyless.json()["code"]) == (400, "-1002")
    bad = client.signed({}).replace("signature=", "signature=0")
    assert (await client.http.get(f"/api/v1/account?{bad}", headers=client.key)).json()["msg"] == "Incorrect signature"
