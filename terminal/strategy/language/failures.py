"""Tells the ways a language model may fail apart. From the bytes on the wire, not from a library's opinion."""

import json
from dataclasses import dataclass
from typing import Any, Final

from terminal.domain.decision import FailureKind
from terminal.domain.language_model import LanguageModel
from terminal.strategy.language.wire import MOST_BYTES, WireRecord

_BILLING: Final = ("insufficient_quota", "insufficient balance", "billing", "out of credits", "payment required")
_MODERATION: Final = ("moderation", "content_policy", "content policy", "content_filter", "flagged")
_MISSING: Final = ("model_not_found", "no such model", "model not found", "does not exist")
_DETAIL_CHARS: Final = 200
AGAIN: Final = "the next cycle asks again"
"""What follows a failure that may pass by itself."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is no answer, in plain words with the next step."""

    kind: FailureKind
    detail: str


def wire_trouble(record: WireRecord, model: LanguageModel) -> Trouble | None:
    """Say what is wrong with an exchange as such; None when it carries a model's message."""
    where = f"{model.host}"
    if record.trouble == "unreachable":
        hint = "start its server, or correct its address" if model.is_local else "check the network, then its address"
        return Trouble(FailureKind.UNAVAILABLE, f"{where} cannot be reached; {hint}")
    if record.trouble == "timeout":
        return _slow(where, model)
    if record.trouble == "oversized":
        text = f"{where} answered with more than {MOST_BYTES // 1024} KB; lower its most tokens or choose another model"
        return Trouble(FailureKind.INVALID_OUTPUT, text)
    if record.trouble or record.status == 0:
        return Trouble(FailureKind.UNAVAILABLE, f"{where} cut the connection in the middle; {AGAIN}")
    if record.status != 200:
        return _status_trouble(record, model)
    return _body_trouble(record, model)


def served_model(record: WireRecord) -> str:
    """Give the id the server names in its answer, "" when it names none."""
    body = _object(record.response)
    name = body.get("model") if body is not None else None
    return name.strip() if isinstance(name, str) else ""


def is_same_model(asked: str, served: str, also: tuple[str, ...]) -> bool:
    """Tell whether an id is the asked one: itself, a dated or tagged version of it, or one that was allowed.

    `gpt-x` may be served as `gpt-x-2026-01-15`, `qwen3` as `qwen3:latest`, `vendor/name` as `name`.
    """
    if served in also:
        return True
    ours, theirs = asked.lower(), served.lower()
    bare_ours, bare_theirs = ours.rpartition("/")[2], theirs.rpartition("/")[2]
    if ours == theirs or (("/" in ours) != ("/" in theirs) and bare_ours == bare_theirs):
        return True
    for mine, other in ((ours, theirs), (bare_ours, bare_theirs) if ("/" in ours) != ("/" in theirs) else ("", "")):
        rest = other.removeprefix(mine) if mine and other.startswith(mine) else ""
        if rest[:1] in {":", "@"} or (rest[:1] == "-" and rest[1:2].isdigit() and _is_date(rest[1:])):
            return True
    return False


def tokens_of(record: WireRecord) -> tuple[int, int] | None:
    """Give prompt and completion tokens as the server counted them."""
    body = _object(record.response)
    usage = body.get("usage") if body is not None else None
    if not isinstance(usage, dict):
        return None
    counts = [usage.get("prompt_tokens"), usage.get("completion_tokens")]
    if not all(type(count) is int and 0 <= count < 10_000_000 for count in counts):
        return None
    return int(counts[0] or 0), int(counts[1] or 0)


def message_of(record: WireRecord) -> dict[str, Any]:
    """Give the first choice's message; {} when there is none."""
    choice = _choice(record)
    message = choice.get("message") if choice is not None else None
    return message if isinstance(message, dict) else {}


# -- inside -----------------------------------------------------------------------


def _slow(where: str, model: LanguageModel) -> Trouble:
    text = f"{where} gave no answer within {model.timeout_s:g} s; {AGAIN}"
    return Trouble(FailureKind.TIMEOUT, text)


