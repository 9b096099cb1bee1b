"""Each way a language model fails has its own kind; none of them is a decision."""

import asyncio
import json
import re
from decimal import Decimal

import pytest

from helpers import fake_llm as llm
from helpers.fake_llm import FakeLlm, Reply
from helpers.language_kit import KEY, Desk, language_model
from terminal.domain.decision import Decided, Failed, FailureKind
from terminal.domain.language_model import LanguageModel, OutputMode, PriceTable

K = FailureKind
PRICES = PriceTable(Decimal(1), Decimal(2))


def sound(facts):
    return llm.answer(facts, llm.opening(facts, "BTC"), llm.hold(facts, "ETH"))


def bent(**changes):
    """A sound answer with one thing wrong in its opening."""
    return llm.deciding(lambda facts: llm.answer(facts, llm.opening(facts, "BTC", **changes)))


HTML = Reply(body=b"<html><title>Welcome</title></html>", content_type="text/html")
EMPTY = Reply(body=json.dumps({"id": "x", "object": "chat.completion", "model": llm.MODEL, "choices": []}).encode())
REFUSAL = llm.completion({"refusal": "I cannot give trading advice."})

ONE_REQUEST = [
    ("401", llm.error(401, "bad key"), K.AUTH),
    ("403", llm.error(403, "forbidden"), K.AUTH),
    ("402", llm.error(402, "top up"), K.BILLING),
    ("429 without quota", llm.error(429, "exceeded", "insufficient_quota"), K.BILLING),
    ("404", llm.error(404, "model not found"), K.MODEL_MISSING),
    ("400 no model", llm.error(400, "no such model", "model_not_found"), K.MODEL_MISSING),
    ("408", llm.error(408, "slow"), K.TIMEOUT),
    ("429", llm.error(429, "slow down", retry_after="7"), K.RATE_LIMITED),
    ("500", llm.error(500, "oops"), K.UNAVAILABLE),
    ("502 page", Reply(502, b"<html>bad gateway</html>", "text/html"), K.UNAVAILABLE),
    ("503", llm.error(503, "overloaded"), K.UNAVAILABLE),
    ("redirect", Reply(307, b"", headers={"location": "http://127.0.0.1:1/elsewhere"}), K.UNAVAILABLE),
    ("cut", Reply(body=b'{"id": "half of an answer"}' * 9, cut=True), K.UNAVAILABLE),
    ("html", HTML, K.INVALID_OUTPUT),
    ("no json", Reply(body=b"\xff\xfe not json"), K.INVALID_OUTPUT),
    ("empty choices", EMPTY, K.INVALID_OUTPUT),
    ("error in 200", Reply(body=b'{"error": {"message": "backend died"}}'), K.UNAVAILABLE),
    ("refusal", REFUSAL, K.REFUSED),
    ("filtered", llm.said("", finish="content_filter"), K.REFUSED),
    ("moderation", llm.error(403, "Input was flagged by moderation"), K.REFUSED),
    ("400 policy", llm.error(400, "no", "content_policy_violation"), K.REFUSED),
    ("400", llm.error(400, "temperature is not supported"), K.INTERNAL),
    ("length", llm.called('{"snapshot_id": "s-', finish="length"), K.INVALID_OUTPUT),
    ("other model", llm.deciding(sound, model="another-model-70b"), K.MODEL_MISSING),
    ("no model id", llm.deciding(sound, model=None), K.INVALID_OUTPUT),
    ("oversized", llm.said("x" * 300_000), K.INVALID_OUTPUT),
]


@pytest.mark.asyncio
@pytest.mark.parametrize(("reply", "kind"), [case[1:] for case in ONE_REQUEST], ids=[case[0] for case in ONE_REQUEST])
async def test_risk_3_a_failure_has_its_kind_and_is_asked_once(reply, kind):
    async with FakeLlm(reply) as server:
        desk = Desk(language_model(server))
        outcome = await desk.decide()
        assert isinstance(outcome, Failed)
        assert (outcome.kind, outcome.cycle_id) == (kind, "c-1"), outcome.detail
        assert len(server.asked) == 1
        assert not {"base_url", "timeout_s", "max_tokens", "output_mode"} & set(re.findall(r"\w+", outcome.detail)), (
            "a trader knows the form, not the names in a file"
        )
        (exchange,) = desk.exchanges
        assert exchange.outcome == kind.value
        assert exchange.request.encode() == server.asked[0].body


