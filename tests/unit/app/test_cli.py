"""What the command line takes, and what it says when it cannot."""

from pathlib import Path

import pytest

from terminal import __version__
from terminal.app.cli import build_parser, has_display, main, read_arguments
from terminal.domain.errors import ConfigError


def refusal(capsys, *arguments):
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args(arguments)
    assert ended.value.code == 2
    return capsys.readouterr().err


def test_without_a_command_it_is_the_demo_window():
    options = build_parser().parse_args([])
    assert (options.profile, options.connect, options.run.__name__) == ("demo", None, "_run_window")


def test_version(capsys):
    with pytest.raises(SystemExit):
        build_parser().parse_args(["--version"])
    assert capsys.readouterr().out.strip() == f"alphadesk {__version__}"


@pytest.mark.parametrize("text", ["1366", "1366x", "axb", "10x10", "1366 x 768"])
def test_a_size_that_is_none_is_explained(capsys, text):
    assert "WIDTHxHEIGHT" in refusal(capsys, "shot", "--out", "x", "--size", text)


@pytest.mark.parametrize("text", ["0", "-1", "inf", "nan"])
def test_a_speed_must_be_above_zero(capsys, text):
    assert "above 0" in refusal(capsys, "exchange", "--speed", text)


@pytest.mark.parametrize("text", ["ten", "-5", "NaN"])
def test_a_balance_must_be_an_amount(capsys, text):
    assert "--balance" in refusal(capsys, "exchange", "--balance", text)


def test_another_venue_is_refused_by_name(capsys):
    assert "weex" in refusal(capsys, "exchange", "--venue", "nowhere")


def test_expected_failures_are_one_line_and_exit_1(capsys, monkeypatch):
    def fail(_options):
        raise ConfigError("The thing is missing. Put it there.")

    monkeypatch.setattr("terminal.app.cli._run_window", fail)
    assert main([]) == 1
    assert capsys.readouterr().err == "alphadesk: The thing is missing. Put it there.\n"


def test_a_display_is_one_of_three_variables(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert not has_display()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert has_display()


def test_options_of_the_window_count_for_the_demo_wherever_they_stand():
    before = read_arguments(["--connect", "line.json", "--seed", "4", "demo", "--headless", "--seed", "5"])
    assert (before.connect, before.seed, before.profile) == (Path("line.json"), 5, "demo")
    assert read_arguments(["demo"]).connect is None


@pytest.mark.parametrize("command", [("shot", "--out", "x"), ("account",), ("exchange",), ("profiles",)])
def test_options_that_a_command_would_not_hear_are_refused(capsys, command):
    with pytest.raises(SystemExit):
        read_arguments(["--connect", "line.json", *command])
    said = capsys.readouterr().err
    assert f"--connect before {command[0]} would have no effect" in said
