"""Each mode from start to end, an exchange standing in for the venue: what trades, what cannot, what stays apart."""

import asyncio
import json
import logging
import os
import re
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from helpers.market_now import endpoints_of, market_now
from helpers.vault import leaks, use_vault
from terminal.app.cli import main
from terminal.app.session import Session, SessionOptions
from terminal.app.window_app import make_application
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.errors import ConfigError, StorageError
from terminal.domain.messages import BalanceChanged, Level, Notice, Phase, TradingStateChanged
from terminal.domain.order import Effect, OrderKind, OrderTerms, PositionSide, Side, TimeInForce
from terminal.domain.risk import TradingState
from terminal.ports.venue import Acknowledged, NotSent
from terminal.runtime.desk_loop import DeskLoop
from terminal.services.review.demo_reviewer import DemoReviewer
from terminal.storage.account import AccountKey, Place, keep_key
from terminal.storage.paths import data_root, profile_paths
from terminal.storage.profile_file import write_profile
from terminal.storage.profiles import Mode, Profile, profile_file
from terminal.storage.secret_file import FileSecrets
from terminal.storage.secret_memory import MemorySecrets
from terminal.storage.secrets import KeyringSecrets

PATIENCE_S = 90.0
PASSWORD = "a long password"
BTC = ALLOWED_INSTRUMENTS[0]


@pytest.fixture
def exchange(tmp_path):
    """One a test: it counts request weight like the venue, and several starts in a row would have to wait."""
    with market_now(tmp_path) as running:
        yield running


def home():
    return Path(os.environ["ALPHADESK_HOME"])


def write(name, mode, **changes):
    profile = Profile(name, mode, "weex", reviewer="Tess", **changes)
    write_profile(profile, profile_file(name))
    return profile


def key_of(exchange):
    return AccountKey(exchange.line["key"], exchange.line["secret"], exchange.line["passphrase"])


class Seat:
    """Hears everything a session says, and answers its questions."""

    def __init__(self, passwords=(), key=None):
        self.events = []
        self.news = asyncio.Event()
        self.passwords = list(passwords)
        self.problems = []
        self.own_key = key

    def __call__(self, event):
        self.events.append(event)
        self.news.set()

    async def password(self, problem):
        self.problems.append(problem)
        return self.passwords.pop(0) if self.passwords else None

    async def key(self):
        return self.own_key

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, happened):
        async with asyncio.timeout(PATIENCE_S):
            while not happened():
                self.news.clear()
                await self.news.wait()

    async def account(self):
        """Wait until the account could be read: the key was right."""
        await self.until(lambda: bool(self.of(BalanceChanged)))

    async def ready(self):
        await self.until(lambda: any(phase.ready for phase in self.of(Phase)))


def live_through(name, exchange, story, **seat):
    """Start a session, let `story` use it, end it."""
    session = Session(SessionOptions(profile=name), endpoints=endpoints_of(exchange))

    async def life():
        heard = Seat(**seat)
        session.ask = heard
        try:
            await session.start(heard)
            await story(session, heard)
        finally:
            await session.aclose()
        return heard

    loop = DeskLoop(make_application())
    try:
        with loop:
            return loop.run_until_complete(life())
    finally:
        session.abandon()


def order(price=None, **changes):
    values = {
        "instrument_id": BTC,
        "side": Side.BUY,
        "effect": Effect.OPEN,
        "kind": OrderKind.MARKET,
        "tif": TimeInForce.IOC,
        "size": Decimal("0.001"),
        "price": None,
        "leverage": 5,
        "stop_price": None,
        "target_price": None,
        "reference_price": price or Decimal(1),
    }
    return OrderTerms(**(values | changes))


