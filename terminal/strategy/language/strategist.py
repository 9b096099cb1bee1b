"""A language model behind the strategist's protocol: asked once a cycle, held to every number it quotes.

There is no other model behind it. When it fails, the cycle has failed, and says how.
"""

import base64
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from terminal.domain.brain import ModelExchange
from terminal.domain.canonical import canonical_json, digest
from terminal.domain.decision import Abstained, Decided, Failed, FailureKind, Outcome
from terminal.domain.errors import ModelUnavailable
from terminal.domain.instrument import base_of
from terminal.domain.language_model import LanguageModel
from terminal.domain.snapshot import MarketSnapshot
from terminal.ports.clock import Clock
from terminal.ports.spending import SpendBook
from terminal.ports.strategy import KeptModel, TrainingSet
from terminal.strategy.embedded import EmbeddedStrategist, FitReport
from terminal.strategy.language.answer import answer_type
from terminal.strategy.language.asking import Brief, ask
from terminal.strategy.language.budget import Purse, rest_s
from terminal.strategy.language.checks import answer_faults
from terminal.strategy.language.drafting import Exchanges, decisions_of
from terminal.strategy.language.facts import Facts, facts_of, usable_part
from terminal.strategy.language.failures import Trouble, plain, served_model, tokens_of
from terminal.strategy.language.naming import full_name
from terminal.strategy.language.prompt import INSTRUCTIONS, TEMPLATE_VERSION, template_sha256, user_text
from terminal.strategy.language.wire import WireRecord, WireTape

_log = logging.getLogger(__name__)
_HIDDEN: Final = "[key]"

OnExchange = Callable[[ModelExchange], None]


@dataclass(frozen=True, slots=True)
class Access:
    """What a language model needs that no file holds: its key, the proxy to use, and what it has cost."""

    key: str | None
    spending: SpendBook
    proxy: str | None = None


