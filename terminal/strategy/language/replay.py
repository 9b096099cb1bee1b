"""Makes a language model's decision again from the bytes that were kept. No model is asked and nothing is sent."""

import base64
import json
import re
from typing import Any, Final

from pydantic import ValidationError

from terminal.domain.brain import ModelExchange
from terminal.domain.decision import Decided, Failed, FailureKind, Outcome
from terminal.domain.errors import ModelUnavailable
from terminal.domain.instrument import base_of
from terminal.domain.snapshot import MarketSnapshot
from terminal.strategy.language.answer import CycleAnswer, answer_type
from terminal.strategy.language.checks import answer_faults
from terminal.strategy.language.drafting import Exchanges, decisions_of
from terminal.strategy.language.facts import Facts, facts_from, facts_of, usable_part
from terminal.strategy.language.naming import full_name
from terminal.strategy.language.prompt import facts_text_of, of_first_template

_FENCE: Final = re.compile(r"^\s*```[a-z]*\s*\n(.*)\n\s*```\s*$", re.DOTALL)
_OPINIONS: Final = ".embedded_"


def decide_from(snapshot: MarketSnapshot, exchanges: tuple[ModelExchange, ...]) -> Outcome:
    """Read the last answer again, check it again, and make its decisions again.

    Raises:
        ModelUnavailable: the stored bytes are not what this version reads.
    """
    try:
        shown = facts_from(facts_text_of(_user_text(exchanges[0])))
        symbols = tuple(base_of(view.instrument.instrument_id) for view in snapshot.views)
        answer = answer_type(symbols).model_validate_json(_answer_text(exchanges[-1]))
    except (ValueError, KeyError, IndexError, TypeError) as error:
        what = "no answer of the asked form" if isinstance(error, ValidationError) else "no exchange this version reads"
        raise ModelUnavailable(f"what is stored is {what}; replay it with the version that wrote it") from error
    strange = _strange(shown, snapshot)
    first = of_first_template(exchanges[-1].settings_json)
    faults = (*strange, *answer_faults(answer, snapshot, shown, may_hold_already=first))
    if faults:
        return Failed(snapshot.cycle_id, FailureKind.INVALID_OUTPUT, "; ".join(faults[:3]))
    return _decided(answer, snapshot, shown, exchanges)


def _decided(
    answer: CycleAnswer, snapshot: MarketSnapshot, shown: Facts, exchanges: tuple[ModelExchange, ...]
) -> Decided:
    last = exchanges[-1]
    name = full_name(last.strategist, last.served_by, last.asked_model, last.model, last.settings_json)
    parts = tuple((each.exchange_id, each.request, each.response) for each in exchanges)
    made = decisions_of(answer, snapshot, shown, Exchanges(parts, last.settings_json, name))
    return Decided(snapshot.cycle_id, made, sum(each.latency_ms for each in exchanges))


def _strange(shown: Facts, snapshot: MarketSnapshot) -> tuple[str, ...]:
    """Compare what the prompt showed with what the frozen snapshot gives; opinions of another model are not in that."""
    again = facts_of(usable_part(snapshot), None).inputs
    told = {key: value for key, value in shown.inputs.items() if _OPINIONS not in key}
    differing = sorted(key for key in again.keys() | told.keys() if again.get(key) != told.get(key))
    return (f"the prompt was not made from this snapshot: {', '.join(differing[:4])} differ",) if differing else ()


def _user_text(exchange: ModelExchange) -> str:
    messages = json.loads(exchange.request)["messages"]
    content = next(each["content"] for each in messages if each["role"] == "user")
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def _answer_text(exchange: ModelExchange) -> str:
    raw = exchange.response
    body: Any = json.loads(base64.b64decode(raw) if exchange.response_form == "base64" else raw)
    message = body["choices"][0]["message"]
    calls = message.get("tool_calls")
    text: str = calls[0]["function"]["arguments"] if calls else message["content"]
    fenced = _FENCE.match(text)
    return fenced.group(1) if fenced else text
