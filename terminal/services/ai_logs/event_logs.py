"""AI logs of what is no order: holds of a cycle, vetoes of the checks, moved stops, new models.

Each is frozen at the moment it happens and uploaded with `orderId` null. Holds and vetoes may
come often, so an hourly cap (a setting) holds them; a new model is told at most four times a day.
"""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

from terminal.domain.ai_log import EVENT_LOG, AiLog, AiLogState, upload_body
from terminal.domain.canonical import canonical_json, decimal_text, digest
from terminal.domain.causes import cause
from terminal.domain.decision import Decision
from terminal.domain.flatten import LegKey
from terminal.domain.frozen import ModelFitted
from terminal.domain.instrument import base_of
from terminal.domain.messages import Level
from terminal.domain.order import OrderTerms
from terminal.domain.plain_words import ACTION, joined, leg_words, why
from terminal.domain.records import AiLogFrozen, AiLogLinked
from terminal.domain.rehearsal import API_TEST_MODEL
from terminal.domain.risk import Verdict
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.services.ai_logs.archive import Archive
from terminal.services.ai_logs.content import (
    STAGE_DECISION,
    STAGE_EXIT,
    STAGE_MODEL,
    STAGE_TEST,
    STAGE_VETO,
    Audit,
    ProgramMark,
    UnusableLog,
    event_content,
    event_input,
    freeze,
    limit_explanation,
    terms_plain,
)
from terminal.services.ai_logs.guard import ContentGuard
from terminal.services.ai_logs.outbox import AiLogOutbox
from terminal.services.ai_logs.shortening import MOST_BYTES
from terminal.services.ids import fresh_id
from terminal.services.journal_writer import JournalWriter
from terminal.services.orders.ledger import OrderLedger
from terminal.services.protection.wishes import Wish
from terminal.services.reporter import Reporter

FITS_A_DAY: Final = 4
_HOUR_S: Final = 3_600.0
_DAY_MS: Final = 86_400_000
_SOURCE: Final = "AI logs"
_MODEL_FACTS: Final = ("kind", "instruments", "interval_min", "schema_sha256", "seed", "rows", "trained_from_ms")
_MODEL_RESULTS: Final = ("validation", "base_rates")


