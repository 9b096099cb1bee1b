"""What a judge pack holds, how it is written, and what it says of orders and rules."""

import csv
import json
import sqlite3
import zipfile
from contextlib import closing

import pytest
from pack_records import FACTS, Story, fill, opening

from helpers.store_journal import KEY
from terminal.domain.ai_log import AiLogState
from terminal.domain.errors import ConfigError, StorageError
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import Effect, Origin
from terminal.domain.records import ChainHead, FillBooked
from terminal.storage.pack.content import pack_content
from terminal.storage.pack.judge_verify import UNTRACED, WHOLE, events, report
from terminal.storage.pack.writer import write_pack


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.sqlite"


@pytest.fixture
def story(path):
    made = Story(path)
    yield made
    made.close()


def missing_of(path):
    return {each.client_order_id: each.missing for each in pack_content(path, FACTS).orders}


def rules_of(path):
    return {each.rule: each for each in pack_content(path, FACTS).rules}


def test_an_honest_run_is_whole_and_every_order_is_traced(path, story):
    first, second = story.whole("d1"), story.whole("d2")
    content = pack_content(path, FACTS)
    code, lines = report(content.files, KEY)
    assert code == WHOLE
    assert "seals and chain" in lines[0]
    assert lines[1] == "Orders at the venue: 2; fully traced: 2."
    assert [each.venue_order_id for each in content.orders] == [first, second]
    assert {each.approved_by for each in content.orders} == {"Ada"}
    assert [each.missing for each in content.orders] == [(), ()]


def test_the_journals_rows_are_in_the_pack_byte_for_byte(path, story):
    story.whole("d1")
    packed = list(events(pack_content(path, FACTS).files["journal.jsonl"], KEY))
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT seq, kind, body, mac FROM event ORDER BY seq").fetchall()
    assert [(each.seq, f"{each.kind}.1", each.body, each.mac) for each in packed] == [
        (seq, kind, json.loads(body), mac.hex()) for seq, kind, body, mac in rows
    ]


def test_the_exact_bytes_are_there(path, story):
    venue_id = story.whole("d1")
    files = pack_content(path, FACTS).files
    logs = [json.loads(line) for line in files["ai_logs.jsonl"].splitlines()]
    assert [each["kind"] for each in logs] == [
        "ai_log_frozen",
        "ai_log_linked",
        "ai_log_attempted",
        "ai_log_answered",
    ]
    assert logs[1]["record"]["body"] == f'{{"orderId":{venue_id},{logs[0]["record"]["log"]["content"][1:]}'
    orders = [json.loads(line) for line in files["orders.jsonl"].splitlines()]
    assert orders[0]["record"]["body"] == '{"size":"0.0050"}'
    assert orders[-1]["record"]["order"]["state"] == "FILLED"
    assert [json.loads(line)["kind"] for line in files["fills.jsonl"].splitlines()] == ["fill_booked"]
    assert len(files["decisions.jsonl"].splitlines()) == 2
    assert len(files["approvals.jsonl"].splitlines()) == 1


def leave_out_decision(story):
    story.adopted("d", Origin.EXTERNAL, Effect.OPEN)


def leave_out_approval(story):
    """The journal itself refuses an order of an unapproved decision: so one that came from elsewhere with its id."""
    order = opening("d")
    log = story.decide("d", order)
    story.journal._store._db.execute("PRAGMA foreign_keys=OFF")
    story.upload(log, story.send(order))


def leave_out_log(story):
    order = opening("d")
    story.decide("d", order, log=False)
    story.approve("d")
    story.send(order)


def refuse_log(story):
    order = opening("d")
    log = story.decide("d", order)
    story.approve("d")
    story.upload(log, story.send(order), AiLogState.NEEDS_HAND)


def never_upload_log(story):
    order = opening("d")
    story.decide("d", order)
    story.approve("d")
    story.send(order)


def name_another_order(story):
    order = opening("d")
    log = story.decide("d", order)
    story.approve("d")
    story.send(order)
    story.upload(log, "123456")


def anchor_elsewhere(story):
    order = opening("d")
    log = story.decide("d", order, anchor=ChainHead(1, "ab" * 32))
    story.approve("d")
    story.upload(log, story.send(order))


