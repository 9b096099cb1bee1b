"""Signatures: the reference's vectors, and what is refused."""

import pytest

from terminal.sim.bitz.auth import NonceBook, signature, spliced

SECRET = "aQmE8U7bxj16KdJcSd3yX8F8Sakd8aO6LopnHXh27d4kWyb28PxcaTvGrajLDvAw"
BASE = {"apiKey": "376892265asdad5d12726d8bbfbd8912b3", "timeStamp": "1510235730", "nonce": "309127"}
LIMIT = {"contractId": "101", "price": "1", "amount": "1", "leverage": "10", "direction": "1", "type": "limit"}
MARKET = {"contractId": "101", "amount": "1", "leverage": "10", "direction": "-1", "type": "market", "isCross": "-1"}
VECTORS = [
    ("1 as printed", BASE | LIMIT | {"isCross": "1"}, False, "a27302292c7daecf3e47b5b6f2eda867"),
    ("2 the same sorted", BASE | LIMIT | {"isCross": "1"}, True, "ba850aadeede3b1986ea8252607d8b69"),
    ("3 market short isolated", BASE | MARKET, True, "9953834d7c6eabd801365644c82e071f"),
    ("4 cancel", BASE | {"entrustSheetId": "123456"}, True, "24e20f921a5b974f56e293e38b5a5c36"),
    ("4b cancel as printed", BASE | {"entrustSheetId": "123456"}, False, "c6fd0c6b1ae0d43801a31ba6108ac878"),
    ("5 account", BASE, True, "f3253c5e84ba54080d75309f2eca9143"),
    ("6 positions", BASE | {"contractId": "101"}, True, "ccf86167a4324a8b84d3da79af783481"),
    ("7 commas", BASE | {"entrustSheetIds": "1,2,3"}, True, "4341c578dcd0acc629158ce34d400619"),
    (
        "8 closed positions",
        BASE | {"contractId": "101", "page": "1", "pageSize": "50"},
        True,
        "f24f5f0b3417682e8cc4ed4010a24d7c",
    ),
]


@pytest.mark.parametrize(
    ("parameters", "is_sorted", "digest"), [row[1:] for row in VECTORS], ids=[r[0] for r in VECTORS]
)
def test_vectors(parameters, is_sorted, digest):
    assert signature(spliced(parameters | {"sign": "ignored"}, is_sorted=is_sorted), SECRET) == digest


def test_nonces_are_forgotten_after_their_time():
    book = NonceBook()
    assert book.take(100, "aaaaaa", 0)
    assert not book.take(100, "aaaaaa", 0)
    assert book.take(100, "aaaaab", 0)
    assert book.take(300, "aaaaaa", 200)
    assert book.take(100, "aaaaaa", 200)


@pytest.mark.asyncio
async def test_what_is_wrong_is_said(client):
    good = client.signed()
    assert (await client.call("getContractAccountInfo", form=good))["status"] == 200
    assert (await client.call("getContractAccountInfo", form=good))["status"] == -103  # the nonce was here before
    later = client.signed()
    client.wait(1)
    assert (await client.call("getContractAccountInfo", form=later))["status"] == 200
    for changes, code in (
        ({"sign": "0" * 32}, -105),
        ({"apiKey": "another"}, -300069),
        ({"nonce": "short"}, -102),
        ({"nonce": "with-!"}, -102),
        ({"timeStamp": "15738131130"}, -102),
        ({"timeStamp": ""}, -102),
        ({"page": "1"}, -105),  # a parameter more than was signed
    ):
        answer = await client.call("getContractAccountInfo", form=client.signed(changes))
        assert (answer["status"], answer["data"]) == (code, ""), changes


@pytest.mark.asyncio
async def test_a_time_more_than_a_minute_off_is_refused(client):
    old = client.signed()
    client.wait(62)
    assert (await client.call("getContractAccountInfo", form=old))["status"] == -103
    old = client.signed()
    client.wait(58)
    assert (await client.call("getContractAccountInfo", form=old))["status"] == 200


@pytest.mark.asyncio
async def test_the_order_of_the_table_counts_only_with_the_switch(client):
    assert (await client.call("getContractAccountInfo", form=client.signed(order=list)))["status"] == -105
    client.exchange.control.script({"kind": "table_order", "count": -1})
    assert (await client.call("getContractAccountInfo", form=client.signed(order=list)))["status"] == 200
    assert (await client.call("getContractAccountInfo"))["status"] == 200


@pytest.mark.asyncio
async def test_a_body_that_is_no_text_or_too_long(client):
    for content in (b"\xff\xfe", b"a=" + b"1" * 200_000):
        answer = (await client.http.post("/Contract/getContractAccountInfo", content=content)).json()
        assert answer["status"] == -102


@pytest.mark.asyncio
async def test_fills_answer_to_get_as_well(client):
    response = await client.http.get("/Contract/getContractMyTrades", params=client.signed(contractId=101))
    assert response.json()["data"] == []
    assert (
        await client.http.get("/Contract/getContractOrder", params=client.signed(contractId=101))
    ).status_code == 404
