"""Guardrails stop openings and nothing else: whatever they say, a position can be left."""

import asyncio

from simulation.kit import Desk, play
from simulation.world import GENEROUS, TIGHT
from terminal.domain.instrument import base_of
from terminal.domain.order import Order
from terminal.domain.review import ReviewState


async def a_blocked_card(desk: Desk, pair: str) -> str:
    """Ask until the model proposes this pair again; give why its card was blocked."""
    review = desk.engine.core.review
    known = set(review.proposals)
    for _ in range(20):  # the model abstains now and then
        desk.engine.core.cycle.request("test")
        await asyncio.sleep(2.0)
        cards = [card for key, card in review.proposals.items() if key not in known]
        own = [card for card in cards if base_of(card.terms.instrument_id) == pair]
        if own:
            assert {card.state for card in own} == {ReviewState.BLOCKED}
            return "; ".join(card.reason for card in own)
    return "no card of it came"


def is_flat(desk: Desk) -> bool:
    return not any(held.size for held in desk.exchange.books.held()) and not desk.engine.core.portfolio.positions


async def opened(desk: Desk) -> tuple[Order, str]:
    """Open one pair, let all other cards expire; give its order and its base."""
    order = await desk.open(wait_s=3.0)
    await desk.until(lambda: not desk.engine.core.review.open_proposals())
    assert not is_flat(desk)
    return order, base_of(order.terms.instrument_id)


def test_a_desk_that_lost_count_opens_nothing_and_a_person_still_gets_out():
    async def story(desk: Desk) -> None:
        _order, pair = await opened(desk)
        desk.engine.core.guard_kit.guards.is_broken = True
        other = "ETH" if pair == "BTC" else "BTC"
        assert "what it counts broke down" in await a_blocked_card(desk, other)
        await desk.close(wait_s=5.0)
        assert is_flat(desk)
        assert desk.openings() == 1

    play(story, guardrails=GENEROUS)


def test_a_stop_fires_at_the_venue_under_tight_guardrails_and_its_pair_rests():
    async def story(desk: Desk) -> None:
        order, pair = await opened(desk)
        falls = order.terms.stop_price < order.terms.expected_price
        desk.world.market.shock(pair, -0.02 if falls else 0.02)
        await desk.until(lambda: is_flat(desk), 60.0)
        await asyncio.sleep(5.0)  # the closing order is heard of a moment after the position
        assert f"{pair} rests" in await a_blocked_card(desk, pair)
        assert desk.openings() == 1

    play(story, guardrails=TIGHT)
