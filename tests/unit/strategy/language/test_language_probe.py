import asyncio

import pytest

from helpers import fake_llm as llm
from helpers.fake_llm import MODEL, FakeLlm, Reply
from helpers.language_kit import KEY, language_model
from helpers.step_clock import StepClock
from terminal.strategy.language.probe import probe


def sound(facts):
    return llm.answer(facts, llm.hold(facts, "BTC"))


async def after_a_test(*script, models=(MODEL,), clock=None):
    async with FakeLlm(*script) as server:
        server.models = list(models)
        report = await probe(language_model(server), KEY, clock or StepClock())
        return report, server


@pytest.mark.asyncio
async def test_a_model_that_keeps_to_the_form_passes():
    report, server = await after_a_test(llm.deciding(sound))
    assert report.passed
    assert (report.served, report.ids) == (MODEL, (MODEL,))
    assert [seen.path for seen in server.seen] == ["/v1/models", "/v1/chat/completions"]
    assert "account" not in server.asked[0].body.decode().split("<<<SNAPSHOT")[-1], "no account data leaves the machine"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "script",
    [
        llm.called("I hold."),
        llm.deciding(lambda f: sound(f) | {"snapshot_id": "other"}),
        llm.deciding(lambda f: llm.answer(f, llm.hold(f, "BTC", leverage=20))),
        llm.deciding(lambda f: llm.answer(f, llm.hold(f, "BTC", action="open_long"))),
        llm.deciding(sound, model="another-one"),
        llm.error(401),
        llm.error(500),
        Reply(body=b"<html></html>", content_type="text/html"),
    ],
)
async def test_one_that_does_not_fails(script):
    report, _server = await after_a_test(script)
    assert not report.passed
    assert report.steps[-1].ok is False
    assert report.steps[-1].words
    assert "cycle" not in report.steps[-1].words, "a test is no cycle: nobody asks again by himself"


@pytest.mark.asyncio
async def test_a_model_that_is_not_listed_may_still_pass_and_is_told():
    report, _server = await after_a_test(llm.deciding(sound), models=("a", "b"))
    assert report.passed
    assert f"{MODEL} is not among the 2" in report.steps[0].words


@pytest.mark.asyncio
async def test_a_server_that_hangs_ends_the_test():
    never, clock = asyncio.Event(), StepClock()
    async with FakeLlm(Reply(wait=never.wait)) as server:
        asked = asyncio.ensure_future(probe(language_model(server), None, clock))
        while not server.asked:
            await asyncio.wait({asked}, timeout=0.01)
        clock.advance(21)
        report = await asked
    assert not report.passed
    assert report.steps[-1].words.endswith("gave no answer within 20 s")