def anchor_in_the_future(story):
    order = opening("d")
    log = story.decide("d", order, anchor=ChainHead(4_000, "ab" * 32))
    story.approve("d")
    story.upload(log, story.send(order))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (leave_out_decision, ("no decision", "no approval", "no AI log")),
        (leave_out_approval, ("no approval",)),
        (leave_out_log, ("no AI log",)),
        (refuse_log, ("no accepted AI log (refused by the venue)",)),
        (never_upload_log, ("no accepted AI log (not answered)",)),
        (name_another_order, ("its AI log names another order",)),
        (anchor_elsewhere, ("its AI log was anchored in another journal than this one",)),
        (anchor_in_the_future, ("its AI log was anchored in another journal than this one",)),
    ],
)
def test_each_order_that_lacks_something_is_named(path, story, spoil, words):
    story.whole("good")
    spoil(story)
    content = pack_content(path, FACTS)
    good, bad = content.orders
    assert (good.missing, bad.missing) == ((), words)
    code, lines = report(content.files, KEY)
    assert code == UNTRACED
    assert lines[-1].startswith(f"  Order {bad.venue_order_id} ({bad.client_order_id}): {words[0]}")
    rows = list(csv.DictReader(content.files["orders.csv"].decode().splitlines()))
    assert [row["missing"] for row in rows] == ["", "; ".join(words)]


def test_an_exit_needs_no_approval_but_its_log(path, story):
    story.whole("d1")
    story.adopted("stop", Origin.VENUE, Effect.CLOSE)
    assert missing_of(path)["x-stop"] == ("no AI log",)


def test_an_execution_of_no_known_order_is_named(path, story):
    story.whole("d1")
    story.journal.write(FillBooked(fill(opening("ghost"), 999)))
    content = pack_content(path, FACTS)
    assert len(content.strangers) == 1
    assert "belongs to no order of the journal" in content.strangers[0]
    assert report(content.files, KEY)[0] == UNTRACED
    assert not rules_of(path)["No gaps"].kept


# -- rules -------------------------------------------------------------------------


def test_the_rules_are_checked_against_the_records(path, story):
    for number in range(10):
        story.whole(f"d{number}", leverage=20)
    rules = rules_of(path)
    assert [rule.rule for rule in rules.values() if not rule.kept] == []
    assert rules["Leverage at most 20x"].found == "highest of an opening order: 20x"
    text = pack_content(path, FACTS).files["rules.txt"].decode()
    assert "NOT KEPT" not in text


def test_a_broken_rule_is_named_with_its_order(path, story):
    high = story.whole("d1", leverage=21)
    strange = story.whole("d2", instrument_id=InstrumentId("PEPE-PERP"))
    story.adopted("hand", Origin.EXTERNAL, Effect.OPEN)
    rules = rules_of(path)
    assert high in rules["Leverage at most 20x"].breaches[0]
    assert strange in rules["Only the eight pairs"].breaches[0]
    assert "no decision" in rules["No order opened by hand"].breaches[0]
    assert rules["At least 10 trades"].breaches == ("7 more are needed in a round",)


def test_too_many_orders_in_a_second_are_counted(path, story):
    for number in range(11):
        order = opening(f"d{number}")
        story.decide(f"d{number}", order)
        story.approve(f"d{number}")
        story.send(order, signed_ms=1_000 + number * 99)
    assert rules_of(path)["At most 10 orders a second"].breaches == ("11 orders within one second",)


# -- series and versions -------------------------------------------------------------


def test_equity_and_drawdown_are_the_recorded_marks(path, story):
    story.equity("1000", "1100", "990.5", "1200")
    rows = list(csv.DictReader(pack_content(path, FACTS).files["equity.csv"].decode().splitlines()))
    assert [row["equity"] for row in rows] == ["1000", "1100", "990.5", "1200"]
    assert [row["peak"] for row in rows] == ["1000", "1100", "1100", "1200"]
    assert [row["drawdown_pct"] for row in rows] == ["0.0000", "0.0000", "9.9545", "0.0000"]


