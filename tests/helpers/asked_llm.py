"""Scripts of the fake server that tell a person's question from a closed bar."""

import re

from helpers import fake_llm as llm

_QUESTION = re.compile(r"A person asks whether to open (long|short) ([A-Z]+) now")


def asked(seen):
    """Give side and symbol of the person's question, or None where a bar has closed."""
    user = next(each["content"] for each in seen.json["messages"] if each["role"] == "user")
    found = _QUESTION.search(user if isinstance(user, str) else user[0]["text"])
    return found.groups() if found else None


def answering(to_question, to_bar, **more):
    """Answer a question by `to_question(facts, side, symbol)`, a closed bar by `to_bar(facts)`."""

    def step(seen):
        question = asked(seen)
        made = to_bar(seen.facts) if question is None else to_question(seen.facts, *question)
        return llm.called(llm.answer(seen.facts, made), **more)

    return step


def own_levels(facts, symbol, side):
    """An opening with a stop at 1.5 and a target at 4 ATR: levels nobody typed."""
    inputs, sign = facts["inputs"], 1 if side == "long" else -1
    entry = float(inputs[f"{symbol}.{'ask' if side == 'long' else 'bid'}"])
    atr = float(inputs[f"{symbol}.atr14"])
    stop, target = f"{entry - sign * 1.5 * atr:.10f}", f"{entry + sign * 4 * atr:.10f}"
    return llm.opening(facts, symbol, side, stop_price=stop, take_profit_price=target)


def willing(facts):
    """The first pair and side the embedded model is not against, long if it has no view."""
    sides = {
        name.partition(".")[0]: value for name, value in facts["inputs"].items() if name.endswith(".embedded_side")
    }
    symbol, side = next(((name, value) for name, value in sides.items() if value), ("BTC", 1))
    return symbol, "short" if side == -1 else "long"
