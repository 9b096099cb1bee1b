"""What the review desk says when nothing waits, and about the model. Pure functions."""

from terminal.domain.messages import CycleEnded, ModelPhase, ModelStatus
from terminal.domain.risk import TradingState
from terminal.ui.formatting import MINUS, THIN, age
from terminal.ui.viewmodels.words import MODEL_PHASE
from terminal.ui.widgets.plain_text import one_line, visible


def empty_words(
    model: ModelStatus, trading: TradingState, trading_reason: str, cycle: CycleEnded | None, now_ms: int
) -> str:
    """Explain why no card waits: the model's phase, a stopped trading state, what the last cycle came to."""
    parts = ["Nothing waits for an answer.", _phase_words(model)]
    if trading in {TradingState.REDUCE_ONLY, TradingState.HALTED}:
        word = "Trading is halted" if trading is TradingState.HALTED else "Only closing is allowed"
        parts.append(f"{word}: {visible(trading_reason)}." if trading_reason else f"{word}.")
    if cycle is not None:
        ago = age((now_ms - cycle.at_ms) / 1_000)
        parts.append(f"Last cycle, {ago} ago: {visible(cycle.text)}.")
    elif model.phase in {ModelPhase.READY, ModelPhase.THINKING}:
        parts.append("No cycle has ended yet; one begins when a bar closes.")
    return "\n".join(parts)


def _phase_words(model: ModelStatus) -> str:
    detail = visible(model.detail)
    tail = f" ({detail})" if detail else ""
    if model.phase is ModelPhase.TRAINING:
        return f"The model is training{tail}. It proposes nothing before it is ready."
    if model.phase is ModelPhase.FAILED:
        return f"The model failed{tail}. Nothing will be proposed until it is repaired; see Brain."
    if model.phase is ModelPhase.IDLE:
        return f"The model has not started{tail}."
    if model.phase is ModelPhase.THINKING:
        return "The model is thinking."
    return "The model is ready."


def model_words(model: ModelStatus) -> tuple[str, str]:
    """Give the line about the model and its tone: name, skill with its interval, how long it thinks."""
    word, tone = MODEL_PHASE[model.phase]
    parts = [one_line(model.model) or "no model"]
    if model.phase is not ModelPhase.READY:
        parts.append(word)
    if model.skill_pct is not None:
        skill = f"skill {_signed(model.skill_pct)}{THIN}%"
        if model.skill_low_pct is not None and model.skill_high_pct is not None:
            skill += f" ({_signed(model.skill_low_pct)} to {_signed(model.skill_high_pct)})"
        parts.append(skill)
    if model.latency_ms is not None:
        parts.append(f"{model.latency_ms:,.0f}{THIN}ms")
    return "   ".join(parts), tone


def model_details(model: ModelStatus) -> str:
    """Say in full what the model line abbreviates."""
    words = [visible(model.detail)] if model.detail else []
    if model.skill_pct is not None:
        words.append(f"Out-of-sample direction skill with its 90{THIN}% interval, over {model.samples:,} samples")
    if model.latency_ms is not None:
        words.append(f"The newest answer took {model.latency_ms:,.0f} ms")
    return "\n".join(words)


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else MINUS if value < 0 else ''}{abs(value):.1f}"
