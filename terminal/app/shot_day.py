"""Pictures of what a day is prepared with: guide, settings, API test, go or no-go, recorded days."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize

from terminal.app.shot_windows import Camera, until
from terminal.domain.rehearsal import RehearsalKind, RowState
from terminal.ui.widgets.replay.door import ReplayDoor

if TYPE_CHECKING:
    from terminal.app.window_parts import WindowParts

WIDE: Final = QSize(1_280, 720)  # the screen without a display is smaller than any real one


async def picture_day(parts: "WindowParts", camera: Camera) -> list[str]:
    """Picture what the camera wants of these windows; gives the files written.

    Raises:
        ConfigError: a window did not get its content in time, or a file could not be written.
    """
    names: list[str] = []
    for wanted, act in DAY.items():
        if camera.wants(*wanted):
            names += await act(parts, camera)
    return names


async def _guide(parts: "WindowParts", camera: Camera) -> list[str]:
    """Picture the welcome, and the first page of an account."""
    parts.window.guide.open()
    guide = parts.window.guide.window
    if guide is None:
        return []
    names = [await camera.take(guide, "guide")]
    guide.welcome.account.click()
    names.append(await camera.take(guide, "guide-account"))
    guide.reject()
    return names


async def _settings(parts: "WindowParts", camera: Camera) -> list[str]:
    acts = parts.window.acts
    acts.open_settings()
    if acts.settings is None:
        return []
    camera.fit(acts.settings, acts.settings.size())
    name = await camera.take(acts.settings, "settings")
    acts.settings.close()
    return [name]


async def _api_test(parts: "WindowParts", camera: Camera) -> list[str]:
    """Run it up to its order, which waits for a person: here nobody approves it."""
    door, book = parts.window.rehearsal, parts.desk.rehearsal
    door.open_test()
    test = door.test
    if test is None:
        return []
    camera.fit(test, WIDE)
    test.run_all.click()
    kind = RehearsalKind.API_TEST
    await until(
        book.changed, lambda: any(row.state is RowState.ASKS for row in book.rows(kind)), "The API test's order"
    )
    name = await camera.take(test, "api-test")
    test.reject()
    return [name]


async def _go(parts: "WindowParts", camera: Camera) -> list[str]:
    door, book = parts.window.rehearsal, parts.desk.rehearsal
    door.open_go()
    window = door.go
    if window is None:
        return []
    camera.fit(window, WIDE)
    window.look.click()

    def is_over() -> bool:
        newest = book.of(RehearsalKind.GO_NO_GO)
        return newest is not None and not newest.is_running

    await until(book.changed, is_over, "The look at everything")
    name = await camera.take(window, "go")
    window.reject()
    return [name]


async def _recorded(parts: "WindowParts", camera: Camera) -> list[str]:
    """Picture the list of recorded days; this run's own recording stands in it."""
    door = parts.window.findChild(ReplayDoor)
    if door is None:
        return []
    door.open()
    if door.window is None:
        return []
    await until(door.book.changed, lambda: bool(door.book.days), "The recorded day")
    name = await camera.take(door.window, "recorded-days")
    door.window.reject()
    return [name]


DAY: Final[dict[tuple[str, ...], Callable[["WindowParts", Camera], Awaitable[list[str]]]]] = {
    ("guide", "guide-account"): _guide,
    ("settings",): _settings,
    ("recorded-days",): _recorded,
    ("go",): _go,
    ("api-test",): _api_test,
}
