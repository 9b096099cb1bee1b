"""The AI log endpoint (section 7)."""

import pytest

from terminal.sim.serving.faults import Fault

pytestmark = pytest.mark.asyncio(loop_scope="module")


def log(**changes):
    body = {
        "orderId": None,
        "stage": "Decision Making",
        "model": "demo-model-1",
        "input": {"prompt": "p", "price": 0.1},
        "output": {"signal": "BUY"},
        "explanation": "Momentum and volume agree.",
    }
    return {name: value for name, value in (body | changes).items() if value != "absent"}


async def test_a_log_is_kept_as_it_was_sent(reader):
    order_id = await reader.place()
    sent = log(orderId=int(order_id))
    answer = (await reader.post("order/uploadAiLog", sent)).json()
    kept = reader.exchange.control.state()["ai_logs"][-1]

    assert (answer["code"], answer["msg"], answer["data"]) == ("00000", "success", "upload success")
    assert kept["order_id"] == order_id
    assert kept["body"] == sent


async def test_a_log_without_an_order_is_accepted(reader):
    for body in (log(), log(orderId="absent")):
        assert (await reader.post("order/uploadAiLog", body)).json()["code"] == "00000"


@pytest.mark.parametrize("name", ["stage", "model", "input", "output", "explanation"])
async def test_a_missing_field_is_40019(reader, name):
    before = len(reader.exchange.exchange.books.ai_logs)

    assert (await reader.refused("order/uploadAiLog", log(**{name: "absent"})))[1] == "40019"
    assert len(reader.exchange.exchange.books.ai_logs) == before


@pytest.mark.parametrize(
    "changes",
    [
        {"input": "text"},
        {"output": ["BUY"]},
        {"stage": 3},
        {"explanation": {"text": "x"}},
        {"explanation": "   "},
        {"explanation": "x" * 1001},
        {"explanation": "a " * 501},
        {"orderId": "596471064624628269"},
        {"orderId": 596471064624628269},
        {"orderId": 1.5},
        {"orderId": True},
    ],
)
async def test_a_wrong_value_is_40020(reader, changes):
    assert (await reader.refused("order/uploadAiLog", log(**changes)))[1] == "40020"


@pytest.mark.parametrize("explanation", ["x" * 1000, "ü" * 1000, ("a " * 500).strip()])
async def test_the_longest_explanations_that_pass(reader, explanation):
    assert (await reader.post("order/uploadAiLog", log(explanation=explanation))).json()["code"] == "00000"


async def test_an_account_off_the_allow_list_gets_40753(reader):
    reader.exchange.add_fault(Fault("ai_log_blocked"))

    assert (await reader.refused("order/uploadAiLog", log()))[1] == "40753"
    assert (await reader.post("order/uploadAiLog", log())).json()["code"] == "00000"


async def test_an_account_stays_off_the_allow_list_until_the_switch_is_cleared(reader):
    reader.exchange.control.script({"kind": "ai_log_blocked", "count": -1})
    before = len(reader.exchange.exchange.books.ai_logs)
    for _ in range(5):
        assert (await reader.refused("order/uploadAiLog", log()))[1] == "40753"
    assert len(reader.exchange.exchange.books.ai_logs) == before
    reader.exchange.control.script({"clear": True})
    assert (await reader.post("order/uploadAiLog", log())).json()["code"] == "00000"


async def test_a_permission_that_cannot_be_checked_is_40021_for_as_long_as_it_is_said(reader):
    fault = {"kind": "code", "path": "uploadAiLog", "code": "40021", "message": "check openapi permission is error"}
    reader.exchange.control.script(fault | {"count": 2})
    for _ in range(2):
        assert (await reader.refused("order/uploadAiLog", log()))[1] == "40021"
    assert (await reader.post("order/uploadAiLog", log())).json()["code"] == "00000"