async def trade(session, seat):
    """Open through the venue itself, the way the one sender does; gives the venue."""
    await seat.ready()
    venue = session.engine.core.orders._venue
    async with asyncio.timeout(PATIENCE_S):
        while isinstance(outcome := await venue.submit_order(venue.prepare_order("paper-test-1", order())), NotSent):
            seat.news.clear()
            await seat.news.wait()  # the book has not come yet
    assert isinstance(outcome, Acknowledged)
    await seat.until(lambda: any(balance.balance.equity != 1000 for balance in seat.of(BalanceChanged)))
    return venue


def test_paper_trades_on_live_prices_and_nothing_leaves(qapp, exchange):
    write("slow", Mode.PAPER)
    told = {}

    async def story(session, seat):
        venue = await trade(session, seat)
        told["fills"] = await venue.fills(None, 0)
        told["position"] = (await venue.positions())[0]
        told["receipt"] = await venue.upload_ai_log(b"{}")
        quote = session.engine.core.hub.quote(BTC)
        assert abs(told["position"].entry_price / quote.last - 1) < Decimal("0.02")

    live_through("slow", exchange, story)
    assert sum(fill.size for fill in told["fills"]) == Decimal("0.001")  # at one price or at two
    assert told["receipt"].kept
    books = exchange.state()
    assert (books["orders"], books["fills"], books["ai_logs"], books["client_oid_counts"]) == ([], [], [], {})

    async def again(session, seat):
        await seat.ready()
        (position,) = await session.engine.core.orders._venue.positions()
        assert (position.side, position.size) == (PositionSide.LONG, Decimal("0.001"))

    live_through("slow", exchange, again)
    paths = profile_paths("slow", mode="paper")
    assert json.loads(paths.paper_account.read_text())["format"] == 1
    assert paths.chain_key.exists(), "a paper account asks no vault"


@pytest.mark.parametrize("mode", [Mode.LIVE, Mode.COMPETITION])
def test_a_keyed_mode_trades_with_the_vaults_key_and_leaks_nothing(qapp, exchange, monkeypatch, mode):
    vault = use_vault(monkeypatch)
    profile = write("team", mode)
    key = key_of(exchange)
    keep_key(
        profile_paths("team", mode=mode.value),
        KeyringSecrets(profile.vault_name),
        Place.VAULT,
        key,
        tested=True,
        now_ms=1,
    )

    async def story(session, seat):
        await seat.account()
        logging.getLogger("terminal").warning("headers ACCESS-KEY: %s body %s", key.key, key.secret)
        assert session.engine.core.outbox._venue.name == "WEEX"
        if mode is Mode.LIVE:
            await seat.ready()
            assert seat.of(TradingStateChanged)[-1].state is TradingState.ACTIVE

    seat = live_through("team", exchange, story)
    assert set(vault.kept) == {(f"alphadesk/{mode.value}/team", name) for name in ("account", "chain-key")}
    places = [home(), *(Path("/proc/self") / name for name in ("environ", "cmdline") if sys.platform == "linux")]
    assert leaks(places, key.key, key.secret, key.passphrase) == []
    assert (profile_paths("team", mode=mode.value).log).stat().st_size > 0
    for event in seat.events:
        assert key.secret not in repr(event)


def test_a_locked_vault_is_watching_only(qapp, exchange, monkeypatch):
    vault = use_vault(monkeypatch)
    profile = write("team", Mode.LIVE)
    paths = profile_paths("team", mode="live")
    keep_key(paths, KeyringSecrets(profile.vault_name), Place.VAULT, key_of(exchange), tested=True, now_ms=1)
    vault.locked = True

    async def story(session, seat):
        await seat.until(
            lambda: (
                any(event.state is TradingState.HALTED for event in seat.of(TradingStateChanged))
                and len(session.engine.core.hub.tickers) == len(ALLOWED_INSTRUMENTS)
            )
        )

    seat = live_through("team", exchange, story)
    (words,) = [notice.text for notice in seat.of(Notice) if notice.level is Level.ERROR and notice.source == "desk"]
    assert "Watching only" in words
    assert "Unlock it" in words
    assert not paths.journal.exists(), "a run without the key writes into no real journal"
    assert exchange.state()["client_oid_counts"] == {}


