"""What goes into an AI log: made once, as canonical bytes, and never touched again."""

import json
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from terminal.domain.ai_log import AiLog, AiLogState
from terminal.domain.canonical import canonical_json, decimal_text, digest
from terminal.domain.causes import cause
from terminal.domain.competition import EXPLANATION_MAX_CHARS, EXPLANATION_MAX_WORDS
from terminal.domain.decision import Decision
from terminal.domain.order import Effect, Order, OrderTerms
from terminal.domain.records import ChainHead
from terminal.domain.review import Approval
from terminal.services.ai_logs.shortening import shortened

STAGE_DECISION: Final = "Decision Making"
STAGE_EXIT: Final = "Position Management"
STAGE_ORDER: Final = "Order Execution"
STAGE_VETO: Final = "Risk Assessment"
STAGE_MODEL: Final = "Strategy Generation"
STAGE_TEST: Final = "API Test"
_HEAD_CHARS: Final = 16
_LONG_WORD: Final = 60  # nobody writes longer ones; what looks like one is a script without spaces
_JOINER: Final = "\u200d"
_SKIN_TONES: Final = frozenset(map(chr, range(0x1F3FB, 0x1F400)))


class UnusableLog(ValueError):
    """The model's own texts cannot become a log; its decision cannot be proposed."""


@dataclass(frozen=True, slots=True)
class ProgramMark:
    """Which program wrote a log. `build` is "" where nobody reads it, as in the demo."""

    version: str
    build: str = ""


@dataclass(frozen=True, slots=True)
class Audit:
    """The anchor: where the journal stood when the log was frozen. The venue that receives it witnesses our history."""

    head: ChainHead
    mark: ProgramMark

    def plain(self) -> dict[str, Any]:
        return {
            "seq": self.head.seq,
            "head16": self.head.mac[:_HEAD_CHARS],
            "version": self.mark.version,
            "build": self.mark.build[:_HEAD_CHARS],
        }


def limit_explanation(text: str) -> str:
    """Cut at a word's end so that both limits hold: 1000 characters and 500 words.

    What has no spaces (Chinese, a row of emoji) is cut between two of its characters instead.
    """
    words = list(_spans(text))
    end = words[EXPLANATION_MAX_WORDS - 1][1] if len(words) > EXPLANATION_MAX_WORDS else len(text)
    if end <= EXPLANATION_MAX_CHARS:
        return text[:end]
    whole = max((stop for _, stop in words if stop <= EXPLANATION_MAX_CHARS), default=0)
    return text[: whole if whole >= EXPLANATION_MAX_CHARS - _LONG_WORD else _between_characters(text)]


def _between_characters(text: str) -> int:
    """Give the last place in front of the limit that does not part a character from its marks."""
    end = EXPLANATION_MAX_CHARS
    while end > EXPLANATION_MAX_CHARS - _LONG_WORD and (_leans_back(text[end]) or text[end - 1] == _JOINER):
        end -= 1
    return end


def _leans_back(character: str) -> bool:
    """True for what changes the character before it: accents, joiners, variants and skin tones."""
    return unicodedata.category(character) in {"Mn", "Me", "Mc"} or character == _JOINER or character in _SKIN_TONES


def decision_content(decision: Decision, terms: OrderTerms, audit: Audit) -> bytes:
    """Give the log of a decision: its own input and output, and the order code made of it.

    The stage is the order's: a close the model asked for manages a position. What is too long is shortened.

    Raises:
        UnusableLog: a text of the model is no JSON object, or it explained nothing.
    """
    explanation = limit_explanation(decision.explanation.strip())
    if not explanation:
        raise UnusableLog("the model gave no explanation")
    output = _object(decision.output_json, "output") | {"proposed_order": terms_plain(terms)}
    if explanation != decision.explanation.strip():
        output |= {"explanation_cut": True, "explanation_sha256": digest(decision.explanation)}
    given = _object(decision.input_json, "input") | {"decision_id": decision.decision_id, "audit": audit.plain()}
    try:
        given, output = shortened(given, output)
    except (ValueError, TypeError) as error:
        raise UnusableLog(f"the model's texts have no canonical form: {cause(error)}") from error
    return _content(
        stage=STAGE_DECISION if terms.effect is Effect.OPEN else STAGE_EXIT,
        model=decision.model,
        given=given,
        output=output,
        explanation=explanation,
    )


