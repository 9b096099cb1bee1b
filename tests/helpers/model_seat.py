"""Profiles with models on the scripted server, for tests in the real window."""

import os
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from helpers.fake_llm import MODEL
from terminal.domain.messages import ModelPhase
from terminal.domain.order import OrderKind
from terminal.domain.ticket import SizeMode
from terminal.ui.widgets.ticket.ticket_entry import SIZE_MODES


def use_models(profile, base_url, *names, strategist, more=(), of_each=()):
    """Write the tables of models of these names into a profile's file; `more` and `of_each` are further lines."""
    file = Path(os.environ["ALPHADESK_HOME"]) / "config" / "profiles" / f"{profile}.toml"
    lines = ["[strategy]", f'strategist = "{strategist}"', *more]
    for name in names:
        lines += [f"[model.{name}]", f'base_url = "{base_url}"', f'model = "{MODEL}"', *of_each]
    file.write_text(file.read_text() + "\n".join(lines) + "\n")


async def ready_to_ask(seat):
    """Wait until the model is fitted and the first cycle is over, so that a question is put at once."""
    await seat.ready()
    await seat.prices()
    await seat.until(seat.desk.cycle_ended, lambda: len(seat.desk.cycles) > 0)
    await seat.until(seat.desk.model_changed, lambda: seat.desk.model.phase is ModelPhase.READY)


async def ask(seat, instrument_id, size=None):
    """Select a pair, type a size, press the button; give the question's id."""
    ticket = seat.window.ticket
    seat.desk.select(instrument_id)
    if size is not None:
        QTest.mouseClick(ticket.entry.kinds[OrderKind.MARKET], Qt.MouseButton.LeftButton)
        ticket.entry.amount.unit_chosen.emit(SIZE_MODES.index(SizeMode.COIN))
        QTest.keyClicks(ticket.entry.amount.field, str(size))
    await seat.soon(ticket.ask_button.isEnabled)
    QTest.mouseClick(ticket.ask_button, Qt.MouseButton.LeftButton)
    return ticket._asked.question_id
