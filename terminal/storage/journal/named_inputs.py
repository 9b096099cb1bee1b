"""What a stored decision names of its makers: a fitted model, exchanges, an ensemble's members."""

import json
from dataclasses import dataclass
from typing import Any

from terminal.domain.brain import ModelExchange
from terminal.domain.canonical import canonical_json, digest
from terminal.domain.decision import Decision
from terminal.domain.frozen import ModelFitted


@dataclass(frozen=True, slots=True)
class NamedMember:
    """One member of an ensemble that answered, and how the journal finds what it answered from."""

    member: str
    model: str
    model_sha256: str
    exchange_ids: tuple[str, ...]


def named_model(decision: Decision) -> str:
    """Give the hash of the model a decision names; "" for none."""
    return _text(_given(decision), "model_sha256")


def exchange_ids(decision: Decision) -> tuple[str, ...]:
    """Give the exchanges a decision names; none where no language model decided alone."""
    return _ids(_given(decision))


def members_of(decision: Decision) -> tuple[NamedMember, ...]:
    """Give the members of the ensemble that answered; none where no ensemble decided."""
    ensemble = _given(decision).get("ensemble")
    listed = ensemble.get("members") if isinstance(ensemble, dict) else None
    return tuple(
        NamedMember(_text(each, "member"), _text(each, "model"), _text(each, "model_sha256"), _ids(each))
        for each in (listed if isinstance(listed, list) else ())
        if isinstance(each, dict) and each.get("input_sha256")
    )


def asked_model(model: str, exchange: ModelExchange) -> ModelFitted:
    """A language model is not fitted here: its settings stand in the place of a model."""
    settings = exchange.settings_json
    return ModelFitted(model, digest(settings), settings, "{}", 0, exchange.at_ms)


def rule_as_model(decision: Decision) -> ModelFitted:
    """An ensemble is not fitted as a whole: what it names of its members stands in the place of a model."""
    text = canonical_json(_given(decision).get("ensemble"))
    return ModelFitted(decision.model, digest(text), text, "{}", 0, decision.created_ms)


def _given(decision: Decision) -> dict[str, Any]:
    try:
        given = json.loads(decision.input_json)
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    return value if isinstance(value, str) else ""


def _ids(given: dict[str, Any]) -> tuple[str, ...]:
    named = given.get("exchange_ids")
    if not isinstance(named, list) or not all(isinstance(each, str) and each.isalnum() for each in named):
        return ()
    return tuple(named)
