"""Several strategists that decide together: who votes, who may only stop, and how their votes count."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

ENSEMBLE: Final = "ensemble"
WEIGHT_MAX: Final = 4.0
"""The heaviest vote anybody may have, by measure or as written."""


class VoteMode(Enum):
    """What an action needs besides the quorum."""

    MAJORITY = "majority"  # more than half of the weight of all who answered
    UNANIMOUS = "unanimous"  # every voter


@dataclass(frozen=True, slots=True)
class MemberSettings:
    """One of several, by the name it is asked under, e.g. `language:local`.

    `weight` None: by its measured skill. `vetoes`: it may stop an opening, and its vote causes none.
    """

    strategist: str
    weight: float | None = None
    vetoes: bool = False

    def __post_init__(self) -> None:
        if self.strategist == ENSEMBLE:
            raise ValueError("an ensemble cannot be a member of itself")
        if self.weight is not None and not 0.0 < self.weight <= WEIGHT_MAX:
            raise ValueError(f"the weight of {self.strategist} must be more than 0 and at most {WEIGHT_MAX:g}")
        if self.vetoes and self.weight is not None:
            raise ValueError(f"{self.strategist} is a judge: its word stops, whatever it weighs. Give it no weight")


@dataclass(frozen=True, slots=True)
class EnsembleSettings:
    """Who decides together. `quorum` voters must have answered, or the cycle has failed."""

    members: tuple[MemberSettings, ...]
    quorum: int = 2
    mode: VoteMode = VoteMode.MAJORITY

    def __post_init__(self) -> None:
        """Refuse what could not decide, or in which one could decide alone.

        Raises:
            ValueError: it names what to correct.
        """
        names = [each.strategist for each in self.members]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{twice[0]} is in the ensemble twice; a member votes or judges, once")
        if self.quorum < 2:
            raise ValueError("quorum must be at least 2: one member is no ensemble")
        voters = self.voters
        if len(voters) < self.quorum:
            raise ValueError(
                f"the quorum is {self.quorum}, but only {', '.join(voters) or 'nobody'} would vote in the ensemble; "
                "name more members, or lower the quorum"
            )

    @property
    def voters(self) -> tuple[str, ...]:
        return tuple(each.strategist for each in self.members if not each.vetoes)

    @property
    def judges(self) -> tuple[str, ...]:
        """Name those who may only stop."""
        return tuple(each.strategist for each in self.members if each.vetoes)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.strategist for each in self.members)
