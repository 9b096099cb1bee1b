"""Lets one task hear its own requests: the API test shows each with its answer.

The mark belongs to the running task, and tasks started inside inherit it: requests that other
parts of the program make meanwhile are not heard.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Overheard:
    """One request and what came back. `status` 0 when no whole answer came, `trouble` then says why.

    `headers` hold no value that could be a secret or a signature.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: str
    status: int
    answer: str
    trouble: str
    took_ms: int


Listener = Callable[[Overheard], None]
_LISTENER: Final[ContextVar[Listener | None]] = ContextVar("traffic", default=None)


@contextmanager
def overhear(listener: Listener) -> Generator[None]:
    """Tell `listener` of every request of this task until the block ends."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def traffic_listener() -> Listener | None:
    """Give whom the running task's requests are told to; None for nobody, as nearly always."""
    return _LISTENER.get()
