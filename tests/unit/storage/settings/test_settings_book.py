"""A profile's settings: shown, tried out, applied with a copy kept, and the same for the form and the file."""

import stat
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from terminal.domain.errors import ConfigError
from terminal.domain.setting import SettingKind, Takes
from terminal.storage.paths import HOME_VARIABLE
from terminal.storage.profile_file import KNOWN_PATHS, write_profile
from terminal.storage.profiles import Mode, Profile, load_profile, profile_file, settings_file
from terminal.storage.settings.book import COPIES, SettingsBook
from terminal.storage.settings.catalogue import ELSEWHERE, settings_of
from terminal.storage.settings.texts import NotAValue, text_of, value_of

STAMP = "20260209-101500"


@pytest.fixture
def home(tmp_path):
    (tmp_path / "config" / "profiles").mkdir(parents=True)
    return {HOME_VARIABLE: str(tmp_path)}


def write(home, text):
    path = profile_file("team", home)
    path.write_text(text, encoding="utf-8")
    return path


def book_of(home, name="team"):
    return SettingsBook(load_profile(name, home), home)


def apply(book, edits, stamp=STAMP):
    written = book.read()
    draft = book.draft(written, edits)
    assert draft.problems == ()
    return book.apply(written, draft, stamp)


# -- the catalogue -----------------------------------------------------------------------------


def test_the_form_shows_every_setting_of_the_file_and_no_other():
    shown = {each.path for each in settings_of(Profile("team", Mode.COMPETITION, "weex"))}
    rules = {path for path in shown if path.startswith("notifications.rules.")}
    assert shown - rules == set(KNOWN_PATHS) - ELSEWHERE


@pytest.mark.parametrize("mode", [Mode.DEMO, Mode.PAPER, Mode.LIVE, Mode.COMPETITION])
def test_what_is_usual_is_what_holds_where_nothing_is_written(home, mode):
    write(home, f'mode = "{mode.value}"\n')
    book = book_of(home)
    values = book.values(book.read())
    for each in book.settings:
        if each.path != "mode":
            assert values[each.path] == each.usual
            assert value_of(each, each.usual) is None  # so no line is written for it
    # Writing every usual value by hand changes nothing: the catalogue's are the schema's.
    draft = book.draft(book.read(), {each.path: each.usual for each in book.settings if not each.fixed})
    assert (draft.changes, draft.problems) == ((), ())


def test_what_the_competition_fixes_is_fixed_with_its_reason():
    settings = {each.path: each for each in settings_of(Profile("team", Mode.COMPETITION, "weex"))}
    assert "only WEEX" in settings["venue"].fixed
    assert settings["mode"].fixed
    assert not settings["limits.max_leverage"].fixed
    assert not settings["pairs"].fixed
    paper = {each.path: each for each in settings_of(Profile("team", Mode.PAPER, "weex"))}
    assert "season" in paper["pairs"].fixed
    assert not paper["paper_equity"].fixed


def test_only_notifications_take_at_once():
    at_once = {each.page for each in settings_of(Profile("t", Mode.LIVE, "weex")) if each.takes is Takes.AT_ONCE}
    assert at_once == {"Notifications"}


# -- trying out --------------------------------------------------------------------------------


def test_a_difference_says_old_new_and_when(home):
    write(home, 'mode = "paper"\n[limits]\norder_notional = "0.25"\n')
    book = book_of(home)
    draft = book.draft(book.read(), {"limits.order_notional": "30", "notifications.quiet": "22:00-07:00"})
    (size, quiet) = draft.changes
    assert (size.before, size.after, size.takes) == ("25 % of equity", "30 % of equity", "at the next start")
    assert size.what
    assert (quiet.before, quiet.after, quiet.takes) == ("not set", "22:00-07:00", "at once")
    assert draft.may_apply


