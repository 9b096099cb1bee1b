"""How WEEX states a step: as a count of decimals."""

from decimal import Decimal


def decimals_code(step: Decimal) -> str:
    """The count of decimals the venue states for a size step: 0.0001 is "4", 10 is "-1", 100 is "-2"."""
    exponent = step.normalize().as_tuple().exponent
    return str(-int(exponent))
