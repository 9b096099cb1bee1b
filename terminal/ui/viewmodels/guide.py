"""State of the guide: which account is being set up, what its checks found. GUI thread only.

What the guide asks for goes out through a `GuideHost`; what came of it comes back through
`take_step`, `check_ended` and `say`.
"""

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Final, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from terminal.domain.account_check import CheckStep
from terminal.domain.plain_words import figure
from terminal.domain.risk import RiskLimits
from terminal.domain.venues import COMPETITION_VENUE, product_at, venue_title
from terminal.ui.viewmodels.account_place import DEMO, AccountPlace

MODE_STORIES: Final = {
    "paper": "The venue's live prices, simulated fills and money. No key; nothing can be sent.",
    "live": "Your own account. Orders go to the venue and move real money.",
    "competition": "The competition's account, with its rules enforced: eight pairs, 20x at most, an AI log for each "
    "order. WEEX only.",
    DEMO: "An exchange on this machine that speaks a venue's own protocol: made-up prices, play money. Start it first: "
    "alphadesk exchange --venue NAME > FILE.",
}
LIMIT_FIELDS: Final = {
    "max_leverage": ("Leverage at most", "x"),
    "risk_per_trade": ("Risk of one trade, to its stop", "% of equity"),
    "order_notional": ("One order at most", "% of equity"),
    "daily_loss_halt": ("Halt after a day's loss of", "% of equity"),
    "drawdown_halt": ("Halt after a drawdown of", "% of equity"),
}
_WHOLE: Final = frozenset({"max_leverage"})
_BOUNDED: Final = frozenset({"order_notional", "daily_loss_halt", "drawdown_halt"})  # by `RiskLimits` itself
AI_CHOICES: Final = {
    "The model of this program": "Trained on closed bars at the start, with its skill out of sample on every card. "
    "Needs no key and no network.",
    "A language model": "Of your choice: Ollama, LM Studio, llama.cpp, vLLM or any OpenAI-compatible address. It is "
    "set up in the new profile's window: View, Language models. Until then the model of this program decides.",
}


_ADDRESS: Final = (
    "Bind the key to this computer's internet address when you make it; {0} then takes it from nowhere else. So the "
    "computer needs an address that does not change: a fixed line, a server, or a proxy of your own. The next step "
    "shows whether {0} takes your key from here{1}. "
)
_REFUSALS: Final = {"weex": " (it answers 521 or 40018 when it does not)"}
_CLOCK: Final = (
    "Requests carry the time; {0} refuses one that {1}. The program measures the venue's own time and signs with that. "
    "The test asks for no key."
)
_WINDOWS: Final = {
    "weex": "is more than 30 seconds off",
    "hashkey": "is more than 1 second early or 5 seconds late",
}


class GuideHost(Protocol):
    """What the guide needs from the program around it."""

    @property
    def demo_runs(self) -> bool:
        """True when the window under the guide is the demo."""
        ...

    def start_demo(self) -> None:
        """Bring the demo to the front, or open it in a window of its own. Raises `TerminalError`."""
        ...

    def why_not(self, plan: "Plan") -> str:
        """Say why no such profile can be set up; "" when it can."""
        ...

    def check_connection(self, plan: "Plan") -> None:
        """Try the venue without a key; the steps come back to the state."""
        ...

    def account_form(self, plan: "Plan") -> QWidget:
        """Give the form that takes the key, tests and saves it. Raises `ConfigError`."""
        ...

    def is_saved(self, name: str) -> bool: ...

    def limits(self, name: str) -> RiskLimits: ...

    def save_limits(self, name: str, limits: RiskLimits) -> None:
        """Raises `TerminalError`."""
        ...

    def save_layout(self, name: str, layout: str) -> None:
        """Raises `TerminalError`."""
        ...

    def open_profile(self, name: str) -> None:
        """Start another window on this profile. Raises `TerminalError`."""
        ...