@pytest.mark.parametrize(
    ("path", "typed", "words"),
    [
        ("limits.max_leverage", "21", "Highest leverage is 21; it must be above 0 and at most 20"),
        ("limits.order_notional", "300", "Largest order is 300 %; it must be above 0 % and at most 200 %"),
        ("limits.max_leverage", "2.5", "Highest leverage must be a whole number"),
        ("limits.order_notional", "lots", "Largest order must be a number"),
        ("limits.daily_loss_reduce", "7", "at most 6 %"),
        ("guardrails.opens_per_day", "400", "Entries in a day is 400; it must be from 1 to 50"),
        ("approval.life_s", "5", "Life of a card is 5; it must be from 10 to 300"),
        ("proxy", "nonsense", "no proxy address"),
        ("notifications.quiet", "late", "Quiet hours is written 22:00-07:00"),
        ("notifications.rules.filled", "telegram", "Telegram chat is not set, but a rule names telegram"),
        ("venue", "hashkey", "Venue cannot be changed here"),
        ("paper_equity", "0", "Paper money must be above 0"),
        ("reviewer", "x" * 41, "at most 40 characters"),
    ],
)
def test_what_cannot_be_is_said_in_the_settings_own_words(home, path, typed, words):
    write(home, 'mode = "paper"\n')
    book = book_of(home)
    draft = book.draft(book.read(), {path: typed})
    assert not draft.may_apply
    assert words in "; ".join(each.words for each in draft.problems)
    with pytest.raises(ConfigError, match="Nothing was changed"):
        book.apply(book.read(), draft, STAMP)
    assert book.path.read_text() == 'mode = "paper"\n'


def test_what_means_the_same_is_no_change(home):
    write(home, 'mode = "paper"\n[limits]\norder_notional = 0.250\nmargin_buffer = "0.1"\n')
    book = book_of(home)
    edits = {"limits.order_notional": "25.0", "limits.margin_buffer": "10", "reviewer": "You"}
    assert book.draft(book.read(), edits).changes == ()


# -- applying ----------------------------------------------------------------------------------


def test_a_change_keeps_comments_and_a_copy(home):
    text = '# ours\nmode = "paper"\nreviewer = "Ada"  # me\n\n[limits]\n# careful\norder_notional = "0.25"\n'
    path = write(home, text)
    book = book_of(home)
    after = apply(book, {"limits.order_notional": "30", "limits.max_leverage": "3", "reviewer": "Bea"})
    assert after.text == path.read_text()
    for kept in ("# ours", "# me", "# careful"):
        assert kept in after.text
    profile = load_profile("team", home)
    assert (profile.limits.order_notional, profile.limits.max_leverage) == (Decimal("0.3"), 3)
    assert profile.reviewer == "Bea"
    copy = path.with_name(f"{path.name}.{STAMP}.bak")
    assert copy.read_text() == text
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_back_to_usual_takes_the_line_out(home):
    path = write(home, 'version = 2\nmode = "paper"\n\n[limits]\nmax_leverage = 3\n\n[approval]\nlife_s = 60\n')
    apply(book_of(home), {"limits.max_leverage": "5"})
    assert "limits" not in path.read_text()
    assert load_profile("team", home).approval.rule.life_s == 60


@pytest.mark.parametrize(
    "text",
    [
        'version = 2\nmode = "paper"\nlimits = {max_leverage = 3}\n',
        'version = 2\nmode = "paper"\nlimits.max_leverage = 3\n',
        'version = 2\nmode = "paper"\nreferences = [\n  "woox",\n  "hashkey",\n]\n',
    ],
)
def test_a_file_written_in_another_way_is_written_whole(home, text):
    path = write(home, text)
    before = load_profile("team", home)
    apply(book_of(home), {"limits.max_leverage": "2", "reviewer": 'A "b" \\c', "references": "woox"})
    after = load_profile("team", home)
    assert after.limits.max_leverage == 2
    assert after.reviewer == 'A "b" \\c'
    assert after.references == ("woox",)
    assert before.references in {(), ("woox", "hashkey")}
    assert path.with_name(f"{path.name}.{STAMP}.bak").read_text() == text


def test_a_file_that_was_edited_meanwhile_is_left_alone(home):
    path = write(home, 'mode = "paper"\n')
    book = book_of(home)
    written = book.read()
    draft = book.draft(written, {"reviewer": "Bea"})
    path.write_text('mode = "paper"\nreviewer = "Carl"\n')
    with pytest.raises(ConfigError, match="edited meanwhile"):
        book.apply(written, draft, STAMP)
    assert load_profile("team", home).reviewer == "Carl"
    assert not list(path.parent.glob("*.bak"))


def test_only_the_newest_copies_stay(home):
    path = write(home, 'mode = "paper"\n')
    for number in range(COPIES + 3):
        apply(book_of(home), {"reviewer": f"R{number}"}, stamp=f"2026-{number:03d}")
    copies = sorted(path.parent.glob("*.bak"))
    assert len(copies) == COPIES
    assert copies[-1].name.endswith(f"2026-{COPIES + 2:03d}.bak")