def amended_content(decision: Decision, proposed: OrderTerms, approval: Approval, audit: Audit, log: AiLog) -> bytes:
    """Give the log of an order a person made tighter when approving it; it stands in for `log`, the decision's.

    The model's input, output and explanation are as they were; what the person changed is said to be theirs.

    Raises:
        UnusableLog: a text of the model is no JSON object, or it explained nothing.
        ValueError: the approval changed nothing.
    """
    if approval.terms is None or approval.amendment is None:
        raise ValueError(f"the approval of {approval.decision_id} changed nothing")
    body = json.loads(decision_content(decision, proposed, audit))
    sent, was = terms_plain(approval.terms), terms_plain(proposed)
    changes = {name: {"model": was[name], "person": sent[name]} for name in sent if sent[name] != was[name]}
    by = {"by": approval.who, "how": approval.how, "at_ms": approval.at_ms, "decided_by_model": False}
    output = body["output"] | {"human_approval": by | {"changes": changes}, "order": sent}
    given = body["input"] | {"supersedes": {"log_id": log.log_id, "content_sha256": log.content_sha256}}
    return _content(
        stage=STAGE_ORDER, model=decision.model, given=given, output=output, explanation=body["explanation"]
    )


def exit_content(order: Order, decision: Decision, cause: str, statement: str, audit: Audit) -> bytes:
    """Give the log of an exit that no model asked for: plain facts, no authorship claimed."""
    output: dict[str, Any] = {
        "client_order_id": order.client_order_id,
        "order": terms_plain(order.terms),
        "exit_by": cause,
        "exit_decided_by_model": False,
    }
    if order.filled_size:
        output |= {"filled_size": decimal_text(order.filled_size), "average_price": _text(order.average_price)}
    return _content(
        stage=STAGE_EXIT,
        model=decision.model,
        given=event_input(decision, audit) | {"cause": cause},
        output=output,
        explanation=limit_explanation(statement),
    )


def event_input(decision: Decision, audit: Audit) -> dict[str, Any]:
    """Give what the input of every log says that follows from a decision but was not asked of a model."""
    simulated = {"simulated": True} if decision.simulated else {}
    return {"decision_id": decision.decision_id, "audit": audit.plain(), **simulated}


def event_content(stage: str, model: str, given: dict[str, Any], output: dict[str, Any], explanation: str) -> bytes:
    """Give the log of something that is no order: holds, a veto, a moved stop, a new model.

    Raises:
        UnusableLog: a text has no canonical form.
    """
    return _content(
        stage=stage, model=model, given=given, output=output, explanation=limit_explanation(explanation.strip())
    )


def freeze(
    log_id: str, decision_id: str, client_order_id: str, content: bytes, state: AiLogState, now_ms: int
) -> AiLog:
    """Make the log record around its content; the hash taken here must match at every upload."""
    parsed = json.loads(content)
    return AiLog(
        log_id=log_id,
        decision_id=decision_id,
        client_order_id=client_order_id,
        stage=parsed["stage"],
        model=parsed["model"],
        content=content,
        content_sha256=digest(content.decode()),
        state=state,
        created_ms=now_ms,
        simulated=parsed["input"].get("simulated") is True,
    )


def terms_plain(terms: OrderTerms) -> dict[str, Any]:
    """Write an order's terms for people and machines: decimals as strings."""
    return {
        "symbol": terms.instrument_id,
        "side": terms.side.value,
        "effect": terms.effect.value,
        "type": terms.kind.value,
        "time_in_force": terms.tif.value,
        "size": decimal_text(terms.size),
        "price": _text(terms.price),
        "reference_price": decimal_text(terms.reference_price),
        "stop_price": _text(terms.stop_price),
        "target_price": _text(terms.target_price),
        "leverage": terms.leverage,
    }


def _content(*, stage: str, model: str, given: dict[str, Any], output: dict[str, Any], explanation: str) -> bytes:
    body = {"stage": stage, "model": model, "input": given, "output": output, "explanation": explanation}
    try:
        return canonical_json(body).encode()
    except (ValueError, TypeError) as error:
        raise UnusableLog(f"the model's texts have no canonical form: {cause(error)}") from error


def _object(text: str, what: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnusableLog(f"the model's {what} is no JSON: {cause(error)}") from error
    if not isinstance(value, dict):
        raise UnusableLog(f"the model's {what} is no JSON object")
    return value


def _text(value: Decimal | None) -> str | None:
    return None if value is None else decimal_text(value)


def _spans(text: str) -> list[tuple[int, int]]:
    """Give start and end of each word."""
    return [word.span() for word in re.finditer(r"\S+", text)]