REPAIRED_ONCE = [
    ("no json in the call", llm.called("not json at all")),
    ("truncated json", llm.called('{"snapshot_id": "s-1", "decisions": [')),
    ("plain prose", llm.said("I would buy BTC with both hands.")),
    ("an unknown tool", llm.called({"x": 1}, name="transfer_funds")),
    ("extra field", bent(leverage=50)),
    ("wrong enum", bent(action="buy_everything")),
    ("strange symbol", bent(symbol="PEPE")),
    ("confidence beyond one", bent(confidence=1.6)),
    ("too much risk", bent(risk_fraction="0.5")),
    ("no evidence", bent(evidence=[])),
    ("nan", llm.deciding(lambda f: llm.answer(f, llm.opening(f, "BTC", stop_price="NaN")))),
    ("another snapshot", llm.deciding(lambda f: sound(f) | {"snapshot_id": "s-0"})),
    ("number not shown", bent(explanation="Funding is 7.77 % and whales bought 12345 coins.")),
    ("stop on the wrong side", bent(stop_price="999999")),
    ("stop far away", bent(stop_price="1")),
    ("wrong from its first moment", bent(invalidation={"feature_id": "BTC.last", "op": ">", "value": 0.0})),
    ("no target", bent(take_profit_price=None)),
    ("one-sided evidence", llm.deciding(lambda f: llm.answer(f, _one_sided(f)))),
    ("wrong value", llm.deciding(lambda f: llm.answer(f, _misquoting(f)))),
    ("unknown id", llm.deciding(lambda f: llm.answer(f, _misquoting(f, feature_id="BTC.whales")))),
    ("close of nothing", bent(action="close", close_side="LONG")),
    ("twice a symbol", llm.deciding(lambda f: llm.answer(f, llm.hold(f, "BTC"), llm.hold(f, "BTC")))),
    (
        "three openings",
        llm.deciding(lambda f: llm.answer(f, *(llm.opening(f, each) for each in ("BTC", "ETH", "SOL")))),
    ),
]


def _one_sided(facts):
    made = llm.opening(facts, "BTC")
    return made | {"evidence": [each | {"direction": "for"} for each in made["evidence"]]}


def _misquoting(facts, **changes):
    made = llm.opening(facts, "BTC")
    first, *rest = made["evidence"]
    return made | {"evidence": [first | {"value": first["value"] + 1.0, **changes}, *rest]}


@pytest.mark.asyncio
@pytest.mark.parametrize("reply", [case[1] for case in REPAIRED_ONCE], ids=[case[0] for case in REPAIRED_ONCE])
async def test_risk_4_a_wrong_answer_is_repaired_once_and_then_a_failure(reply):
    async with FakeLlm(reply) as server:
        desk = Desk(language_model(server))
        outcome = await desk.decide()
        assert isinstance(outcome, Failed)
        assert outcome.kind is K.INVALID_OUTPUT, outcome.detail
        assert len(server.asked) == 2
        assert [each.outcome for each in desk.exchanges] == ["repaired", "invalid_output"]


@pytest.mark.asyncio
async def test_the_repair_says_what_was_wrong_and_its_answer_counts():
    async with FakeLlm(bent(stop_price="999999"), llm.deciding(sound)) as server:
        desk = Desk(language_model(server))
        outcome = await desk.decide()
        assert isinstance(outcome, Decided)
        told = server.asked[1].body.decode()
        assert "stop_price below and take_profit_price above" in told
        given = json.loads(outcome.decisions[0].input_json)
        assert given["repairs"][0]["request"] == told
        assert given["exchange_ids"] == [each.exchange_id for each in desk.exchanges]


