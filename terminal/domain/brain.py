"""What is known of the models that decide: each exchange with one, and how each has done of late."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum


@dataclass(frozen=True, slots=True)
class ModelExchange:
    """One request to a language model and what came back, byte for byte; a journal record.

    `request` and `response` are the bodies as they crossed the wire, as text; `response_form` is "text", or
    "base64" where the bytes are no UTF-8. `status` is 0 when no answer came. `model` is the id the server gave,
    "" when it gave none. `settings_json` is what the model was asked with, without any key. `cost_usd` is what
    the exchange was charged, or reserved where nobody can know; `outcome` says how it ended in one word.
    """

    exchange_id: str
    cycle_id: str
    strategist: str
    asked_model: str
    model: str
    served_by: str
    request: str
    response: str
    response_form: str
    status: int
    latency_ms: float
    tokens_in: int
    tokens_out: int
    cost_usd: Decimal
    outcome: str
    settings_json: str
    at_ms: int
    purpose: str = "decision"


class Pulse(Enum):
    """How a model stands."""

    WELL = "well"
    WAITING = "waiting"  # not asked yet
    TROUBLE = "trouble"  # the newest question was not answered
    SILENT = "silent"  # nobody has answered for too long
    ALARM = "alarm"  # its key or its account was refused, or the model is gone


class Part(Enum):
    """What a model has to do with the cycles' answers."""

    DECIDES = "decides"
    VOTES = "votes"  # a member of the ensemble that decides
    JUDGES = "judges"  # of it, too; it may only stop an opening
    STANDBY = "standby"  # asked by name only


@dataclass(frozen=True, slots=True)
class ModelHealth:
    """One strategist's record since the start. Latencies in ms, costs in US dollars, None where not known.

    `last_good_ms` is when it last gave a usable answer, on the venue's clock; `last_good_age_s` how long ago
    that was when this was told, on the operator's.
    """

    strategist: str
    model: str
    pulse: Pulse
    words: str
    asked: int = 0
    answered: int = 0
    abstained: int = 0
    failed: int = 0
    parse_failures: int = 0
    refusals: int = 0
    p50_ms: float | None = None
    p95_ms: float | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: Decimal = Decimal(0)
    cost_today_usd: Decimal = Decimal(0)
    daily_cap_usd: Decimal | None = None
    last_good_ms: int = 0
    last_good_text: str = ""
    last_good_age_s: float | None = None
    part: Part = Part.DECIDES


@dataclass(frozen=True, slots=True)
class InputAge:
    """How old one input was when a model was last asked; None: it was not there. Beyond `limit_s` it is stale."""

    name: str
    age_s: float | None
    words: str = ""
    limit_s: float | None = None


@dataclass(frozen=True, slots=True)
class BrainChanged:
    """Health of every strategist, the one that answers the cycles first, and the ages of its newest inputs."""

    models: tuple[ModelHealth, ...]
    inputs: tuple[InputAge, ...]
