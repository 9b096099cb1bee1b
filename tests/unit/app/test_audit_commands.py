"""verify, pack and replay on the journal of a desk that traded by itself, running and closed."""

import json
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing

import pytest

from helpers.store_journal import KEY
from helpers.stored_world import StoredWorld
from terminal.app.cli import main
from terminal.domain.ai_log import AiLogState
from terminal.storage.account import AccountKey, Place, keep_key
from terminal.storage.paths import profile_paths
from terminal.storage.secret_memory import MemorySecrets

SECRETS = {"key": "weex_planted_key_0123", "secret": "planted-secret-4567", "passphrase": "planted pass 89"}
BARS = 2


def furnish(folder):
    """Lay around the journal what lies around one: keys, secrets, settings, logs."""
    folder.mkdir(parents=True)
    (folder / "chain.key").write_text(f"{KEY.hex()}\n")
    (folder / "mode").write_text("demo\n")
    (folder / "exchange.json").write_text(json.dumps({"credentials": SECRETS, "account": {}}))
    (folder / "secrets.json").write_text(json.dumps(SECRETS))
    (folder / "alphadesk.log").write_text(" ".join(SECRETS.values()))
    return folder


@pytest.fixture(scope="module")
def traded(tmp_path_factory):
    """A profile's folder after a few bars; packed and verified once more while the desk was still running."""
    import asyncio

    folder = furnish(tmp_path_factory.mktemp("home") / "data" / "profiles" / "demo")
    out = folder.parent / "running.zip"
    codes = {}

    async def story():
        world = StoredWorld(folder / "journal.sqlite")
        await world.run(BARS)
        assert (folder / "journal.sqlite-wal").stat().st_size > 0
        codes["verify"] = main(["verify", str(folder)])
        codes["pack"] = main(["pack", str(folder), "--out", str(out)])
        codes["replay"] = main(["replay", "all", str(folder / "journal.sqlite")])
        summary = world.engine.tally.summary()
        states = {log.state for log in world.engine.core.outbox.logs.values()}
        await world.close()
        return summary, states

    with asyncio.Runner() as runner:
        summary, states = runner.run(story())
    return folder, out, codes, summary, states


@pytest.fixture
def home(traded, monkeypatch):
    monkeypatch.setenv("ALPHADESK_HOME", str(traded[0].parents[2]))
    return traded[0]


def test_the_desk_really_traded(traded):
    summary, states = traded[3], traded[4]
    assert summary["orders"] >= 3
    assert summary["whole_passports"] == summary["orders"]
    assert AiLogState.ACCEPTED in states


def test_all_three_work_while_the_desk_runs(traded):
    assert traded[2] == {"verify": 0, "pack": 0, "replay": 0}


def test_the_closed_journal_is_whole(home, capsys):
    assert main(["verify", str(home)]) == 0
    assert main(["verify", str(home / "journal.sqlite")]) == 0
    assert main(["verify"]) == 0
    assert capsys.readouterr().out.count("is whole:") == 3


def test_the_pack_says_the_same_as_the_desk(home, traded, tmp_path, capsys):
    summary = traded[3]
    out = tmp_path / "pack.zip"
    assert main(["pack", "--out", str(out)]) == 0
    assert f"{summary['orders']} orders at the venue, 0 not traced" in capsys.readouterr().out
    assert main(["verify", str(out), "--key", str(home / "chain.key")]) == 0
    assert "seals and chain" in capsys.readouterr().out
    with zipfile.ZipFile(out) as pack:
        pack.extractall(tmp_path / "unpacked")
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py"],
        cwd=tmp_path / "unpacked",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert f"fully traced: {summary['orders']}." in done.stdout


def test_nothing_secret_is_in_the_pack(traded):
    with zipfile.ZipFile(traded[1]) as pack:
        everything = b"".join(pack.read(name) for name in pack.namelist())
    for secret in (*SECRETS.values(), KEY.hex()):
        assert secret.encode() not in everything
    assert str(traded[0]).encode() not in everything


def test_every_uploaded_log_is_anchored_in_the_journal(traded):
    with closing(sqlite3.connect(traded[0] / "journal.sqlite")) as db:
        macs = dict(db.execute("SELECT seq, mac FROM event").fetchall())
        rows = db.execute("SELECT seq, body FROM event WHERE kind = 'ai_log_frozen.1'").fetchall()
        (frozen_inputs,) = db.execute("SELECT min(seq) FROM event WHERE kind = 'snapshot_frozen.1'").fetchone()
    assert rows
    for seq, body in rows:
        log = json.loads(body)["log"]
        audit = json.loads(log["content"])["input"]["audit"]
        # A decision's inputs are behind the anchor, the log is not; a log about a new model has no such inputs.
        assert (frozen_inputs if log["decision_id"] else 0) <= audit["seq"] < seq
        assert macs[audit["seq"]].hex()[:16] == audit["head16"]
        assert (audit["version"], audit["build"]) == ("test", "b" * 16)


def test_one_decision_is_replayed_by_its_id(home, capsys):
    with closing(sqlite3.connect(home / "journal.sqlite")) as db:
        (name,) = db.execute("SELECT decision_id FROM decision LIMIT 1").fetchone()
    assert main(["replay", name]) == 0
    assert capsys.readouterr().out.startswith(f"{name} (")
    assert main(["replay", "d-unknown"]) == 1
    assert "no decision d-unknown" in capsys.readouterr().err


