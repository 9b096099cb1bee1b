"""What the test of the packaged program reads from a journal, and what it makes of starts and of bare roots."""

import json
import sqlite3
from typing import ClassVar

import check_release
import pytest
from check.bare_root import BareRoot
from check.display import CheckFailed, missing_tools, wait_until
from check.evidence import Evidence
from check.first_paint import Paints


@pytest.fixture
def evidence(tmp_path):
    db = sqlite3.connect(tmp_path / "journal.sqlite")
    db.execute("CREATE TABLE event (seq INTEGER PRIMARY KEY, kind TEXT, body TEXT)")

    def record(kind, **body):
        db.execute("INSERT INTO event (kind, body) VALUES (?, ?)", (f"{kind}.1", json.dumps(body)))
        db.commit()

    yield Evidence(tmp_path), record
    db.close()


def test_what_waits_is_what_nobody_answered(evidence):
    seen, record = evidence
    assert seen.waiting == 0
    for decision_id in "abc":
        record("proposal_recorded", decision_id=decision_id)
    record("approval_given", approval={"decision_id": "a"})
    record("review_closed", decision_id="a", reason="too risky")  # approved, and blocked at the last check
    assert seen.waiting == 2
    record("review_closed", decision_id="b", reason="too risky")
    assert seen.waiting == 1
    assert seen.refusals == "ended without approval: too risky; too risky"


def test_there_may_be_no_journal_yet(tmp_path):
    assert Evidence(tmp_path).count("fill_booked") == 0
    (tmp_path / "journal.sqlite").touch()
    assert Evidence(tmp_path).count("fill_booked") == 0


def test_a_wait_that_is_in_vain_says_for_what():
    assert wait_until(lambda: True, 1, "x") < 1
    with pytest.raises(CheckFailed, match=r"not within 0 s: a fill"):
        wait_until(lambda: False, 0, "a fill")


def test_missing_tools_are_named_by_their_package():
    assert missing_tools({"sh": "dash", "no-such-program": "its-package"}) == ["its-package"]


def test_starts_are_compared_turn_by_turn():
    """A busy moment slows both starts of a turn; it must not decide."""
    paints = Paints(packaged=[1_100.0, 5_500.0, 1_100.0], sources=[1_000.0, 5_000.0, 1_000.0])
    assert paints.ratio == pytest.approx(1.1)
    assert "ratio 1.10" in paints.words


class PretendRoot(BareRoot):
    """A root whose files are a list, and whose commands do nothing."""

    lists: ClassVar[list[str]] = []

    def files(self):
        return set(self.lists)

    def run(self, *_command, within_s=0):
        return ""


def test_what_is_left_behind_is_named(tmp_path):
    root = PretendRoot(tmp_path)
    root.lists[:] = ["/bin/sh", "/usr/share/applications/alphadesk.desktop"]
    with pytest.raises(CheckFailed, match=r"left behind: /usr/share/applications/alphadesk\.desktop"):
        root.remove({"/bin/sh"})


def test_the_users_journal_must_stay(tmp_path):
    root = PretendRoot(tmp_path)
    root.lists[:] = ["/bin/sh"]
    with pytest.raises(CheckFailed, match="journal is gone"):
        root.remove({"/bin/sh"})
    journal = tmp_path / "home/newcomer/desk/data/profiles/demo/journal.sqlite"
    journal.parent.mkdir(parents=True)
    journal.touch()
    assert root.remove({"/bin/sh"}).startswith("nothing of it is left")


def program(tmp_path, report, code):
    path = tmp_path / "alphadesk"
    path.write_text(f"#!/bin/sh\necho '{json.dumps(report)}'\nexit {code}\n")
    path.chmod(0o755)
    return path


def test_a_selftest_that_is_well_is_told(tmp_path):
    report = {"ok": True, "seconds": 75.0, "packaged": True, "steps": [{"name": "a", "ok": True}]}
    assert check_release.selftest(program(tmp_path, report, 0), tmp_path) == (
        "1 steps in 75.0 s; promised are 60 s on a quiet machine"
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [({}, 1), ({"packaged": False}, 0), ({"steps": [{"name": "chart", "ok": False}]}, 0)],
)
def test_a_selftest_that_is_not_well_fails(tmp_path, changes, code):
    report = {"ok": True, "seconds": 5.0, "packaged": True, "steps": [{"name": "a", "ok": True}], **changes}
    with pytest.raises(CheckFailed, match="selftest ended"):
        check_release.selftest(program(tmp_path, report, code), tmp_path)
