"""What is told of the computer: never better than it is."""

import shutil
from types import SimpleNamespace

import pytest

from terminal.runtime import machine
from terminal.runtime.machine import LEAST_FREE, SCARCE_FREE, ThisMachine


def fact(tmp_path, name):
    return next(each for each in ThisMachine(tmp_path).facts() if each.name == name)


@pytest.mark.parametrize(
    ("free", "is_good"),
    [(SCARCE_FREE, True), (SCARCE_FREE - 1, None), (LEAST_FREE, None), (LEAST_FREE - 1, False), (0, False)],
)
def test_a_disk_is_good_scarce_or_full(tmp_path, monkeypatch, free, is_good):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    found = fact(tmp_path, "disk")
    assert found.is_good is is_good
    assert f"{free / 1e9:,.1f} GB free" in found.words
    assert bool(found.hint) is (is_good is not True)


def test_a_disk_that_is_not_there_is_bad(tmp_path):
    found = fact(tmp_path / "gone", "disk")
    assert (found.is_good, "cannot be looked at" in found.words) == (False, True)


@pytest.mark.parametrize(
    ("answers", "is_good", "words"),
    [
        ({"systemctl": "masked"}, True, "switched off for the whole system"),
        ({"systemctl": "static", "gsettings": "'nothing'"}, True, "does not sleep while plugged in"),
        ({"systemctl": "static", "gsettings": "'suspend'"}, False, "set to suspend"),
        ({}, None, "could not be read"),
    ],
)
def test_sleep_is_what_the_system_says(tmp_path, monkeypatch, answers, is_good, words):
    monkeypatch.setattr(machine.sys, "platform", "linux")
    monkeypatch.setattr(machine, "_said", lambda program, *_: answers.get(program, ""))
    found = fact(tmp_path, "sleep")
    assert found.is_good is is_good
    assert words in found.words


def test_sound_always_waits_for_ears(tmp_path, monkeypatch):
    cards = tmp_path / "cards"
    monkeypatch.setattr(machine.sys, "platform", "linux")
    monkeypatch.setattr(machine, "_CARDS", cards)
    assert "no sound output" in fact(tmp_path, "sound").words
    cards.write_text("--- no soundcards ---\n")
    assert "no sound output" in fact(tmp_path, "sound").words
    cards.write_text(" 0 [PCH]: HDA-Intel\n")
    found = fact(tmp_path, "sound")
    assert (found.is_good, "only your ears" in found.words) == (None, True)


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_a_person_looks(tmp_path, monkeypatch, platform):
    monkeypatch.setattr(machine.sys, "platform", platform)
    assert [fact(tmp_path, name).is_good for name in ("sleep", "sound")] == [None, None]


def test_a_program_that_is_not_there_says_nothing():
    assert machine._said("alphadesk-no-such-program") == ""
