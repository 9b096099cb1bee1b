"""One strategist's record: latencies, answers, failures, tokens and money. A failure is never counted as an answer."""

from collections import deque
from datetime import UTC, datetime
from decimal import Decimal
from math import ceil
from typing import Final

from terminal.domain.brain import ModelExchange, ModelHealth, Part, Pulse
from terminal.domain.decision import Abstained, Action, Decided, Failed, Outcome
from terminal.domain.instrument import base_of
from terminal.domain.plain_words import ACTION, MODEL_FAILURE, clause, without_code

LATENCIES_KEPT: Final = 500
SILENT_BARS: Final = 2.5
_FORM_FAULTS: Final = frozenset({"repaired", "invalid_output"})


class ModelRecord:
    """Counts since the start. `interval_ms` is how often a cycle is due, on the venue's clock."""

    def __init__(self, strategist: str, interval_ms: int, started_ms: int) -> None:
        self.strategist = strategist
        self.model = ""
        self.cap: Decimal | None = None
        self.part = Part.STANDBY
        self._interval_ms = interval_ms
        self._heard_ms = started_ms
        self._asked = self._answered = self._abstained = self._failed = 0
        self._form_faults = self._refusals = 0
        self._latencies: deque[float] = deque(maxlen=LATENCIES_KEPT)
        self._tokens = (0, 0)
        self._cost = Decimal(0)
        self._cost_today = (day_of(started_ms), Decimal(0))
        self._trouble: Failed | None = None
        self._good: tuple[int, float, str] | None = None

    # -- what happens -----------------------------------------------------------------

    def asked(self, model: str) -> None:
        self._asked += 1
        self.model = model or self.model

    def outcome(self, outcome: Outcome, latency_ms: float, now_ms: int, now_s: float) -> bool:
        """Take an answer; True when it is the first of a trouble that a person has to end."""
        before, self._trouble = self._trouble, None
        if isinstance(outcome, Failed):
            self._failed += 1
            self._trouble = outcome
            return outcome.kind.is_terminal and (before is None or before.kind is not outcome.kind)
        self._latencies.append(latency_ms)
        self._heard_ms = now_ms
        if isinstance(outcome, Abstained):
            self._abstained += 1
            words = f"abstained: {without_code(outcome.reason)}"
        else:
            self._answered += 1
            words = answer_words(outcome)
        self._good = (now_ms, now_s, words)
        return False

    def exchange(self, exchange: ModelExchange) -> None:
        """Take one request of a language model."""
        self._form_faults += exchange.outcome in _FORM_FAULTS
        self._refusals += exchange.outcome == "refused"
        self._tokens = (self._tokens[0] + exchange.tokens_in, self._tokens[1] + exchange.tokens_out)
        self._cost += exchange.cost_usd
        day, spent = self._cost_today
        today = day_of(exchange.at_ms)
        self._cost_today = (today, exchange.cost_usd + (spent if today == day else Decimal(0)))

    def spent_before(self, day: str, usd: Decimal) -> None:
        """Begin the day with what earlier runs spent."""
        self._cost_today = (day, usd)

    # -- how it stands ------------------------------------------------------------------

    def health(self, now_ms: int, now_s: float) -> ModelHealth:
        pulse, words = self._pulse(now_ms)
        good = self._good
        day, spent = self._cost_today
        return ModelHealth(
            strategist=self.strategist,
            model=self.model,
            pulse=pulse,
            words=words,
            asked=self._asked,
            answered=self._answered,
            abstained=self._abstained,
            failed=self._failed,
            parse_failures=self._form_faults,
            refusals=self._refusals,
            p50_ms=percentile(self._latencies, 0.50),
            p95_ms=percentile(self._latencies, 0.95),
            tokens_in=self._tokens[0],
            tokens_out=self._tokens[1],
            cost_usd=self._cost,
            cost_today_usd=spent if day == day_of(now_ms) else Decimal(0),
            daily_cap_usd=self.cap,
            last_good_ms=0 if good is None else good[0],
            last_good_text="" if good is None else good[2],
            last_good_age_s=None if good is None else max(0.0, now_s - good[1]),
            part=self.part,
        )

    def _pulse(self, now_ms: int) -> tuple[Pulse, str]:
        trouble = self._trouble
        if trouble is not None and trouble.kind.is_terminal:
            return Pulse.ALARM, _failed_words(trouble)
        quiet_ms = now_ms - self._heard_ms
        if self.part is not Part.STANDBY and quiet_ms > SILENT_BARS * self._interval_ms:
            since = f" since {_failed_words(trouble)}" if trouble is not None else ""
            minutes = quiet_ms / 60_000
            return Pulse.SILENT, f"No answer for {minutes:.0f} minutes of the market's time{since}"
        if trouble is not None:
            return Pulse.TROUBLE, _failed_words(trouble)
        if self._good is not None:
            return Pulse.WELL, "Answers"
        return Pulse.WAITING, "Not asked yet" if self._asked == 0 else "Asked, no answer yet"


def percentile(values: "deque[float]", share: float) -> float | None:
    """Give the value that `share` of them do not exceed (nearest rank); None for none."""
    if not values:
        return None
    ranked = sorted(values)
    return ranked[max(0, ceil(share * len(ranked)) - 1)]


def day_of(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).date().isoformat()


def answer_words(outcome: Decided) -> str:
    """Say an answer in a line: what it would trade, and how many it would leave."""
    acts = [f"{base_of(e.instrument_id)} {ACTION[e.action]}" for e in outcome.decisions if e.action is not Action.HOLD]
    holds = sum(each.action is Action.HOLD for each in outcome.decisions)
    return ", ".join((*acts, f"{holds} held")) if holds or not acts else ", ".join(acts)


def _failed_words(trouble: Failed) -> str:
    return f"{MODEL_FAILURE[trouble.kind]}: {clause(without_code(trouble.detail))}"
