"""Language models a profile may use: where one listens, what it costs, how it is asked. Never a key."""

import ipaddress
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final
from urllib.parse import urlsplit

from terminal.domain.ensemble import ENSEMBLE, EnsembleSettings

EMBEDDED: Final = "embedded"
LANGUAGE: Final = "language"
PER_MILLION: Final = Decimal(1_000_000)
TIMEOUT_MAX_S: Final = 50.0  # a cycle that is not answered within 60 s is given up
TOKENS_MAX: Final = 16_000
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_MODEL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._:/@+-]{0,119}")


class OutputMode(Enum):
    """How a model is held to the form of its answer."""

    TOOL = "tool"  # a function it must call
    NATIVE = "native"  # response_format json_schema: the server enforces it by grammar
    PROMPTED = "prompted"  # the schema stands in the prompt


class KeyPlace(Enum):
    """Where a model's key is, best first; a key itself never stands in a profile."""

    NONE = "none"  # it has none
    VAULT = "vault"  # the system's
    FILE = "file"  # encrypted, under a password that is asked for at each start
    ASKED = "asked"  # nowhere: it is asked for at each start and forgotten at the end


@dataclass(frozen=True, slots=True)
class PriceTable:
    """US dollars per million tokens."""

    input_usd: Decimal = Decimal(0)
    output_usd: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        for value in (self.input_usd, self.output_usd):
            if not value.is_finite() or not 0 <= value <= 10_000:
                raise ValueError("prices are US dollars per million tokens, from 0 to 10000")

    def cost(self, tokens_in: int, tokens_out: int) -> Decimal:
        return (self.input_usd * tokens_in + self.output_usd * tokens_out) / PER_MILLION


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """One model behind an OpenAI-compatible address.

    `temperature` None sends none (some models refuse it). `timeout_s` is for one whole decision, its repair
    included. `prices` None: not known, only allowed on this machine, where it costs nothing. `answers_as`
    names further ids the server may give the model; any other id in an answer makes it a failure. Until
    `contaminated_until_ms` (Unix ms) its training may have held the history of the markets: what it says about a
    time before that proves nothing.
    """

    name: str
    base_url: str
    model: str
    temperature: float | None = 0.0
    max_tokens: int = 1_500
    timeout_s: float = 20.0
    prices: PriceTable | None = None
    daily_cap_usd: Decimal | None = None
    output_mode: OutputMode = OutputMode.TOOL
    answers_as: tuple[str, ...] = ()
    key_place: KeyPlace = KeyPlace.NONE
    contaminated_until_ms: int | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError("a model's name is made of small letters, digits, - and _, at most 32 of them")
        for each in (self.model, *self.answers_as):
            if not _MODEL.fullmatch(each):
                raise ValueError(f"{each[:60]!r} cannot be a model's id")
        checked_url(self.base_url)
        if self.temperature is not None and not 0.0 <= self.temperature <= 2.0:
            raise ValueError("temperature must be from 0 to 2")
        if not 100 <= self.max_tokens <= TOKENS_MAX:
            raise ValueError(f"max_tokens must be from 100 to {TOKENS_MAX}")
        if not 1.0 <= self.timeout_s <= TIMEOUT_MAX_S:
            raise ValueError(f"timeout_s must be from 1 to {TIMEOUT_MAX_S:.0f}")
        cap = self.daily_cap_usd
        if cap is not None and not (cap.is_finite() and 0 < cap <= 10_000):
            raise ValueError("daily_cap_usd must be more than 0 and at most 10000")
        if not self.is_local and (self.prices is None or cap is None):
            raise ValueError(
                "a model on another machine needs its prices and a daily_cap_usd, so that the cap can hold"
            )

    @property
    def strategist(self) -> str:
        """Name it is asked under, e.g. `language:local`."""
        return f"{LANGUAGE}:{self.name}"

    @property
    def is_local(self) -> bool:
        return is_loopback(self.base_url)

    @property
    def has_key(self) -> bool:
        return self.key_place is not KeyPlace.NONE

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).netloc

    @property
    def price_table(self) -> PriceTable:
        """Its prices; nothing on this machine unless they are given."""
        return self.prices or PriceTable()

    @property
    def key_name(self) -> str:
        """Name of its key among the profile's secrets."""
        return f"model-key:{self.name}"


@dataclass(frozen=True, slots=True)
class StrategySettings:
    """Which strategist answers the cycles, the language models a profile knows, and its ensemble if it has one."""

    strategist: str = EMBEDDED
    models: tuple[LanguageModel, ...] = ()
    ensemble: EnsembleSettings | None = None

    def __post_init__(self) -> None:
        names = [each.strategist for each in self.models]
        if len(set(names)) != len(names):
            raise ValueError("two models have the same name")
        known = (EMBEDDED, *names)
        unknown = [name for name in (() if self.ensemble is None else self.ensemble.names) if name not in known]
        if unknown:
            raise ValueError(f"{unknown[0]} is in the ensemble, but not set up here; there are {', '.join(known)}")
        if self.strategist == ENSEMBLE and self.ensemble is None:
            raise ValueError("strategist is the ensemble, but no [ensemble] says who is in it")
        if self.strategist not in {*known, ENSEMBLE}:
            raise ValueError(f"strategist {self.strategist!r} is not set up here; there are {', '.join(known)}")

    @property
    def chosen(self) -> LanguageModel | None:
        """The language model that answers the cycles, or None for the embedded one and the ensemble."""
        return next((each for each in self.models if each.strategist == self.strategist), None)

    @property
    def deciding(self) -> tuple[str, ...]:
        """Name who has a part in the cycles' answers: the strategist, or the members of the ensemble."""
        if self.strategist == ENSEMBLE and self.ensemble is not None:
            return self.ensemble.names
        return (self.strategist,)


@dataclass(frozen=True, slots=True)
class Preset:
    """What a usual local server needs besides the model's id."""

    title: str
    base_url: str
    output_mode: OutputMode
    hint: str


PRESETS: Final = (
    Preset("Ollama", "http://127.0.0.1:11434/v1", OutputMode.NATIVE, "ollama list shows the ids"),
    Preset("LM Studio", "http://127.0.0.1:1234/v1", OutputMode.NATIVE, "start the server in its Developer tab"),
    Preset("llama.cpp server", "http://127.0.0.1:8080/v1", OutputMode.NATIVE, "start llama-server with --jinja"),
    Preset("vLLM", "http://127.0.0.1:8000/v1", OutputMode.NATIVE, "the id is the one vllm serve was given"),
    Preset("Other (hosted)", "https://", OutputMode.TOOL, "any OpenAI-compatible address; it needs a key and prices"),
)


def checked_url(url: str) -> str:
    """Give the address back when it may be used.

    Raises:
        ValueError: not https (http is for this machine only), or it carries more than a host and a path.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"{url[:80]!r} is no address") from error
    if not host or parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ValueError("base_url is an address like https://host/v1, without user, password, query or fragment")
    if not url.isascii() or any(character.isspace() for character in url):
        raise ValueError("base_url has characters no address has")
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url)):
        return url
    raise ValueError("base_url must begin with https://; http:// is only for this machine (127.0.0.1)")


def is_loopback(url: str) -> bool:
    """True when the address is this machine's own, by number or as `localhost`."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