def test_versions_and_readme_say_what_wrote_it(path, story):
    story.whole("d1")
    files = pack_content(path, FACTS).files
    versions = json.loads(files["versions.json"])
    assert versions["packed_with"] == {"alphadesk": "1.0"}
    assert versions["sessions"][0]["build"] == "b" * 64
    readme = files["README.txt"].decode()
    assert "1 orders at the venue, 1 of them traced" in " ".join(readme.split())
    assert "python3 verify.py" in readme
    assert "competition account" in readme


def test_an_empty_journal_packs(path, story):
    story.close()
    with closing(sqlite3.connect(path)) as db:
        for name, _ in db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("DELETE FROM event")
        db.commit()
    assert report(pack_content(path, FACTS).files, KEY)[0] == WHOLE


# -- writing ---------------------------------------------------------------------------


def test_the_same_journal_gives_the_same_file(path, story, tmp_path):
    story.whole("d1")
    content = pack_content(path, FACTS)
    write_pack(content, tmp_path / "a.zip")
    write_pack(content, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as pack:
        assert {name: pack.read(name) for name in pack.namelist()} == content.files


def test_a_file_that_exists_is_replaced_only_on_demand(path, story, tmp_path):
    out = tmp_path / "pack.zip"
    out.write_bytes(b"precious")
    content = pack_content(path, FACTS)
    with pytest.raises(ConfigError, match="--force"):
        write_pack(content, out)
    assert out.read_bytes() == b"precious"
    write_pack(content, out, force=True)
    assert zipfile.is_zipfile(out)


def test_a_missing_folder_or_a_folder_as_file_is_said(path, story, tmp_path):
    content = pack_content(path, FACTS)
    with pytest.raises(ConfigError, match="no folder"):
        write_pack(content, tmp_path / "none" / "pack.zip")
    with pytest.raises(ConfigError, match="is a folder"):
        write_pack(content, tmp_path, force=True)


def test_a_disk_that_fails_leaves_the_old_file_and_no_draft(path, story, tmp_path, monkeypatch):
    out = tmp_path / "pack.zip"
    out.write_bytes(b"precious")
    content = pack_content(path, FACTS)

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("terminal.storage.pack.writer.os.fsync", full)
    with pytest.raises(StorageError, match="the disk is full"):
        write_pack(content, out, force=True)
    assert out.read_bytes() == b"precious"
    assert [item.name for item in tmp_path.iterdir() if item.name.endswith(".new")] == []


@pytest.mark.parametrize("secret", ["weex_0123456789abcdef", 'pass "phrase" \\ with marks', "geheim-für-alle"])
def test_a_secret_in_a_record_stops_the_pack(path, story, tmp_path, secret):
    story.whole("d1")
    story.note(f"the venue said: {secret} is wrong")
    seq = story.journal.head.seq
    content = pack_content(path, FACTS)
    with pytest.raises(StorageError, match=f"record {seq} of the journal") as caught:
        write_pack(content, tmp_path / "pack.zip", secrets=["unseen-secret", secret])
    assert secret not in str(caught.value)
    assert not (tmp_path / "pack.zip").exists()
    write_pack(content, tmp_path / "pack.zip", secrets=["unseen-secret"])


def test_a_secret_inside_an_ai_log_is_found_through_both_layers(path, story, tmp_path):
    secret = 'two "layers" deep'
    story.note(json.dumps({"said": secret}))
    with pytest.raises(StorageError, match="A secret"):
        write_pack(pack_content(path, FACTS), tmp_path / "pack.zip", secrets=[secret])


def test_a_pack_of_a_journal_in_use_changes_nothing_in_it(path, story):
    story.whole("d1")
    log = path.with_name("journal.sqlite-wal")
    before = path.read_bytes(), log.read_bytes()
    assert pack_content(path, FACTS).records > 5
    assert (path.read_bytes(), log.read_bytes()) == before
    assert len(before[1]) > 0
    story.note("on")


def test_a_journal_that_is_not_whole_is_not_packed(path, story):
    story.whole("d1")
    story.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("DROP TRIGGER event_no_delete")
        db.execute("DELETE FROM event WHERE seq = 3")
    with pytest.raises(StorageError, match="not whole"):
        pack_content(path, FACTS)
