"""Writing numbers as venues do: ticks, lots and amounts as decimal text."""

from decimal import Decimal


class StepText:
    """Writes whole steps with as many decimals as the step has.

    `StepText(Decimal("0.1"))(904213)` is "90421.3".
    """

    def __init__(self, step: Decimal) -> None:
        _, digits, exponent = step.as_tuple()
        if not isinstance(exponent, int):
            raise TypeError("A step is a finite number.")
        self.decimals = max(0, -exponent)
        self._factor: int = int("".join(map(str, digits))) * 10 ** max(0, exponent)
        self._scale: int = 10**self.decimals

    @property
    def last_digit_step(self) -> int:
        """The step in units of its last decimal."""
        return self._factor

    def __call__(self, steps: int) -> str:
        whole, rest = divmod(steps * self._factor, self._scale)
        return f"{whole}.{rest:0{self.decimals}d}" if self.decimals else str(whole)


def text(amount: Decimal) -> str:
    """Plain digits, no exponent, no needless zeros."""
    written = f"{amount:f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return "0" if written in {"-0", ""} else written


def change_fraction(close: int, opened: int) -> str:
    """Relative change: "0.000474" is +0.0474 %."""
    return f"{(Decimal(close) - opened) / opened:.6f}"


def average_price(value: Decimal, size: Decimal, tick: Decimal) -> Decimal:
    """Mean price of what was filled, on the tick; 0 when nothing was."""
    return (value / size).quantize(tick) if size else Decimal(0)
