"""The worked vectors A-I of the reference: one wrong byte and the venue answers 40009."""

import pytest

from terminal.venues.weex.signing import Credentials, prehash, request_headers, sign, stream_headers, target_of

SECRET = "weex-test-secret-0001"
TIME_MS = 1765423487896
CREDENTIALS = Credentials("k", SECRET, "p")
ORDER = (
    '{"symbol":"cmt_btcusdt","client_oid":"test-0001","size":"0.0001","type":"1","order_type":"0",'
    '"match_price":"0","price":"100000.0"}'
)
SPACED = ORDER.replace(":", ": ").replace(",", ", ")
LOG = (
    '{"orderId":596471064624628269,"stage":"Decision Making","model":"demo-model-1","input":{"prompt":"p"},'
    '"output":{"signal":"BUY"},"explanation":"Größe ✓"}'
)
POSITION = "/capi/v2/account/position/singlePosition"

VECTORS = {
    "A": ("GET", POSITION, "symbol=cmt_btcusdt", "", "jMrmMZXNMwR6niyZZPZkO1vH3M5bLT3nT3TyXXgNCP0="),
    "B": ("GET", "/capi/v2/account/assets", "", "", "Upx1MfeDqLnRlldb+0uA+g7NuaDLFf+NBP78oO5kLdo="),
    "C": (
        "GET",
        "/capi/v2/order/fills",
        "symbol=cmt_btcusdt&orderId=596471064624628269",
        "",
        "kL/KIEg04jmv4s9Pfm6noy3eL9Z0ZFs0k/ta7GZfPyM=",
    ),
    "D": ("POST", "/capi/v2/order/placeOrder", "", ORDER, "sT/stZLet1W950vbwwO7/bLM9AVgH1kcmHYuyi6SbwM="),
    "E": ("POST", "/capi/v2/order/placeOrder", "", SPACED, "h9j6A8gxHkL7vsXtNFVliHG2eRt/H1queo+B3NGLnuE="),
    "F": ("POST", "/capi/v2/order/uploadAiLog", "", LOG, "Jr0tRYQa5tF4sSTfsENYayrnCDIt7mHVphSzFSLSfZk="),
    "I": ("DELETE", "/capi/v3/order", "orderId=702345678901234567", "", "a3KN3GdDJ99EMWl7BoHYkvA/jk/i320ZgcY4+i2YUgY="),
}


@pytest.mark.parametrize("name", VECTORS)
def test_vector(name):
    method, path, query, body, expected = VECTORS[name]
    headers = request_headers(CREDENTIALS, TIME_MS, method, target_of(path, query), body.encode())
    assert headers["ACCESS-SIGN"] == expected
    assert headers["ACCESS-TIMESTAMP"] == str(TIME_MS)


def test_prehash_of_vector_a_in_full():
    assert prehash(TIME_MS, "GET", target_of(POSITION, "symbol=cmt_btcusdt"), b"") == (
        b"1765423487896GET/capi/v2/account/position/singlePosition?symbol=cmt_btcusdt"
    )


def test_quirk_11_01_the_question_mark_is_signed():
    without = sign(SECRET, prehash(TIME_MS, "GET", POSITION + "symbol=cmt_btcusdt", b""))
    assert without == "044PXrvnNnk5jyXC2xO9k9GB7+gVkxmI/KCbcbKrYlk="
    assert without != VECTORS["A"][4]


def test_vector_g_stream_login():
    headers = stream_headers(CREDENTIALS, TIME_MS, "/v2/ws/private")
    assert headers["ACCESS-SIGN"] == "ehhY71zNh1SeVlFDdwKcLtEMKWkFa7Ii4KmGWvlyZbI="


def test_vector_h_stream_login_of_v3():
    headers = stream_headers(CREDENTIALS, TIME_MS, "/v3/ws/private")
    assert headers["ACCESS-SIGN"] == "Gz1nIw6T3tBlZGELP1uWzF0FUxAfbC4+jiQImomtmek="


def test_credentials_do_not_show_when_printed():
    shown = repr(Credentials("my-key", "my-secret", "my-phrase"))
    assert "my-" not in shown
