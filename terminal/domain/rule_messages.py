"""What the engine tells a seat about the competition's rules."""

from dataclasses import dataclass

from terminal.domain.rules import RuleLight


@dataclass(frozen=True, slots=True)
class RuleLights:
    """Every light, in the order of the book; replaces the one before. At most once a second."""

    version: str
    lights: tuple[RuleLight, ...]
