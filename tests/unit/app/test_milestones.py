import json

from terminal.app.milestones import Milestones


def test_only_the_first_time_counts_and_time_runs_forward(monkeypatch, tmp_path):
    file = tmp_path / "milestones.json"
    monkeypatch.setenv("ALPHADESK_MILESTONES", str(file))
    milestones = Milestones()
    milestones.reach("a")
    first = milestones.get("a")
    milestones.reach("b")
    milestones.reach("a")
    milestones.write_if_asked()
    assert first == milestones.get("a") == json.loads(file.read_text())["a"]
    assert 0 < first <= milestones.get("b")


def test_nothing_is_written_unasked(monkeypatch, tmp_path):
    monkeypatch.delenv("ALPHADESK_MILESTONES", raising=False)
    monkeypatch.chdir(tmp_path)
    Milestones().write_if_asked()
    assert list(tmp_path.iterdir()) == []
