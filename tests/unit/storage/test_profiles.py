"""Profiles: the built-in demo, files of every mode, and what none of them may say."""

import json
import stat
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.errors import ConfigError
from terminal.domain.guardrails import GuardrailLimits
from terminal.domain.instrument import perpetual
from terminal.domain.risk import RiskLimits
from terminal.net import hosts
from terminal.storage.endpoints import official_endpoints
from terminal.storage.profile_file import read_profile, write_profile
from terminal.storage.profiles import Mode, Profile, known_profiles, load_profile, profile_file
from terminal.storage.proxy import checked_proxy

LINE = {
    "venue": "weex",
    "rest": "http://127.0.0.1:9001",
    "ws_public": "ws://127.0.0.1:9001/v3/ws/public",
    "ws_private": "ws://localhost:9001/v3/ws/private",
    "key": "weex_sim_1",
    "secret": "hush-hush",
    "passphrase": "open sesame",
    "speed": 1.0,
    "seed": 7,
    "simulated": True,
}


@pytest.fixture
def home(tmp_path):
    (tmp_path / "config" / "profiles").mkdir(parents=True)
    return {"ALPHADESK_HOME": str(tmp_path)}


def write(home, name, text):
    path = Path(home["ALPHADESK_HOME"]) / "config" / "profiles" / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def connect(home, **changes):
    path = Path(home["ALPHADESK_HOME"]) / "connection.json"
    path.write_text(json.dumps({**LINE, **changes}))
    return write(home, "team", f'mode = "demo"\nconnection = "{path}"\n')


def test_the_demo_is_built_in(tmp_path):
    profile = load_profile("demo", {"ALPHADESK_HOME": str(tmp_path / "nothing here")})
    assert profile == Profile("demo", Mode.DEMO, "weex", None, 20.0, 7, "You", RiskLimits())


def test_the_demo_start_pays_for_nothing_it_does_not_need():
    code = (
        "import sys, terminal.storage.secrets, terminal.storage.lock, terminal.storage.journal;"
        "from terminal.storage.profiles import load_profile; load_profile('demo');"
        "print([name for name in ('pydantic', 'keyring', 'httpx', 'PySide6') if name in sys.modules])"
    )
    root = Path(__file__).parents[3]
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert result.stdout == "[]\n"


def test_known_profiles(home):
    write(home, "zoe", 'mode = "demo"')
    write(home, "ann", 'mode = "demo"')
    write(home, "demo", 'mode = "live"')
    assert known_profiles(home) == ("demo", "ann", "zoe")
    assert load_profile("demo", home).mode is Mode.DEMO  # a file cannot turn the demo into something else


def test_an_unknown_profile_lists_the_known_ones(home):
    write(home, "ann", 'mode = "demo"')
    with pytest.raises(ConfigError) as caught:
        load_profile("bob", home)
    assert "demo, ann" in str(caught.value)
    assert "--profile demo" in str(caught.value)
    assert "bob.toml" in str(caught.value)


def test_a_name_cannot_leave_the_folder(home):
    with pytest.raises(ConfigError, match="small letters"):
        load_profile("../demo", home)


def test_a_whole_profile(home):
    write(
        home,
        "team",
        'mode = "demo"\nreviewer = "Ada"\nspeed = 20\nseed = 9\n'
        '[limits]\norder_notional = "0.25"\nprice_collar = 0.004\nmax_leverage = 3\n',
    )
    profile = load_profile("team", home)
    assert (profile.name, profile.reviewer, profile.speed, profile.seed) == ("team", "Ada", 20.0, 9)
    assert profile.limits == RiskLimits(order_notional=Decimal("0.25"), price_collar=Decimal("0.004"), max_leverage=3)
    assert profile.connection is None


def test_a_running_exchange(home):
    connect(home)
    connection = load_profile("team", home).connection
    assert connection is not None
    assert connection.rest_url == "http://127.0.0.1:9001"
    assert connection.private_stream_url == "ws://localhost:9001/v3/ws/private"
    assert (connection.key, connection.secret, connection.passphrase) == ("weex_sim_1", "hush-hush", "open sesame")
    assert "hush-hush" not in repr(connection)
    assert "open sesame" not in repr(connection)