def test_a_password_opens_the_file_and_a_wrong_one_may_be_corrected(qapp, exchange):
    profile = write("team", Mode.LIVE)
    paths = profile_paths("team", mode="live")
    file = FileSecrets(paths.secrets_file, profile.vault_name, monotonic_s=lambda: 0.0)
    file.create(PASSWORD)
    keep_key(paths, file, Place.FILE, key_of(exchange), tested=True, now_ms=1)

    async def story(session, seat):
        await seat.account()

    seat = live_through("team", exchange, story, passwords=["not that one", PASSWORD])
    assert seat.problems[0] == ""
    assert "password is wrong" in seat.problems[1]
    assert (
        leaks([home()], *[getattr(key_of(exchange), name) for name in ("key", "secret", "passphrase")], PASSWORD) == []
    )


@pytest.mark.parametrize("given", [True, False])
def test_a_key_for_one_run_is_asked_for_at_each_start(qapp, exchange, given):
    write("team", Mode.LIVE)
    key = key_of(exchange)
    keep_key(profile_paths("team", mode="live"), MemorySecrets(), Place.MEMORY, key, tested=True, now_ms=1)

    async def story(session, seat):
        if given:
            await seat.account()
        else:
            await seat.until(lambda: any("Watching only" in notice.text for notice in seat.of(Notice)))

    live_through("team", exchange, story, key=key if given else None)


def test_without_a_key_the_way_to_enter_it_is_named(qapp, exchange):
    write("team", Mode.COMPETITION)

    async def story(session, seat):
        raise AssertionError("it started without a key")

    with pytest.raises(ConfigError, match=re.escape("alphadesk account --profile team --mode competition")):
        live_through("team", exchange, story)


def test_nobody_but_a_person_approves_outside_the_demo(qapp, capsys, monkeypatch, tmp_path):
    write("slow", Mode.PAPER)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for arguments in (
        ["--profile", "slow"],
        ["demo", "--headless", "--profile", "slow", "--out", str(tmp_path / "out")],
    ):
        assert main(arguments) == 1
        assert "only a person approves" in capsys.readouterr().err
    session = Session(SessionOptions(profile="slow"))

    async def start():
        with pytest.raises(ConfigError, match="Only a person"):
            await session.start(lambda _: None, DemoReviewer(session.clock))

    with asyncio.Runner() as runner:
        runner.run(start())
    session.abandon()


@pytest.mark.parametrize("options", [{"seed": 3}, {"speed": 5.0}, {"connect": Path("exchange.json")}])
def test_what_is_for_the_demo_is_refused_elsewhere(options):
    write("slow", Mode.PAPER)
    with pytest.raises(ConfigError, match="built-in exchange"):
        Session(SessionOptions(profile="slow", **options))


def test_a_real_journal_is_never_opened_as_a_demo():
    write("slow", Mode.PAPER)
    Session(SessionOptions(profile="slow")).abandon()
    paper = profile_paths("slow", mode="paper").root
    profile_file("slow").write_text('mode = "demo"\n')
    (data_root() / "profiles").mkdir()
    paper.rename(data_root() / "profiles" / "slow")
    with pytest.raises(StorageError, match="never mixed"):
        Session(SessionOptions(profile="slow"))
    write("slow", Mode.PAPER)
    session = Session(SessionOptions(profile="slow"))
    assert session.paths.root == paper, "the lock is free again, and the mode has its own folder"
    session.abandon()


def test_a_session_reaches_only_official_hosts_by_itself():
    write("team", Mode.LIVE)
    session = Session(SessionOptions(profile="team"))
    assert session.endpoints is None
    assert session.exchange_pid is None
    assert session.reviewer == "Tess"
    assert replace(session.profile, connection=None) == session.profile
    session.abandon()