class EventLogs:
    """Freezes, keeps and queues them. Nothing here waits: what happened is not held up by its log."""

    def __init__(
        self,
        ledger: OrderLedger,
        archive: Archive,
        outbox: AiLogOutbox,
        guard: ContentGuard,
        writer: JournalWriter,
        clock: Clock,
        chance: Chance,
        reporter: Reporter,
        mark: ProgramMark,
        hourly: int,
    ) -> None:
        """`hourly` is how many logs of holds and vetoes may be made within an hour of the operator's clock."""
        self._ledger = ledger
        self._archive = archive
        self._outbox = outbox
        self._guard = guard
        self._writer = writer
        self._clock = clock
        self._chance = chance
        self._reporter = reporter
        self._mark = mark
        self._hourly = hourly
        self._made_s: deque[float] = deque()
        self._told_s = float("-inf")
        self._fits_ms: deque[int] = deque(maxlen=FITS_A_DAY)

    def restore(self, logs: tuple[AiLog, ...]) -> None:
        """Count what earlier runs told of models today."""
        self._fits_ms.extend(log.created_ms for log in logs if log.stage == STAGE_MODEL)

    # -- what happens -------------------------------------------------------------

    def holds(self, decisions: tuple[Decision, ...]) -> None:
        """Tell of the pairs a cycle did not trade: one log for all of them."""
        sound = tuple(each for each in decisions if self._is_sound(each))
        if sound and self._may_tell():
            self._tell(sound[0].decision_id, lambda: _holds_content(sound, self._audit()))

    def veto(self, decision: Decision, terms: OrderTerms, verdict: Verdict, when: str) -> None:
        """Tell that the checks stopped an order; `when` is "draft" or "send"."""
        if not self._may_tell():
            return

        def content() -> bytes:
            given = event_input(decision, self._audit()) | {"checked_at": when, "proposed_order": terms_plain(terms)}
            output = {"allowed": False, "checks": verdict.checks}
            text = f"The checks stopped the order of decision {decision.decision_id}: {verdict.text}"
            return event_content(STAGE_VETO, decision.model, given, output, text)

        self._tell(decision.decision_id, content)

    def protection(self, key: LegKey, before: Wish, now: Wish, outcome: str, who: str, ids: tuple[str, ...]) -> None:
        """Tell that stop or target of a leg was moved or placed; a leg of no decision has no log."""
        entry = self._ledger.entry_of(*key)
        decision = None if entry is None else self._archive.decisions.get(entry.decision_id or "")
        if decision is None:
            return

        def content() -> bytes:
            given = event_input(decision, self._audit()) | {"cause": "stop or target set", "before": _prices(before)}
            output = {
                "symbol": key[0],
                "position_side": key[1],
                **_prices(now),
                "at_the_venue": outcome,
                "trigger_ids": [each for each in ids if each],
                "set_by": who,
                "decided_by_model": False,
            }
            text = f"Position of decision {decision.decision_id}: {leg_words(*key)} has {_spoken(now)} from now on,"
            return event_content(
                STAGE_EXIT, decision.model, given, output, f"{text} set by {who}; before it had {_spoken(before)}."
            )

        self._tell(decision.decision_id, content)

    def fitted(self, fit: ModelFitted) -> None:
        """Tell of a new model, at most four times within a day."""
        now_ms = self._clock.now_ms()
        if len(self._fits_ms) == FITS_A_DAY and now_ms - self._fits_ms[0] < _DAY_MS:
            return
        self._fits_ms.append(now_ms)
        self._tell("", lambda: _fit_content(fit, self._audit()))

    def probe(self, who: str, *, simulated: bool) -> str:
        """Queue a log that only says it is a test of uploading; gives its id, "" when it could not be queued."""

        def content() -> bytes:
            given: dict[str, Any] = {"cause": "API test", "asked_by": who, "audit": self._audit().plain()}
            given |= {"simulated": True} if simulated else {}
            output = {"order": None, "decided_by_model": False}
            text = f"Test of the upload of AI logs, asked for by {who}. It is about no order and no model was asked."
            return event_content(STAGE_TEST, API_TEST_MODEL, given, output, text)

        return self._tell("", content)

    # -- inside ---------------------------------------------------------------------

    def _audit(self) -> Audit:
        return Audit(self._writer.head, self._mark)

    def _may_tell(self) -> bool:
        now_s = self._clock.monotonic_s()
        while self._made_s and now_s - self._made_s[0] >= _HOUR_S:
            self._made_s.popleft()
        if len(self._made_s) < self._hourly:
            self._made_s.append(now_s)
            return True
        if now_s - self._told_s >= _HOUR_S:
            self._told_s = now_s
            words = f"{self._hourly} AI logs about holds and vetoes were made within an hour; more are not uploaded"
            self._reporter.notice(Level.INFO, _SOURCE, f"{words} (setting event_logs_per_hour).", keep=True)
        return False

    def _is_sound(self, decision: Decision) -> bool:
        """Whether a hold's own texts would pass; one that would not is said and left out."""
        try:
            content = event_content(
                STAGE_DECISION,
                decision.model,
                _parsed(decision.input_json) | event_input(decision, self._audit()),
                _parsed(decision.output_json),
                decision.explanation,
            )
            self._guard.pass_decision(content, decision)
        except UnusableLog as error:
            words = f"{base_of(decision.instrument_id)} hold goes without an AI log"
            self._reporter.notice(Level.WARNING, _SOURCE, joined(words, why(error)), keep=True)
            return False
        return True

    def _tell(self, decision_id: str, content: Callable[[], bytes]) -> str:
        """Freeze and queue a log; gives its id, "" when its content may not be queued."""
        try:
            frozen = content()
            self._guard.pass_event(frozen)
        except UnusableLog as error:
            words = joined("An AI log was not queued", why(error))
            self._reporter.notice(Level.ERROR, _SOURCE, words, keep=True)
            return ""
        now_ms = self._clock.now_ms()
        log_id = fresh_id(EVENT_LOG, now_ms, self._chance)
        log = freeze(log_id, decision_id, log_id, frozen, AiLogState.WAITING, now_ms)
        body = upload_body(log.content, None)
        linked = AiLogLinked(log_id, None, body, sha256(body).hexdigest(), now_ms)
        queued = replace(log, state=AiLogState.QUEUED)
        self._writer.post(AiLogFrozen(log), linked, then=lambda: self._outbox.add(queued))
        return log_id