@pytest.mark.parametrize(
    ("field", "url"),
    [
        ("rest", "https://api-contract.weex.com"),
        ("rest", "http://api-contract.weex.com:80"),
        ("rest", "http://127.0.0.1.evil.example:80"),
        ("rest", "http://192.168.1.5:80"),
        ("rest", "http://127.0.0.1@evil.example:80"),
        ("rest", "http://evil.example@127.0.0.1:80"),
        ("rest", "http://127.0.0.1"),
        ("rest", "http://127.0.0.1:port"),
        ("rest", "http://0.0.0.0:80"),
        ("rest", "ws://127.0.0.1:80"),
        ("rest", "nonsense"),
        ("rest", "http://[::1"),
        ("ws_public", "wss://ws-contract.weex.com:443"),
        ("ws_private", "http://127.0.0.1:80"),
    ],
)
def test_only_this_machine(home, field, url):
    connect(home, **{field: url})
    with pytest.raises(ConfigError, match="not an exchange on this machine"):
        load_profile("team", home)


@pytest.mark.parametrize("mode", ["paper", "live", "competition"])
def test_the_other_modes(home, mode):
    write(home, "team", f'mode = "{mode}"\nreviewer = "Ada"\napi_version = "v3"\nproxy = "http://10.0.0.1:3128/"')
    profile = load_profile("team", home)
    assert (profile.mode.value, profile.connection, profile.speed) == (mode, None, 1.0)
    assert (profile.api_version, profile.proxy, profile.reviewer) == ("v3", "http://10.0.0.1:3128", "Ada")
    assert profile.vault_name == f"{mode}/team"
    assert profile.mode.is_simulated is (mode == "paper")
    assert profile.mode.has_key is (mode != "paper")


def test_a_competition_knows_its_season_and_start(home):
    write(
        home,
        "team",
        'mode = "competition"\nstart_equity = "1000"\n'
        "season_start = 2026-02-09T00:00:00Z\nseason_end = 2026-02-23T08:00:00+08:00\n",
    )
    profile = load_profile("team", home)
    assert profile.start_equity == Decimal(1000)
    assert profile.season_end_ms - profile.season_start_ms == 14 * 86_400_000
    assert profile.season.start_equity == Decimal(1000)
    assert profile.season.pairs == ALLOWED_INSTRUMENTS


def test_a_season_may_be_narrowed_in_the_file(home):
    write(home, "team", 'mode = "competition"\nmin_trades = 12\npairs = ["ETH", "BTC"]\n')
    season = load_profile("team", home).season
    assert season.min_trades == 12
    assert set(season.pairs) == {perpetual("ETH"), perpetual("BTC")}


@pytest.mark.parametrize("mode", ["paper", "live", "competition"])
@pytest.mark.parametrize("line", ["speed = 2.0", "seed = 3", 'connection = "exchange.json"'])
def test_a_market_made_here_is_only_for_the_demo(home, mode, line):
    write(home, "team", f'mode = "{mode}"\n{line}\n')
    with pytest.raises(ConfigError, match=f"{line.split()[0]} is only for mode demo"):
        load_profile("team", home)


def test_only_official_addresses_are_known():
    for version in ("v2", "v3"):
        places = official_endpoints(version)
        for url in (places.public_stream_url, places.private_stream_url):
            assert hosts.stream_url(url) == url
            assert f"/{version}/" in url
        assert hosts.rest_url(places.rest_url) == "https://api-contract.weex.com"


@pytest.mark.parametrize(
    "proxy",
    [
        "proxy",
        "ftp://host:1",
        "http://host",
        "http://host:port",
        "http://host:1/path",
        "http://[::1",
        "http://me:hush@host:1",
    ],
)
def test_a_proxy_is_a_plain_address(home, proxy):
    write(home, "team", f'mode = "live"\nproxy = "{proxy}"')
    with pytest.raises(ConfigError, match="proxy") as caught:
        load_profile("team", home)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("installed", [True, False])
def test_a_socks_proxy_needs_its_packages(monkeypatch, installed):
    monkeypatch.setattr("terminal.storage.proxy.find_spec", lambda _: object() if installed else None)
    if installed:
        assert checked_proxy("socks5h://127.0.0.1:1080") == "socks5h://127.0.0.1:1080"
        return
    with pytest.raises(ConfigError, match="socksio and python-socks"):
        checked_proxy("socks5://127.0.0.1:1080")


