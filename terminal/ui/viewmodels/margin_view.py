"""What the leverage popup says: what is in force, what is only tried out, and what may be set."""

from dataclasses import dataclass
from typing import Final

from terminal.domain.account import MarginMode
from terminal.domain.competition import MAX_LEVERAGE
from terminal.domain.hand_messages import MarginPhase
from terminal.domain.instrument import Instrument, InstrumentId, base_of
from terminal.domain.order import AT_VENUE
from terminal.ui import formatting as f
from terminal.ui.viewmodels.desk import Desk

MODE_WORDS: Final[dict[MarginMode, str]] = {MarginMode.CROSS: "Cross", MarginMode.ISOLATED: "Isolated"}
MODE_HELP: Final[dict[MarginMode, str]] = {
    MarginMode.CROSS: "All positions share the free margin: liquidation is farther away, and takes everything.",
    MarginMode.ISOLATED: "Only this position's own margin can be lost: liquidation is nearer.",
}
PHASE_TONE: Final[dict[MarginPhase, str]] = {
    MarginPhase.SETTING: "muted",
    MarginPhase.UNCLEAR: "amber",
    MarginPhase.SET: "up",
    MarginPhase.REFUSED: "amber",
}


@dataclass(frozen=True, slots=True)
class Margins:
    """What a ticket is figured with. `is_known` is False before the first reading: the profile's is assumed."""

    leverage: int
    mode: MarginMode
    is_known: bool
    what_if_leverage: bool
    what_if_mode: bool

    @property
    def is_what_if(self) -> bool:
        return self.what_if_leverage or self.what_if_mode

    @property
    def words(self) -> str:
        return f"{self.leverage}x {self.mode.value.lower()}"


@dataclass(frozen=True, slots=True)
class SetButton:
    """A button that sets something at the venue; `why_not` is "" when it may be pressed."""

    text: str
    why_not: str


@dataclass(frozen=True, slots=True)
class MarginView:
    """Everything the popup shows."""

    now: Margins
    cap: int
    in_force: str
    age: str
    what_if: str
    leverage: SetButton
    mode: SetButton
    status: str
    status_tone: str
    rules: str


def leverage_cap(rules: Instrument | None) -> int:
    """The highest leverage the ticket takes: the competition's, or the contract's when that is lower."""
    return MAX_LEVERAGE if rules is None else min(MAX_LEVERAGE, rules.max_leverage)


def margins_of(desk: Desk, leverage: int | None, mode: MarginMode | None) -> Margins:
    """Join what is in force with what is tried out; None tries nothing."""
    if not desk.venues.traded.capabilities.leverage:
        return Margins(1, MarginMode.CROSS, is_known=True, what_if_leverage=False, what_if_mode=False)
    read = desk.margins.in_force.get(desk.selection[0])
    has_leverage = desk.limits.max_leverage if read is None else read.setting.in_force
    has_mode = MarginMode.CROSS if read is None else read.setting.mode
    return Margins(
        leverage or has_leverage,
        mode or has_mode,
        read is not None,
        leverage not in {None, has_leverage},
        mode not in {None, has_mode},
    )


def what_if_words(desk: Desk, now: Margins) -> str:
    """Say that the figures are not those of the venue's settings; "" when they are."""
    read = desk.margins.in_force.get(desk.selection[0])
    if now.is_what_if and read is not None:
        return f"What if: {now.words}. In force: {read.setting.words}."
    if now.is_what_if:
        return f"What if: {now.words}. What is in force is not read yet."
    if not now.is_known:
        return f"The venue's leverage is not read yet; figured at {now.words}."
    return ""


def margin_view(desk: Desk, leverage: int | None, mode: MarginMode | None) -> MarginView:
    """Work out the popup of the selected pair."""
    chosen, now = desk.selection[0], margins_of(desk, leverage, mode)
    top = min(leverage_cap(desk.instruments.get(chosen)), desk.limits.max_leverage)
    why_not, age_s = _why_not(desk, chosen), desk.margins.age_s(chosen)
    above = f"This profile allows at most {top}x." if now.leverage > top else ""
    same = f"{base_of(chosen)} has it already."
    progress = desk.margins.progress.get(chosen)
    in_force = _in_force(desk)
    return MarginView(
        now=now,
        cap=leverage_cap(desk.instruments.get(chosen)),
        in_force=in_force[0].upper() + in_force[1:],
        age="" if age_s is None else f"Read back {f.age(age_s)} ago.",
        what_if=what_if_words(desk, now),
        leverage=SetButton(f"Set {now.leverage}x", above or why_not if now.what_if_leverage else same),
        mode=SetButton(f"Set {MODE_WORDS[now.mode].lower()}", why_not if now.what_if_mode else same),
        status="" if progress is None else f"{f.local_time(progress.at_ms)}  {progress.text}",
        status_tone="muted" if progress is None else PHASE_TONE[progress.phase],
        rules=_rules(desk, top, above or why_not, MODE_HELP[now.mode]),
    )


def _rules(desk: Desk, top: int, why_not: str, mode_help: str) -> str:
    changed = (
        f"{base_of(desk.selection[0])} can be set to at most {top}x in this profile, and only while it has neither "
        f"position nor order. The program then keeps it there, after a restart too. The competition allows "
        f"{MAX_LEVERAGE}x: more cannot be typed."
    )
    return "\n".join(part for part in (why_not, changed, mode_help) if part)


def _in_force(desk: Desk) -> str:
    read = desk.margins.in_force.get(desk.selection[0])
    if read is None:
        return "what is in force at the venue is not read yet"
    return f"in force at the venue: {read.setting.words}" + ("" if read.is_settled else " (not sure)")


def _why_not(desk: Desk, chosen: InstrumentId) -> str:
    """Say what keeps the pair from being changed at all; the venue has the last word."""
    base = base_of(chosen)
    if not desk.phase.ready:
        return f"Not ready yet: {desk.phase.text}."
    if desk.margins.is_pending(chosen):
        return "A change is on its way; wait for its answer."
    if any(each.instrument_id == chosen for each in desk.positions):
        return f"{base} has a position: close it first."
    if any(each.terms.instrument_id == chosen and each.state in AT_VENUE for each in desk.orders.values()):
        return f"{base} has an order at the venue: cancel it first."
    return ""
