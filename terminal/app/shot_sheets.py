"""Pictures of what opens over the main window: forms on a card, sheets, small windows, the account form."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog

from terminal.app.shot_windows import Camera, until, wait_for_card
from terminal.domain.order import PositionSide, Side
from terminal.domain.passport_messages import FillSubject
from terminal.ui.widgets.review.card_state import Answer
from terminal.ui.widgets.review.decision_card import DecisionCard

if TYPE_CHECKING:
    from terminal.app.window_parts import WindowParts

PALETTE_WORDS: Final = "sol"
KEYS_SIZE: Final = QSize(1_040, 900)
OPENING: Final = {(Side.BUY, PositionSide.LONG), (Side.SELL, PositionSide.SHORT)}
REQUEST: Final = 4  # the passport's step with the bytes that left


async def picture_sheets(parts: "WindowParts", camera: Camera) -> list[str]:
    """Picture what the camera wants of the forms, sheets and small windows; gives the files written.

    Raises:
        ConfigError: a sheet did not get its content in time, or a file could not be written.
    """
    names: list[str] = []
    for name, act in SHEETS.items():
        if camera.wants(name):
            names += await act(parts, camera)
    return names


# -- the review desk and the ticket ------------------------------------------------


async def _reject(parts: "WindowParts", camera: Camera) -> list[str]:
    return await _on_card(parts, camera, "reject", DecisionCard.ask_reason)


async def _amend(parts: "WindowParts", camera: Camera) -> list[str]:
    return await _on_card(parts, camera, "amend", DecisionCard.toggle_amend)


async def _on_card(parts: "WindowParts", camera: Camera, name: str, act: Callable[[DecisionCard], None]) -> list[str]:
    """Open a form on the selected card; none where no card waits."""
    await wait_for_card(parts)
    card = parts.window.review.selected_card
    if card is None or card.state.answer is not Answer.NONE:
        return []
    act(card)
    name = await camera.take(parts.window.docks["review"], name)
    card.go_back()
    return [name]


async def _ask(parts: "WindowParts", camera: Camera) -> list[str]:
    """Ask the AI for the pair the window shows, and picture its answer."""
    window, desk = parts.window, parts.desk
    told: list[str] = []
    desk.cycle_ended.connect(lambda cycle: told.append(cycle.question_id))
    window.ticket.refresh()
    if not window.ticket.ask_button.isEnabled():
        return []
    window.ticket.ask()
    await until(desk.cycle_ended, lambda: any(told), "The AI's answer")
    return [await camera.take(window.docks["ticket"], "ask")]


async def _leverage(parts: "WindowParts", camera: Camera) -> list[str]:
    entry = parts.window.ticket.entry
    entry.popup.open_under(entry.leverage_button)
    name = await camera.take(entry.popup, "leverage")
    entry.popup.close()
    return [name]


# -- sheets ------------------------------------------------------------------------


async def _flatten(parts: "WindowParts", camera: Camera) -> list[str]:
    sheet = parts.window.flatten
    sheet.open()
    await until(parts.desk.safety.planned, lambda: sheet.plan is not None, "The plan to flatten")
    name = await camera.take(sheet.card, "flatten")
    sheet.dismiss()
    return [name]


async def _passport(parts: "WindowParts", camera: Camera) -> list[str]:
    """Open the passport of the newest opening order at the request that left."""
    sheet, fills = parts.window.passport, parts.desk.fills
    opened = [fill for fill in fills.values() if (fill.side, fill.position_side) in OPENING]
    if not opened:
        return []
    newest = max(opened, key=lambda fill: fill.ts_event_ms)
    sheet.open(FillSubject(newest.trade_id))
    await until(parts.desk.passport_read, lambda: bool(sheet.passports), "The passport")
    sheet.steps.setCurrentRow(REQUEST)
    name = await camera.take(sheet.card, "passport")
    sheet.dismiss()
    return [name]


async def _season(parts: "WindowParts", camera: Camera) -> list[str]:
    sheet = parts.window.season_sheet
    sheet.open()
    name = await camera.take(sheet.card, "season")
    sheet.dismiss()
    return [name]


async def _palette(parts: "WindowParts", camera: Camera) -> list[str]:
    acts = parts.window.acts
    acts.open_palette()
    if acts.palette is None:
        return []
    acts.palette.field.setText(PALETTE_WORDS)
    name = await camera.take(acts.palette.card, "palette")
    acts.palette.dismiss()
    return [name]


# -- small windows -----------------------------------------------------------------


async def _keys(parts: "WindowParts", camera: Camera) -> list[str]:
    return await _small(parts, camera, "keys", parts.window.acts.show_keys, KEYS_SIZE)


async def _look(parts: "WindowParts", camera: Camera) -> list[str]:
    return await _small(parts, camera, "look", parts.window.acts.choose_look)


async def _small(
    parts: "WindowParts", camera: Camera, name: str, opens: Callable[[], object], size: QSize | None = None
) -> list[str]:
    """Picture the dialog that `opens` brings, in its own size or the one it would have on a real screen."""
    before = set(parts.window.findChildren(QDialog))
    opens()
    made = [each for each in parts.window.findChildren(QDialog) if each not in before]
    for each in made:
        camera.fit(each, size or each.size())
    names = [await camera.take(each, name) for each in made]
    for each in made:
        each.reject()
    await asyncio.sleep(0)  # it is taken away with the next turn of the loop
    return names


async def _account(parts: "WindowParts", camera: Camera) -> list[str]:
    """Picture the form of a new competition account; it is closed again and keeps nothing."""
    from terminal.app.account_setup import AccountSetup
    from terminal.app.account_window import AccountDesk
    from terminal.runtime.chance import SystemChance
    from terminal.runtime.clock import SystemClock

    setup = AccountSetup("competition", SystemClock(), SystemChance())
    desk = AccountDesk(setup, setup.start_entry("competition", "you"), parts.window)
    showing = asyncio.create_task(desk.show(), name="account form")
    await asyncio.sleep(0)
    name = await camera.take(desk.form, "account-setup")
    desk.form.reject()
    await showing
    desk.form.deleteLater()
    return [name]


SHEETS: Final[dict[str, Callable[["WindowParts", Camera], Awaitable[list[str]]]]] = {
    "reject": _reject,
    "amend": _amend,
    "ask": _ask,
    "leverage": _leverage,
    "flatten": _flatten,
    "passport": _passport,
    "season": _season,
    "palette": _palette,
    "keys": _keys,
    "look": _look,
    "account-setup": _account,
}