def test_what_is_written_is_read_back(home):
    limits = RiskLimits(order_notional=Decimal("0.25"), max_leverage=3, stop_required=False, decision_age_s=30.0)
    for profile in (
        Profile("team", Mode.LIVE, "weex", reviewer='Ada "the\\hand" Ü', limits=limits, proxy="http://127.0.0.1:3128"),
        Profile("team", Mode.PAPER, "weex", paper_equity=Decimal(2500), api_version="v3"),
        Profile(
            "team",
            Mode.COMPETITION,
            "weex",
            start_equity=Decimal(1000),
            season_start_ms=1_770_595_200_000,
            season_end_ms=1_771_804_800_000,
            min_trades=12,
            pairs=(perpetual("BTC"), perpetual("LTC")),
        ),
    ):
        path = profile_file("team", home)
        write_profile(profile, path)
        assert load_profile("team", home) == profile
        assert list(path.parent.iterdir()) == [path]
        if sys.platform != "win32":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_profile_that_could_not_be_read_back_is_not_written(home):
    path = profile_file("team", home)
    with pytest.raises(ConfigError, match="reviewer"):
        write_profile(Profile("team", Mode.LIVE, "weex", reviewer="x" * 41), path)
    assert not path.exists()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "mode"),
        ('mode = "fast"', "mode"),
        ("mode = ", "TOML"),
        ('mode = "demo"\nsped = 3', "sped"),
        ('mode = "demo"\nspeed = 0', "speed"),
        ('mode = "demo"\nspeed = nan', "speed"),
        ('mode = "demo"\nvenue = "other"', "venue"),
        ('mode = "demo"\nreviewer = ""', "reviewer"),
        ('mode = "demo"\n[limits]\nmax_leverage = 21', "max_leverage"),
        ('mode = "demo"\n[limits]\nmax_leverag = 3', "max_leverag"),
        ('mode = "demo"\n[limits]\norder_notional = "lots"', "order_notional"),
        ('mode = "demo"\nconnection = "missing.json"', "missing.json"),
        ('mode = "demo"\nproxy = "http://h:1"', "proxy"),
        ('mode = "live"\napi_version = "v4"', "api_version"),
        ('mode = "live"\nkey = "weex_1"', "key"),
        ('mode = "live"\nrest = "https://elsewhere.example"', "rest"),
        ('mode = "live"\npaper_equity = "5"', "paper_equity"),
        ('mode = "paper"\npaper_equity = "0"', "paper_equity"),
        ('mode = "paper"\nstart_equity = "5"', "start_equity"),
        ('mode = "competition"\nseason_start = 2026-02-09T00:00:00', "season_start"),
        (
            'mode = "competition"\nseason_start = 2026-02-09T00:00:00Z\nseason_end = 2026-02-08T00:00:00Z',
            "season_end",
        ),
        ('mode = "competition"\n[limits]\nmax_leverage = 25', "max_leverage"),
        ('mode = "competition"\nmin_trades = 9', "min_trades"),
        ('mode = "competition"\npairs = ["BTC", "PEPE"]', "PEPE"),
        ('mode = "competition"\npairs = []', "at least one pair"),
        ('mode = "paper"\npairs = ["BTC"]', "pairs"),
    ],
)
def test_mistakes_are_named(home, text, named):
    path = write(home, "team", text)
    with pytest.raises(ConfigError, match=named) as caught:
        load_profile("team", home)
    assert named == "missing.json" or str(path) in str(caught.value)


@pytest.mark.parametrize("changes", [{"venue": "other"}, {"simulated": False}, {"secret": None}])
def test_a_connection_file_of_something_else(home, changes):
    connect(home, **changes)
    with pytest.raises(ConfigError, match=next(iter(changes))) as caught:
        load_profile("team", home)
    assert "hush-hush" not in str(caught.value)


def test_a_connection_file_that_is_no_json(home):
    path = connect(home)
    (path.parents[2] / "connection.json").write_text("Traceback")
    with pytest.raises(ConfigError, match="connection file"):
        load_profile("team", home)


