"""What the exchange refuses, with the documented codes and sentences (sections 6.1, 10.2, 11)."""

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")
STEP_TEXT = "The order size must be greater than 0 and matches the stepSize '0.0001' requirement. Current size is "


@pytest.mark.parametrize(("size", "shown"), [("0.00015", "0.00015"), ("0", "0"), ("-0.001", "-0.001")])
async def test_a_size_off_the_step_gets_the_documented_sentence(reader, size, shown):
    status, code, message = await reader.refused("order/placeOrder", reader.order(size=size))

    assert (status, code) == (400, "40015")
    assert message == f"INVALID_ARGUMENT: {STEP_TEXT}'{shown}'"


async def test_too_little_margin_gets_the_documented_sentence(reader):
    _, code, message = await reader.refused("order/placeOrder", reader.order(size="1"))

    assert code == "40015"
    assert message == "FAILED_PRECONDITION: The order margin available amount not enough"


@pytest.mark.parametrize(("kind", "off"), [("1", "0.02"), ("2", "-0.02")])
async def test_a_limit_price_far_through_the_mark_is_refused(reader, kind, off):
    order = reader.order(type=kind, match_price="0", price=reader.price(off=off))

    assert (await reader.refused("order/placeOrder", order))[1] == "40015"


async def test_a_limit_price_far_on_the_passive_side_is_fine(reader):
    await reader.place(match_price="0", price=reader.price(off="-0.2"))
    await reader.place(type="2", match_price="0", price=reader.price(off="0.2"))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_oid": None}, "40019"),
        ({"size": ""}, "40019"),
        ({"type": None}, "40019"),
        ({"order_type": None}, "40019"),
        ({"match_price": None}, "40019"),
        ({"symbol": None}, "40019"),
        ({"match_price": "0", "price": None}, "40019"),
        ({"type": "5"}, "40020"),
        ({"order_type": "4"}, "40020"),
        ({"match_price": "2"}, "40020"),
        ({"size": "lots"}, "40020"),
        ({"size": "NaN"}, "40020"),
        ({"client_oid": "x" * 41}, "40020"),
        ({"client_oid": "no spaces"}, "40020"),
        ({"symbol": "BTCUSDT"}, "40020"),
        ({"marginMode": 3}, "40020"),
        ({"marginMode": 2}, "40020"),
        ({"symbol": "cmt_suiusdt"}, "50003"),
    ],
)
async def test_wrong_fields(reader, changes, code):
    body = {name: value for name, value in reader.order(**changes).items() if value is not None}

    assert (await reader.refused("order/placeOrder", body))[1] == code


async def test_placing_with_the_cancel_spelling_is_40019(reader):
    body = reader.order()
    body["clientOid"] = body.pop("client_oid")

    assert (await reader.refused("order/placeOrder", body))[1:] == (
        "40019",
        "Parameter client_oid cannot be empty",
    )


async def test_cancelling_with_the_placement_spelling_is_40019(reader):
    order_id = await reader.place(match_price="0", price=reader.price(off="-0.005"), client_oid="c-1")

    assert (await reader.refused("order/cancel_order", {"order_id": order_id}))[1] == "40019"
    assert (await reader.refused("order/cancel_order", {"client_oid": "c-1"}))[1] == "40019"
    assert (await reader.post("order/cancel_order", {"clientOid": "c-1"})).json()["result"] is True


async def test_an_order_that_does_not_exist_is_50005(reader):
    assert (await reader.refused("order/cancel_order", {"orderId": "596471064624628269"}))[1] == "50005"
    assert (await reader.get("order/detail", orderId="596471064624628269")).json()["code"] == "50005"
