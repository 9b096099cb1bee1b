"""The indicators there are: what they are called, what can be set, what is drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from terminal.ui.charts.studies import feeds
from terminal.ui.charts.studies.feeds import Feed, Values

LONGEST: Final = 500  # bars; a desk loads a thousand, and an average needs some to warm up


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number a person can set; `name` begins the words of a refusal."""

    name: str
    value: float
    least: float
    most: float
    step: float = 1.0

    def accepts(self, value: float) -> bool:
        """True for a number within the limits; a whole one where steps are whole."""
        whole = not float(self.step).is_integer() or float(value).is_integer()
        return whole and self.least <= value <= self.most


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an indicator.

    Attributes:
        name: what the values box says before its value; "" for the indicator's own name.
        ink: the built-in colour, a name of `inks.INKS`.
        bars: drawn as bars from zero instead of as a line.
    """

    name: str
    ink: str
    bars: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One indicator.

    Attributes:
        key: what settings call it.
        title: what the menu says.
        short: what the values box says before its numbers.
        parameters: in the order its values are kept in.
        lines: in the order its feed gives them.
        feed: begins its running values; None for one that is made of what is in view.
        own_pane: drawn below the prices, on a scale of its own that fits the values in view.
        decimals: of its values; None for those of prices.
        guides: heights of quiet lines across its pane.
        guide_parameters: numbers of the parameters that are such heights.
        within_a_day: says something only on bars shorter than a day.
        rule: words about values that do not go together, "" when they do.
    """

    key: str
    title: str
    short: str
    parameters: tuple[Parameter, ...]
    lines: tuple[Line, ...]
    feed: Callable[[Values], Feed] | None
    own_pane: bool = False
    decimals: int | None = None
    guides: tuple[float, ...] = ()
    guide_parameters: tuple[int, ...] = ()
    within_a_day: bool = False
    rule: Callable[[Values], str] | None = None


def _period(value: int, name: str = "Period", least: int = 2) -> Parameter:
    return Parameter(name, value, least, LONGEST)


def _macd_rule(values: Values) -> str:
    return "" if values[0] < values[1] else "Fast must be shorter than slow."


def _rsi_rule(values: Values) -> str:
    return "" if values[1] < values[2] else "Lower line must lie below the upper one."


KINDS: Final = (
    Kind("ema", "EMA: exponential average", "EMA", (_period(21, least=1),), (Line("", "blue"),), feeds.ema_feed),
    Kind("sma", "SMA: simple average", "SMA", (_period(50, least=1),), (Line("", "pink"),), feeds.sma_feed),
    Kind(
        "bollinger",
        "Bollinger bands",
        "BB",
        (_period(20), Parameter("Deviations", 2.0, 0.5, 5.0, 0.1)),
        (Line("upper", "teal"), Line("middle", "grey"), Line("lower", "teal")),
        feeds.bollinger_feed,
    ),
    Kind(
        "vwap",
        "VWAP of the day, from 00:00 UTC",
        "VWAP",
        (),
        (Line("", "orange"),),
        feeds.vwap_feed,
        within_a_day=True,
    ),
    Kind(
        "profile",
        "Volume profile of the bars in view",
        "Profile",
        (Parameter("Rows", 40, 8, 100), Parameter("Value area, %", 70, 10, 95)),
        (Line("POC", "orange"), Line("", "grey", bars=True)),
        None,
    ),
    Kind(
        "rsi",
        "RSI: relative strength",
        "RSI",
        (_period(14), Parameter("Lower line", 30, 1, 98), Parameter("Upper line", 70, 2, 99)),
        (Line("", "lime"),),
        feeds.rsi_feed,
        own_pane=True,
        decimals=1,
        guide_parameters=(1, 2),
        rule=_rsi_rule,
    ),
    Kind(
        "macd",
        "MACD",
        "MACD",
        (_period(12, "Fast", 1), _period(26, "Slow"), _period(9, "Signal", 1)),
        (Line("", "blue"), Line("signal", "amber"), Line("histogram", "grey", bars=True)),
        feeds.macd_feed,
        own_pane=True,
        guides=(0.0,),
        rule=_macd_rule,
    ),
    Kind(
        "atr",
        "ATR: average true range",
        "ATR",
        (_period(14, least=1),),
        (Line("", "teal"),),
        feeds.atr_feed,
        own_pane=True,
    ),
    Kind(
        "adx",
        "ADX: strength of a trend",
        "ADX",
        (_period(14),),
        (Line("", "amber"), Line("D+", "lime"), Line("D−", "pink")),
        feeds.adx_feed,
        own_pane=True,
        decimals=1,
        guides=(25.0,),
    ),
)
BY_KEY: Final = {kind.key: kind for kind in KINDS}
