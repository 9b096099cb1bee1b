"""Where notifications go and when not: rules, quiet hours, repeats, pace, failures, secrets."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from helpers.fake_clock import ManualClock, settle
from helpers.post_office import PostOffice
from terminal.domain.errors import ConfigError
from terminal.domain.market import StreamState
from terminal.domain.messages import Level, Notice, PositionsFrozen, TradingStateChanged
from terminal.domain.notification import (
    NoticeChannel,
    NoticeKind,
    Notification,
    NotificationRaised,
    NotifySettings,
    QuietHours,
)
from terminal.domain.risk import TradingState
from terminal.ports.messenger import Posted
from terminal.services.notify.courier import PER_MINUTE, QUEUE
from terminal.services.notify.desk import NotifyDesk
from terminal.services.notify.outlets import RemoteKeys, answer_words, checked_key

TOKEN = "123456789:" + "A" * 35
HOOK = "https://hooks.example/T0/B0/secretpart"
ALL = tuple(NoticeChannel)
EVERYWHERE = NotifySettings(tuple((kind, ALL) for kind in NoticeKind), telegram_chat="42")
HALT = TradingStateChanged(TradingState.HALTED, "set by ann")
ACTIVE = TradingStateChanged(TradingState.ACTIVE, "")
C = NoticeChannel


class Seat:
    def __init__(self, settings=EVERYWHERE, minute=12 * 60, keys=None):
        self.clock = ManualClock()
        self.post = PostOffice()
        self.told = []
        self.minute = minute
        self.desk = NotifyDesk(
            settings,
            RemoteKeys(HOOK, TOKEN, "https://telegram.example") if keys is None else keys,
            self.post,
            self.clock,
            emit=self.told.append,
            minute_of_day=lambda: self.minute,
            redact=lambda text: text.replace("hush", "[hidden]"),
            desk="team, live",
        )

    @property
    def raised(self):
        return [each for each in self.told if isinstance(each, NotificationRaised)]

    @property
    def notices(self):
        return [each for each in self.told if isinstance(each, Notice)]


@asynccontextmanager
async def running(seat):
    task = asyncio.create_task(seat.desk.run())
    await settle()
    yield seat
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def frozen(number, why="why"):
    return PositionsFrozen(((f"P{number}-PERP", why),))


@pytest.mark.asyncio
async def test_each_channel_gets_it_once():
    async with running(Seat()) as seat:
        seat.desk.hear(HALT)
        await settle()
        (local,) = seat.raised
        assert local.channels == (C.TOAST, C.TRAY, C.SOUND)
        assert {url for url, _ in seat.post.sent} == {HOOK, f"https://telegram.example/bot{TOKEN}/sendMessage"}
        assert all("Trading was stopped (team, live)" in text for text in seat.post.texts)
        telegram = next(body for url, body in seat.post.sent if "bot" in url)
        assert telegram["chat_id"] == "42"
        assert "disable_notification" not in telegram  # an alarm


@pytest.mark.asyncio
async def test_nothing_leaves_where_no_rule_says_so():
    async with running(Seat(NotifySettings())) as seat:
        seat.desk.hear(HALT)
        await settle()
        assert [each.channels for each in seat.raised] == [(C.TOAST, C.TRAY, C.SOUND)]
        assert seat.post.sent == []


@pytest.mark.asyncio
async def test_in_quiet_hours_only_alarms_pass_and_toasts_stay():
    quiet = replace(EVERYWHERE, quiet=QuietHours(22 * 60, 7 * 60))
    seat = Seat(quiet, minute=23 * 60)
    async with running(seat):
        seat.desk._raise(Notification(NoticeKind.FILLED, "filled", "1", 1))
        assert [each.channels for each in seat.raised] == [(C.TOAST,)]
        seat.desk.hear(HALT)
        await settle()
        assert seat.raised[-1].channels == (C.TOAST, C.TRAY, C.SOUND)
        assert len(seat.post.sent) == 2
        seat.minute = 8 * 60
        seat.desk._raise(Notification(NoticeKind.FILLED, "filled", "2", 1))
        await settle()
        assert len(seat.post.sent) == 4


@pytest.mark.asyncio
async def test_what_flaps_is_said_once_a_minute():
    async with running(Seat()) as seat:
        for _ in range(5):
            seat.desk.hear(HALT)
            seat.desk.hear(ACTIVE)
        assert len(seat.raised) == 1
        await seat.clock.advance(61)
        seat.desk.hear(HALT)
        assert len(seat.raised) == 2


@pytest.mark.asyncio
async def test_a_link_that_comes_back_soon_is_no_news():
    down, up = (StreamState("private", connected=state, detail="cut") for state in (False, True))
    async with running(Seat()) as seat:
        seat.desk.hear(down)
        await seat.clock.advance(5)
        seat.desk.hear(up)
        await seat.clock.advance(30)
        assert seat.raised == []
        seat.desk.hear(down)
        await seat.clock.advance(9)
        assert seat.raised == []
        await seat.clock.advance(2)
        assert [each.notification.kind for each in seat.raised] == [NoticeKind.LINK_DOWN]


@pytest.mark.asyncio
async def test_a_storm_is_paced_counted_and_alarms_go_first():
    async with running(Seat()) as seat:
        for number in range(QUEUE + 40):
            seat.desk._raise(Notification(NoticeKind.FILLED, f"fill {number}", str(number), 1))
        seat.desk.hear(HALT)
        await settle()
        hooks = [body for url, body in seat.post.sent if url == HOOK]
        assert len(hooks) == PER_MINUTE
        assert hooks[0]["kind"] == "trading_stopped"
        assert "41 more since the last one" in hooks[0]["text"]  # the queue is short and what it left out is counted
        await seat.clock.advance(59)
        assert len([1 for url, _ in seat.post.sent if url == HOOK]) == PER_MINUTE
        await seat.clock.advance(2)
        assert len([1 for url, _ in seat.post.sent if url == HOOK]) == 2 * PER_MINUTE
        local = [each for each in seat.raised if C.TRAY in each.channels]
        assert len(local) == 10  # a desktop is not flooded either


@pytest.mark.asyncio
async def test_a_failure_is_told_once_and_so_is_its_end():
    hook_only = NotifySettings(((NoticeKind.PAIR_FROZEN, (C.WEBHOOK,)),))
    async with running(Seat(hook_only)) as seat:
        seat.post.answers.extend(["it could not be reached"] * 6)
        for number in range(2):
            seat.desk.hear(frozen(number))
            await seat.clock.advance(70)
        (bad,) = seat.notices
        assert bad.level is Level.WARNING
        assert bad.text.startswith("Webhook did not take a notification: it could not be reached")
        assert len(seat.post.sent) == 6  # three tries each
        seat.desk.hear(frozen(3))
        await seat.clock.advance(1)
        assert [each.level for each in seat.notices] == [Level.WARNING, Level.GOOD]
        assert "2 more since the last one" in seat.post.texts[-1]


@pytest.mark.asyncio
async def test_too_many_requests_waits_as_long_as_was_asked():
    hook_only = NotifySettings(((NoticeKind.PAIR_FROZEN, (C.WEBHOOK,)),))
    async with running(Seat(hook_only)) as seat:
        seat.post.answers.append(Posted(429, retry_after_s=30.0))
        seat.desk.hear(frozen(1))
        await seat.clock.advance(29)
        assert len(seat.post.sent) == 1
        await seat.clock.advance(2)
        assert len(seat.post.sent) == 2
        assert seat.notices == []


@pytest.mark.asyncio
async def test_a_wrong_token_is_not_tried_again_for_the_same_message():
    telegram_only = NotifySettings(((NoticeKind.PAIR_FROZEN, (C.TELEGRAM,)),), telegram_chat="42")
    async with running(Seat(telegram_only)) as seat:
        seat.post.answers.append(Posted(401))
        seat.desk.hear(frozen(1))
        await seat.clock.advance(60)
        assert len(seat.post.sent) == 1
        assert "BotFather" in seat.notices[0].text


@pytest.mark.asyncio
async def test_no_secret_leaves_and_none_is_told():
    async with running(Seat()) as seat:
        seat.post.answers.extend(["it did not answer in time"] * 20)
        seat.desk.hear(frozen(1, "the key hush was seen"))
        await seat.clock.advance(120)
        assert all("hush" not in text for text in seat.post.texts)
        assert "[hidden]" in seat.post.texts[0]
        everything = " ".join(map(repr, [*seat.told, seat.desk.keys, *seat.post.texts]))
        assert TOKEN not in everything
        assert "secretpart" not in everything


@pytest.mark.asyncio
async def test_a_test_of_each_channel():
    async with running(Seat(NotifySettings(telegram_chat="42"))) as seat:
        for channel in NoticeChannel:
            assert await seat.desk.test(channel) == ""
        assert [each.channels for each in seat.raised] == [(C.TOAST,), (C.TRAY,), (C.SOUND,)]
        assert len(seat.post.sent) == 2
        assert all("nothing has happened" in text for text in seat.post.texts)
        seat.post.answers.append(Posted(400))
        assert "no such chat" in await seat.desk.test(C.TELEGRAM)
        seat.desk.use(NotifySettings(), RemoteKeys())
        assert "address is not known" in await seat.desk.test(C.WEBHOOK)
        seat.desk.use(NotifySettings(), RemoteKeys("", TOKEN))
        assert "chat is not set" in await seat.desk.test(C.TELEGRAM)


@pytest.mark.asyncio
async def test_new_settings_hold_at_once():
    async with running(Seat()) as seat:
        seat.desk.use(NotifySettings(((NoticeKind.TRADING_STOPPED, (C.SOUND,)),)))
        seat.desk.hear(HALT)
        await settle()
        assert [each.channels for each in seat.raised] == [(C.SOUND,)]
        assert seat.post.sent == []


@pytest.mark.parametrize(
    ("channel", "text"),
    [
        (C.WEBHOOK, "http://hooks.example/x"),
        (C.WEBHOOK, "https://ann:pw@hooks.example/x"),
        (C.WEBHOOK, "hooks.example"),
        (C.WEBHOOK, "https://[::1"),
        (C.TELEGRAM, "my-token"),
        (C.TELEGRAM, TOKEN + "\n?x"),
    ],
)
def test_what_cannot_be_a_key_is_refused_without_repeating_it(channel, text):
    with pytest.raises(ConfigError) as caught:
        checked_key(channel, text)
    assert text not in str(caught.value)


def test_keys_that_can_be():
    assert checked_key(C.WEBHOOK, f" {HOOK} ") == HOOK
    assert checked_key(C.WEBHOOK, "http://127.0.0.1:9/x") == "http://127.0.0.1:9/x"
    assert checked_key(C.TELEGRAM, TOKEN) == TOKEN


@pytest.mark.parametrize("status", [200, 204])
def test_a_good_answer_says_nothing(status):
    assert answer_words(C.WEBHOOK, status) == ""


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 429, 500])
@pytest.mark.parametrize("channel", [C.WEBHOOK, C.TELEGRAM])
def test_every_other_answer_says_what_to_do(channel, status):
    assert ";" in answer_words(channel, status)
