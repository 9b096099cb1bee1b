"""A snapshot's hash: that of old journals stays, that of new ones covers every fact."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from helpers import market_paths
from helpers.snapshot_kit import full_snapshot
from terminal.domain.canonical import canonical_json
from terminal.domain.decision import Action
from terminal.domain.frozen import SnapshotFrozen
from terminal.domain.instrument import perpetual
from terminal.domain.snapshot import SCHEMA, Question
from terminal.domain.snapshot_facts import Missing
from terminal.services.review.input_freezer import frozen_snapshot
from terminal.storage.journal.codec import decode, encode, kind_of
from terminal.strategy.records import snapshot_sha256

PANEL = market_paths.market(4, bars=520, bases=("BTC", "ETH"))
OLD = market_paths.snapshot(PANEL)


def test_a_snapshot_from_before_the_facts_keeps_its_hash():
    """Both values were made by the program as it was before schema 2."""
    asked = Question(Action.OPEN_LONG, "Ann", perpetual("ETH"), "q1")
    assert OLD.schema == 1
    assert snapshot_sha256(OLD) == "98528d4571c638f019722392bb52772b67bcb323bd6f07fe4284b96964290ec4"
    assert (
        snapshot_sha256(market_paths.snapshot(PANEL, question=asked))
        == "99afe60295edd7b8108d8957e831a77bce7126c55950e40ee6166aa1c2198479"
    )


def test_a_snapshot_from_before_the_other_venues_keeps_its_hash():
    """The value was made by the program as it was before schema 3."""
    before = replace(full_snapshot(PANEL), schema=2)
    assert snapshot_sha256(before) == "75d0f3b169c62d229500c81b7494661e08baf9ddc3f3573d8560dc457e7e77fa"
    rules = replace(before.views[0].instrument, min_notional=Decimal(5))
    views = (replace(before.views[0], instrument=rules), *before.views[1:])
    assert snapshot_sha256(replace(before, views=views)) == snapshot_sha256(before)
    now = replace(before, schema=SCHEMA)
    assert snapshot_sha256(replace(now, views=views)) != snapshot_sha256(now)


def test_a_snapshot_from_before_spot_was_told_keeps_its_hash():
    """The value was made by the program as it was before schema 4."""
    before = replace(full_snapshot(PANEL), schema=3)
    assert snapshot_sha256(before) == "90d46cef6c3c62f86b8769b13a6b66295cc505c1232c6c4047971d4aeab7fa51"
    assert snapshot_sha256(replace(before, can_short=False)) == snapshot_sha256(before)
    body = json.loads(encode(frozen_snapshot(before))[1])
    del body["snapshot"]["can_short"]
    assert decode(kind_of(SnapshotFrozen), json.dumps(body)) == frozen_snapshot(before)


@pytest.mark.parametrize("changes", [{"mid": Decimal(101)}, {"spread_bp": 3.0}, {"listed": True}, {"basis_bp": 1.0}])
def test_another_venues_price_is_in_the_hash(changes):
    whole = full_snapshot(PANEL)
    view = whole.views[0]
    told = replace(view.facts, references=(replace(view.facts.references[0], **changes),))
    other = replace(whole, views=(replace(view, facts=told), *whole.views[1:]))
    assert snapshot_sha256(other) != snapshot_sha256(whole)


def test_a_record_of_yesterday_reads_as_schema_1():
    body = json.loads(encode(frozen_snapshot(OLD))[1])
    for name in ("schema", "venue", "clock_offset_ms", "account", "limits", "left_out"):
        del body["snapshot"][name]
    for view in body["snapshot"]["views"]:
        del view["facts"]
    again = decode(kind_of(SnapshotFrozen), json.dumps(body))
    assert again == frozen_snapshot(OLD)


def test_a_full_snapshot_comes_back_from_the_journal_with_the_same_hash():
    whole = full_snapshot(PANEL)
    record = frozen_snapshot(whole)
    again = decode(*encode(record))
    assert again == record
    bars = [view.candles for view in whole.views]
    views = tuple(replace(view, candles=own) for view, own in zip(again.snapshot.views, bars, strict=True))
    assert snapshot_sha256(replace(again.snapshot, views=views)) == snapshot_sha256(whole)
    assert canonical_json(again) == canonical_json(record)


def changed(whole, part, **changes):
    if part == "head":
        return replace(whole, **changes)
    if part in {"account", "limits"}:
        return replace(whole, **{part: replace(getattr(whole, part), **changes)})
    view = whole.views[0]
    facts = replace(view.facts, **{part: replace(getattr(view.facts, part), **changes)})
    return replace(whole, views=(replace(view, facts=facts), *whole.views[1:]))


@pytest.mark.parametrize(
    ("part", "changes"),
    [
        ("book", {"imbalance_5": 0.5}),
        ("prices", {"ticker_age_s": 4.0}),
        ("funding", {"next_ms": 1}),
        ("open_interest", {"age_s": 301.0}),
        ("cost", {"taker_fee_bp": 9.0}),
        ("account", {"day_pnl_pct": -3.0}),
        ("limits", {"trading_state": "HALTED"}),
        ("head", {"clock_offset_ms": 40.0}),
        ("head", {"venue": "another"}),
        ("head", {"can_short": False}),
        ("head", {"left_out": (Missing("SOL-PERP", "no live price"),)}),
    ],
)
def test_every_fact_is_in_the_hash(part, changes):
    whole = full_snapshot(PANEL)
    assert whole.schema == SCHEMA
    assert snapshot_sha256(changed(whole, part, **changes)) != snapshot_sha256(whole)


def test_a_decision_s_input_holds_the_facts_it_was_made_beside(planted, fitted):
    """And that of an old snapshot does not, so that it comes out as it was stored."""
    strategist, _ = fitted
    new = strategist.decide(full_snapshot(planted)).decisions[0]
    old = strategist.decide(market_paths.snapshot(planted)).decisions[0]
    given = json.loads(new.input_json)["snapshot"]
    assert given["market"]["book"]["imbalance_5"] == 0.2
    assert given["market"]["prices"]["ticker_age_s"] == 0.2
    reference = {"basis_bp": None, "listed": None, "mid": None, "reference_age_s": None, "spread_bp": None}
    assert given["market"]["references"] == [{**reference, "venue": "hashkey"}]
    before = strategist.decide(replace(full_snapshot(planted), schema=2)).decisions[0]
    told = json.loads(before.input_json)["snapshot"]["market"]["references"]
    assert told == [{"basis_bp": None, "reference_age_s": None, "venue": "hashkey"}]
    assert given["account"]["day_pnl"] == "100"
    assert given["limits"]["order_quote"] == "4950"
    assert "snapshot" not in json.loads(old.input_json)
