"""What a person types about a language model, and the model it makes."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from terminal.domain.ensemble import ENSEMBLE, EnsembleSettings
from terminal.domain.language_model import (
    EMBEDDED,
    KeyPlace,
    LanguageModel,
    OutputMode,
    Preset,
    PriceTable,
    StrategySettings,
)
from terminal.domain.model_probe import ProbeReport

MODES: Final = {OutputMode.TOOL: "Tool call", OutputMode.NATIVE: "JSON schema", OutputMode.PROMPTED: "In the prompt"}
MODE_TIPS: Final = {
    OutputMode.TOOL: "A function the model must call; right for most hosted models.",
    OutputMode.NATIVE: "The server holds the model to the form by grammar; right for local servers.",
    OutputMode.PROMPTED: "The form stands in the prompt; for servers that know neither.",
}
AT_NEXT_START: Final = "Saved. It is in force from the next start on."


KEY_PLACES: Final = {
    KeyPlace.VAULT: "Its key lies in the system's vault.",
    KeyPlace.FILE: "Its key lies in a file under your password, which is asked for at each start.",
    KeyPlace.ASKED: "This machine has no vault for secrets: its key is kept nowhere and asked for at each start.",
}


KEY_GOES: Final = {
    KeyPlace.VAULT: "Its key is deleted from the system's vault.",
    KeyPlace.FILE: "Its key is deleted from the file under your password, which must stand in the form for that.",
}


class NotAModel(ValueError):
    """What was typed makes no model; the text says what to correct."""


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """The fields as text; the key is kept apart and never here."""

    name: str = "local"
    base_url: str = "http://127.0.0.1:11434/v1"
    model: str = ""
    output_mode: OutputMode = OutputMode.NATIVE
    temperature: str = "0"
    max_tokens: str = "1500"
    timeout_s: str = "20"
    input_usd: str = ""
    output_usd: str = ""
    daily_cap_usd: str = ""
    contaminated_until: str = ""
    decides: bool = False


def entry_of(model: LanguageModel, settings: StrategySettings) -> ModelEntry:
    """Write a model into the fields."""
    prices = model.prices
    return ModelEntry(
        name=model.name,
        base_url=model.base_url,
        model=model.model,
        output_mode=model.output_mode,
        temperature="" if model.temperature is None else f"{model.temperature:g}",
        max_tokens=str(model.max_tokens),
        timeout_s=f"{model.timeout_s:g}",
        input_usd="" if prices is None else format(prices.input_usd, "f"),
        output_usd="" if prices is None else format(prices.output_usd, "f"),
        daily_cap_usd="" if model.daily_cap_usd is None else format(model.daily_cap_usd, "f"),
        contaminated_until="" if model.contaminated_until_ms is None else _day(model.contaminated_until_ms),
        decides=settings.strategist == model.strategist,
    )


def preset_entry(entry: ModelEntry, preset: Preset) -> ModelEntry:
    """Take a preset's address and form; everything else stays as typed."""
    return replace(entry, base_url=preset.base_url, output_mode=preset.output_mode)


def model_of(entry: ModelEntry, *, has_key: bool, before: LanguageModel | None = None) -> LanguageModel:
    """Read the fields. Where a new key will lie is known only when it is kept; until then it is said to be the vault.

    Raises:
        NotAModel: a field has to be corrected.
    """
    prices = None
    if entry.input_usd.strip() or entry.output_usd.strip():
        prices = PriceTable(_amount("Price in", entry.input_usd), _amount("Price out", entry.output_usd))
    cap = entry.daily_cap_usd.strip()
    same = before if before is not None and before.model == entry.model.strip() else None
    try:
        return LanguageModel(
            name=entry.name.strip(),
            base_url=entry.base_url.strip(),
            model=entry.model.strip(),
            temperature=float(_amount("Temperature", entry.temperature)) if entry.temperature.strip() else None,
            max_tokens=int(_amount("Most tokens", entry.max_tokens)),
            timeout_s=float(_amount("Time limit", entry.timeout_s)),
            prices=prices,
            daily_cap_usd=_amount("Daily cap", cap) if cap else None,
            output_mode=entry.output_mode,
            answers_as=() if same is None else same.answers_as,
            contaminated_until_ms=_day_ms(entry.contaminated_until.strip()),
            key_place=_place(before) if has_key else KeyPlace.NONE,
        )
    except NotAModel:
        raise
    except ValueError as error:
        raise NotAModel(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error


def with_model(settings: StrategySettings, model: LanguageModel, *, decides: bool) -> StrategySettings:
    """Put a model among the others, in the place of one with its name."""
    others = tuple(each for each in settings.models if each.name != model.name)
    strategist = settings.strategist
    if decides:
        strategist = model.strategist
    elif strategist == model.strategist:
        strategist = EMBEDDED
    return StrategySettings(strategist, (*others, model), settings.ensemble)


def without_model(settings: StrategySettings, name: str) -> StrategySettings:
    """Take a model away, from the ensemble too; the embedded one decides again where nobody else is left to."""
    left = tuple(each for each in settings.models if each.name != name)
    known = {EMBEDDED, *(each.strategist for each in left)}
    ensemble = _without_strangers(settings.ensemble, known)
    if ensemble is not None:
        known.add(ENSEMBLE)
    return StrategySettings(settings.strategist if settings.strategist in known else EMBEDDED, left, ensemble)


def _without_strangers(ensemble: EnsembleSettings | None, known: set[str]) -> EnsembleSettings | None:
    members = () if ensemble is None else tuple(each for each in ensemble.members if each.strategist in known)
    voters = sum(not each.vetoes for each in members)
    return None if ensemble is None or voters < ensemble.quorum else replace(ensemble, members=members)


def _place(before: LanguageModel | None) -> KeyPlace:
    return before.key_place if before is not None and before.has_key else KeyPlace.VAULT


def saved_words(model: LanguageModel | None, *, has_new_key: bool) -> str:
    """Say that a model was saved, and where its new key is."""
    place = KEY_PLACES.get(model.key_place, "") if model is not None and has_new_key else ""
    return f"{AT_NEXT_START} {place}".rstrip()


def remove_words(model: LanguageModel) -> str:
    """Say what removing a model does, before it is done."""
    words = [
        f"{model.name} ({model.model} at {model.host}) is taken out of this profile, and out of its ensemble.",
        KEY_GOES.get(model.key_place, ""),
        "What it has said stays in the journal. In this run it goes on until the program ends.",
    ]
    return " ".join(filter(None, words))


def report_words(report: ProbeReport) -> str:
    """Write a test's findings, a line each."""
    marks = {True: "✓", False: "✗", None: "–"}
    return "\n".join(f"{marks[step.ok]} {step.name}: {step.words}" for step in report.steps)


def _day(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d}"


def _day_ms(text: str) -> int | None:
    if not text:
        return None
    try:
        return int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()) * 1000
    except ValueError as error:
        raise NotAModel("The day it may know history until is written as 2026-06-01.") from error


def _amount(name: str, text: str) -> Decimal:
    try:
        value = Decimal(text.strip().replace(",", "") or "0")
    except InvalidOperation as error:
        raise NotAModel(f"{name} is no number.") from error
    if not value.is_finite() or value < 0 or value > 1_000_000:
        raise NotAModel(f"{name} is no usable number.")
    return value