def test_models_and_rules_of_strategies_survive(home):
    path = write(
        home,
        'mode = "paper"\n[approval.strategies."embedded"]\nlife_s = 60\n[strategy]\nstrategist = "language:local"\n'
        '[model.local]\nbase_url = "http://127.0.0.1:1/v1"\nmodel = "m"\ntemperature = 0.5\n',
    )
    before = load_profile("team", home)
    apply(book_of(home), {"approval.undo_s": "2"})
    after = load_profile("team", home)
    assert (after.strategy, after.approval.strategies) == (before.strategy, before.approval.strategies)
    assert after.approval.undo_s == 2
    assert "temperature = 0.5" in path.read_text()


def test_the_season_is_typed_as_the_organiser_gives_it(home):
    write(home, 'mode = "competition"\nseason_start = 2026-02-09T08:00:00+08:00\n')
    book = book_of(home)
    assert book.values(book.read())["season_start"] == "2026-02-09 00:00"
    apply(book, {"season_end": "2026-02-23 00:00", "pairs": "LTC, BTC"})
    profile = load_profile("team", home)
    assert (profile.season_start_ms, profile.season_end_ms) == (1_770_595_200_000, 1_771_804_800_000)
    assert [str(each).partition("-")[0] for each in profile.pairs] == ["BTC", "LTC"]


# -- the built-in demo -------------------------------------------------------------------------


def test_the_demo_has_settings_and_no_file_until_one_is_changed(home):
    book = book_of(home, "demo")
    assert not book.path.exists()
    apply(book, {"limits.max_leverage": "3", "notifications.rules.filled": "toast"})
    profile = load_profile("demo", home)
    assert profile.limits.max_leverage == 3
    assert (profile.mode, profile.speed, profile.seed) == (Mode.DEMO, 20.0, 7)
    assert not list(book.path.parent.glob("*.bak"))
    assert book.draft(book.read(), {"api_version": "v3"}).problems


def test_the_demos_file_cannot_make_it_something_else(home):
    settings_file("demo", home).write_text('mode = "live"\n')
    with pytest.raises(ConfigError, match="built-in demo alone"):
        load_profile("demo", home)


def test_a_profile_without_a_file_says_so(home):
    book = SettingsBook(Profile("nobody", Mode.PAPER, "weex"), home)
    assert not book.has_file
    with pytest.raises(ConfigError, match="no settings file"):
        book.read()


# -- what changed ------------------------------------------------------------------------------


def test_differences_between_two_states(home):
    write(home, 'mode = "paper"\nreviewer = "Ada"\n')
    book = book_of(home)
    before = book.read().tables
    after = {**before, "reviewer": "Bea", "limits": {"max_leverage": 5, "order_notional": 0.5}}
    (change,) = book.differences(before, after)  # the limits are the usual ones
    assert (change.title, change.before, change.after) == ("Your name", "Ada", "Bea")


def test_differences_of_what_other_forms_set_are_told_too(home):
    write(home, 'mode = "paper"\n')
    book = book_of(home)
    before = {"mode": "paper", "model": {"local": {"max_tokens": 500}}, "limits": {"max_leverage": 3}}
    after = {"mode": "paper", "strategy": {"strategist": "language:local"}, "model": {"local": {"max_tokens": 900}}}
    told = [(each.title, each.before, each.after) for each in book.differences(before, after)]
    assert told == [
        ("Highest leverage", "3 x", "5 x"),
        ("model.local.max_tokens", "500", "900"),
        ("strategy.strategist", "not set", '"language:local"'),
    ]


@pytest.mark.parametrize("kind", [SettingKind.SHARE, SettingKind.FIGURE])
def test_figures_are_exact(kind):
    share = text_of(kind, "0.0015")
    assert share == ("0.15" if kind is SettingKind.SHARE else "0.0015")


def test_a_moment_that_is_none():
    setting = next(each for each in settings_of(Profile("t", Mode.COMPETITION, "weex")) if each.path == "season_start")
    with pytest.raises(NotAValue, match="YYYY-MM-DD"):
        value_of(setting, "tomorrow")


def test_a_written_profile_is_of_the_newest_version(home):
    path = Path(home[HOME_VARIABLE]) / "config" / "profiles" / "team.toml"
    write_profile(Profile("team", Mode.PAPER, "weex"), path)
    assert path.read_text().startswith("version = 2\n")
