"""A packaged program has the mark of the sources it was made from."""

from pathlib import Path

import pytest

import terminal
from terminal.services import build_mark as marks


@pytest.fixture
def fresh():
    marks.build_mark.cache_clear()
    yield marks.build_mark
    marks.build_mark.cache_clear()


def test_from_the_sources_it_is_theirs(fresh):
    assert fresh() == marks.source_mark(Path(terminal.__file__).parent)


def test_one_changed_byte_is_another_mark(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\n")
    before = marks.source_mark(tmp_path)
    (tmp_path / "a.py").write_text("x = 2\n")
    assert marks.source_mark(tmp_path) != before
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    (tmp_path / "b.py").write_text("x = 1\n")
    assert marks.source_mark(tmp_path) != before, "the name counts, too"


def test_packed_it_is_what_the_package_carries(fresh, monkeypatch, tmp_path):
    (tmp_path / "judge_verify.py").write_text("# a bundle holds some sources as text\n")
    (tmp_path / marks.MARK_FILE).write_text("0123456789abcdef\n")
    monkeypatch.setattr(terminal, "__file__", str(tmp_path / "__init__.py"))
    assert fresh() == "0123456789abcdef"
