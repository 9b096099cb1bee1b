"""What an entered account becomes: one profile whoever entered it, at a venue it keeps."""

import json

import pytest

from helpers.fake_chance import SeededChance
from helpers.fake_clock import ManualClock
from terminal.app.account_profile import entry_of, place_of, profile_of
from terminal.app.account_setup import AccountSetup
from terminal.app.cli import build_parser
from terminal.app.venue_link import open_adapter
from terminal.domain.errors import ConfigError
from terminal.domain.risk import RiskLimits
from terminal.domain.venues import PRODUCTS, VENUES
from terminal.net.route import DIRECT
from terminal.storage.endpoints import Endpoints
from terminal.storage.profile_file import write_profile
from terminal.storage.profiles import Mode, Profile, load_profile, profile_file
from terminal.ui.viewmodels.account_form import AccountEntry
from terminal.ui.viewmodels.account_place import AccountPlace, differences, usual_name, venues_of

STREAMS = {
    "weex": ("/v2/ws/public", "/v2/ws/private"),
    "hashkey": ("/quote/ws/v2", "/api/v1/ws"),
    "woox": ("/v3/public", "/v3/private"),
    "bitz": ("/", "/"),
}
KINDS = [(venue, product) for venue in VENUES for product in PRODUCTS[venue]]


def entry(mode="live", place=AccountPlace(), **changes):  # noqa: B008 - frozen
    return AccountEntry(mode, "v2", "Ada", "", **changes).at(place)


def line_of(venue, host="127.0.0.1"):
    streams = [f"ws://{host}:9{path}" for path in STREAMS[venue]]
    urls = {"rest": f"http://{host}:9", "ws_public": streams[0], "ws_private": streams[1]}
    return {"venue": venue, "simulated": True, **urls, "key": "made-up-key", "secret": "made-up-secret", "speed": 4.0}


@pytest.fixture
def file(tmp_path):
    """A file that holds the line of an exchange; gives its path and how to write it."""
    path = tmp_path / "line.json"

    def write(venue, host="127.0.0.1"):
        path.write_text(json.dumps(line_of(venue, host)))
        return str(path)

    return write


@pytest.mark.parametrize(
    ("place", "lines"),
    [
        (AccountPlace("weex"), {'venue = "weex"'}),
        (AccountPlace("hashkey"), {'venue = "hashkey"', 'site = "pro"'}),
        (AccountPlace("hashkey", site="global-sandbox"), {'site = "global-sandbox"'}),
        (AccountPlace("woox"), {'product = "perpetual"', 'site = "main"'}),
        (AccountPlace("woox", "spot", "staging"), {'product = "spot"', 'site = "staging"'}),
    ],
)
@pytest.mark.parametrize("mode", ["paper", "live"])
def test_the_file_says_what_was_chosen_and_reads_back(mode, place, lines):
    profile = profile_of("team", None, entry(mode, place))
    write_profile(profile, profile_file("team"))
    written = set(profile_file("team").read_text().splitlines())
    assert lines <= written
    assert load_profile("team") == profile
    assert place_of(load_profile("team")).is_same(place)
    assert ("product" in "".join(written)) is (place.venue == "woox")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--venue", "hashkey", "--site", "global"],
        ["--venue", "woox", "--product", "spot"],
        ["--venue", "woox", "--site", "staging"],
        [],
    ],
)
def test_the_command_line_and_the_window_write_the_same(arguments):
    asked = build_parser().parse_args(["account", "--mode", "live", *arguments])
    given = {"venue": asked.venue, "site": asked.site, "product": asked.product, "connection": asked.connection}
    typed = AccountSetup("team", ManualClock(), SeededChance(), **given)
    chosen = AccountPlace(asked.venue or "weex", asked.product, asked.site)
    clicked = AccountSetup("team", ManualClock(), SeededChance())
    by_hand = typed.start_entry("live", "Ada")
    assert typed.profile_of(by_hand) == clicked.profile_of(clicked.start_entry("live", "Ada").at(chosen))


@pytest.mark.parametrize(
    "other",
    [
        AccountPlace("weex"),
        AccountPlace("hashkey"),
        AccountPlace("woox", "perpetual"),
        AccountPlace("woox", "spot", "staging"),
    ],
)
def test_an_account_keeps_its_venue_product_and_site(other):
    known = Profile("team", Mode.LIVE, "woox", product="spot", site="main")
    for mode in ("live", "paper"):
        with pytest.raises(ConfigError, match=r"Profile team is an account at WOO X spot\. An account keeps its venue"):
            profile_of("team", known, entry(mode, other))
    assert profile_of("team", known, entry("live", AccountPlace("woox", "spot"))).product == "spot"


