import json

import pytest

from terminal.domain.errors import ConfigError, StorageError
from terminal.storage.window_file import VERSION, read_window_file, write_window_file

SECTIONS = {"look": {"theme": "light"}, "keys": {"palette": ["Ctrl+ü"]}}


def test_what_is_written_is_read_back(tmp_path):
    path = tmp_path / "window.json"
    assert read_window_file(path) == {}
    write_window_file(path, SECTIONS)
    assert read_window_file(path) == SECTIONS
    assert json.loads(path.read_text(encoding="utf-8"))["version"] == VERSION
    assert [each.name for each in tmp_path.iterdir()] == ["window.json"]


@pytest.mark.parametrize(
    "content",
    [
        b"{ broken",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b'{"sections": {}}',
        b'{"version": 99, "sections": {}}',
        b'{"version": 1, "sections": []}',
        b'{"version": 1, "sections": {"look": 5}}',
        b"[" * 100_000,
    ],
)
def test_a_bad_file_is_moved_aside_and_named(tmp_path, content):
    path = tmp_path / "window.json"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="built-in ones are used"):
        read_window_file(path)
    assert (tmp_path / "window.json.unreadable").read_bytes() == content
    assert read_window_file(path) == {}


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    with pytest.raises(StorageError, match="cannot be written"):
        write_window_file(tmp_path / "missing" / "window.json", SECTIONS)
