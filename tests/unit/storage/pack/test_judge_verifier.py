"""The verifier inside a pack: alone, on old Python, and not to be fooled."""

import ast
import json
import random
import subprocess
import sys
import zipfile
from hashlib import sha256

import pytest
from pack_records import FACTS, Story, opening

from helpers.store_journal import KEY
from terminal.storage.pack.content import pack_content, verifier
from terminal.storage.pack.judge_verify import (
    CHANGED,
    UNTRACED,
    WHOLE,
    Damaged,
    check_pack,
    events,
    main,
    read_pack,
    report,
)
from terminal.storage.pack.writer import write_pack


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """Zip and files of a pack with two whole orders."""
    folder = tmp_path_factory.mktemp("pack")
    story = Story(folder / "journal.sqlite")
    story.whole("d1")
    story.whole("d2")
    story.equity("1000", "1001")
    story.close()
    content = pack_content(folder / "journal.sqlite", FACTS)
    write_pack(content, folder / "pack.zip")
    return folder / "pack.zip", content.files


@pytest.fixture
def files(packed):
    return dict(packed[1])


def sealed_anew(files, **changes):
    """Change files and put the right hashes into the manifest, as a careful forger would."""
    files.update(changes)
    manifest = json.loads(files["manifest.json"])
    for name, content in files.items():
        if name != "manifest.json":
            manifest["files"][name] = {"bytes": len(content), "sha256": sha256(content).hexdigest()}
    files["manifest.json"] = json.dumps(manifest).encode()
    return files


@pytest.mark.parametrize("name", ["verify.py", "verify_orders.py"])
def test_it_reads_as_python_3_9_and_needs_the_standard_library_only(name):
    source = verifier()[name].decode()
    tree = ast.parse(source, feature_version=(3, 9))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(node.module.split(".")[0])
        assert not isinstance(node, ast.Match)
    assert imported - {"verify_orders"} <= sys.stdlib_module_names
    # What came to the standard library, or to these calls, after 3.9.
    assert not {"slots=True", "zip(strict", "removesuffix", "itertools.pairwise"} & set(source.split())
    assert "from __future__ import annotations" in source


def run_alone(*arguments, cwd):
    """In a Python that sees no installed package and not this tree."""
    return subprocess.run(
        [sys.executable, "-E", "-S", *arguments], cwd=cwd, capture_output=True, text=True, timeout=60, check=False
    )


def test_it_runs_alone_beside_the_unpacked_files(packed, tmp_path):
    with zipfile.ZipFile(packed[0]) as pack:
        pack.extractall(tmp_path)
    done = run_alone("verify.py", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (WHOLE, "")
    assert done.stdout.startswith("Unchanged: ")
    assert "fully traced: 2." in done.stdout
    (tmp_path / "key").write_text(f"{KEY.hex()}\n")
    with_key = run_alone("verify.py", str(packed[0]), "--key", "key", cwd=tmp_path)
    assert (with_key.returncode, "seals and chain" in with_key.stdout) == (WHOLE, True)
    (tmp_path / "fills.jsonl").write_bytes((tmp_path / "fills.jsonl").read_bytes()[:-2])
    spoiled = run_alone("verify.py", cwd=tmp_path)
    assert spoiled.returncode == CHANGED
    assert spoiled.stdout == "NOT WHOLE. fills.jsonl is not the file that was packed.\n"


def test_an_order_that_lacks_something_ends_with_two(tmp_path, capsys):
    story = Story(tmp_path / "journal.sqlite")
    order = opening("d1")
    story.decide("d1", order)
    story.approve("d1")
    venue_id = story.send(order)
    story.close()
    write_pack(pack_content(tmp_path / "journal.sqlite", FACTS), tmp_path / "pack.zip")
    assert main([str(tmp_path / "pack.zip")]) == UNTRACED
    assert f"Order {venue_id} (c-d1): no accepted AI log" in capsys.readouterr().out


def test_a_changed_byte_of_the_journal_is_found_at_its_record(files):
    journal = files["journal.jsonl"]
    lines = journal.splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines))]
    chance = random.Random(4)  # noqa: S311 - a repeatable test
    for at in chance.sample(range(len(journal)), 500):
        seq = max(number for number, start in enumerate(starts, 1) if start <= at)
        spoiled = bytearray(journal)
        spoiled[at] ^= chance.randrange(1, 256)
        with pytest.raises(Damaged) as caught:
            check_pack(files | {"journal.jsonl": bytes(spoiled)})
        assert caught.value.seq == seq, (at, seq, str(caught.value))