def _status_trouble(record: WireRecord, model: LanguageModel) -> Trouble:
    where, status = model.host, record.status
    said = f"{where} answered {status}{_said(record)}"
    text = record.response[:4_000].decode("utf-8", errors="replace").lower()
    if status == 402 or (status in {400, 403, 429} and any(word in text for word in _BILLING)):
        return Trouble(FailureKind.BILLING, f"{said}; pay the account or use another model")
    if status in {400, 403} and any(word in text for word in _MODERATION):
        return Trouble(FailureKind.REFUSED, f"{said}; the provider's moderation stopped it")
    if status in {401, 403}:
        return Trouble(FailureKind.AUTH, f"{said}; enter the right key for this model")
    if status == 404 or (status == 400 and any(word in text for word in _MISSING)):
        return Trouble(FailureKind.MODEL_MISSING, f"{said}; check the model's id ({model.model}) and its address")
    if status == 408:
        return _slow(where, model)
    if status == 429:
        return Trouble(FailureKind.RATE_LIMITED, f"{said}; it is not asked again before it allows that")
    if status >= 500:
        return Trouble(FailureKind.UNAVAILABLE, f"{said}; {AGAIN}")
    if 300 <= status < 400:
        return Trouble(FailureKind.UNAVAILABLE, f"{said}, a redirect; it is not followed, correct its address")
    return Trouble(
        FailureKind.INTERNAL, f"{said}; it did not take our request, try another answer form or no temperature"
    )


def _body_trouble(record: WireRecord, model: LanguageModel) -> Trouble | None:
    body = _object(record.response)
    if body is None:
        what = "a web page" if "html" in record.content_type.lower() else "something that is no JSON"
        return Trouble(FailureKind.INVALID_OUTPUT, f"{model.host} answered with {what}; check its address")
    choice = _choice(record)
    if choice is None:
        if isinstance(body.get("error"), dict):
            return Trouble(FailureKind.UNAVAILABLE, f"{model.host} reported an error{_said(record)}; see its log")
        return Trouble(FailureKind.INVALID_OUTPUT, f"{model.host} answered without any choice; try another model")
    message, reason = message_of(record), choice.get("finish_reason")
    if message.get("refusal") or reason == "content_filter":
        return Trouble(FailureKind.REFUSED, f"{model.model} refused to answer{_refusal(message)}")
    if reason == "length":
        text = f"the answer was cut at {model.max_tokens} tokens; allow it more tokens"
        return Trouble(FailureKind.INVALID_OUTPUT, text)
    served = served_model(record)
    if not served:
        return Trouble(
            FailureKind.INVALID_OUTPUT, f"{model.host} does not say which model answered, so none can be named"
        )
    if not is_same_model(model.model, served, model.answers_as):
        text = f"{model.host} answered with {plain(served)} instead of {model.model}; no other model may decide"
        return Trouble(
            FailureKind.MODEL_MISSING, f"{text}. If it is the same one, put its id under answers_as in the profile"
        )
    return None


def _is_date(text: str) -> bool:
    digits = text.replace("-", "")
    return digits.isdigit() and 4 <= len(digits) <= 8


def _refusal(message: dict[str, Any]) -> str:
    said = message.get("refusal")
    return f" ({plain(said)})" if isinstance(said, str) and said.strip() else ""


def _said(record: WireRecord) -> str:
    body = _object(record.response)
    error = body.get("error") if body is not None else None
    said = error.get("message") if isinstance(error, dict) else error
    return f" ({plain(said)})" if isinstance(said, str) and said.strip() else ""


def _choice(record: WireRecord) -> dict[str, Any] | None:
    body = _object(record.response)
    choices = body.get("choices") if body is not None else None
    return choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else None


def _object(content: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def plain(text: str) -> str:
    """Words of a stranger for a sentence of ours: one line, printable, short."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _DETAIL_CHARS else f"{line[: _DETAIL_CHARS - 1]}…"
