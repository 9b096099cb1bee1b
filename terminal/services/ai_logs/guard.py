"""Stands before the queue of AI logs: knows who answered what, and lets only sound contents pass."""

import base64
import json
import re
from collections import deque
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from terminal.domain.decision import Decision
from terminal.domain.frozen import ModelFitted
from terminal.domain.messages import ModelStatus
from terminal.domain.snapshot import MarketSnapshot
from terminal.services.ai_logs.content import UnusableLog
from terminal.services.ai_logs.content_check import Asked, decision_faults, form_faults

_CYCLES_KEPT: Final = 4
_SHORTEST: Final = 6  # a shorter secret would be found inside ordinary words: it counts as a whole word only
_SHAPES: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bsk-[A-Za-z0-9_-]{20,}|(?i:\baccess-(?:key|sign|passphrase)\b)"
    r"|(?i:\bbearer\s+)[A-Za-z0-9._~+/-]{16,}"
)

Watched = Callable[[], tuple[str, ...]]


class SecretScreen:
    """Finds secrets in a text, as they are or in the usual disguises. `watched` gives the values to look for.

    What only looks like a key (private key block, bearer token, signed header) counts too.
    """

    def __init__(self, watched: Watched = tuple) -> None:
        self._watched = watched
        self._known: tuple[str, ...] = ()
        self._forms: tuple[str, ...] = ()

    def finds(self, text: str) -> bool:
        """True when a secret stands in the text; which one is not told."""
        values = self._watched()
        if values != self._known:
            self._known, self._forms = values, tuple({form for value in values for form in _forms(value)})
        return any(_stands_in(form, text) for form in self._forms) or _SHAPES.search(text) is not None


def _stands_in(form: str, text: str) -> bool:
    """A secret of digits alone counts as a whole number only: times and hashes are full of digits."""
    if not form.isdigit():
        return form in text
    return form in text and re.search(rf"(?<![\d.]){form}(?![\d.])", text) is not None


def _forms(secret: str) -> set[str]:
    if not secret.strip():
        return set()
    inside_json = json.dumps(secret, ensure_ascii=False)
    if len(secret) < _SHORTEST:
        return {inside_json, f" {inside_json[1:-1]} ", f"={inside_json[1:-1]}"}
    raw = secret.encode()
    return {
        secret,
        inside_json[1:-1],
        json.dumps(secret)[1:-1],
        quote(secret, safe=""),
        base64.b64encode(raw).decode().rstrip("="),
        raw.hex(),
    }


class ContentGuard:
    """Checks every content before its log is kept. `simulated` is the venue's: nothing simulated goes to a real one."""

    def __init__(self, screen: SecretScreen, *, simulated: bool) -> None:
        self._screen = screen
        self._simulated = simulated
        self._models: set[str] = set()
        self._snapshots: deque[MarketSnapshot] = deque(maxlen=_CYCLES_KEPT)

    # -- who answers -------------------------------------------------------------

    def on_model(self, event: ModelStatus | ModelFitted) -> None:
        """Learn the name of a model the worker has; one that was fitted and not taken never answers."""
        if isinstance(event, ModelFitted) and not event.accepted:
            return
        if event.model:
            self._models.add(event.model)

    def asked(self, snapshot: MarketSnapshot, model: str) -> None:
        """A model is asked with this snapshot."""
        self._snapshots.append(snapshot)
        if model:
            self._models.add(model)

    # -- checking ----------------------------------------------------------------

    def pass_decision(self, content: bytes, decision: Decision) -> None:
        """Let a decision's log pass.

        Raises:
            UnusableLog: something is wrong with it; it must not be kept and its order not be made.
        """
        faults = form_faults(content, self._screen.finds)
        if not faults:
            snapshot = next((each for each in self._snapshots if each.cycle_id == decision.cycle_id), None)
            faults = decision_faults(content, decision, Asked(snapshot, frozenset(self._models)))
        if decision.simulated and not self._simulated:
            faults = (*faults, "it was made from a built-in market and would go to a real venue")
        if faults:
            raise UnusableLog(f"its AI log would not pass: {'; '.join(faults)}")

    def pass_event(self, content: bytes) -> None:
        """Let the log of an exit or another event pass.

        Raises:
            UnusableLog: it has not the form of a log, or holds a secret.
        """
        faults = form_faults(content, self._screen.finds)
        if faults:
            raise UnusableLog(f"the AI log would not pass: {'; '.join(faults)}")
