"""Settings changed in the real window and by hand, written down in the journal; and a call that leaves the machine."""

import asyncio
import json
from contextlib import asynccontextmanager

from helpers.loopback import loopback
from helpers.seat import at_the_seat, write_profile
from terminal.app.session import SessionOptions
from terminal.domain.notification import NoticeChannel
from terminal.domain.risk import TradingState
from terminal.domain.setting import IN_FILE, IN_WINDOW, SettingsChanged
from terminal.storage.journal import open_journal, verify
from terminal.storage.profiles import load_profile, profile_file
from terminal.storage.secrets import chain_key

HOOK = NoticeChannel.WEBHOOK


@asynccontextmanager
async def mailbox():
    """Serve an address that takes messages; gives it and what came."""
    came, arrived = [], asyncio.Event()

    async def serve(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        came.append(json.loads(await reader.readexactly(length)))
        arrived.set()
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async def count(number):
        while len(came) < number:
            arrived.clear()
            async with asyncio.timeout(30):
                await arrived.wait()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook/secretpart", came, count


async def change_and_be_called(seat, told):
    async with mailbox() as (address, came, count):
        await seat.ready()
        seat.window.acts.open_settings()
        settings, shelf = seat.window.acts.settings, seat.desk.settings
        settings.show_page("Notifications")
        settings.channels.keys[HOOK].setText(address)
        settings.channels.keys[HOOK].returnPressed.emit()
        await seat.until(shelf.placed, lambda: shelf.places.get(HOOK))
        settings.channels.tests[HOOK].click()
        await count(1)
        settings.rows.rows["notifications.rules.trading_stopped"].editor.buttons["webhook"].click()
        leverage = settings.rows.rows["limits.max_leverage"].editor.field
        leverage.setText("3")
        leverage.textEdited.emit("3")
        settings.review.click()
        settings.apply.click()
        await seat.noticed("changed Highest leverage", IN_WINDOW, "5 x → 3 x, at the next start")
        seat.window.top_bar.send_pause()
        await seat.until(seat.desk.trading_state_changed, lambda: seat.desk.trading_state is TradingState.REDUCE_ONLY)
        await count(2)
        told["came"] = came


def records(session) -> tuple[SettingsChanged, ...]:
    async def read():
        key = chain_key(session.profile, session.paths)
        journal = await open_journal(session.paths.journal, key, now_ms=lambda: 0, boot_id="test")
        try:
            await journal.load()
            page = await journal.past.page(0, journal.head.seq, (SettingsChanged,))
            return tuple(each.record for each in page.records)
        finally:
            await journal.aclose()

    with asyncio.Runner() as runner:
        return runner.run(read())


def test_settings_in_the_window_and_by_hand(qapp, tmp_path):
    told = {}
    with loopback(tmp_path) as exchange:
        write_profile("team", exchange.link)
        at_the_seat(SessionOptions("team"), lambda seat: change_and_be_called(seat, told))
        path = profile_file("team")
        assert load_profile("team").limits.max_leverage == 3
        path.write_text(path.read_text().replace("max_leverage = 3", "max_leverage = 2"), encoding="utf-8")
        session = at_the_seat(SessionOptions("team"), lambda seat: seat.noticed("changed Highest leverage", IN_FILE))
    window, hand = records(session)
    assert (window.how, hand.how) == (IN_WINDOW, IN_FILE)
    assert [each.title for each in window.changes] == ["Highest leverage", "Trading was stopped"]
    ((before, after),) = [(each.before, each.after) for each in hand.changes]
    assert (before, after) == ("3 x", "2 x")
    assert window.who
    assert window.at_ms
    test, call = told["came"]
    assert test["text"].startswith("Test (team, demo)")
    assert call["kind"] == "trading_stopped"
    assert "paused" in call["text"]
    assert verify(session.paths.journal, chain_key(session.profile, session.paths)).is_good
    everything = b"".join(each.read_bytes() for each in session.paths.root.parents[2].rglob("*") if each.is_file())
    assert b"secretpart" not in everything