def _holds_content(decisions: tuple[Decision, ...], audit: Audit) -> bytes:
    """One log for the holds of a cycle; inputs beyond the size limit are named by their hash."""
    first = decisions[0]
    inputs: list[Any] = [_parsed(each.input_json) for each in decisions]
    share = 900 // len(decisions) - 8
    spoken = [_spoken_hold(each, share) for each in decisions]
    output = {
        "decisions": [
            _parsed(each.output_json) | {"decision_id": each.decision_id, "explanation": each.explanation}
            for each in decisions
        ],
        "explanations_cut": any(len(each.explanation) > share for each in decisions),
    }
    given: dict[str, Any] = event_input(first, audit) | {"cycle_id": first.cycle_id, "inputs": inputs}
    if len(canonical_json([given, output]).encode()) > MOST_BYTES:
        hashes = [{"instrument_id": e.instrument_id, "sha256": digest(e.input_json)} for e in decisions]
        given |= {"inputs": hashes, "truncated": True, "snapshot_sha256": first.snapshot_sha256}
    text = f"No trade in {len(decisions)} pairs. {'; '.join(spoken)}"
    return event_content(STAGE_DECISION, first.model, given, output, text)


def _spoken_hold(decision: Decision, most: int) -> str:
    """The beginning of the model's own words, with the pair in front where they do not begin with it."""
    base, text = base_of(decision.instrument_id), limit_explanation(decision.explanation[:most])
    return text if text.startswith(f"Hold {base}") else f"{base} {ACTION[decision.action]}: {text}"


def _fit_content(fit: ModelFitted, audit: Audit) -> bytes:
    model = _parsed(fit.model_json)
    simulated = {"simulated": True} if model.get("simulated") is True else {}
    given: dict[str, Any] = {name: model[name] for name in (*_MODEL_FACTS, "trained_to_ms") if name in model}
    given |= {"seed": fit.seed, "policy": _parsed(fit.policy_json), "audit": audit.plain(), **simulated}
    output: dict[str, Any] = {name: model[name] for name in _MODEL_RESULTS if name in model}
    output |= {"model": fit.model, "model_sha256": fit.model_sha256, "in_use": fit.accepted}
    if fit.verdict:
        output["comparison"] = fit.verdict
    rows = f" on {model['rows']:,} rows" if isinstance(model.get("rows"), int) else ""
    text = f"The model was fitted anew{rows} and decides from now on: {fit.model}. Written by code from its record."
    if not fit.accepted:
        text = f"A new model was fitted{rows} and is not used: {fit.model}. Compared: {fit.verdict}. Written by code."
    return event_content(STAGE_MODEL, fit.model, given, output, text)


def _parsed(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise UnusableLog(f"a text of the model is no JSON: {cause(error)}") from error
    if not isinstance(value, dict):
        raise UnusableLog("a text of the model is no JSON object")
    return value


def _prices(wish: Wish) -> dict[str, str | None]:
    return {
        "stop_price": None if wish.stop is None else decimal_text(wish.stop),
        "target_price": None if wish.target is None else decimal_text(wish.target),
    }


def _spoken(wish: Wish) -> str:
    stop = "no stop" if wish.stop is None else f"stop {decimal_text(wish.stop)}"
    return stop if wish.target is None else f"{stop}, target {decimal_text(wish.target)}"
