"""Keeps keys out of log files.

`SecretFilter` belongs on every log *handler* (a filter on a logger does not see what its
children log). httpx writes full URLs at INFO and websockets writes headers at DEBUG, so
both are held at WARNING.
"""

import logging
import re
from collections.abc import Mapping
from typing import Final

MASK: Final = "[hidden]"
_SHORTEST_SECRET: Final = 4  # shorter texts would blank out ordinary words
_HEADER: Final = re.compile(
    r"(?i)(access-(?:key|sign|passphrase)|x-(?:hk-)?apikey|x-api-key|listen_?key|signature|secret|passphrase)(['\"]?\s*[:=,]\s*b?['\"]?)([^\s'\",;}\])&]+)"
)
_OPEN_HEADERS: Final = frozenset({"content-type", "locale", "user-agent", "accept"})
_NOISY: Final = ("httpx", "httpcore", "websockets")


def masked(text: str) -> str:
    """Give the text with the values of signed headers and signatures masked, whoever they belong to."""
    return _HEADER.sub(lambda match: match.group(1) + match.group(2) + MASK, text)


def masked_headers(headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Give headers for people: only those known to be harmless keep their value."""
    return tuple((name, value if name.lower() in _OPEN_HEADERS else MASK) for name, value in headers.items())


class SecretFilter(logging.Filter):
    """Rewrites records so that neither known secrets nor signed headers remain in them."""

    def __init__(self) -> None:
        super().__init__()
        self._secrets: tuple[str, ...] = ()

    def watch(self, *secrets: str) -> None:
        """Hide these values from now on, longest first so that none is half hidden."""
        known = {*self._secrets, *(secret for secret in secrets if len(secret) >= _SHORTEST_SECRET)}
        self._secrets = tuple(sorted(known, key=len, reverse=True))

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every value that is watched; for screens that look for them elsewhere, never to be shown."""
        return self._secrets

    def redact(self, text: str) -> str:
        """Give the text with secrets masked."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return masked(text)

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask message, arguments and traceback; every record passes."""
        record.msg = self.redact(record.getMessage())
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self.redact(record.exc_text)
        if record.stack_info:
            record.stack_info = self.redact(record.stack_info)
        return True


def quiet_libraries() -> None:
    """Hold the network libraries at WARNING: below it they log URLs and headers."""
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
