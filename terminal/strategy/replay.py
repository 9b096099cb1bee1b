"""Makes a stored decision again with the code that made it, and says what differs."""

import json
from dataclasses import dataclass, fields
from decimal import Decimal

from terminal.domain.brain import ModelExchange
from terminal.domain.canonical import canonical_json
from terminal.domain.decision import Abstained, Decided, Decision, Outcome
from terminal.domain.errors import ModelUnavailable
from terminal.domain.frozen import ModelFitted
from terminal.domain.past import FrozenInputs
from terminal.domain.snapshot import MarketSnapshot
from terminal.ports.clock import Clock
from terminal.strategy.embedded import EmbeddedStrategist
from terminal.strategy.policy import PolicySettings


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a decision: the stored text, and what comes out today."""

    field: str
    stored: str
    again: str


def decide_again(
    snapshot: MarketSnapshot, fitted: ModelFitted, clock: Clock, exchanges: tuple[ModelExchange, ...] = ()
) -> Outcome:
    """Ask the stored model about the stored snapshot. `clock` measures the time taken and decides nothing.

    With `exchanges` the decision was a language model's: its stored answer is read again, nobody is asked.

    Raises:
        ModelUnavailable: the stored model or its policy cannot be read by this version.
    """
    if exchanges:
        from terminal.strategy.language.replay import decide_from  # noqa: PLC0415 - validation, only where needed

        return decide_from(snapshot, exchanges)
    strategist = EmbeddedStrategist(clock, read_policy(fitted.policy_json))
    strategist.load(fitted.model_json)
    return strategist.decide(snapshot)


def decide_from_inputs(inputs: FrozenInputs, clock: Clock) -> Outcome:
    """Make a stored decision again from all it was made from, whoever made it: one model or an ensemble.

    Raises:
        ModelUnavailable: what is stored cannot be read by this version.
    """
    if not inputs.members:
        return decide_again(inputs.snapshot, inputs.fitted, clock, inputs.exchanges)
    from terminal.strategy.ensemble.replay import decide_together_again  # noqa: PLC0415 - as above

    return decide_together_again(
        inputs, lambda member: decide_again(inputs.snapshot, member.fitted, clock, member.exchanges)
    )


def recounted(stored: Decision) -> tuple[Difference, ...]:
    """Count an ensemble's stored votes by themselves, and compare; nothing for what no ensemble decided."""
    from terminal.strategy.ensemble.replay import recount  # noqa: PLC0415 - as above

    was, now = recount(stored)
    return () if was == now else (Difference("votes", was, now),)


def differences(stored: Decision, outcome: Outcome) -> tuple[Difference, ...]:
    """Compare field by field, as canonical text; a decision that does not come about again differs as a whole."""
    if not isinstance(outcome, Decided):
        words = outcome.reason if isinstance(outcome, Abstained) else outcome.detail
        return (Difference("decision", stored.action.value, f"none: {words}"),)
    again = next((each for each in outcome.decisions if each.instrument_id == stored.instrument_id), None)
    if again is None:
        return (Difference("decision", stored.action.value, f"none about {stored.instrument_id}"),)
    pairs = ((field.name, _text(stored, field.name), _text(again, field.name)) for field in fields(Decision))
    return tuple(Difference(name, old, new) for name, old, new in pairs if old != new)


def read_policy(text: str) -> PolicySettings:
    """Read the policy's numbers back.

    Raises:
        ModelUnavailable: not the numbers this version's policy takes.
    """
    try:
        parts = json.loads(text)
        return PolicySettings(
            margin_bp=float(parts.pop("margin_bp")),
            barrier_atr=float(parts.pop("barrier_atr")),
            risk_fraction=Decimal(parts.pop("risk_fraction")),
            **parts,
        )
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise ModelUnavailable(
            "the stored policy cannot be read by this version; replay it with the version that wrote it"
        ) from error


def _text(decision: Decision, name: str) -> str:
    return canonical_json(getattr(decision, name))
