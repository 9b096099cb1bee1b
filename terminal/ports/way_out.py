"""Marks requests that serve a way out: a flatten, a cancel, the repair of a stop.

A read asked for inside `way_out()` may use what the request budget keeps for exits, as the
closing order itself does. The mark belongs to the running task, and tasks started inside
inherit it: put the block around requests only, never around a spawn.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_MARK: Final[ContextVar[bool]] = ContextVar("way_out", default=False)


@contextmanager
def way_out() -> Generator[None]:
    """Mark every request of this task until the block ends."""
    token = _MARK.set(True)
    try:
        yield
    finally:
        _MARK.reset(token)


def is_way_out() -> bool:
    """Tell an adapter whether the request it is about to make serves a way out."""
    return _MARK.get()
