"""Other venues' prices beside ours: public data only, ages on everything, and nobody missed stops anything."""

from dataclasses import replace

import pytest

from helpers.builders import BTC, ETH, make_book, make_decision
from helpers.fake_clock import ManualClock, settle
from helpers.fake_feed import FakeFeed
from helpers.fake_world import World
from helpers.held_world import said
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.errors import VenueUnavailable
from terminal.domain.market import StreamState
from terminal.domain.references import FRESH_S, ReferencesChanged
from terminal.services.market.references import ReferenceFeed

pytestmark = pytest.mark.asyncio


def ready(venue: str, feed: FakeFeed) -> ReferenceFeed:
    async def opened() -> FakeFeed:
        return feed

    return ReferenceFeed(venue, opened)


def two_venues(clock: ManualClock) -> tuple[FakeFeed, FakeFeed]:
    hashkey, woox = FakeFeed(clock, ALLOWED_INSTRUMENTS), FakeFeed(clock, ALLOWED_INSTRUMENTS)
    hashkey.ids = (BTC,)
    hashkey.rules = {BTC: hashkey.rules[BTC]}
    hashkey.prices[BTC], woox.prices[BTC] = "60060.0", "59970.0"
    return hashkey, woox


async def compared(*decisions) -> tuple[World, FakeFeed, FakeFeed]:
    world = World(*decisions)
    hashkey, woox = two_venues(world.clock)
    world.options = {"references": (ready("hashkey", hashkey), ready("woox", woox))}
    world.build(*decisions)
    await world.start()
    await world.clock.advance(3)
    return world, hashkey, woox


def newest(world: World) -> ReferencesChanged:
    return world.of(ReferencesChanged)[-1]


def row(world: World, name=BTC):
    return next(each for each in newest(world).rows if each.instrument_id == name)


async def test_basis_spread_age_and_dispersion_of_a_pair():
    world, hashkey, _ = await compared()
    now = row(world)
    ours = world.engine.core.hub.quote(BTC).mid
    assert now.mid == ours
    above, below = now.prices
    assert [each.venue for each in now.prices] == ["hashkey", "woox"]
    assert above.basis_bp == round(float((above.mid - ours) / ours * 10_000), 4) > 0
    assert below.basis_bp == round(float((below.mid - ours) / ours * 10_000), 4) < 0
    assert above.spread_bp > 0
    assert above.bid < above.mid < above.ask
    assert above.decimals == hashkey.rules[BTC].price_decimals
    assert 0 <= above.age_s <= 1.1
    assert now.dispersion_bp == pytest.approx(above.basis_bp - below.basis_bp, abs=0.001)
    await world.close()


async def test_a_pair_that_is_not_listed_is_said_and_never_asked_for():
    world, *_ = await compared()
    here, there = row(world, ETH).prices
    assert (here.listed, here.mid, here.basis_bp, here.age_s) == (False, None, None, None)
    assert there.listed is True
    await world.close()


async def test_an_old_price_keeps_its_age_and_is_compared_with_nothing():
    world, hashkey, woox = await compared()
    hashkey.live = woox.live = False
    await world.clock.advance(FRESH_S + 2)
    now = row(world)
    for each in now.prices:
        assert each.mid is not None
        assert each.basis_bp is None
        assert each.age_s > FRESH_S
    assert now.dispersion_bp is None
    await world.close()


async def test_without_our_own_price_nothing_is_compared():
    world, *_ = await compared()
    world.feed.live = False
    await world.clock.advance(FRESH_S + 2)
    assert all(each.basis_bp is None and each.mid is not None for each in row(world).prices)
    assert row(world).age_s > FRESH_S
    await world.close()


async def test_a_book_under_repair_is_no_price():
    world, hashkey, _ = await compared()
    hashkey.live = False
    hashkey.sink(replace(make_book(BTC, "60060.0"), synchronised=False))
    world.engine.core.references.tell()
    assert row(world).prices[0].mid is None
    await world.close()


async def test_a_venue_that_cannot_be_reached_costs_its_column_alone():
    world = World(make_decision())
    hashkey, woox = two_venues(world.clock)
    hashkey.fail_with = VenueUnavailable("no route")
    world.options = {"references": (ready("hashkey", hashkey), ready("woox", woox))}
    world.build(make_decision())
    await world.start()
    await world.approve()
    await world.clock.advance(5)
    assert world.order().filled_size > 0
    links = {each.venue: each for each in newest(world).links}
    assert not links["hashkey"].connected
    assert "Trying on" in links["hashkey"].text
    assert links["woox"].connected
    assert links["woox"].title == "WOO X"
    assert said(world, "HashKey cannot be compared")
    assert row(world).prices[0].listed is None
    hashkey.fail_with = None
    await world.clock.advance(40)
    assert row(world).prices[0].basis_bp is not None
    await world.close()


async def test_a_stream_that_is_away_says_so():
    world, hashkey, _ = await compared()
    hashkey.sink(StreamState("public", connected=False, detail="the connection was lost"))
    await world.clock.advance(1.5)
    (link, _) = newest(world).links
    assert (link.connected, link.text) == (False, "the connection was lost")
    await world.close()


async def test_a_venue_with_none_of_our_pairs_is_left_alone():
    world = World()
    empty = FakeFeed(world.clock, ())
    world.options = {"references": (ready("woox", empty),)}
    world.build()
    await world.start()
    await world.clock.advance(3)
    assert empty.sink is None
    assert newest(world).links[0].text == "it lists none of our pairs"
    await world.close()


async def test_the_snapshot_freezes_what_was_compared_with_ages():
    world, *_ = await compared()
    gatherer = world.engine.core.cycle._snapshots._gather
    rules, quote = world.engine.core.hub.instruments[BTC], world.engine.core.hub.quote(BTC)
    facts = gatherer.of(rules, quote, world.clock.now_ms())
    first, second = facts.references
    assert (first.venue, first.listed, second.venue) == ("hashkey", True, "woox")
    assert first.mid is not None
    assert first.basis_bp is not None
    assert first.reference_age_s is not None
    assert facts.dispersion_bp is not None
    assert not [each for each in facts.missing if each.field.startswith(("references", "dispersion"))]
    eth = gatherer.of(world.engine.core.hub.instruments[ETH], world.engine.core.hub.quote(ETH), 0)
    assert ("references.hashkey", "the pair is not listed there") in {(each.field, each.why) for each in eth.missing}
    await world.close()


async def test_nobody_to_compare_with_is_no_news():
    world = World()
    await world.start()
    await world.clock.advance(5)
    await settle()
    assert not world.of(ReferencesChanged)
    assert world.engine.core.references.venues == ()
    await world.close()
