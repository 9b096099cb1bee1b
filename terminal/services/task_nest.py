"""One TaskGroup for an owner's long tasks, closed as a whole.

A task that ends with one of our own bugs must not take the exits down with it: the
crash is reported to the owner (who halts trading) and to the loop's exception handler.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

CrashHandler = Callable[[str, Exception], None]


class TaskNest:
    """Starts tasks inside one TaskGroup; `aclose` cancels them and waits for their end."""

    def __init__(self, on_crash: CrashHandler) -> None:
        self._on_crash = on_crash
        self._group: asyncio.TaskGroup | None = None
        self._runner: asyncio.Task[None] | None = None

    async def open(self) -> None:
        opened = asyncio.Event()
        self._runner = asyncio.create_task(self._hold(opened), name="task nest")
        await opened.wait()

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None] | None:
        """Start a task; once the nest is closed the work is dropped and None given."""
        if self._group is None:
            work.close()
            return None
        return self._group.create_task(self._guarded(work, name), name=name)

    async def aclose(self) -> None:
        """Cancel every task and wait until all have ended. Safe to call twice."""
        runner, self._runner, self._group = self._runner, None, None
        if runner is not None:
            runner.cancel()
            await asyncio.wait({runner})

    async def _hold(self, opened: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            self._group = group
            opened.set()
            await asyncio.Event().wait()

    async def _guarded(self, work: Coroutine[Any, Any, None], name: str) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - boundary: one bug must not stop cancels and exits
            self._on_crash(name, error)
            asyncio.get_running_loop().call_exception_handler(
                {"message": f"task {name!r} ended with an error", "exception": error}
            )
