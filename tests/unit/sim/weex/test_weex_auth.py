"""Signatures (vectors of section 1.4), headers, the timestamp window and Content-Type."""

import json

import pytest

from terminal.sim.weex.auth import request_tail, signature

SECRET = "weex-test-secret-0001"
STAMP = "1765423487896"
ORDER = (
    '{"symbol":"cmt_btcusdt","client_oid":"test-0001","size":"0.0001","type":"1","order_type":"0",'
    '"match_price":"0","price":"100000.0"}'
)
SPACED = ORDER.replace('":"', '": "').replace('","', '", "')
LOG = (
    '{"orderId":596471064624628269,"stage":"Decision Making","model":"demo-model-1","input":{"prompt":"p"},'
    '"output":{"signal":"BUY"},"explanation":"Größe ✓"}'
)
SINGLE = "/capi/v2/account/position/singlePosition"
VECTORS = {
    "A": ("GET", f"{SINGLE}?symbol=cmt_btcusdt", "", "jMrmMZXNMwR6niyZZPZkO1vH3M5bLT3nT3TyXXgNCP0="),
    "B": ("GET", "/capi/v2/account/assets", "", "Upx1MfeDqLnRlldb+0uA+g7NuaDLFf+NBP78oO5kLdo="),
    "C": (
        "GET",
        "/capi/v2/order/fills?symbol=cmt_btcusdt&orderId=596471064624628269",
        "",
        "kL/KIEg04jmv4s9Pfm6noy3eL9Z0ZFs0k/ta7GZfPyM=",
    ),
    "D": ("POST", "/capi/v2/order/placeOrder", ORDER, "sT/stZLet1W950vbwwO7/bLM9AVgH1kcmHYuyi6SbwM="),
    "E": ("POST", "/capi/v2/order/placeOrder", SPACED, "h9j6A8gxHkL7vsXtNFVliHG2eRt/H1queo+B3NGLnuE="),
    "F": ("POST", "/capi/v2/order/uploadAiLog", LOG, "Jr0tRYQa5tF4sSTfsENYayrnCDIt7mHVphSzFSLSfZk="),
}
A_BAD = "044PXrvnNnk5jyXC2xO9k9GB7+gVkxmI/KCbcbKrYlk="
pytestmark = pytest.mark.asyncio(loop_scope="module")


def headers(sign, **changes):
    names = {
        "ACCESS-KEY": "key-1",
        "ACCESS-SIGN": sign,
        "ACCESS-TIMESTAMP": STAMP,
        "ACCESS-PASSPHRASE": "phrase-1",
        "Content-Type": "application/json",
    }
    return {name: value for name, value in (names | changes).items() if value is not None}


@pytest.mark.parametrize("name", VECTORS)
async def test_vectors_of_the_reference(name):
    method, target, body, expected = VECTORS[name]

    assert signature(SECRET, STAMP.encode() + request_tail(method, target, body.encode())) == expected


async def test_stream_login_vector():
    assert signature(SECRET, f"{STAMP}/v2/ws/private".encode()) == "ehhY71zNh1SeVlFDdwKcLtEMKWkFa7Ii4KmGWvlyZbI="


@pytest.mark.parametrize("name", VECTORS)
async def test_the_exchange_accepts_the_vectors(known, name):
    method, target, body, sign = VECTORS[name]
    response = await known.http.request(method, target, content=body.encode(), headers=headers(sign))

    # What follows the signature may refuse (margin, no such order), but not the signature.
    assert response.json() is not None
    if isinstance(response.json(), dict):
        assert response.json().get("code") not in {"40006", "40008", "40009", "40012"}


async def test_a_prehash_without_the_question_mark_is_refused(known):
    response = await known.http.get(VECTORS["A"][1], headers=headers(A_BAD))

    assert (response.status_code, response.json()["code"]) == (400, "40009")


async def test_a_body_that_is_not_the_signed_bytes_is_refused(known):
    response = await known.http.post("/capi/v2/order/placeOrder", content=SPACED, headers=headers(VECTORS["D"][3]))

    assert response.json()["code"] == "40009"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ACCESS-KEY": None}, "40001"),
        ({"ACCESS-SIGN": None}, "40002"),
        ({"ACCESS-TIMESTAMP": None}, "40003"),
        ({"ACCESS-PASSPHRASE": None}, "40011"),
        ({"ACCESS-TIMESTAMP": "yesterday"}, "40005"),
        ({"ACCESS-TIMESTAMP": str(int(STAMP) - 30_001)}, "40008"),
        ({"ACCESS-TIMESTAMP": str(int(STAMP) + 30_001)}, "40008"),
        ({"ACCESS-KEY": "key-2"}, "40006"),
        ({"ACCESS-PASSPHRASE": "phrase-2"}, "40012"),
    ],
)
async def test_header_errors(known, changes, code):
    response = await known.http.get("/capi/v2/account/assets", headers=headers(VECTORS["B"][3], **changes))

    assert (response.status_code, response.json()["code"]) == (400, code)
    assert set(response.json()) == {"code", "msg", "requestTime", "data"}


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded"])
async def test_a_post_must_be_json(known, content_type):
    given = headers(VECTORS["D"][3], **{"Content-Type": content_type})
    response = await known.http.post("/capi/v2/order/placeOrder", content=ORDER, headers=given)

    assert response.json()["code"] == "40007"


async def test_a_body_that_is_not_an_object_is_40017(reader):
    for body in (b"[1]", b"{", b'"text"'):
        assert (await reader.refused("order/placeOrder", body))[1] == "40017"


async def test_escaped_and_plain_unicode_are_both_fine_when_signed_as_sent(reader):
    log = {"stage": "Risk Management", "model": "m", "input": {}, "output": {}, "explanation": "Größe ✓"}
    for body in (json.dumps(log), json.dumps(log, ensure_ascii=False)):
        response = await reader.post("order/uploadAiLog", body.encode())
        assert response.json()["code"] == "00000"
