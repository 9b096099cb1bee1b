"""How each rule is brought to the point of being broken, and the words that then refuse the order."""

from collections.abc import Callable
from dataclasses import replace

from helpers.builders import BTC, ETH, D, make_decision, make_order, make_terms
from helpers.fake_world import World
from helpers.held_world import add_resting
from helpers.rule_kit import rules_for
from terminal.domain.account import LeverageSetting
from terminal.domain.ai_log import AiLog, AiLogState
from terminal.domain.decision import Decision
from terminal.domain.messages import ProposalChanged
from terminal.domain.order import Effect, OrderState, Side
from terminal.services.ai_logs.content import Audit, ProgramMark, decision_content, freeze


async def started(*decisions: Decision, **options) -> World:
    season = options.pop("season", None)
    world = World(*decisions, rules=rules_for(season), rule_version="test", **options)
    await world.start()
    return world


async def settled(world: World, decision_id: str = "d1") -> str:
    """Wait until the proposal is answered, and give the reason it carries."""
    await world.proposed(decision_id)
    await world.clock.advance(1)
    return world.proposal(decision_id).reason


def sent_openings(world: World) -> list[str]:
    ledger = world.engine.core.ledger
    return [
        each for each in world.venue.sends if (order := ledger.get(each)) is None or order.terms.effect is Effect.OPEN
    ]


def high_leverage(world: World) -> None:
    world.engine.core.facts.leverage[BTC] = LeverageSetting(BTC, 50, 50, 50, is_isolated=False)


def far_too_much(world: World) -> None:
    leg = make_terms(instrument_id=ETH, size=D(1))
    core = world.engine.core
    core.ledger.put(make_order(OrderState.WORKING, client_order_id="big", decision_id="old", terms=leg))
    assert core.facts.gross_notional() > 20 * core.portfolio.balance.equity


def many_calls(world: World) -> None:
    for _ in range(8):
        world.engine.core.pace.sent(make_terms(instrument_id=ETH))


def drifted(world: World) -> None:
    world.feed.prices[BTC] = "61000.0"
    world.feed.tick()


def turning(world: World) -> None:
    for at in range(5):
        world.engine.core.pace.sent(make_terms(side=(Side.SELL, Side.BUY)[at % 2]))


def just_entered(world: World) -> None:
    world.engine.core.pace.sent(make_terms(size=D("0.0020")))


def log_refused(world: World) -> None:
    core = world.engine.core
    log = core.outbox.of_order(world.proposal().client_order_id)[0] if world.of(ProposalChanged) else None
    lost = replace(log, log_id="other", client_order_id="other") if log else _made_log(world)
    core.outbox.add(replace(lost, state=AiLogState.NEEDS_HAND, last_code="40015", last_message="refused"))
    assert core.outbox.needing_hand() == 1


def _made_log(world: World) -> AiLog:
    content = decision_content(make_decision(), make_terms(), Audit(world.journal.head, ProgramMark("test", "")))
    return freeze("other", "other", "other", content, AiLogState.KEPT, 0)


def tampered(world: World) -> None:
    outbox = world.engine.core.outbox
    log = outbox.of_order(world.proposal().client_order_id)[0]
    outbox.logs[log.log_id] = replace(log, content=log.content.replace(b"Trend up", b"Trend dn"))
    assert not outbox.is_ready(log.client_order_id)


def resting_opposite(world: World) -> None:
    add_resting(world, side=Side.SELL, stop_price=D("61000.0"), target_price=D("58000.0"))


GATE: dict[str, tuple[Callable[[World], None], str]] = {
    "R2": (high_leverage, "Competition rule 2 (leverage, risk check R4): 50x at the venue"),
    "R3": (far_too_much, "Competition rule 3 (position and gross notional, risk check R6)"),
    "R4": (many_calls, "Competition rule 4 (order rate, risk check R15)"),
    "R5": (drifted, "Competition rule 5 (decision age and drift, risk check R11)"),
    "R6": (log_refused, "Competition rule 6 (AI logs, risk check R28)"),
    "R7": (tampered, "Competition rules 5 and 7 (AI decision, risk check R3): its AI log is missing or was changed"),
    "R8": (turning, "Competition rule 8 (turns of direction, risk check R19)"),
    "R8 meeting our own": (resting_opposite, "Competition rule 8 (self match, risk check R19)"),
    "R9": (just_entered, "Competition rule 9 (entry interval, risk check R15)"),
}
AFTER_THE_PROPOSAL = {"R7", "R8 meeting our own"}  # before it there is no log, and no proposal where an order rests