@pytest.fixture
def spoiled(home, tmp_path):
    """A copy of the folder whose second decision was edited by hand."""
    folder = tmp_path / "spoiled"
    folder.mkdir()
    for name in ("journal.sqlite", "chain.key", "mode"):
        (folder / name).write_bytes((home / name).read_bytes())
    with closing(sqlite3.connect(folder / "journal.sqlite", isolation_level=None)) as db:
        (trigger,) = db.execute("SELECT sql FROM sqlite_schema WHERE name = 'event_no_update'").fetchone()
        db.execute("DROP TRIGGER event_no_update")
        seq, body = db.execute(
            "SELECT seq, body FROM event WHERE kind = 'decision_recorded.1' ORDER BY seq LIMIT 1 OFFSET 1"
        ).fetchone()
        changed = body.replace('"horizon_min":240', '"horizon_min":480', 1)
        assert changed != body
        db.execute("UPDATE event SET body = ? WHERE seq = ?", (changed, seq))
        db.execute(trigger)
    return folder, seq, json.loads(body)["decision"]["decision_id"]


def test_an_edited_record_is_named_by_all_three(spoiled, tmp_path, capsys):
    folder, seq, name = spoiled
    assert main(["verify", str(folder)]) == 1
    assert f"Record {seq}: its content does not match its seal" in capsys.readouterr().out
    assert main(["pack", str(folder), "--out", str(tmp_path / "pack.zip")]) == 1
    assert f"from record {seq} on" in capsys.readouterr().err
    assert not (tmp_path / "pack.zip").exists()
    assert main(["replay", name, str(folder)]) == 1
    said = capsys.readouterr().out
    assert "horizon_min" in said
    assert "stored: 480" in said
    assert "again:  240" in said


def test_a_pack_that_exists_stays_unless_forced(home, tmp_path, capsys):
    out = tmp_path / "pack.zip"
    out.write_bytes(b"precious")
    assert main(["pack", "--out", str(out)]) == 1
    assert "--force" in capsys.readouterr().err
    assert out.read_bytes() == b"precious"
    assert main(["pack", "--out", str(out), "--force"]) == 0
    assert zipfile.is_zipfile(out)


def test_the_chain_key_is_handed_out_apart_and_only_when_asked(home, tmp_path, capsys):
    key = tmp_path / "for-the-judge.key"
    assert main(["pack", "--out", str(tmp_path / "pack.zip"), "--key-out", str(key)]) == 0
    assert main(["verify", str(tmp_path / "pack.zip"), "--key", str(key)]) == 0
    assert key.stat().st_mode & 0o077 == 0
    assert main(["pack", "--out", str(tmp_path / "b.zip"), "--key-out", str(key)]) == 1
    assert not (tmp_path / "b.zip").exists()
    assert "exists already" in capsys.readouterr().err


def test_without_the_key_the_seals_are_not_claimed_to_be_checked(home, tmp_path, capsys):
    folder = tmp_path / "keyless"
    folder.mkdir()
    (folder / "journal.sqlite").write_bytes((home / "journal.sqlite").read_bytes())
    assert main(["verify", str(folder)]) == 1
    assert "--key" in capsys.readouterr().err
    assert main(["pack", str(folder), "--out", str(tmp_path / "pack.zip")]) == 0
    assert "without checking the seals" in capsys.readouterr().out
    with zipfile.ZipFile(tmp_path / "pack.zip") as pack:
        assert json.loads(pack.read("manifest.json"))["seals_checked_before_packing"] is False
    assert main(["verify", str(folder), "--key", str(home / "chain.key")]) == 0
    assert main(["verify", str(folder), "--key", str(tmp_path / "none")]) == 1
    assert main(["verify", str(tmp_path / "nothing")]) == 1


def test_a_damaged_pack_is_named(traded, tmp_path, capsys):
    with zipfile.ZipFile(traded[1]) as pack:
        files = {name: pack.read(name) for name in pack.namelist()}
    lines = files["journal.jsonl"].splitlines(keepends=True)
    lines[6] = lines[6].replace(b'"kind":"', b'"kind":"x', 1)
    with zipfile.ZipFile(tmp_path / "pack.zip", "w") as pack:
        for name, content in (files | {"journal.jsonl": b"".join(lines)}).items():
            pack.writestr(name, content)
    assert main(["verify", str(tmp_path / "pack.zip")]) == 1
    assert "record 7: its content does not match the chain" in capsys.readouterr().out


def test_a_profile_never_started_is_said_and_not_made(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ALPHADESK_HOME", str(tmp_path))
    assert main(["verify"]) == 1
    assert "no journal yet" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_account_key_that_is_not_open_is_said(home, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ALPHADESK_HOME", str(tmp_path))
    paths = profile_paths("team", mode="competition")
    for name in ("journal.sqlite", "chain.key"):
        (paths.root / name).write_bytes((home / name).read_bytes())
    paths.mode.write_text("competition\n")
    keep_key(paths, MemorySecrets(), Place.MEMORY, AccountKey(**SECRETS), tested=True, now_ms=1)
    assert main(["pack", str(paths.root), "--out", str(tmp_path / "pack.zip")]) == 0
    assert "not searched for it" in capsys.readouterr().out
