"""What `alphadesk selftest` says and how it ends, whatever its steps find."""

import asyncio
import json
import os
import sqlite3

import pytest
from PySide6.QtGui import QColor, QImage

from terminal import __version__
from terminal.app.cli import build_parser
from terminal.app.selftest import desk_run, parts, run
from terminal.app.selftest.outcome import NOT_REACHED, Protocol, StepFailed
from terminal.app.selftest.run import SelftestOptions, run_selftest
from terminal.domain.errors import ConfigError, StorageError
from terminal.storage.journal import VerifyResult
from terminal.storage.journal_place import journal_place
from terminal.storage.secret_file import FileSecrets
from terminal.ui.theme.look import LIVE


@pytest.fixture
def quick(monkeypatch):
    """Steps that cost nothing, to be replaced one by one; the desk is a function that is given the protocol."""
    monkeypatch.delenv("ALPHADESK_HOME", raising=False)
    monkeypatch.setattr(parts, "libraries", lambda: "all load")
    monkeypatch.setattr(parts, "vault", lambda: "a file")
    monkeypatch.setattr(parts, "training", lambda: "fitted")
    monkeypatch.setattr(run, "_run_desk", lambda protocol, _options: protocol.run("window", lambda: "painted"))
    monkeypatch.setattr(run, "_journal", lambda: "whole")
    yield monkeypatch
    os.environ.pop("ALPHADESK_HOME", None)


def report(capsys):
    return json.loads(capsys.readouterr().out)


def test_all_well_is_0_and_one_json_object(quick, capsys, tmp_path):
    assert run_selftest(SelftestOptions(out=tmp_path / "new")) == 0
    told = report(capsys)
    assert told["ok"] is True
    assert told["version"] == __version__
    assert told["packaged"] is False
    names = ["libraries", "vault", "training", "window libraries", "window", "journal"]
    assert [each["name"] for each in told["steps"]] == names
    assert json.loads((tmp_path / "new" / "selftest.json").read_text()) == told


def test_one_bad_step_is_1_and_the_others_still_run(quick, capsys):
    def broken():
        raise ImportError("No module named 'numpy.f2py'")

    quick.setattr(parts, "libraries", broken)
    assert run_selftest(SelftestOptions()) == 1
    told = report(capsys)
    first, *others = told["steps"]
    assert told["ok"] is False
    assert first["words"].startswith("A part of the program is missing or does not load. Install it anew")
    assert "numpy.f2py" in first["words"]
    assert all(each["ok"] for each in others)


def test_a_desk_that_cannot_be_had_is_a_step_of_its_own(quick, capsys):
    def refuse(_protocol, _options):
        raise ConfigError("The exchange did not start. Close other programs.")

    quick.setattr(run, "_run_desk", refuse)
    assert run_selftest(SelftestOptions()) == 1
    desk = next(each for each in report(capsys)["steps"] if each["name"] == "desk")
    assert desk["words"] == "The exchange did not start. Close other programs."


def test_no_profile_of_the_users_is_touched(quick, capsys, tmp_path):
    """The desk runs in a home of its own, and that home is gone afterwards."""
    quick.setenv("ALPHADESK_HOME", str(tmp_path))
    seen = []
    quick.setattr(run, "_run_desk", lambda protocol, _options: seen.append(os.environ["ALPHADESK_HOME"]))
    run_selftest(SelftestOptions())
    capsys.readouterr()
    assert seen != [str(tmp_path)]
    assert not os.path.exists(seen[0])  # noqa: PTH110 - the variable holds text
    assert list(tmp_path.iterdir()) == []


def test_the_report_says_where_it_stopped():
    protocol = Protocol()

    async def fails():
        raise StepFailed("Nothing came.")

    with asyncio.Runner() as runner:
        assert runner.run(protocol.follow("exchange", fails)) is False
    protocol.skip("window", "chart")
    assert [(each.name, each.ok, each.words) for each in protocol.outcomes] == [
        ("exchange", False, "Nothing came."),
        ("window", False, NOT_REACHED),
        ("chart", False, NOT_REACHED),
    ]
    assert not protocol.ok


def test_nothing_done_is_not_well():
    assert not Protocol().ok


def test_a_journal_that_was_changed_is_found(monkeypatch, tmp_path):
    monkeypatch.setenv("ALPHADESK_HOME", str(tmp_path))
    with pytest.raises(StorageError, match="no journal yet"):
        run._journal()
    folder = tmp_path / "data" / "profiles" / "demo"
    folder.mkdir(parents=True)
    (folder / "chain.key").write_text("00" * 32)
    sqlite3.connect(folder / "journal.sqlite").close()
    place = journal_place(None, "demo")
    assert place.journal.exists()
    result = VerifyResult(3, 4, "record 4 was changed", None)
    monkeypatch.setattr("terminal.storage.journal.verify", lambda *_: result)
    with pytest.raises(StepFailed, match="not whole at record 4: record 4 was changed"):
        run._journal()


def test_where_a_key_would_lie_is_said(monkeypatch):
    tried = []
    monkeypatch.setattr(parts, "_try_password_file", lambda: tried.append("file"))
    assert parts.vault().startswith("a file under your password")
    assert tried == ["file"], "also where there is a vault"


def test_a_password_file_that_gives_back_something_else_is_found(monkeypatch):
    monkeypatch.setattr(FileSecrets, "get", lambda *_: "something else")
    with pytest.raises(StepFailed, match="gave back something else"):
        parts.vault()


def test_a_missing_resource_is_found(monkeypatch, tmp_path):
    monkeypatch.setattr(parts, "resource_path", lambda name: tmp_path / name)
    monkeypatch.setattr(parts.pkgutil, "walk_packages", lambda *_: [])
    monkeypatch.setattr(parts, "LATE", ())
    with pytest.raises(StepFailed, match=r"missing: icon\.svg"):
        parts.libraries()


def test_too_few_authorities_are_told(monkeypatch):
    monkeypatch.setattr(parts, "_LEAST_AUTHORITIES", 10_000)
    with pytest.raises(StepFailed, match="certificate authorities"):
        parts._authorities()


def test_an_empty_picture_has_neither_colours_nor_candles():
    empty = QImage(300, 200, QImage.Format.Format_RGB32)
    empty.fill(QColor("#141920"))
    assert desk_run.colours_in(empty) == 1
    assert desk_run.candle_pixels(empty) == 0


def test_candles_are_seen_by_their_colours():
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("#141920"))
    for x in range(40):
        for y in range(100):
            image.setPixelColor(x, y, QColor(LIVE.rise if x < 20 else LIVE.fall))
    assert desk_run.candle_pixels(image) == 20 * 50


@pytest.mark.parametrize("text", ["0", "4000", "nan"])
def test_patience_has_bounds(capsys, text):
    with pytest.raises(SystemExit):
        build_parser().parse_args(["selftest", "--patience", text])
    assert "from 1 to 3600" in capsys.readouterr().err