def test_a_changed_byte_of_the_zip_is_found_or_changes_nothing(packed, tmp_path):
    honest = packed[0].read_bytes()
    out = tmp_path / "spoiled.zip"
    chance = random.Random(6)  # noqa: S311 - a repeatable test
    found = 0
    for at in chance.sample(range(len(honest)), 300):
        out.write_bytes(honest[:at] + bytes([honest[at] ^ chance.randrange(1, 256)]) + honest[at + 1 :])
        try:
            files = read_pack(out)
            report(files, KEY)
        except Damaged:
            found += 1
        else:
            assert files == packed[1]  # a date or an attribute of the zip itself
    assert found > 250


@pytest.mark.parametrize(
    "name",
    ["decisions.jsonl", "approvals.jsonl", "orders.jsonl", "fills.jsonl", "ai_logs.jsonl"],
)
def test_a_doctored_selection_is_found_though_its_hash_is_right(files, name):
    line, rest = files[name].split(b"\n", 1)
    record = json.loads(line)
    record["record"] = {"forged": True}
    sealed_anew(files, **{name: json.dumps(record).encode() + b"\n" + rest})
    with pytest.raises(Damaged, match=f"line 1 of {name} is not what the journal says"):
        check_pack(files)
    sealed_anew(files, **{name: b"[]\n"})
    with pytest.raises(Damaged, match="is not a record of the journal"):
        check_pack(files)


def test_a_journal_cut_at_its_end_is_found_though_its_hash_is_right(files):
    kept = b"".join(files["journal.jsonl"].splitlines(keepends=True)[:-1])
    sealed_anew(files, **{"journal.jsonl": kept})
    with pytest.raises(Damaged, match="had been packed"):
        check_pack(files)


def test_a_record_that_was_left_out_is_found(files):
    lines = files["journal.jsonl"].splitlines(keepends=True)
    with pytest.raises(Damaged, match="record 4: record 4 is missing"):
        list(events(b"".join(lines[:3] + lines[4:])))


def test_rewritten_rows_with_a_new_chain_need_the_key(files):
    """Whoever lacks the key can make the chain again, but not the seals."""
    from terminal.storage.pack.judge_verify import next_chain, pack_line

    forged, chain, prev = [], b"", b""
    for seq, line in enumerate(files["journal.jsonl"].splitlines(), 1):
        entry = json.loads(line)
        text = line[line.index(b'"row":') + 6 : line.rindex(b',"seq":')].replace(b'"Ada"', b'"Eve"')
        mac = bytes.fromhex(entry["mac"])
        chain = next_chain(chain, seq, text, mac)
        forged.append(pack_line(seq, text, prev, mac, chain) + b"\n")
        prev = mac
    journal = b"".join(forged)
    assert b'"Eve"' in journal
    list(events(journal))
    with pytest.raises(Damaged, match="seal"):
        list(events(journal, KEY))


def test_another_key_fails_at_the_first_record(files):
    with pytest.raises(Damaged, match=r"record 1: .*key is not the one"):
        check_pack(files, b"x" * 32)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"format":"other","files":{}}'])
def test_a_manifest_that_is_none_is_said(files, content):
    with pytest.raises(Damaged):
        check_pack(files | {"manifest.json": content})


def test_what_is_no_pack_is_said(tmp_path, capsys):
    (tmp_path / "x.zip").write_bytes(b"no zip")
    assert main([str(tmp_path / "x.zip")]) == CHANGED
    assert main([str(tmp_path / "none.zip")]) == CHANGED
    (tmp_path / "folder").mkdir()
    assert main([str(tmp_path / "folder")]) == CHANGED
    (tmp_path / "key").write_text("short")
    assert main([str(tmp_path / "folder"), "--key", str(tmp_path / "key")]) == CHANGED
    said = capsys.readouterr().out
    assert "journal.jsonl is missing" in said
    assert "holds no chain key" in said
