"""What the review desk says when nothing waits, and about the model. Pure functions."""

from terminal.domain.messages import CycleEnded, ModelPhase, ModelStatus
from terminal.domain.risk import TradingState
from terminal.ui.formatting import MINUS, THIN, age
from terminal.ui.viewmodels.words import MODEL_PHASE, sentence, short_model
from terminal.ui.widgets.plain_text import visible


def empty_words(
    model: ModelStatus, trading: TradingState, trading_reason: str, cycle: CycleEnded | None, age_s: float | None
) -> str:
    """Explain why no card waits: the model's phase, a stopped trading state, what the last cycle came to.

    `age_s` is the age of that cycle on the operator's clock.
    """
    parts = ["Nothing waits for an answer.", _phase_words(model)]
    if trading in {TradingState.REDUCE_ONLY, TradingState.HALTED}:
        word = "Trading is halted" if trading is TradingState.HALTED else "Only closing is allowed"
        parts.append(sentence(f"{word}: {visible(trading_reason)}" if trading_reason else word))
    if cycle is not None:
        parts.append(f"Last AI cycle, {age(age_s)} ago:\n{sentence(visible(cycle.text))}")
    elif model.phase in {ModelPhase.READY, ModelPhase.THINKING}:
        parts.append("No cycle has ended yet; one begins when a bar closes.")
    return "\n".join(parts)


def _phase_words(model: ModelStatus) -> str:
    detail = visible(model.detail).removesuffix(".")
    tail = f" ({detail})" if detail else ""
    if model.phase is ModelPhase.TRAINING and model.model:
        return "A model is being fitted; until then the one in use goes on deciding."
    if model.phase is ModelPhase.TRAINING:
        return f"The model is training{tail}. It proposes nothing before it is ready."
    if model.phase is ModelPhase.FAILED:
        again = "It is asked again when the next bar closes" if model.model else "Nothing is proposed without a model"
        return f"The model failed{tail}. {again}; see Events."
    if model.phase is ModelPhase.IDLE:
        return f"The model has not started{tail}."
    if model.phase is ModelPhase.THINKING:
        return "The model is thinking."
    return "The model is ready."


def model_words(model: ModelStatus) -> tuple[str, str]:
    """Give the words about the model and their tone, in at most three lines.

    Name and how long it thinks; its skill; the interval of the skill and over how many samples.
    """
    word, tone = MODEL_PHASE[model.phase]
    first = [f"Model {short_model(model.model)}" if model.model else "No model"]
    if model.phase is not ModelPhase.READY:
        first.append(word)
    if model.latency_ms is not None:
        first.append(f"{model.latency_ms:,.0f}{THIN}ms")
    lines = ["   ".join(first)]
    if model.skill_pct is not None:
        lines.append(f"Direction skill {_signed(model.skill_pct)}{THIN}% out of sample")
        if model.skill_low_pct is not None and model.skill_high_pct is not None:
            span = f"{_signed(model.skill_low_pct)} to {_signed(model.skill_high_pct)}{THIN}%"
            lines.append(f"90{THIN}% interval {span}, n {model.samples:,}")
    return "\n".join(lines), tone


def model_details(model: ModelStatus) -> str:
    """Say in full what the model line abbreviates."""
    words = [f"Model {visible(model.model)}"] if model.model else []
    if model.detail:
        words.append(visible(model.detail))
    if model.skill_pct is not None:
        words.append(f"Out-of-sample direction skill with its 90{THIN}% interval, over {model.samples:,} samples")
    if model.latency_ms is not None:
        words.append(f"The newest answer took {model.latency_ms:,.0f} ms")
    return "\n".join(words)


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else MINUS if value < 0 else ''}{abs(value):.1f}"
