"""Lights of every state, over the real book, for the window."""

from helpers.rule_kit import rules_for
from terminal.domain.rule_messages import RuleLights
from terminal.domain.rules import RuleLight, RuleState

FIGURES = {
    "R2": ("every pair at 5x, read back from the venue", "leverage 5/20", 0.25),
    "R3": ("1,830 USDT in all on 1,062 USDT equity", "1.7 of 20 times equity", 0.086),
    "R4": ("order calls within the last second; most seen so far 3", "order calls 2 of 8 a second", 0.25),
    "R6": ("none owed", "AI logs 41 of 41 accepted", None),
    "S1": ("6 entry orders filled since the round began", "6 of 10 trades, 31 h left", 0.6),
    "S2": ("equity 1,062 USDT, +6.2 % since the start; −1.3 % from the peak", "31 h left", 0.9),
}


def rule_lights(at_ms: int = 0, **states: RuleState) -> RuleLights:
    """Give every light; all kept but those named, e.g. `R2=RuleState.NEAR`."""
    book = rules_for().book
    lights = []
    for rule in book.rules:
        evidence, distance, used = FIGURES.get(rule.rule_id, ("looked at, nothing found", "0 found", None))
        state = states.get(rule.rule_id, RuleState.OK)
        lights.append(RuleLight(rule, state, evidence, distance, used, at_ms))
    return RuleLights(book.version, tuple(lights))
