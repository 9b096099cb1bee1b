"""Profiles: the built-in demo, files, and what this version refuses."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from terminal.domain.errors import ConfigError
from terminal.domain.risk import RiskLimits
from terminal.storage.profiles import Mode, Profile, known_profiles, load_profile

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
    with pytest.raises(ConfigError, match="come with a later version"):
        load_profile("team", home)


@pytest.mark.parametrize("mode", ["paper", "live", "competition"])
def test_only_the_demo_trades(home, mode):
    write(home, "team", f'mode = "{mode}"')
    with pytest.raises(ConfigError, match=f"{mode}.*come with a later version"):
        load_profile("team", home)


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
