"""v3's door: signatures (vectors H and I), codes and statuses of refused credentials, methods and paths."""

import json

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from terminal.sim.weex.auth import request_tail, signature

SECRET = "weex-test-secret-0001"
STAMP = "1765423487896"
ORDER = "/capi/v3/order"
I_SIGN = "a3KN3GdDJ99EMWl7BoHYkvA/jk/i320ZgcY4+i2YUgY="
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_vector_h_the_login_text():
    assert signature(SECRET, f"{STAMP}/v3/ws/private".encode()) == "Gz1nIw6T3tBlZGELP1uWzF0FUxAfbC4+jiQImomtmek="


async def test_vector_i_a_delete_signs_its_query():
    tail = request_tail("DELETE", f"{ORDER}?orderId=702345678901234567", b"")
    assert signature(SECRET, STAMP.encode() + tail) == I_SIGN


def headers(sign, **changes):
    names = {
        "ACCESS-KEY": "key-1",
        "ACCESS-SIGN": sign,
        "ACCESS-TIMESTAMP": STAMP,
        "ACCESS-PASSPHRASE": "phrase-1",
    }
    return {name: value for name, value in (names | changes).items() if value is not None}


async def test_the_exchange_takes_vector_i_and_no_other_query(known):
    path = f"{ORDER}?orderId=702345678901234567"
    taken = await known.http.delete(path, headers=headers(I_SIGN))
    changed = await known.http.delete(path + "0", headers=headers(I_SIGN))

    assert taken.status_code == 200  # signed well; there is no such order
    assert taken.json()["errorCode"] == "FAILED_ORDER_NOT_FOUND"
    assert (changed.status_code, changed.json()) == (401, {"code": -1047, "msg": "API authentication failed."})


async def test_a_delete_in_batches_signs_its_body(reader):
    body = json.dumps({"orderIdList": ["1"]}).encode()
    signed = reader.headers(b"DELETE/capi/v3/batchOrders" + body)
    good = await reader.http.request("DELETE", "/capi/v3/batchOrders", content=body, headers=signed)
    bad = await reader.http.request("DELETE", "/capi/v3/batchOrders", content=body + b" ", headers=signed)

    assert good.status_code == 200
    assert bad.json()["code"] == -1047


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ACCESS-KEY": None}, -1040),
        ({"ACCESS-SIGN": None}, -1041),
        ({"ACCESS-TIMESTAMP": None}, -1042),
        ({"ACCESS-PASSPHRASE": None}, -1049),
        ({"ACCESS-TIMESTAMP": "today"}, -1043),
        ({"ACCESS-TIMESTAMP": str(int(STAMP) - 40_000)}, -1046),
        ({"ACCESS-KEY": "key-2"}, -1044),
        ({"ACCESS-PASSPHRASE": "phrase-2"}, -1049),
        ({"ACCESS-SIGN": "AAAA"}, -1047),
    ],
)
async def test_refused_credentials_are_401(known, changes, code):
    response = await known.http.get("/capi/v3/account/balance", headers=headers("x", **changes))

    assert (response.status_code, response.json()["code"]) == (401, code)
    assert set(response.json()) == {"code", "msg"}


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_a_body_must_be_json_by_its_content_type(known, method):
    path = "/capi/v3/order" if method == "POST" else "/capi/v3/batchOrders"
    response = await known.http.request(
        method, path, content=b"{}", headers=headers("x") | {"Content-Type": "text/plain"}
    )

    assert (response.status_code, response.json()["code"]) == (400, -1045)


async def test_a_body_that_is_no_json_object(reader):
    assert (await reader.v3_refused("POST", "order", b"{"))[1] == -1135
    assert (await reader.v3_refused("POST", "order", b"[]"))[1] == -1135
    status, code, _ = await reader.v3_refused("POST", "order", b'"' + b"x" * 1_000_001)
    assert (status, code) == (400, -1140)


async def test_a_known_path_with_another_method_is_405(reader):
    batch = await reader.v3("POST", "batchOrders", {"orders": []})
    order = await reader.http.put("/capi/v3/order")

    assert (batch.status_code, batch.json()) == (405, {"code": -1150, "msg": "Request method 'POST' not supported"})
    assert order.json()["msg"] == "Request method 'PUT' not supported"


@pytest.mark.parametrize("path", ["/capi/v3/market/tickers", "/capi/v3/sim/balance", "/api/v3/account/"])
async def test_unknown_paths_are_404_with_their_name(reader, path):
    response = await reader.http.get(path)

    assert response.status_code == 404
    assert response.json() == {
        "timestamp": reader.exchange.venue.clock.shown_ms(),
        "status": 404,
        "error": "Not Found",
        "path": path,
    }


async def test_no_user_agent_meets_the_firewall(reader):
    async with httpx.AsyncClient(base_url=reader.exchange.info["rest"], trust_env=False) as http:
        request = http.build_request("GET", "/capi/v3/market/time")
        del request.headers["user-agent"]
        response = await http.send(request)

    assert response.status_code == 521


async def test_the_private_stream_checks_the_v3_text(reader):
    url = reader.exchange.info["ws_private_v3"]
    with pytest.raises(InvalidStatus) as wrong:
        async with connect(url, additional_headers=reader.headers(b"/v2/ws/private")):
            pass
    with pytest.raises(InvalidStatus) as none:
        async with connect(url):
            pass

    assert (wrong.value.response.status_code, json.loads(wrong.value.response.body)["code"]) == (401, -1047)
    assert json.loads(none.value.response.body)["code"] == -1040
    async with reader.v3_stream("orders", private=True):
        pass  # signed with the right text, it is let in and its channel acknowledged