_WEEX: Final = AccountPlace()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is being set up."""

    name: str = "paper"
    mode: str = "paper"
    place: AccountPlace = _WEEX

    @property
    def has_key(self) -> bool:
        """True for a real account: a key of the venue's is asked for."""
        return self.mode not in {"paper", DEMO}

    @property
    def is_spot(self) -> bool:
        return product_at(self.place.venue, self.place.product) == "spot"

    @property
    def connection_words(self) -> str:
        """Say what the venue asks of this computer's address and clock."""
        if self.mode == DEMO:
            return "The exchange on this machine has its own key and keeps its own time. The test asks it for both."
        title = venue_title(self.place.venue)
        address = _ADDRESS.format(title, _REFUSALS.get(self.place.venue, "")) if self.has_key else ""
        return address + _CLOCK.format(title, _WINDOWS.get(self.place.venue, "is too far off"))

    @property
    def last_words(self) -> str:
        """Say what to do before the first order; "" where nothing is at stake."""
        if self.mode == DEMO:
            return "Its exchange has to run: before the next start begin it again, into the same file."
        if not self.has_key:
            return ""
        test = ""
        if self.place.venue == COMPETITION_VENUE:
            test = "View, API test goes through the organiser's test step by step, and "
        return f"Before the first order: {test}View, Go or no-go looks at everything that must be right on the day."


class GuideState(QObject):
    """What the pages share.

    Attributes:
        plan: the profile that is being set up.
        steps: the newest test of the connection, in order.
        is_checking: that test is under way.
        message: words about what could not be done; "" for nothing.

    Signals:
        changed: any of the above.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.plan = Plan()
        self.steps: dict[str, CheckStep] = {}
        self.is_checking = False
        self.message = ""

    def set_plan(self, plan: Plan) -> None:
        if plan != self.plan:
            self.plan, self.steps = plan, {}
            self.say("")

    def begin_check(self) -> None:
        self.steps, self.is_checking = {}, True
        self.say("")

    def take_step(self, step: CheckStep) -> None:
        self.steps[step.name] = step
        self.changed.emit()

    def check_ended(self, problem: str = "") -> None:
        self.is_checking = False
        self.say(problem)

    def say(self, words: str) -> None:
        self.message = words
        self.changed.emit()


def limit_text(limits: RiskLimits, name: str) -> str:
    """Write a limit as its field shows it: a plain number, fractions as per cent."""
    value = Decimal(str(getattr(limits, name)))
    return figure(value if name in _WHOLE else value * 100)


def limits_from(texts: dict[str, str], base: RiskLimits) -> RiskLimits:
    """Read the fields over limits.

    Raises:
        ValueError: words for a person about the first field that cannot be.
    """
    limits = base
    for name, text in texts.items():
        label = LIMIT_FIELDS[name][0]
        try:
            value = Decimal(text.strip().replace(",", "."))
        except InvalidOperation:
            raise ValueError(f"{label}: {text.strip() or 'nothing'} is no number.") from None
        if not value.is_finite() or (name in _WHOLE and value != value.to_integral_value()):
            raise ValueError(f"{label}: write a {'whole ' if name in _WHOLE else ''}number.")
        if value <= 0 or (name not in _WHOLE and name not in _BOUNDED and value > 100):
            raise ValueError(f"{label}: write a number above 0{'' if name in _WHOLE | _BOUNDED else ', at most 100'}.")
        limits = _with(limits, name, value)
    return limits


def _with(limits: RiskLimits, name: str, value: Decimal) -> RiskLimits:
    label = LIMIT_FIELDS[name][0]
    try:
        if name == "max_leverage":
            return replace(limits, max_leverage=int(value))
        share = value / 100
        softer = {"daily_loss_halt": "daily_loss_reduce", "drawdown_halt": "drawdown_reduce"}.get(name)
        changes = {name: share}
        if softer is not None:  # openings end before everything does
            changes[softer] = min(getattr(limits, softer), share)
        return replace(limits, **changes)  # type: ignore[arg-type]  # each of these fields is a Decimal
    except ValueError as error:
        reason = str(error).partition("must be ")[2]
        most = reason.rpartition(" ")[2]
        shown = most if name in _WHOLE else figure(Decimal(most) * 100)
        raise ValueError(f"{label}: above 0 and at most {shown}.") from None
