"""How the program starts another of itself, from the sources and packaged."""

import sys

from terminal.app.own_program import is_packaged, own_command


def test_from_the_sources_it_is_the_interpreter():
    assert not is_packaged()
    assert own_command() == [sys.executable, "-m", "terminal"]


def test_packaged_it_is_the_program_itself(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/usr/lib/alphadesk/alphadesk")
    monkeypatch.setattr(sys, "platform", "linux")
    assert is_packaged()
    assert own_command() == ["/usr/lib/alphadesk/alphadesk"]


def test_on_windows_it_is_the_twin_that_can_speak(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "alphadesk.exe"))
    monkeypatch.setattr(sys, "platform", "win32")
    assert own_command() == [str(tmp_path / "alphadesk-cli.exe")]
