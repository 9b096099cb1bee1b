"""How a command ends when something is wrong: words first, never a bare traceback or a function's name."""

import pytest

from terminal.app import cli
from terminal.domain.errors import StorageError


def ending(monkeypatch, error):
    def fails(_options):
        raise error

    monkeypatch.setattr(cli, "_run_profiles", fails)
    return cli.main(["profiles"])


def test_an_expected_failure_is_one_line(monkeypatch, capsys):
    assert ending(monkeypatch, StorageError("The disk is full. Free some space.")) == cli.FAILED
    assert capsys.readouterr().err == "alphadesk: The disk is full. Free some space.\n"


def test_a_fault_of_ours_says_so_before_what_a_programmer_needs(monkeypatch, capsys):
    assert ending(monkeypatch, KeyError("made-up bug")) == cli.FAILED
    first, *below = capsys.readouterr().err.splitlines()
    assert first == cli.OWN_FAULT
    assert "made-up bug" not in first
    assert any("made-up bug" in line for line in below)


def test_ctrl_c_is_no_fault(monkeypatch, capsys):
    assert ending(monkeypatch, KeyboardInterrupt()) == cli.STOPPED
    assert capsys.readouterr().err == "alphadesk: stopped.\n"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["demo", "--speed", "fast"], "argument --speed: 'fast' is not a number"),
        (["demo", "--speed", "-1"], "argument --speed: -1 is not above 0"),
        (["selftest", "--patience", "long"], "argument --patience: 'long' is not a number"),
        (["shot", "--out", "x", "--size", "big"], "argument --size: 'big' is not WIDTHxHEIGHT, e.g. 1366x768"),
    ],
)
def test_a_wrong_value_is_refused_in_words(line, words, capsys):
    with pytest.raises(SystemExit) as end:
        cli.read_arguments(line)
    said = capsys.readouterr().err
    assert end.value.code == 2
    assert words in said
    assert "invalid _" not in said


def test_only_takes_names_apart():
    options = cli.read_arguments(["shot", "--out", "x", "--only", "window, flatten,"])
    assert options.only == ("window", "flatten")
