"""Opening a venue by its name: the right adapter, the right limits, and nothing imported for nobody."""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.fake_chance import SeededChance
from helpers.fake_clock import ManualClock
from terminal.app.cli import build_parser
from terminal.app.exchange import EXCHANGES, start_of
from terminal.app.venue_link import open_adapter
from terminal.domain.capabilities import ProductKind
from terminal.domain.errors import ConfigError
from terminal.domain.venues import PRODUCTS, SITES, VENUES, is_competition_venue, venue_title
from terminal.net.route import DIRECT
from terminal.storage.endpoints import Endpoints, official_endpoints
from terminal.storage.profile_file import parse_connection

HERE = {
    "weex": Endpoints("http://127.0.0.1:1", "ws://127.0.0.1:1/v2/ws/public", "ws://127.0.0.1:1/v2/ws/private"),
    "hashkey": Endpoints("http://127.0.0.1:1", "ws://127.0.0.1:1/quote/ws/v2", "ws://127.0.0.1:1/api/v1/ws"),
    "woox": Endpoints("http://127.0.0.1:1", "ws://127.0.0.1:1/v3/public", "ws://127.0.0.1:1/v3/private"),
    "bitz": Endpoints("http://127.0.0.1:1", "ws://127.0.0.1:1/", "ws://127.0.0.1:1/"),
}
REAL = [venue for venue in VENUES if venue != "bitz"]


def opened(venue, endpoints=None, **options):
    where = endpoints or HERE[venue]
    return open_adapter(where, None, ManualClock(), SeededChance(), venue=venue, route=DIRECT, **options)


@pytest.mark.parametrize("venue", VENUES)
def test_each_venue_opens_on_this_machine_as_simulated(venue):
    adapter = opened(venue)
    assert adapter.is_simulated
    assert venue_title(venue) in adapter.name
    assert is_competition_venue(adapter.name) is (venue == "weex")


@pytest.mark.parametrize("venue", REAL)
def test_each_site_of_a_venue_is_on_its_own_allow_list(venue):
    for site in SITES[venue]:
        adapter = opened(venue, official_endpoints("v2", venue, site), site=site)
        assert not adapter.is_simulated


@pytest.mark.parametrize("venue", VENUES)
def test_no_venue_takes_anothers_address(venue):
    for other in REAL:
        if other != venue:
            with pytest.raises(ConfigError):
                opened(venue, official_endpoints("v2", other))


def test_bit_z_has_no_address_at_all():
    with pytest.raises(ConfigError, match="closed in 2021"):
        official_endpoints("v2", "bitz")


def test_a_name_nobody_knows():
    with pytest.raises(ConfigError, match="not a venue"):
        opened("kraken", HERE["weex"])


def test_products():
    assert opened("woox").capabilities.product is ProductKind.PERPETUAL
    assert opened("woox", product="spot").capabilities.product is ProductKind.SPOT
    assert opened("hashkey").capabilities.is_spot
    assert set(SITES) == set(PRODUCTS) == set(VENUES) == set(EXCHANGES)


def test_a_venue_that_nobody_uses_is_not_even_imported():
    code = (
        "import sys; from helpers.fake_chance import SeededChance; from helpers.fake_clock import ManualClock;"
        "import terminal.app.venue_link, terminal.app.exchange, terminal.app.compose;"
        "print([name for name in sys.modules if name.startswith(('terminal.venues.', 'terminal.sim.'))"
        " and name.split('.')[2] in ('weex', 'hashkey', 'woox', 'bitz')])"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=root,
        env={"PYTHONPATH": f"{root}:{root / 'tests'}", "PATH": "/usr/bin:/bin"},
    )
    assert done.stdout == "[]\n"


def parsed(*arguments) -> argparse.Namespace:
    return build_parser().parse_args(["exchange", *arguments])


@pytest.mark.parametrize("venue", VENUES)
def test_every_venue_has_its_exchange(venue):
    assert parsed("--venue", venue).venue == venue


def test_an_exchange_in_step_makes_up_for_its_own_start():
    options = parsed("--speed", "20", "--start-ms", "1000000", "--at-wall-ms", "5000", "--anchor-ms", "900000")
    start = start_of(options, 5_250.0)
    assert (start["start_ms"], start["anchor_ms"]) == (1_005_000, 900_000)
    assert start_of(options, 4_000.0)["start_ms"] == 1_000_000
    assert start_of(parsed("--start-ms", "7"), 9.9)["start_ms"] == 7
    assert start_of(parsed("--at-wall-ms", "7"), 9.9)["start_ms"] is None


@pytest.mark.parametrize("text", ["", "kraken", "woox,kraken", ","])
def test_references_name_venues(text, capsys):
    with pytest.raises(SystemExit):
        build_parser().parse_args(["--references", text])
    assert "names no venues" in capsys.readouterr().err


def test_references_of_the_command_line():
    assert build_parser().parse_args(["--references", "woox, hashkey,woox"]).references == ("woox", "hashkey")
    assert build_parser().parse_args([]).references is None


LINE = {
    "venue": "weex",
    "simulated": True,
    "rest": "http://127.0.0.1:8700",
    "ws_public": "ws://127.0.0.1:8700/v2/ws/public",
    "ws_private": "ws://127.0.0.1:8700/v2/ws/private",
    "key": "k",
    "secret": "s",
    "passphrase": "p",
}


@pytest.mark.parametrize("venue", VENUES)
@pytest.mark.parametrize(
    ("said", "continued"), [({}, False), ({"continued": False}, False), ({"continued": True}, True)]
)
@pytest.mark.asyncio
async def test_an_account_goes_on_when_the_exchange_says_so(venue, said, continued):
    link = parse_connection(json.dumps(LINE | said), "The line")
    assert link.continued is continued
    adapter = opened(venue, account_begins=not link.continued)
    assert adapter.is_simulated
    assert adapter.keeps_account is continued
    await adapter.aclose()
