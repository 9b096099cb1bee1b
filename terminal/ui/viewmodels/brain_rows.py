"""The Brain window's words: one row a model, one row an input."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.brain import InputAge, ModelHealth, Part, Pulse
from terminal.domain.messages import ModelStatus
from terminal.ui import formatting as f
from terminal.ui.viewmodels.flatten_words import Cell
from terminal.ui.viewmodels.words import sentence, short_model

MODEL_TITLES: Final = (
    "Model",
    "State",
    "Asked",
    "Answered",
    "Failed",
    "Wrong form",
    "Refused",
    "p50",
    "p95",
    "Tokens in / out",
    "Cost",
    "Today of cap",
    "Last good answer",
)
INPUT_TITLES: Final = ("Input", "Which", "Age when asked")
STATE: Final = {
    Pulse.WELL: ("Well", "up"),
    Pulse.WAITING: ("Waiting", "muted"),
    Pulse.TROUBLE: ("Trouble", "amber"),
    Pulse.SILENT: ("Silent", "down"),
    Pulse.ALARM: ("Alarm", "down"),
}
PART: Final = {
    Part.DECIDES: ("", "Answers the cycles"),
    Part.VOTES: ("votes", "Its vote counts in the ensemble"),
    Part.JUDGES: ("judges", "May stop an opening of the ensemble, and causes none"),
    Part.STANDBY: ("stands by", "Answers only when it is asked by name, in the time machine"),
}
_BAD: Final = (Pulse.ALARM, Pulse.SILENT, Pulse.TROUBLE)  # worst first
DEAF_S: Final = 20.0
"""The engine looks at the models every few seconds: when it tells nothing that long, it is silent itself."""


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """`model` is the exact name, `record` what its fit did out of sample, "" where nobody measured it."""

    model: str
    text: str
    tone: str
    record: str


def headline(models: Sequence[ModelHealth], age_s: float) -> tuple[str, str]:
    """Say how the model that decides stands, and the worst of those it is made of, with a tone."""
    if not models:
        return "No model has told anything yet.", "muted"
    if age_s > DEAF_S:
        return f"The desk has told nothing of its models for {f.age(age_s)}. Look at the event log.", "down"
    first = models[0]
    parts = [each for each in models[1:] if each.part in {Part.VOTES, Part.JUDGES} and each.pulse in _BAD]
    ordered = sorted((first, *parts), key=lambda each: _BAD.index(each.pulse) if each.pulse in _BAD else len(_BAD))
    text = " ".join(_stands(each) for each in ordered)
    return text, STATE[ordered[0].pulse][1] if ordered[0].pulse in _BAD else "text"


def _stands(health: ModelHealth) -> str:
    return f"{STATE[health.pulse][0]}: {short_model(health.model) or health.strategist}. {sentence(health.words)}"


def model_row(health: ModelHealth, told_age_s: float) -> list[Cell]:
    """Write one model's record; `told_age_s` is how old the record itself is."""
    word, tone = STATE[health.pulse]
    part, part_tip = PART[health.part]
    name = f"{health.strategist} · {part}" if part else health.strategist
    bad = "amber" if health.failed else "text"
    return [
        Cell(name, tip=f"{part_tip}\n{health.model or 'not named yet'}"),
        Cell(word, tone, health.words),
        Cell(f"{health.asked:,}"),
        Cell(f"{health.answered:,}", tip=f"{health.abstained:,} more times it declined to have an opinion"),
        Cell(f"{health.failed:,}", bad),
        Cell(f"{health.parse_failures:,}", "amber" if health.parse_failures else "text"),
        Cell(f"{health.refusals:,}", "amber" if health.refusals else "text"),
        Cell(_ms(health.p50_ms)),
        Cell(_ms(health.p95_ms)),
        Cell(f"{health.tokens_in:,} / {health.tokens_out:,}" if health.tokens_in or health.tokens_out else f.DASH),
        Cell(_usd(health.cost_usd) if health.cost_usd else f.DASH),
        Cell(*_today(health)),
        _last(health, told_age_s),
    ]


def input_row(age: InputAge) -> list[Cell]:
    which = Cell(age.words, "muted")
    if age.age_s is None:
        return [Cell(age.name), which, Cell("missing", "amber")]
    is_stale = age.limit_s is not None and age.age_s > age.limit_s
    tip = "" if age.limit_s is None else f"stale beyond {seconds(age.limit_s)}"
    return [Cell(age.name), which, Cell(seconds(age.age_s), "amber" if is_stale else "text", tip)]


def seconds(value: float) -> str:
    """Write an age: tenths below ten seconds."""
    return f"{value:.1f}{f.THIN}s" if value < 10 else f.age(value)


def _last(health: ModelHealth, told_age_s: float) -> Cell:
    if health.last_good_age_s is None:
        return Cell("never", "muted" if health.pulse is Pulse.WAITING else "down")
    age = f.age(health.last_good_age_s + told_age_s)
    tone = "down" if health.pulse in {Pulse.SILENT, Pulse.ALARM} else "text"
    return Cell(f"{age} ago", tone, f"{f.both_times(health.last_good_ms)}\n{health.last_good_text}")


def last_answer(health: ModelHealth, told_age_s: float, status: ModelStatus) -> LastAnswer:
    """Say in full what a model answered last; `status` carries the record of the one that decides."""
    record = _record(status) if health.model and status.model == health.model else ""
    name = health.model or f"{health.strategist}, not named yet"
    if health.last_good_age_s is None:
        return LastAnswer(name, "No usable answer yet.", "muted", record)
    age = f.age(health.last_good_age_s + told_age_s)
    return LastAnswer(name, f"{age} ago: {health.last_good_text}", "text", record)


def _record(status: ModelStatus) -> str:
    skill, low, high = status.skill_pct, status.skill_low_pct, status.skill_high_pct
    if skill is None or low is None or high is None:
        return ""
    return (
        f"Direction skill out of sample {_signed(skill)}{f.THIN}%, "
        f"90{f.THIN}% interval {_signed(low)} to {_signed(high)}{f.THIN}%, n {status.samples:,}"
    )


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", f.MINUS)


def _today(health: ModelHealth) -> tuple[str, str]:
    cap = health.daily_cap_usd
    if cap is None:
        return (f.DASH if not health.cost_today_usd else _usd(health.cost_today_usd)), "text"
    return f"{_usd(health.cost_today_usd)} of {_usd(cap)}", "amber" if health.cost_today_usd >= cap * 4 / 5 else "text"


def _usd(value: Decimal) -> str:
    return f"{f.number(value, 4 if value < 1 else 2)} USD"


def _ms(value: float | None) -> str:
    return f.DASH if value is None else f"{value:,.0f}{f.THIN}ms" if value < 10_000 else f"{value / 1000:,.1f}{f.THIN}s"
