"""Every vector of the reference, and the bytes that are sent."""

from urllib.parse import parse_qsl

import pytest

from terminal.venues.bitz.signing import Credentials, own_form, read_form, sign, signed_form, spliced

SECRET = "aQmE8U7bxj16KdJcSd3yX8F8Sakd8aO6LopnHXh27d4kWyb28PxcaTvGrajLDvAw"
KEY = "376892265asdad5d12726d8bbfbd8912b3"
BASE = {"apiKey": KEY, "timeStamp": "1510235730", "nonce": "309127"}
ORDER = {
    "contractId": "101",
    "price": "1",
    "amount": "1",
    "leverage": "10",
    "direction": "1",
    "type": "limit",
    "isCross": "1",
}
MARKET = {"contractId": "101", "amount": "1", "leverage": "10", "direction": "-1", "type": "market", "isCross": "-1"}
SORTED = [
    (ORDER, "ba850aadeede3b1986ea8252607d8b69"),
    (MARKET, "9953834d7c6eabd801365644c82e071f"),
    ({"entrustSheetId": "123456"}, "24e20f921a5b974f56e293e38b5a5c36"),
    ({}, "f3253c5e84ba54080d75309f2eca9143"),
    ({"contractId": "101"}, "ccf86167a4324a8b84d3da79af783481"),
    ({"entrustSheetIds": "1,2,3"}, "4341c578dcd0acc629158ce34d400619"),
    ({"contractId": "101", "page": "1", "pageSize": "50"}, "f24f5f0b3417682e8cc4ed4010a24d7c"),
]
PRINTED = [
    (ORDER, "a27302292c7daecf3e47b5b6f2eda867"),
    ({"entrustSheetId": "123456"}, "c6fd0c6b1ae0d43801a31ba6108ac878"),
]


@pytest.mark.parametrize(("own", "digest"), SORTED)
def test_the_sorted_vectors(own, digest):
    assert sign(BASE | own, SECRET) == digest
    assert sign(dict(reversed((BASE | own).items())), SECRET) == digest


@pytest.mark.parametrize(("own", "printed"), PRINTED)
def test_the_printed_examples_are_not_what_we_send(own, printed):
    import hashlib

    text = "&".join(f"{name}={value}" for name, value in (BASE | own).items()) + SECRET
    assert hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() == printed
    assert sign(BASE | own, SECRET) != printed


def test_the_text_of_the_sorted_rule():
    assert spliced(BASE | ORDER) == (
        "amount=1&apiKey=376892265asdad5d12726d8bbfbd8912b3&contractId=101&direction=1&isCross=1&leverage=10"
        "&nonce=309127&price=1&timeStamp=1510235730&type=limit"
    )


@pytest.mark.parametrize(("own", "digest"), SORTED)
def test_the_form_keeps_the_own_bytes_and_signs_all_of_it(own, digest):
    bare = own_form(own)
    sent = signed_form(bare, Credentials(KEY, SECRET), 1_510_235_730_999, "309127")
    assert sent.startswith(bare)
    assert dict(parse_qsl(sent.decode())) == own | BASE | {"sign": digest}
    assert read_form(bare) == own


def test_own_parameters_are_written_by_name():
    assert (
        own_form({"type": "limit", "amount": "3", "entrustSheetIds": "1,2"})
        == b"amount=3&entrustSheetIds=1,2&type=limit"
    )


def test_credentials_do_not_show():
    assert repr(Credentials("the-key", "the-secret")) == "Credentials()"
