"""The storm at the other venues: the same program, the same promises, and what only those venues do wrong.

hashkey     spot; an unknown outcome is an HTTP 400 with a code, carried out or not; events lost, late, repeated;
            the address blocked (418), trading halted
woox        a gateway that answers 200 whatever happened; cancels that come late; reports shuffled and repeated;
            maintenance of trading and of everything, a book that stays behind the stream
woox spot   the same account's coins
bitz        no ids of ours, no stream: an order whose answer is lost is known by its terms alone

Each kind of fault has its turn, see `mandate`; how often each came is printed with the sums.

ALPHADESK_STORM_RUNS_ELSEWHERE    how many runs each (500 by default; a fifth of WOO X's are on spot)
ALPHADESK_STORM_SEED              the first seed (0 by default)
"""

import asyncio
import gc
import logging
import os
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.storm_figures import figures_of, never_injected
from simulation import mutants
from simulation.kit import Desk, play
from simulation.mandate import WITHIN, kinds_of
from simulation.place import Place
from simulation.place_bitz import BitzPlace
from simulation.place_hashkey import HashKeyPlace
from simulation.place_woox import WooxPlace, WooxSpotPlace
from simulation.storm import run_storm
from terminal.domain.instrument import base_of
from terminal.domain.order import Effect, OrderState

RUNS = int(os.environ.get("ALPHADESK_STORM_RUNS_ELSEWHERE", "500"))
FIRST = int(os.environ.get("ALPHADESK_STORM_SEED", "0"))
CHUNK = 100
ON_SQLITE_EVERY = 100
SEARCHED = range(60)
ON_SPOT = RUNS // 5
SHARES = {HashKeyPlace: RUNS, WooxPlace: RUNS - ON_SPOT, WooxSpotPlace: ON_SPOT, BitzPlace: RUNS}
CHUNKS = [
    pytest.param(place, range(first, min(first + CHUNK, FIRST + runs)), id=f"{place.name}-{first}")
    for place, runs in SHARES.items()
    for first in range(FIRST, FIRST + runs, CHUNK)
]
EVERYWHERE = pytest.mark.parametrize("place", SHARES, ids=lambda place: place.name)


@pytest.fixture(autouse=True)
def _quiet_logs():
    """Thousands of unreadable frames are the point here, not news."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize(("place", "seeds"), CHUNKS)
def test_storm(place: type[Place], seeds: range, tmp_path: Path, record_property) -> None:
    outcomes = []
    for seed in seeds:
        sqlite = tmp_path / f"{seed}.db" if seed % ON_SQLITE_EVERY == 0 else None
        outcomes.append(run_storm(seed, sqlite=sqlite, place=place))
        if seed % 25 == 0:
            gc.collect()  # collections are off in the tests, see conftest
    figures = figures_of(outcomes, kinds_of(place))
    record_property(f"storm {place.name}", figures)
    failed = {outcome.seed: outcome.violations for outcome in outcomes if outcome.violations}
    assert not failed, "\n".join(f"seed {seed}: {'; '.join(words)}" for seed, words in failed.items())
    assert sum(outcome.orders for outcome in outcomes) >= len(outcomes)
    # Each kind has its turn in so many seeds; a chunk that was cut short need not see everything.
    assert len(seeds) < WITHIN or never_injected(figures) == []


@EVERYWHERE
def test_the_same_seed_gives_the_same_run(place) -> None:
    assert run_storm(4, place=place) == run_storm(4, place=place)


@EVERYWHERE
def test_a_program_that_sends_again_is_found_and_its_seed_replays(place) -> None:
    for seed in SEARCHED:
        outcome = run_storm(seed, prepare=mutants.resends_on_time_out, place=place)
        if any(text.startswith("doubled") for text in outcome.violations):
            assert run_storm(seed, prepare=mutants.resends_on_time_out, place=place) == outcome
            return
    pytest.fail(f"sending again broke no promise in {len(SEARCHED)} runs: the storm cannot see it")


async def lost_beside_a_stranger(desk: Desk) -> None:
    """An order is lost on its way, and at that moment somebody trades the same contract by hand."""
    order = await desk.open("lost", wait_s=0.2)
    pair = base_of(order.terms.instrument_id)
    desk.world.external.add(desk.world.place.trade_by_hand(pair, ""))
    await asyncio.sleep(30.0)
    assert desk.again(order).venue_order_id is None
    await desk.until(lambda: desk.again(order).needs_human or desk.again(order).state is OrderState.NOT_ACCEPTED, 400)


def test_a_strangers_order_is_not_taken_for_the_lost_one() -> None:
    play(lost_beside_a_stranger, place=BitzPlace)


def test_a_program_that_adopts_a_wrong_order_is_found() -> None:
    with pytest.raises(AssertionError):
        play(lost_beside_a_stranger, place=BitzPlace, prepare=mutants.adopts_whatever_came)


async def the_same_exit_twice(desk: Desk) -> None:
    """Half of a position is closed and the order lost on its way; then the other half, and now the answer is lost."""
    path = desk.world.place.place_path
    await desk.open(wait_s=3.0)
    desk.weather.script += [(path, "lost"), (path, "lost_after")]
    await desk.close("0.5", wait_s=0.5)
    await desk.close("0.5", wait_s=0.5)
    first, second = (each for each in desk.orders if each.terms.effect is Effect.CLOSE)
    assert first.terms == replace(second.terms, reference_price=first.terms.reference_price)
    await desk.until(lambda: desk.again(second).state is OrderState.FILLED, 60.0)
    assert desk.again(first).venue_order_id is None
    (held,) = desk.engine.core.portfolio.positions
    assert held.size >= first.terms.size
    await desk.until(lambda: desk.again(first).state is OrderState.NOT_ACCEPTED, 400.0)


def test_of_two_exits_alike_the_second_leaves_once_the_first_is_settled() -> None:
    play(the_same_exit_twice, place=BitzPlace)


def test_a_program_that_sends_the_twin_at_once_is_found() -> None:
    with pytest.raises(AssertionError):
        play(the_same_exit_twice, place=BitzPlace, prepare=mutants.sends_a_twin)
