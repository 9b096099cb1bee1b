"""The competition's rules, checked against what the journal holds; each with its evidence."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from terminal.domain.competition import (
    ALLOWED_INSTRUMENTS,
    EXPLANATION_MAX_CHARS,
    EXPLANATION_MAX_WORDS,
    MAX_LEVERAGE,
    MAX_ORDER_CALLS_PER_S,
    MIN_TRADES,
)
from terminal.storage.pack.judge_orders import Story, Trace, strangers

_SECOND_MS = 1_000


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule. `found` says in words what was looked at, `breaches` names every case against it."""

    rule: str
    found: str
    breaches: tuple[str, ...]

    @property
    def kept(self) -> bool:
        return not self.breaches


def rule_report(story: Story, orders: Sequence[Trace]) -> tuple[RuleResult, ...]:
    """Check every rule the records can speak for. `orders` are those the venue knows."""
    openings = [each for each in orders if each.effect == "OPEN"]
    return (
        _pairs(orders),
        _leverage(openings),
        _decided(openings),
        _logged(orders),
        _unexplained(story),
        _explanations(story),
        _trades(openings),
        _pace(story),
    )


def report_text(results: Iterable[RuleResult]) -> str:
    """Write the report for people."""
    lines = []
    for each in results:
        lines.append(f"{'KEPT    ' if each.kept else 'NOT KEPT'}  {each.rule}: {each.found}.")
        lines.extend(f"            {breach}" for breach in each.breaches)
    return "\n".join(lines) + "\n"


def _name(order: Trace) -> str:
    return f"order {order.venue_order_id} ({order.instrument} {order.side} {order.effect})"


def _pairs(orders: Sequence[Trace]) -> RuleResult:
    seen = sorted({each.instrument for each in orders})
    wrong = tuple(_name(each) for each in orders if each.instrument not in ALLOWED_INSTRUMENTS)
    return RuleResult("Only the eight pairs", f"traded: {', '.join(seen) or 'none'}", wrong)


def _leverage(openings: Sequence[Trace]) -> RuleResult:
    highest = max((each.leverage for each in openings), default=0)
    wrong = tuple(f"{_name(each)} at {each.leverage}x" for each in openings if each.leverage > MAX_LEVERAGE)
    return RuleResult(f"Leverage at most {MAX_LEVERAGE}x", f"highest of an opening order: {highest}x", wrong)


def _decided(openings: Sequence[Trace]) -> RuleResult:
    wrong = tuple(
        f"{_name(each)}: {'; '.join(words)}"
        for each in openings
        if (words := [word for word in each.missing if "decision" in word or "appro" in word])
    )
    found = f"{len(openings) - len(wrong)} of {len(openings)} opening orders follow a decision and an approval"
    return RuleResult("No order opened by hand", found, wrong)


def _logged(orders: Sequence[Trace]) -> RuleResult:
    wrong = tuple(
        f"{_name(each)}: {'; '.join(words)}"
        for each in orders
        if (words := [word for word in each.missing if "AI log" in word or "bytes uploaded" in word])
    )
    found = f"{len(orders) - len(wrong)} of {len(orders)} orders have an accepted AI log with the frozen bytes"
    return RuleResult("An AI log for every order, unchanged since the decision", found, wrong)


def _unexplained(story: Story) -> RuleResult:
    return RuleResult("No gaps", f"{len(story.fills)} executions", tuple(strangers(story)))


def _explanations(story: Story) -> RuleResult:
    wrong = []
    for log_id, (_, log) in story.logs.items():
        text = _explanation(log)
        if not text or len(text) > EXPLANATION_MAX_CHARS or len(text.split()) > EXPLANATION_MAX_WORDS:
            wrong.append(f"AI log {log_id}: {len(text)} characters, {len(text.split())} words")
    limits = f"1 to {EXPLANATION_MAX_CHARS} characters and {EXPLANATION_MAX_WORDS} words"
    return RuleResult(f"Explanations of {limits}", f"{len(story.logs)} logs", tuple(wrong))


def _explanation(log: dict[str, Any]) -> str:
    try:
        return str(json.loads(log["content"])["explanation"])
    except (ValueError, KeyError, TypeError):
        return ""


def _trades(openings: Sequence[Trace]) -> RuleResult:
    filled = sum(float(each.filled) > 0 for each in openings)
    short = (f"{MIN_TRADES - filled} more are needed in a round",) if filled < MIN_TRADES else ()
    return RuleResult(f"At least {MIN_TRADES} trades", f"{filled} positions opened", short)


def _pace(story: Story) -> RuleResult:
    """Most orders within any second, by when their bytes were signed."""
    times = sorted(int(intent["signed_at_ms"]) for _, intent in story.intents.values())
    most, first = 0, 0
    for last, at_ms in enumerate(times):
        while at_ms - times[first] >= _SECOND_MS:
            first += 1
        most = max(most, last - first + 1)
    wrong = (f"{most} orders within one second",) if most > MAX_ORDER_CALLS_PER_S else ()
    return RuleResult(f"At most {MAX_ORDER_CALLS_PER_S} orders a second", f"most within any second: {most}", wrong)
