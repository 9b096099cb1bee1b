"""How the lights of the rules are said: sign, word and colour of each, and all of them in one line."""

from collections.abc import Sequence
from typing import Final

from terminal.domain.plain_words import sentence
from terminal.domain.rules import WORST_FIRST, RuleLight, RuleState, worst

SIGN: Final[dict[RuleState, str]] = {
    RuleState.OK: "●",
    RuleState.NEAR: "▲",
    RuleState.BROKEN: "✕",
    RuleState.UNKNOWN: "○",
}
WORD: Final[dict[RuleState, str]] = {
    RuleState.OK: "kept",
    RuleState.NEAR: "look",
    RuleState.BROKEN: "broken",
    RuleState.UNKNOWN: "unknown",
}
TONE: Final[dict[RuleState, str]] = {
    RuleState.OK: "up",
    RuleState.NEAR: "amber",
    RuleState.BROKEN: "down",
    RuleState.UNKNOWN: "muted",
}
NOT_YET: Final = "The rules appear once the desk has started."


def state_words(light: RuleLight) -> str:
    return f"{SIGN[light.state]} {WORD[light.state]}"


def short_label(light: RuleLight) -> str:
    """`Rule 2`, or `Season 1`."""
    return light.rule.label.removeprefix("Competition ").capitalize()


def summary(lights: Sequence[RuleLight]) -> tuple[str, str, str]:
    """Give the line of the status bar, its colour, and what it says on hover."""
    if not lights:
        return "rules –", "muted", NOT_YET
    state = worst(lights)
    kept = sum(light.state is RuleState.OK for light in lights)
    words = f"{SIGN[state]} rules {kept} of {len(lights)} kept"
    loud = [light for light in lights if light.state is state and state is not RuleState.OK]
    if loud and state is not RuleState.UNKNOWN:
        title = loud[0].rule.title
        first = f"{short_label(loud[0]).lower()}: {title[:1].lower()}{title[1:]}"
        words = f"{SIGN[state]} {first}" + (f" and {len(loud) - 1} more" if len(loud) > 1 else "")
    lines = [f"{kept} of {len(lights)} rules of the competition are kept."]
    for each in WORST_FIRST[:-1]:
        lines += [
            f"{SIGN[each]} {light.rule.label}, {light.rule.title}: {light.evidence}"
            for light in lights
            if light.state is each
        ]
    lines.append("\nA click shows them all.")
    return words, "muted" if state in {RuleState.OK, RuleState.UNKNOWN} else TONE[state], "\n".join(lines)


def explained(light: RuleLight) -> tuple[tuple[str, str], ...]:
    """Give everything there is to say about one rule, as titles and texts."""
    rule = light.rule
    checks = rule.enforced_by
    by = f"Before every order, by risk check{'' if len(checks) == 1 else 's'} {', '.join(checks)}"
    if not checks:
        by = "Not by a check of single orders: see above"
    return (
        ("Now", sentence("; ".join(filter(None, (light.distance, light.evidence))))),
        ("Limit", sentence(rule.limit)),
        ("Measured", sentence(rule.measured)),
        ("When broken", sentence(rule.on_violation)),
        ("Enforced", sentence(by)),
        ("Source", sentence(rule.source)),
    )
