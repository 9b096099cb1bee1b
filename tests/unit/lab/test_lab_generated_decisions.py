"""Ten thousand decisions no sane model would make, through the live sizing and checks: what passes keeps every limit.

They reach the desk as they are, without the form checks that stand before it: the desk believes nobody.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

import pytest

from helpers.builders import make_decision
from helpers.lab_history import history
from terminal.domain.competition import ALLOWED_INSTRUMENTS, MAX_LEVERAGE
from terminal.domain.decision import Action, Decision
from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.order import Effect, OrderTerms, PositionSide
from terminal.domain.risk import RiskLimits
from terminal.lab.desk import DeskSettings, LabDesk
from terminal.lab.market import LabMarket

DECISIONS = 10_000
A_BAR = 8
EQUITY = Decimal(1_000)
ASKED_LEVERAGE = 400  # what the venue would allow
LIMITS = RiskLimits(
    max_leverage=10,
    liquidation_gap=Decimal("0.05"),
    orders_per_s=5,
    orders_per_min=1_000,
    orders_per_day=100_000,
)
NO_NUMBERS = tuple(map(Decimal, ("NaN", "Infinity", "-Infinity", "0", "-1", "1E+30", "1E-30")))
STRANGERS = ("PEPE-PERP", "BTC", "btc-perp", "BTC-PERP ", "", "BTC-PERP-PERP", "DOGE-USD")
NO_CHANCE = (float("nan"), float("inf"), -1.0, 0.0, 7.0)


@dataclass(frozen=True, slots=True)
class Passed:
    """An order the desk would send, with what was decided and the prices it was judged at."""

    decision: Decision
    terms: OrderTerms
    rules: Instrument
    bid: Decimal
    ask: Decimal


def generated(random: Random, name: InstrumentId, price: Decimal, number: int) -> Decision:
    """Draw a decision: mostly in the neighbourhood of a sound one, with anything in any field."""
    long = random.random() < 0.5
    action = Action.OPEN_LONG if long else Action.OPEN_SHORT
    sign = 1 if long else -1
    stop = _price(random, price, -sign)
    return replace(
        make_decision(),
        decision_id=f"fuzz{number}",
        cycle_id=f"fuzz{number}",
        instrument_id=InstrumentId(random.choice(STRANGERS)) if random.random() < 0.1 else name,
        action=random.choice(tuple(Action)) if random.random() < 0.05 else action,
        confidence=random.choice(NO_CHANCE) if random.random() < 0.2 else random.random(),
        reference_price=price * _near(random, 0.001) if random.random() < 0.9 else random.choice(NO_NUMBERS),
        stop_price=stop,
        target_price=_price(random, price, sign),
        risk_fraction=random.choice(
            (Decimal("0.005"), Decimal("0.02"), Decimal("0.5"), Decimal(50), *NO_NUMBERS)
            if random.random() < 0.4
            else (Decimal("0.001"), Decimal("0.005"), Decimal("0.02"))
        ),
        horizon_min=random.choice((-5, 0, 60, 10**9)),
    )


def _near(random: Random, most: float) -> Decimal:
    return Decimal(str(round(1 + random.uniform(-most, most), 9)))


def _price(random: Random, price: Decimal, sign: int) -> Decimal | None:
    """A level on the side it belongs to, at any distance; sometimes on the wrong one, none, or no price at all."""
    draw = random.random()
    if draw < 0.06:
        return None
    if draw < 0.12:
        return random.choice(NO_NUMBERS)
    if draw < 0.22:
        sign = -sign
    away = 10 ** random.uniform(-5, 0.3)
    return price * Decimal(str(round(1 + sign * away, 9)))


async def through_the_desk(market: LabMarket, seed: int) -> tuple[list[Passed], Counter[str]]:
    random, desk = Random(seed), LabDesk(market, DeskSettings(LIMITS, leverage=ASKED_LEVERAGE))  # noqa: S311 - the same again
    passed: list[Passed] = []
    refused: Counter[str] = Counter()
    for number in range(DECISIONS):
        bar = market.first + number // A_BAR
        if number % A_BAR == 0:
            desk.mark(bar)
        row = random.randrange(len(market.rules))
        desk._quote(row, bar)
        price = Decimal(str(market.panel.close[row, bar]))
        decision = generated(random, market.instruments[row], price, number)
        bid, ask = market.quote(row, float(price))
        answer = await desk.ask(decision, bar)
        if answer.terms is not None and random.random() < 0.5:
            answer = desk.send(decision, answer.terms, bid, ask)
        refused[answer.stopped_by] += answer.terms is None
        if answer.terms is not None:
            passed.append(Passed(decision, answer.terms, market.rules[row], bid, ask))
    return passed, refused


@pytest.fixture(scope="module")
def fuzzed() -> tuple[list[Passed], Counter[str]]:
    market = history(DECISIONS // A_BAR // 96 + 1, pattern=0.0)
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(through_the_desk(market, 1))


def breaches(each: Passed) -> Iterator[str]:
    """Everything the order breaks, measured from the order alone."""
    terms, long = each.terms, each.terms.position_side is PositionSide.LONG
    price = each.ask if long else each.bid
    if terms.instrument_id not in ALLOWED_INSTRUMENTS or terms.instrument_id != each.decision.instrument_id:
        yield "instrument"
    if not 1 <= terms.leverage <= min(LIMITS.max_leverage, MAX_LEVERAGE):
        yield "leverage"
    if terms.effect is not Effect.OPEN or long is not (each.decision.action is Action.OPEN_LONG):
        yield "side"
    if not (terms.size.is_finite() and terms.size >= each.rules.min_size and terms.size % each.rules.size_step == 0):
        yield "size step"
    if terms.size * price > LIMITS.order_notional * EQUITY:
        yield "order value"
    stop, target = terms.stop_price, terms.target_price
    if stop is None or not stop.is_finite() or stop <= 0 or not (stop < price if long else stop > price):
        yield "stop side"
    elif terms.size * abs(price - stop) > EQUITY * min(each.decision.risk_fraction, LIMITS.risk_per_trade):
        yield "risk"
    elif stop % each.rules.price_step != 0:
        yield "stop step"
    if target is not None and not (target.is_finite() and target > 0 and (target > price if long else target < price)):
        yield "target side"


def test_risk_4_no_order_of_ten_thousand_generated_decisions_breaks_a_limit(
    fuzzed: tuple[list[Passed], Counter[str]],
) -> None:
    passed, refused = fuzzed
    assert len(passed) + refused.total() == DECISIONS
    assert len(passed) > 1_000  # most of what passes must be sound, or nothing was shown
    assert refused.total() > 3_000
    found = Counter(words for each in passed for words in breaches(each))
    assert found == Counter()


def test_risk_4_the_measure_sees_each_breach(fuzzed: tuple[list[Passed], Counter[str]]) -> None:
    sound = next(each for each in fuzzed[0] if each.terms.target_price is not None)
    terms, rules = sound.terms, sound.rules
    stranger = InstrumentId("PEPE-PERP")
    wrong = {
        "instrument": replace(terms, instrument_id=stranger),
        "leverage": replace(terms, leverage=11),
        "size step": replace(terms, size=terms.size + rules.size_step / 2),
        "order value": replace(terms, size=rules.floor_size(EQUITY / sound.bid)),
        "stop side": replace(terms, stop_price=terms.target_price),
        "target side": replace(terms, target_price=terms.stop_price),
    }
    assert list(breaches(sound)) == []
    for name, changed in wrong.items():
        assert name in list(breaches(replace(sound, terms=changed))), name