def test_guardrails_are_read_written_and_held_within_their_bounds(tmp_path):
    path = tmp_path / "team.toml"
    path.write_text('mode = "paper"\n[guardrails]\nopens_per_day = 8\nstop_risk = "0.03"\n')
    profile = read_profile("team", path)
    assert profile.guardrails == GuardrailLimits(opens_per_day=8, stop_risk=Decimal("0.03"))
    write_profile(profile, path)
    assert read_profile("team", path) == profile
    for line, words in (("opens_per_day = 400", "from 1 to 50"), ("opens_a_day = 4", "opens_a_day")):
        path.write_text(f'mode = "paper"\n[guardrails]\n{line}\n')
        with pytest.raises(ConfigError, match=words):
            read_profile("team", path)


# -- venues ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("venue", ["hashkey", "woox", "bitz"])
def test_under_the_competition_only_weex_can_be_the_venue(home, venue):
    write(home, "team", f'mode = "competition"\nvenue = "{venue}"\n')
    with pytest.raises(ConfigError, match="only WEEX may receive an order"):
        load_profile("team", home)


def test_other_venues_may_be_compared_under_the_competition(home):
    write(home, "team", 'mode = "competition"\nreferences = ["hashkey", "woox"]\n')
    profile = load_profile("team", home)
    assert (profile.venue, profile.references, profile.may_trade) == ("weex", ("hashkey", "woox"), True)
    assert not Profile("team", Mode.COMPETITION, "woox").may_trade
    assert Profile("team", Mode.LIVE, "woox").may_trade


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('venue = "bitz"', "closed in 2021"),
        ('references = ["bitz"]', "closed in 2021"),
        ('venue = "hashkey"\nsite = "staging"', "site is 'staging'; for HashKey it may be pro, global"),
        ('venue = "hashkey"\nproduct = "perpetual"', "product is 'perpetual'; for HashKey it may be spot"),
        ('product = "spot"', "for WEEX it may be perpetual"),
        ('references = ["weex"]', "orders go already"),
        ('references = ["woox", "woox"]', "twice"),
        ('references = ["kraken"]', "references"),
    ],
)
def test_what_a_profile_may_not_say_of_venues(home, text, named):
    write(home, "team", f'mode = "live"\n{text}\n')
    with pytest.raises(ConfigError, match=named):
        load_profile("team", home)


def test_a_demo_may_have_every_venue(home):
    write(home, "team", 'mode = "demo"\nvenue = "bitz"\nreferences = ["weex", "hashkey", "woox"]\n')
    assert load_profile("team", home).venue == "bitz"


def test_addresses_follow_venue_and_site(home):
    write(home, "team", 'mode = "live"\nvenue = "hashkey"\nsite = "global-sandbox"\n')
    places = load_profile("team", home).endpoints
    assert places.rest_url == "https://api-glb.sim.hashkeydev.com"
    for url in places.urls[1:]:
        assert hosts.stream_url(url, hosts.HASHKEY_HOSTS) == url
    write(home, "team", 'mode = "live"\nvenue = "woox"\nproduct = "spot"\n')
    profile = load_profile("team", home)
    assert (profile.product, profile.endpoints.rest_url) == ("spot", "https://api.woox.io")
    assert load_profile("demo", home).endpoints == official_endpoints("v2")


def test_each_venue_has_folders_and_secrets_of_its_own():
    kinds = {Profile("team", Mode.LIVE, venue).kind for venue in ("weex", "hashkey", "woox")}
    assert kinds == {"live", "live-hashkey", "live-woox"}
    names = {Profile("team", Mode.LIVE, venue).vault_name for venue in ("weex", "hashkey", "woox")}
    assert names == {"live/team", "live-hashkey/team", "live-woox/team"}


def test_venue_settings_are_written_and_read_back(home):
    for profile in (
        Profile("team", Mode.LIVE, "hashkey", site="global", references=("weex", "woox")),
        Profile("team", Mode.PAPER, "woox", site="staging", product="spot"),
        Profile("team", Mode.COMPETITION, "weex", references=("hashkey",)),
    ):
        write_profile(profile, profile_file("team", home))
        assert load_profile("team", home) == profile
