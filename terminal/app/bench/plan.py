"""What a measurement of the window is asked to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """`rate` in market messages a second, `seconds` and `warm` in seconds; `switches` are clicks on other pairs."""

    rate: int
    seconds: int
    warm: int
    switches: int
    seed: int