def test_the_command_line_moves_no_account_either():
    write_profile(Profile("live", Mode.LIVE, "weex"), profile_file("live"))
    setup = AccountSetup("live", ManualClock(), SeededChance(), venue="hashkey")
    with pytest.raises(ConfigError, match="Profile live is an account at WEEX"):
        setup.start_entry("live", "Ada")
    again = AccountSetup("live", ManualClock(), SeededChance(), venue="weex")
    assert again.is_known
    assert again.start_entry("", "Ada").venue == "weex"


def test_what_else_a_profile_says_stays():
    limits = RiskLimits(max_leverage=3)
    known = Profile("team", Mode.LIVE, "hashkey", limits=limits, references=("weex",))
    place = AccountPlace("hashkey")
    assert profile_of("team", known, entry("live", place)).references == ("weex",)
    turned = profile_of("team", known, entry("paper", place))
    assert (turned.mode, turned.limits) == (Mode.PAPER, limits)


@pytest.mark.parametrize("venue", [venue for venue in VENUES if venue != "weex"])
def test_in_the_competition_only_weex_may_receive_an_order(venue):
    with pytest.raises(ConfigError, match="under the competition only WEEX may receive an order"):
        profile_of("team", None, entry("competition", AccountPlace(venue)))


@pytest.mark.parametrize("mode", ["paper", "live"])
def test_bitz_is_there_on_this_machine_alone(mode, file):
    with pytest.raises(ConfigError, match="closed in 2021"):
        profile_of("old", None, entry(mode, AccountPlace("bitz", connection=file("bitz"))))
    assert "bitz" not in venues_of(mode)


@pytest.mark.parametrize("venue", VENUES)
def test_an_exchange_on_this_machine_is_named_by_its_file(venue, file):
    place = AccountPlace(venue, connection=file(venue))
    profile = profile_of("play", None, entry("demo", place))
    write_profile(profile, profile_file("play"))
    read = load_profile("play")
    assert read == profile
    assert (read.mode, read.venue, read.connection.key, read.site) == (Mode.DEMO, venue, "made-up-key", "")
    assert entry_of(read).place.connection == place.connection
    assert "made-up" not in profile_file("play").read_text()


def test_a_file_of_another_venue_or_another_machine_is_refused(file):
    with pytest.raises(ConfigError, match=r"is the file of WOO X's exchange, not of Bit-Z's\. Choose WOO X"):
        profile_of("play", None, entry("demo", AccountPlace("bitz", connection=file("woox"))))
    with pytest.raises(ConfigError, match="not an exchange on this machine"):
        profile_of("play", None, entry("demo", AccountPlace("bitz", connection=file("bitz", "192.0.2.7"))))


def test_play_money_and_an_account_are_never_one_profile(file):
    place = AccountPlace("woox", "spot", connection=file("woox"))
    play = profile_of("team", None, entry("demo", place))
    with pytest.raises(ConfigError, match="plays on an exchange of this machine"):
        profile_of("team", play, entry("live", AccountPlace("woox", "spot")))
    real = profile_of("team", None, entry("live", AccountPlace("woox", "spot")))
    with pytest.raises(ConfigError, match="is for live: play money"):
        profile_of("team", real, entry("demo", place))


def test_each_venue_has_a_name_of_its_own():
    places = [AccountPlace(venue, product) for venue in VENUES for product in PRODUCTS[venue]]
    names = [usual_name(mode, place) for mode in ("paper", "live", "demo") for place in places]
    assert len(set(names)) == len(names)
    assert usual_name("live", AccountPlace()) == "live"
    assert usual_name("live", AccountPlace("woox", "spot")) == "live-woox-spot"
    assert "demo" not in names, "the built-in demo is that already"


@pytest.mark.asyncio
@pytest.mark.parametrize(("venue", "product"), KINDS)
async def test_the_words_are_those_of_what_the_venue_can_do(venue, product):
    rest, *streams = ("http://127.0.0.1:9", *(f"ws://127.0.0.1:9{path}" for path in STREAMS[venue]))
    where = Endpoints(rest, *streams)
    adapter = open_adapter(where, None, ManualClock(), SeededChance(), venue=venue, product=product, route=DIRECT)
    can = adapter.capabilities
    await adapter.aclose()
    words = differences(AccountPlace(venue, product), "live")
    assert ("no leverage" in words) is not can.leverage
    assert ("no shorts" in words) is not can.short
    assert ("keeps the stops" in words) is not can.triggers
    assert ("AI logs are kept here" in words) is not can.ai_logs
    assert ("one position a pair" in words) is (can.short and not can.hedge_mode)
