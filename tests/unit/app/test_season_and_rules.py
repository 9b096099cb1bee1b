"""The rules a session gives its engine, and the season a person saves from the window."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from helpers.builders import BTC, ETH, D
from terminal.app.rules import SeasonKeeper, rules_in_force, why_season_is_fixed
from terminal.domain.risk import RiskLimits
from terminal.domain.season import Season
from terminal.storage.paths import HOME_VARIABLE, profile_paths
from terminal.storage.profile_file import write_profile
from terminal.storage.profiles import Mode, Profile, load_profile, profile_file

TEAM = Profile("team", Mode.COMPETITION, "weex", reviewer="Ada", limits=RiskLimits(max_leverage=3))


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    return tmp_path


def session(profile):
    paths = profile_paths(profile.name, mode=profile.mode.value)
    link = None
    if profile.mode is Mode.DEMO:
        here = "127.0.0.1:8700"
        link = SimpleNamespace(
            rest_url=f"http://{here}", public_stream_url=f"ws://{here}/a", private_stream_url=f"ws://{here}/b"
        )
    return SimpleNamespace(profile=profile, paths=paths, link=link, is_demo=profile.mode is Mode.DEMO, endpoints=None)


def test_a_competition_talks_to_the_venue_alone_under_its_season():
    season = Season(pairs=(BTC, ETH), min_trades=12)
    rules = rules_in_force(session(replace(TEAM, pairs=season.pairs, min_trades=12)))
    assert rules.season == season
    assert rules.seat.hosts == ("api-contract.weex.com", "ws-contract.weex.com")
    assert "now: BTC, ETH." in rules.book.rule("R1").limit
    assert rules.book.version != rules_in_force(session(TEAM)).book.version


def test_a_demo_talks_to_this_machine_and_has_no_key():
    rules = rules_in_force(session(Profile("demo", Mode.DEMO, "weex")))
    assert rules.seat.hosts == ("127.0.0.1",)
    assert rules.seat.key_place == ""


def test_only_a_competition_has_a_season():
    assert why_season_is_fixed(TEAM) == ""
    assert "demo" in why_season_is_fixed(Profile("demo", Mode.DEMO, "weex"))
    assert "mode paper" in why_season_is_fixed(replace(TEAM, mode=Mode.PAPER))


def test_saving_writes_the_season_and_nothing_else():
    write_profile(TEAM, profile_file("team"))
    season = Season(1_770_595_200_000, 1_771_804_800_000, D(1_000), 15, (BTC,))
    assert SeasonKeeper(TEAM).save(season) == ""
    found = load_profile("team")
    assert found.season == season
    assert (found.reviewer, found.limits) == (TEAM.reviewer, TEAM.limits)


def test_a_setting_changed_meanwhile_is_kept():
    write_profile(TEAM, profile_file("team"))
    keeper = SeasonKeeper(TEAM)
    write_profile(replace(TEAM, reviewer="Bea"), profile_file("team"))
    assert keeper.save(Season(min_trades=11)) == ""
    assert (load_profile("team").reviewer, load_profile("team").min_trades) == ("Bea", 11)


def test_a_file_that_cannot_be_read_is_named_and_left_alone():
    path = profile_file("team")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mode = ")
    assert str(path) in SeasonKeeper(TEAM).save(Season())
    assert path.read_text() == "mode = "


def test_a_season_that_was_saved_is_written_down_and_comments_stay():
    path = profile_file("team")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('# ours\nmode = "competition"\n')
    noted = []
    keeper = SeasonKeeper(TEAM, noted.append)
    assert keeper.save(Season(min_trades=11)) == ""
    assert keeper.save(Season(min_trades=11)) == ""  # nothing new: nothing to write
    ((change,),) = noted
    assert (change.title, change.before, change.after) == ("Least number of trades", "10", "11")
    assert "# ours" in path.read_text()
