"""A record set against policies without a mind, on the prices of the same days."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a record must beat, and by how much it does.

    `own_bp` is its mean net result a decision; of `draws` random policies (same pairs, sides, holding times and
    costs, other moments) the share `beaten` did worse, and 95 % of them stay below `bar_bp`. `own_ratio` is its net
    return over its deepest fall, `baselines` the same of simple rules, by name; a ratio is 0 where nothing moved.
    """

    own_bp: float
    bar_bp: float
    beaten: float
    draws: int
    own_ratio: float
    baselines: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class NotCompared:
    """Why there is no comparison: what is not known never passes."""

    reason: str
