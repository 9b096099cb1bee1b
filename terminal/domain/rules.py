"""The competition's rules as lights: what each says, how near we are to breaking it, which check enforces it.

Two catalogues number their entries R1, R2 ...: the competition's rules (1-14) and our own
risk checks (1-33). A person never sees a bare number: a rule is "Competition rule 2", a
check of ours that no rule asks for is "Risk check R18".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

RULE_COUNT: Final = 14
RULE_IDS: Final = tuple(f"R{number}" for number in range(1, RULE_COUNT + 1))
SEASON_IDS: Final = ("S1", "S2")  # the round's least number of trades; its time and money

_OF_CHECK: Final[dict[tuple[str, str], tuple[int, ...]]] = {
    ("R2", "Allowed pair"): (1,),
    ("R3", "AI decision"): (5, 7),
    ("R4", "Leverage"): (2,),
    ("R6", "Position and gross notional"): (3,),
    ("R11", "Decision age and drift"): (5,),
    ("R15", "Order rate"): (4,),
    ("R15", "Entry interval"): (9,),
    ("R16", "Cancel reserve"): (4,),
    ("R18", "Duplicate"): (9,),
    ("R19", "Self match"): (8,),
    ("R19", "Turns of direction"): (8,),
    ("R20", "Repeated fills"): (9,),
    ("R28", "AI logs"): (6,),
}
"""The one place that says which competition rule a risk check (its number and name) enforces."""


def is_guardrail(check_id: str) -> bool:
    """Tell a guardrail (`G7`, whether the AI should open now) from a check of the gate (`R7`)."""
    return check_id.startswith("G") and check_id[1:].isdigit()


def rules_of_check(check_id: str, name: str) -> tuple[int, ...]:
    """Give the numbers of the competition's rules this risk check enforces; empty for one of our own."""
    return _OF_CHECK.get((check_id, name), ())


def checks_of_rule(number: int) -> tuple[str, ...]:
    """Name the risk checks that enforce a rule of the competition: `R15 Entry interval`."""
    return tuple(f"{check_id} {name}" for (check_id, name), rules in _OF_CHECK.items() if number in rules)


def check_title(check_id: str, name: str) -> str:
    """Name a check for a person.

    `Competition rule 2 (leverage, risk check R4)`, or `Risk check R22 (daily loss)` where no rule asks for it;
    a guardrail is `Guardrail 7 (repetition)`.
    """
    numbers = rules_of_check(check_id, name)
    words = name if name[:2].isupper() else name[:1].lower() + name[1:]
    if is_guardrail(check_id):
        return f"Guardrail {check_id[1:]} ({words})"
    if not numbers:
        return f"Risk check {check_id} ({words})"
    return f"Competition rule{'' if len(numbers) == 1 else 's'} {_listed(numbers)} ({words}, risk check {check_id})"


def named_rule(number: int, words: str) -> str:
    """Name a rule inside a refusal that no check of the gate gives: `Competition rule 10 (one seat)`."""
    return f"Competition rule {number} ({words})"


def rule_label(rule_id: str) -> str:
    """Name a rule for a person: `R2` gives `Competition rule 2`, `S1` gives `Season 1`."""
    return f"{'Competition rule' if rule_id.startswith('R') else 'Season'} {rule_id[1:]}"


def _listed(numbers: Sequence[int]) -> str:
    texts = [str(each) for each in numbers]
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


class RuleState(Enum):
    """UNKNOWN is a state of its own: what was not measured is not kept."""

    OK = "ok"
    NEAR = "near"  # close to the limit, or something waits for a look
    BROKEN = "broken"
    UNKNOWN = "unknown"


WORST_FIRST: Final = (RuleState.BROKEN, RuleState.NEAR, RuleState.UNKNOWN, RuleState.OK)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the book, in plain words. `limit` has its figures filled in; they are never typed in the file."""

    rule_id: str
    title: str
    measured: str
    limit: str
    on_violation: str
    source: str

    @property
    def label(self) -> str:
        return rule_label(self.rule_id)

    @property
    def number(self) -> int:
        return int(self.rule_id[1:])

    @property
    def enforced_by(self) -> tuple[str, ...]:
        """The risk checks of the gate that enforce it; empty where something else does."""
        return checks_of_rule(self.number) if self.rule_id.startswith("R") else ()


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Every rule in order. `version` names the book's number and the hash of all it says, limits included."""

    name: str
    version: str
    rules: tuple[Rule, ...]

    def rule(self, rule_id: str) -> Rule:
        """Give one rule.

        Raises:
            KeyError: the book has none of this id.
        """
        for rule in self.rules:
            if rule.rule_id == rule_id:
                return rule
        raise KeyError(rule_id)


@dataclass(frozen=True, slots=True)
class Seat:
    """What only the outside knows: which hosts are talked to, and where the key is kept ("" for no key)."""

    hosts: tuple[str, ...] = ()
    key_place: str = ""


@dataclass(frozen=True, slots=True)
class RuleLight:
    """How one rule stands.

    `evidence` says what was looked at, `distance` how far it is from broken ("5 of 20x", "6 of 10
    trades, 31 h left"), `used` the part of the limit that is used up, 0 to 1 (more when broken);
    None where a rule has no measure.
    """

    rule: Rule
    state: RuleState
    evidence: str
    distance: str
    used: float | None
    at_ms: int

    def same_but_time(self, other: "RuleLight") -> bool:
        return (self.rule, self.state, self.evidence, self.distance, self.used) == (
            other.rule,
            other.state,
            other.evidence,
            other.distance,
            other.used,
        )


def worst(lights: Sequence[RuleLight]) -> RuleState:
    """Give the worst state among lights; UNKNOWN when there are none."""
    states = {light.state for light in lights}
    return next((state for state in WORST_FIRST if state in states), RuleState.UNKNOWN)
