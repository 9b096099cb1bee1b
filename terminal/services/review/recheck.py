"""The fresh check at the click: every line with what was proposed, what is now, and the difference."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.approval import RecheckRow
from terminal.domain.instrument import base_of
from terminal.domain.order import ZERO, Effect, PositionSide
from terminal.domain.plain_words import figure, position_word
from terminal.domain.rehearsal import API_TEST_MODEL
from terminal.domain.review import Proposal
from terminal.domain.risk import Verdict
from terminal.services.review.binding import Binding
from terminal.services.risk.facts import RiskFacts

_UNKNOWN: Final = "unknown"
_CENT: Final = Decimal("0.01")
_OWN_LINES: Final = frozenset({"R4", "R8", "R13"})  # the gate's checks that have a line with figures


@dataclass(frozen=True, slots=True)
class Recheck:
    """What the fresh check found; `text` names each line that failed, "" when none did."""

    rows: tuple[RecheckRow, ...]
    verdict: Verdict
    text: str

    @property
    def ok(self) -> bool:
        return not self.text


class Rechecker:
    """Compares a card with this moment. `verdict_of` runs the gate's final checks, `model_now` names the model."""

    def __init__(
        self,
        facts: RiskFacts,
        binding: Binding,
        verdict_of: Callable[[Proposal], Verdict],
        model_now: Callable[[], str],
    ) -> None:
        self._facts = facts
        self._binding = binding
        self._verdict_of = verdict_of
        self._model_now = model_now

    def run(self, proposal: Proposal, moved: str = "") -> Recheck:
        """Check now. `moved` says how the position of a close has changed; "" when it has not."""
        verdict = self._verdict_of(proposal)
        if proposal.terms.effect is Effect.CLOSE:
            rows: tuple[RecheckRow, ...] = (self._close_position(proposal, moved), *self._common(proposal))
        else:
            rows = (
                self._price(proposal),
                self._position(proposal),
                self._age(proposal),
                self._model(proposal),
                *self._common(proposal),
            )
        words = [f"{row.name}: {row.now}, proposed {row.proposed}" for row in rows if not row.ok]
        words += [] if verdict.allowed else [verdict.text]
        return Recheck((*rows, *self._gate_rows(proposal, verdict)), verdict, "; ".join(words))

    def _gate_rows(self, proposal: Proposal, verdict: Verdict) -> Iterator[RecheckRow]:
        """Lines whose answer is the gate's: three with figures of their own, one a failed check, one for the rest."""
        failed = {check.rule for check in verdict.failures}
        if proposal.terms.effect is Effect.OPEN:
            yield self._spread(proposal, ok="R8" not in failed)
            yield self._margin(proposal, ok="R13" not in failed)
            yield self._leverage(proposal, ok="R4" not in failed)
        for check in verdict.failures:
            if check.rule not in _OWN_LINES:
                yield RecheckRow(check.title, "passed", check.text, "", ok=False)
        passed, total = sum(check.passed for check in verdict.checks), len(verdict.checks)
        yield RecheckRow("Limits", f"{total} checks pass", f"{passed} of {total} pass", "", ok=verdict.allowed)

    # -- lines -------------------------------------------------------------------

    def _price(self, proposal: Proposal) -> RecheckRow:
        terms, band = proposal.terms, proposal.band
        now = self._facts.hub.quote(terms.instrument_id).touch(terms.side)
        proposed = _plain(terms.reference_price)
        if terms.reference_price > 0:
            proposed += f" ±{figure((abs(band.high / terms.reference_price - 1) * 100).quantize(_CENT))} %"
        if now is None or terms.reference_price <= 0:
            return RecheckRow("Price", proposed, _UNKNOWN, "", ok=False)
        moved = _pct((now - terms.reference_price) / terms.reference_price, signed=True)
        return RecheckRow("Price", proposed, _plain(now), moved, ok=band.holds(now))

    def _spread(self, proposal: Proposal, *, ok: bool) -> RecheckRow:
        most = self._facts.limits.market_max_spread
        now = self._facts.hub.quote(proposal.terms.instrument_id).spread
        if now is None:
            return RecheckRow("Spread", f"at most {_pct(most)}", _UNKNOWN, "", ok=ok)
        return RecheckRow("Spread", f"at most {_pct(most)}", _pct(now), _pct(now - most, signed=True), ok=ok)

    def _margin(self, proposal: Proposal, *, ok: bool) -> RecheckRow:
        terms, balance = proposal.terms, self._facts.portfolio.balance
        needed = terms.notional / terms.leverage if terms.leverage > 0 else ZERO
        proposed = f"needs {_money(needed)} USDT"
        if balance is None:
            return RecheckRow("Margin", proposed, _UNKNOWN, "", ok=False)
        left = _money(balance.available - needed)
        return RecheckRow("Margin", proposed, f"{_money(balance.available)} USDT free", f"{left} USDT left", ok=ok)

    def _position(self, proposal: Proposal) -> RecheckRow:
        where, facts = proposal.terms.instrument_id, self._facts
        held = [(side, facts.portfolio.held(where, side)) for side in PositionSide]
        now = [f"{position_word(side)} {_plain(size)}" for side, size in held if size > 0]
        now += ["an order at the venue"] * any(each.terms.instrument_id == where for each in facts.ledger.at_venue())
        words = " and ".join(now) or "none"
        return RecheckRow(f"Position {base_of(where)}", "none", words, words if now else "", ok=not now)

    def _close_position(self, proposal: Proposal, moved: str) -> RecheckRow:
        terms = proposal.terms
        held = self._facts.portfolio.held(terms.instrument_id, terms.position_side)
        change = "" if held == terms.size else figure(held - terms.size, signed=True)
        now = moved or _plain(held)
        return RecheckRow(f"Position {base_of(terms.instrument_id)}", _plain(terms.size), now, change, ok=not moved)

    def _leverage(self, proposal: Proposal, *, ok: bool) -> RecheckRow:
        now, wanted = self._facts.leverage_of(proposal.terms.instrument_id), proposal.terms.leverage
        if now is None:
            return RecheckRow("Leverage", f"{wanted}x", _UNKNOWN, "", ok=False)
        return RecheckRow("Leverage", f"{wanted}x", f"{now}x", "" if now == wanted else f"{now - wanted:+d}x", ok=ok)

    def _age(self, proposal: Proposal) -> RecheckRow:
        age_s = self._facts.clock.monotonic_s() - proposal.created_s
        life_s = proposal.deadline_s - proposal.created_s
        left = f"{life_s - age_s:.0f} s left"
        return RecheckRow("Decision age", f"at most {life_s:.0f} s", f"{age_s:.0f} s", left, ok=age_s < life_s)

    def _model(self, proposal: Proposal) -> RecheckRow:
        """A refit of the same model on newer bars says nothing against what it decided; another model does."""
        was, now = proposal.decision.model, self._model_now()
        if was == API_TEST_MODEL:  # no model made it, so none can have changed
            return RecheckRow("Model", was, was, "", ok=True)
        same = _version(was) == _version(now)
        change = "" if was == now else "fitted again since" if same else "another model"
        return RecheckRow("Model", was, now or _UNKNOWN, change, ok=same)

    def _common(self, proposal: Proposal) -> Iterator[RecheckRow]:
        """What is to be sent is still what the fingerprint covers, under the rules in force now."""
        now = self._binding.mark(proposal.terms, proposal.band)
        same = now == proposal.fingerprint
        yield RecheckRow(
            "Fingerprint", proposal.fingerprint[:8], now[:8], "" if same else "terms or rules changed", ok=same
        )


def _version(model: str) -> str:
    """The model's name without the marks of one fit: its first word, e.g. `embedded-ridge/1`."""
    return model.partition(" ")[0]


def _plain(value: Decimal) -> str:
    return figure(value)


def _money(value: Decimal) -> str:
    return f"{value.quantize(_CENT):,}"


def _pct(value: Decimal, *, signed: bool = False) -> str:
    return f"{float(value) * 100:+.3f} %" if signed else f"{float(value) * 100:.3f} %"