class LanguageStrategist:
    """Asks one language model. Runs on the engine's loop; blocks it only for what takes milliseconds.

    Args:
        model: which one, and how.
        access: key, proxy, money.
        clock: deadlines, days and latencies.
        on_exchange: told of every exchange before its decision is known, to be journalled.
        background: the embedded model, fitted on the same bars; its view is among the inputs. None: no such inputs.
    """

    def __init__(
        self,
        model: LanguageModel,
        access: Access,
        clock: Clock,
        on_exchange: OnExchange,
        background: EmbeddedStrategist | None = None,
    ) -> None:
        self._model = model
        self._access = access
        self._clock = clock
        self._on_exchange = on_exchange
        self._background = background
        self._resolved = ""
        self._rests_until_s = float("-inf")
        self._count = 0
        self.settings_json = settings_text(model)

    @property
    def model_name(self) -> str:
        """The model as the provider last named it; before its first answer as it was asked for."""
        return self._resolved or self._name(self._model.model)

    def fit(self, training: TrainingSet, seed: int) -> FitReport:
        """Fit the embedded model whose view is shown to this one; a language model is not fitted here.

        Raises:
            TooFewBars, UnusableBars: as the embedded model's.
        """
        if self._background is None:
            raise NotImplementedError("a language model without an embedded one beside it is not fitted")
        return self._background.fit(training, seed)

    def take_up(self, kept: KeptModel) -> FitReport:
        """Let the embedded model beside this one go on with an earlier run's model.

        Raises:
            ModelUnavailable: as the embedded model's; there is none.
        """
        if self._background is None:
            raise ModelUnavailable("no embedded model stands beside this language model")
        return self._background.take_up(kept)

    async def decide(self, snapshot: MarketSnapshot) -> Outcome:
        """Ask about the whole snapshot, or the question in it."""
        started_s = self._clock.monotonic_s()
        shown = usable_part(snapshot)
        if not shown.views:
            return Abstained(snapshot.cycle_id, "no_quote: no instrument has a usable bid and ask; wait for the stream")
        rest = self._rests_until_s - started_s
        if rest > 0:
            words = f"{self._model.host} asked to be left alone; it is asked again in {rest:.0f} s"
            return Failed(snapshot.cycle_id, FailureKind.RATE_LIMITED, words)
        facts = facts_of(shown, self._opinion(snapshot))
        return await self._ask(snapshot, facts, started_s)

    # -- inside -------------------------------------------------------------------

    def _name(self, served: str) -> str:
        return full_name(self._model.strategist, self._model.host, self._model.model, served, self.settings_json)

    def _opinion(self, snapshot: MarketSnapshot) -> Outcome | None:
        return None if self._background is None else self._background.decide(replace(snapshot, question=None))

    async def _ask(self, snapshot: MarketSnapshot, facts: Facts, started_s: float) -> Outcome:
        tape, purse = WireTape(), Purse(self._model, self._access.spending, self._clock.now_ms)
        brief = Brief(
            INSTRUCTIONS,
            user_text(snapshot, facts.text),
            answer_type(tuple(base_of(view.instrument.instrument_id) for view in snapshot.views)),
            lambda answer: answer_faults(answer, snapshot, facts),
        )
        ended = "cancelled"
        try:
            answer = await ask(
                self._model, self._access.key, brief, self._clock, purse.reserve, tape, self._access.proxy
            )
            ended = answer.kind.value if isinstance(answer, Trouble) else "answered"
        finally:  # also when cancelled: what left this machine is on record
            kept = self._record(snapshot, tape, purse, ended)
        if isinstance(answer, Trouble):
            return self._failed(snapshot, tape, answer)
        record = tape.last
        if record is None:
            return Failed(snapshot.cycle_id, FailureKind.INTERNAL, "no exchange stands behind the answer")
        self._resolved = self._name(served_model(record))
        parts = tuple((each.exchange_id, each.request, each.response) for each in kept)
        exchanges = Exchanges(parts, self.settings_json, self._resolved)
        decisions = decisions_of(answer, snapshot, facts, exchanges)
        return Decided(snapshot.cycle_id, decisions, 1e3 * (self._clock.monotonic_s() - started_s))

    def _failed(self, snapshot: MarketSnapshot, tape: WireTape, trouble: Trouble) -> Failed:
        record = tape.last
        if trouble.kind is FailureKind.RATE_LIMITED and record is not None:
            pause_s = rest_s(record.retry_after, self._clock.now_ms())
            self._rests_until_s = self._clock.monotonic_s() + pause_s
        return Failed(snapshot.cycle_id, trouble.kind, self._without_key(trouble.detail))

    def _record(self, snapshot: MarketSnapshot, tape: WireTape, purse: Purse, outcome: str) -> list[ModelExchange]:
        kept: list[ModelExchange] = []
        for at, record in enumerate(tape.records):
            last = at == len(tape.records) - 1
            kept.append(self._exchange(snapshot, record, purse, outcome if last else "repaired"))
            self._on_exchange(kept[-1])
        return kept

    def _exchange(self, snapshot: MarketSnapshot, record: WireRecord, purse: Purse, outcome: str) -> ModelExchange:
        tokens = tokens_of(record)
        response, form = self._text(record.response)
        self._count += 1
        now_ms = self._clock.now_ms()
        return ModelExchange(
            exchange_id=f"x{digest(f'{self._model.name} {snapshot.cycle_id} {now_ms} {self._count}')[:20]}",
            cycle_id=snapshot.cycle_id,
            strategist=self._model.strategist,
            asked_model=self._model.model,
            model=plain(served_model(record)),
            served_by=self._model.host,
            request=record.request.decode(),
            response=response,
            response_form=form,
            status=record.status,
            latency_ms=round(record.latency_ms, 3),
            tokens_in=tokens[0] if tokens else 0,
            tokens_out=tokens[1] if tokens else 0,
            cost_usd=_charge(purse, record, tokens),
            outcome=outcome,
            settings_json=self.settings_json,
            at_ms=now_ms,
        )

    def _text(self, content: bytes) -> tuple[str, str]:
        """Give a body as text with the key taken out: an error page may repeat what it was sent."""
        try:
            return self._without_key(content.decode()), "text"
        except UnicodeDecodeError:
            key = (self._access.key or "").encode()
            clean = content.replace(key, _HIDDEN.encode()) if key else content
            return base64.b64encode(clean).decode(), "base64"

    def _without_key(self, text: str) -> str:
        key = self._access.key
        return text.replace(key, _HIDDEN) if key else text


def settings_text(model: LanguageModel) -> str:
    """Say canonically what the model is asked with; a change of any of it is another strategist."""
    return canonical_json(
        {
            "kind": "language",
            "name": model.name,
            "served_by": model.host,
            "model": model.model,
            "temperature": model.temperature,
            "max_tokens": model.max_tokens,
            "output_mode": model.output_mode,
            "template": TEMPLATE_VERSION,
            "template_sha256": template_sha256(),
            "answers_as": model.answers_as,
        }
    )


def _charge(purse: Purse, record: WireRecord, tokens: tuple[int, int] | None) -> Decimal:
    if record.trouble == "unreachable" or (400 <= record.status < 500 and tokens is None):
        purse.free()  # nothing arrived, or it was turned away: no provider charges that
        return Decimal(0)
    return purse.settle(tokens)