@pytest.mark.asyncio
async def test_risk_3_a_hanging_server_is_a_timeout_on_the_operator_s_clock():
    never = asyncio.Event()
    async with FakeLlm(Reply(wait=never.wait)) as server:
        desk = Desk(language_model(server, timeout_s=12.0))
        asked = asyncio.ensure_future(desk.decide())
        await desk.clock.asleep.wait()
        await server.heard()
        desk.clock.advance(12.0)
        outcome = await asked
        assert (outcome.kind, len(server.asked)) == (K.TIMEOUT, 1)
        assert "12 s" in outcome.detail
        assert desk.exchanges[0].outcome == "timeout"


@pytest.mark.asyncio
async def test_a_server_that_is_not_there_is_tried_twice_and_costs_nothing():
    model = LanguageModel(
        "gone", "http://127.0.0.1:1/v1", "m", prices=PRICES, daily_cap_usd=Decimal(1), output_mode=OutputMode.NATIVE
    )
    desk = Desk(model)
    outcome = await desk.decide()
    assert outcome.kind is K.UNAVAILABLE
    assert "cannot be reached" in outcome.detail
    assert desk.spent == 0


@pytest.mark.asyncio
async def test_a_429_is_obeyed_across_cycles():
    async with FakeLlm(llm.error(429, "slow", retry_after="30"), llm.deciding(sound)) as server:
        desk = Desk(language_model(server))
        assert (await desk.decide()).kind is K.RATE_LIMITED
        desk.clock.advance(29)
        again = await desk.decide()
        assert (again.kind, len(server.asked)) == (K.RATE_LIMITED, 1)
        desk.clock.advance(1.5)
        assert isinstance(await desk.decide(), Decided)


@pytest.mark.asyncio
async def test_an_error_page_that_repeats_the_key_is_kept_without_it():
    async with FakeLlm(llm.error(401, f"Incorrect API key provided: {KEY}")) as server:
        desk = Desk(language_model(server))
        outcome = await desk.decide()
        assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
        assert KEY not in outcome.detail
        assert KEY not in repr(desk.exchanges)


# -- money ------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_the_cap_stops_a_question_before_it_leaves():
    async with FakeLlm(llm.deciding(sound)) as server:
        desk = Desk(language_model(server, prices=PRICES, daily_cap_usd=Decimal("0.02")))
        assert isinstance(await desk.decide(), Decided)
        assert desk.spent == Decimal("0.0014")  # 1,000 tokens in at 1 USD, 200 out at 2 USD a million
        assert desk.exchanges[0].cost_usd == Decimal("0.0014")
        desk.spending.add("tiny", "1970-01-01", Decimal("0.018"))
        outcome = await desk.decide()
        assert (outcome.kind, len(server.asked)) == (K.BUDGET, 1)
        assert "cap of 0.02 USD" in outcome.detail


@pytest.mark.asyncio
async def test_a_new_day_has_a_new_budget():
    async with FakeLlm(llm.deciding(sound)) as server:
        desk = Desk(language_model(server, prices=PRICES, daily_cap_usd=Decimal("0.02")))
        desk.spending.add("tiny", "1970-01-01", Decimal("0.02"))
        assert (await desk.decide()).kind is K.BUDGET
        desk.clock.advance(86_400)
        assert isinstance(await desk.decide(), Decided)


@pytest.mark.asyncio
async def test_an_answer_that_never_came_keeps_what_was_reserved():
    never = asyncio.Event()
    async with FakeLlm(Reply(wait=never.wait)) as server:
        desk = Desk(language_model(server, prices=PRICES, daily_cap_usd=Decimal(1)))
        asked = asyncio.ensure_future(desk.decide())
        await server.heard()
        desk.clock.advance(20)
        assert (await asked).kind is K.TIMEOUT
        assert desk.spent >= Decimal("0.003")  # 1,500 tokens out at least
        assert desk.exchanges[0].cost_usd == desk.spent
