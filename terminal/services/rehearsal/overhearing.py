"""Requests of a step as people read them: what went out, what came back, no secret, no endless text."""

import json
from collections.abc import Callable
from contextlib import suppress

from terminal.domain.canonical import digest
from terminal.domain.rehearsal import HttpExchange
from terminal.ports.traffic import Overheard

MOST_CHARS = 1_600
HIDDEN = "[hidden: it holds a secret]"


class Overhearer:
    """Collects what one step's task sends. `holds_secret` is asked of every text before it is kept."""

    def __init__(self, holds_secret: Callable[[str], bool]) -> None:
        self._holds_secret = holds_secret
        self._heard: list[HttpExchange] = []

    @property
    def exchanges(self) -> tuple[HttpExchange, ...]:
        return tuple(self._heard)

    def take(self, heard: Overheard) -> None:
        """Hear one request and its end."""
        headers = "\n".join(f"{name}: {value}" for name, value in heard.headers)  # masked where they were heard
        request, body = self._safe(f"{heard.method} {heard.target}"), self._safe(readable(heard.body))
        answer = self._safe(readable(heard.answer) if heard.status else heard.trouble)
        sent = "\n\n".join(part for part in (headers, body) if part)
        self._heard.append(HttpExchange(request, sent, heard.status, answer, heard.took_ms))

    def _safe(self, text: str) -> str:
        return HIDDEN if self._holds_secret(text) else text


def readable(text: str) -> str:
    """Give JSON a line a field, and cut what is too long; its hash says which text it was."""
    with suppress(ValueError):  # what is no JSON is shown as it came
        text = json.dumps(json.loads(text, parse_float=str), ensure_ascii=False, indent=1)
    if len(text) <= MOST_CHARS:
        return text
    return f"{text[:MOST_CHARS]}\n[cut: {len(text):,} characters in all, SHA-256 {digest(text)[:16]}]"
