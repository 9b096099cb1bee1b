"""A log beyond 48 KB: its longest texts by their ends and hash, everything else as it was, and said on the desk."""

import json
from decimal import Decimal
from hashlib import sha256

import pytest

from helpers.builders import make_decision, make_terms
from terminal.domain.ai_log import AiLogState
from terminal.domain.canonical import canonical_json
from terminal.domain.records import ChainHead
from terminal.services.ai_logs.content import Audit, ProgramMark, decision_content, freeze
from terminal.services.ai_logs.content_check import Asked, decision_faults, form_faults
from terminal.services.ai_logs.shortening import HEAD_CHARS, MOST_BYTES, TAIL_CHARS, shortened

AUDIT = Audit(ChainHead(7, "ab" * 32), ProgramMark("1.2.3", "cafe"))
PROMPT = "Begin. " + "BTC closed at 64,213.5 and é stays é. " * 2_000 + " End."
ANSWER = "Said. " + "No edge. " * 800


def made(prompt=PROMPT, answer="short", **changes):
    given = {"prompt": prompt, "features": {"trend": 0.004}, "prices": {"last": "60000"}}
    texts = {"input_json": canonical_json(given), "output_json": canonical_json({"p": 0.62, "response": answer})}
    return make_decision(**(texts | changes))


def body_of(decision):
    return json.loads(decision_content(decision, make_terms(), AUDIT))


def test_a_log_that_fits_is_byte_for_byte_what_it_was():
    given, output = {"prompt": "p" * 40_000}, {"p": 0.6}
    assert shortened(given, output) == (given, output)
    assert "truncated" not in body_of(made("p" * 30_000))["input"]


def test_the_longest_text_stands_there_by_its_ends_and_the_hash_of_the_whole():
    body = body_of(made(answer=ANSWER))
    cut = body["input"]["prompt"]
    assert body["input"]["truncated"] is True
    assert (cut["truncated"], cut["chars"]) == (True, len(PROMPT))
    assert cut["sha256"] == sha256(PROMPT.encode()).hexdigest()
    assert (cut["head"], cut["tail"]) == (PROMPT[:HEAD_CHARS], PROMPT[-TAIL_CHARS:])
    assert body["output"]["response"] == ANSWER, "it fits without that"
    assert body["input"]["features"] == {"trend": 0.004}
    assert len(decision_content(made(), make_terms(), AUDIT)) < MOST_BYTES + 2_000


def test_texts_are_cut_one_after_the_other_wherever_they_stand():
    long = {"a": "x" * 30_000, "b": ["y" * 29_000, {"c": "z" * 28_000}], "d": "w" * 3_999}
    given, output = shortened(long, {"answer": "v" * 27_000})
    assert given["a"]["truncated"]
    assert given["b"][0]["truncated"]
    assert given["b"][1]["c"]["truncated"]
    assert output == {"answer": "v" * 27_000}, "three were enough"
    assert given["d"] == "w" * 3_999
    assert long["a"] == "x" * 30_000, "what was given is not changed"


def test_the_explanation_and_the_order_are_never_touched():
    explanation = "Trend up over the day. " * 40
    body = body_of(made(explanation=explanation))
    assert body["explanation"] == explanation.strip()
    assert body["output"]["proposed_order"] == body_of(made("short"))["output"]["proposed_order"]
    assert body["model"] == made().model


def test_what_has_no_long_text_stays_whole():
    rows = {"rows": [f"{number:09d}" * 10 for number in range(900)]}
    given, output = shortened(rows, {})
    assert (given, output) == (rows, {})


def test_the_same_decision_gives_the_same_bytes_and_passes_its_check():
    decision = made(answer=ANSWER * 4)
    content = decision_content(decision, make_terms(), AUDIT)
    assert content == decision_content(decision, make_terms(), AUDIT)
    assert form_faults(content, lambda _text: False) == ()
    faults = decision_faults(content, decision, Asked(None, frozenset({decision.model})))
    assert not [each for each in faults if "prompt" in each or "given" in each]
    assert freeze("l", "d1", "c", content, AiLogState.WAITING, 1).is_shortened
    assert not freeze(
        "l", "d1", "c", decision_content(made("p"), make_terms(), AUDIT), AiLogState.WAITING, 1
    ).is_shortened


@pytest.mark.parametrize("text", [{"truncated": True, "head": " "}, {"head": "x"}, {}, 7, None])
def test_a_cut_text_that_says_nothing_is_an_empty_prompt(text):
    content = canonical_json(
        {"stage": "s", "model": "m", "input": {"prompt": text, "x": 1}, "output": {"p": 1}, "explanation": "e"}
    )
    decision = make_decision(model="m", evidence=(), risk_fraction=Decimal("0.01"))
    assert "its prompt is empty" in decision_faults(content.encode(), decision, Asked(None, frozenset({"m"})))
