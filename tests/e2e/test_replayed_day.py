"""A day recorded by a running desk, and traded again in the window: proposal, approval, fill, close, journal."""

import asyncio
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt

from helpers.loopback import loopback
from helpers.seat import at_the_seat, write_profile
from terminal.app.cli import main
from terminal.app.recording_run import recordings_of
from terminal.app.replay_run import ReplayWish
from terminal.app.session import SessionOptions
from terminal.domain.ai_log import AiLogState
from terminal.domain.commands import ClosePosition
from terminal.domain.order import Effect, OrderState
from terminal.domain.review import ReviewState
from terminal.storage.journal import verify
from terminal.storage.paths import data_root
from terminal.storage.recording.library import recorded_days
from terminal.storage.secrets import chain_key
from terminal.ui.widgets.replay.bar import ReplayBar
from terminal.venues.paper.adapter import PaperVenue

NAME = "recorded"
RECORDED_S = 6
SPEED = 4.0  # prices must not run away between a proposal and its approval


async def sit_and_record(seat):
    await seat.prices()
    await asyncio.sleep(RECORDED_S)  # that much of a market; there is no other thing to wait for


async def trade_again(seat, told):
    bar = seat.window.findChild(ReplayBar)
    await seat.proposals(1)
    bar.pause.click()
    clock = seat.run.session.clock
    stood = clock.now_ms(), clock.monotonic_s()
    await asyncio.sleep(0.3)
    told["stood"] = (clock.now_ms(), clock.monotonic_s()) == stood
    bar.pause.click()
    decision = await seat.press(Qt.Key.Key_A)
    await seat.answered(decision, ReviewState.APPROVED)

    def filled(effect):
        return [o for o in seat.desk.orders.values() if o.terms.effect is effect and o.state is OrderState.FILLED]

    await seat.until(seat.desk.order_changed, lambda: bool(filled(Effect.OPEN)))
    opened = filled(Effect.OPEN)[0]
    terms = opened.terms
    seat.run.send(ClosePosition(terms.instrument_id, terms.position_side, Decimal(1), "Tess"))
    await seat.until(seat.desk.order_changed, lambda: bool(filled(Effect.CLOSE)))
    logs = [log for log in seat.desk.ai_logs.values() if log.decision_id == decision]
    told.update(
        title=seat.window.windowTitle(),
        venue=seat.run.session.engine.core.outbox._venue,
        log_states={log.state for log in logs},
        played=bar.book.share,
    )


@pytest.fixture
def recorded(qapp, tmp_path):
    """A profile whose desk has recorded a little market, and a day that holds it."""
    with loopback(tmp_path, speed=20.0) as exchange:
        write_profile(NAME, exchange.link)
        at_the_seat(SessionOptions(profile=NAME), sit_and_record)
    # The profile of a demo on a connected exchange lies under that exchange's mark.
    (folder,) = {path.parent.parent for path in data_root().rglob("*.take")}
    return folder.parent.name


def test_a_recorded_day_is_listed_and_traded_again_in_the_window(recorded, capsys):
    name = recorded
    (day,) = recorded_days(recordings_of(name))
    assert day.row.recorded_ms >= RECORDED_S * 10_000
    assert main(["recordings", "--profile", name]) == 0
    assert day.day in capsys.readouterr().out

    told = {}
    wish = ReplayWish(day.day, name, SPEED)
    session = at_the_seat(SessionOptions(profile=name, replay=wish), lambda seat: trade_again(seat, told))
    assert told["title"].startswith(f"REPLAY ({day.day}")
    assert isinstance(told["venue"], PaperVenue)
    assert told["venue"].name == "replay"
    assert told["stood"], "while it is paused nothing moves and nothing ages"
    assert told["log_states"] <= {AiLogState.KEPT, AiLogState.WAITING, AiLogState.QUEUED}, "no log leaves"
    assert 0 < told["played"] <= 1
    assert session.paths.root.parent.name == "profiles-replay"
    assert verify(session.paths.journal, chain_key(session.profile, session.paths)).is_good
    assert not (session.paths.root / "recordings").exists(), "a replay is not recorded again"
