"""What an answer must keep to beyond its form. Each fault is a sentence the model can act on.

Nothing is mended here: a wrong side, symbol, action or stop is never put right by code, and prose is
never searched for a direction.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from terminal.domain.instrument import base_of
from terminal.domain.snapshot import InstrumentView, MarketSnapshot
from terminal.strategy.language.answer import OPENS_MAX, CycleAnswer, EvidenceItem, Invalidation, TradeAnswer
from terminal.strategy.language.facts import Facts

STOP_ATR: Final = (1.0, 4.0)
REWARD_MIN: Final = 1.2
WEIGHT_DIGITS: Final = 3  # of a piece of evidence; less is no weight
_REL: Final = 0.005
_SLACK: Final = 1e-9
_COMMON: Final = frozenset({"account", "limits"})
# A number of its own: `rsi14`, `15m` and `H1` are names, no figures.
_NUMBER: Final = re.compile(r"(?<![\w.,])[+\-−]?\d[\d,]*(?:\.\d+)?(?:[eE][+-]?\d+)?(?!\w|[.,]\d)")


def answer_faults(
    answer: CycleAnswer, snapshot: MarketSnapshot, facts: Facts, *, may_hold_already: bool = False
) -> tuple[str, ...]:
    """Say everything that is wrong with an answer; nothing when it may be used.

    `may_hold_already` lets an invalidation pass that is true from the start, for replays of the first template.
    """
    faults = [*_faults(answer, snapshot, facts)]
    if not may_hold_already:
        faults += [
            f"{each.symbol}: {fault}"
            for each in answer.decisions
            if each.action.startswith("open") and each.invalidation is not None
            for fault in _held_already(each.invalidation, facts)
        ]
    return tuple(faults)


def _faults(answer: CycleAnswer, snapshot: MarketSnapshot, facts: Facts) -> Iterator[str]:
    if answer.snapshot_id != snapshot.snapshot_id:
        yield f"snapshot_id must be {snapshot.snapshot_id}"
    symbols = [each.symbol for each in answer.decisions]
    if len(set(symbols)) != len(symbols):
        yield "there must be at most one decision a symbol"
    if sum(each.action.startswith("open") for each in answer.decisions) > OPENS_MAX:
        yield f"at most {OPENS_MAX} decisions may open"
    asked = snapshot.question
    if asked is not None and symbols != [base_of(asked.instrument_id)]:
        yield f"there must be exactly one decision, about {base_of(asked.instrument_id)}"
    views = {base_of(view.instrument.instrument_id): view for view in snapshot.views}
    for each in answer.decisions:
        view = views.get(each.symbol)
        found = ["the symbol is not in the snapshot"] if view is None else _decision_faults(each, view, facts)
        yield from (f"{each.symbol}: {fault}" for fault in found)
        if each.action == "open_short" and not snapshot.can_short:
            yield f"{each.symbol}: spot cannot be sold short (account.can_short is 0); hold, or close a held LONG"


def _decision_faults(answer: TradeAnswer, view: InstrumentView, facts: Facts) -> Iterator[str]:
    yield from evidence_faults(answer, facts)
    match answer.action:
        case "open_long" | "open_short":
            yield from _open_faults(answer, view, facts)
        case "close":
            held = {"LONG": view.held_long, "SHORT": view.held_short}.get(answer.close_side or "", Decimal(0))
            if held <= 0:
                yield "close needs close_side LONG or SHORT of a position that is held; none such is"
        case _:
            if answer.stop_price is not None or answer.take_profit_price is not None:
                yield "hold has neither stop_price nor take_profit_price"
    yield from _number_faults(answer, view, facts)


# -- evidence and numbers -------------------------------------------------------


def evidence_faults(answer: TradeAnswer, facts: Facts) -> Iterator[str]:
    """Say which quoted inputs are not the snapshot's."""
    keys = [each.feature_id for each in answer.evidence]
    if len(set(keys)) != len(keys):
        yield "evidence quotes the same feature_id twice"
    for each in answer.evidence:
        yield from _item_faults(each, facts)
    if answer.invalidation is not None and facts.number(answer.invalidation.feature_id) is None:
        yield f"invalidation: {_plain(answer.invalidation.feature_id)} is no known input"


def _held_already(rule: Invalidation, facts: Facts) -> Iterator[str]:
    """An opening that is wrong from its first moment would ask for the way out before it is entered."""
    value = facts.number(rule.feature_id)
    if value is not None and (value < rule.value if rule.op == "<" else value > rule.value):
        shown = facts.inputs[rule.feature_id]
        yield f"invalidation: {rule.feature_id} is {shown}, so {rule.op} {rule.value:g} holds already; it must not yet"


def _item_faults(item: EvidenceItem, facts: Facts) -> Iterator[str]:
    value = facts.number(item.feature_id)
    if item.feature_id not in facts.inputs:
        yield f"evidence {_plain(item.feature_id)} is no input of the snapshot; use an id that stands in it"
    elif value is None:
        yield f"evidence {item.feature_id} is unknown in the snapshot and cannot be quoted"
    elif not _near(item.value, value, exact=True):
        yield f"evidence {item.feature_id} is {facts.inputs[item.feature_id]} in the snapshot, not {item.value:g}"


def _near(said: float, value: float, *, exact: bool = False) -> bool:
    room = 0.0 if exact and value == 0.0 else _REL * abs(value)
    return abs(said - value) <= room + _SLACK


def _number_faults(answer: TradeAnswer, view: InstrumentView, facts: Facts) -> Iterator[str]:
    if any(character != "\n" and not character.isprintable() for character in answer.explanation):
        yield "the explanation has control characters; use plain text"
    known = (*_shown(answer, facts), *_own(answer, view))
    strange = [
        found.group()
        for found in _NUMBER.finditer(answer.explanation)
        if not _is_known(found.group(), known, unit=answer.explanation[found.end() : found.end() + 4].lstrip())
    ]
    if strange:
        listed = ", ".join(dict.fromkeys(strange[:6]))
        yield f"the explanation has numbers that stand neither in the snapshot nor in the decision: {listed}"


def _is_known(text: str, known: Iterable[float], unit: str) -> bool:
    plain = text.replace(",", "").replace("−", "-")
    said = float(plain)
    if said in {0.0, 1.0, 2.0} and "." not in plain:
        return True  # counts such as "two of them", "1 bar"
    digits = 0 if "e" in plain.lower() else len(plain.partition(".")[2])
    rounding = 0.5 * 10.0**-digits
    return any(
        # Rounding forgives what was left out, never a figure that is all rounding.
        abs(abs(said) - abs(each)) <= max(min(rounding, 0.05 * abs(each)), _REL * abs(each)) + _SLACK
        for value in known
        for each in _scaled(value, unit)
    )


def _scaled(value: float, unit: str) -> Iterator[float]:
    """A figure as it stands; a share may also be said in per cent or basis points."""
    yield value
    if unit.startswith("%") and abs(value) <= 1.0:
        yield value * 100.0
    if unit.startswith("bp") and abs(value) <= 0.1:
        yield value * 10_000.0


def _shown(answer: TradeAnswer, facts: Facts) -> Iterator[float]:
    """Figures of the decision's own pair, of pairs the explanation names, and of the account.

    Not all that is shown: among hundreds of numbers nearly any invented one would find its like.
    """
    named = {answer.symbol, *re.findall(r"[A-Z0-9]{2,10}", answer.explanation)}
    for key, value in facts.inputs.items():
        owner = key.partition(".")[0]
        if value is not None and (owner in named or owner in _COMMON):
            yield float(value)


def _own(answer: TradeAnswer, view: InstrumentView) -> Iterator[float]:
    """Figures of the decision itself, and those that follow from its levels."""
    yield from (answer.confidence, float(answer.risk_fraction), float(answer.horizon_min), answer.horizon_min / 60)
    if answer.invalidation is not None:
        yield answer.invalidation.value
    yield from (each.weight for each in answer.evidence)
    if answer.stop_price is None or answer.take_profit_price is None:
        return
    entry = float(view.ask if answer.action == "open_long" else view.bid)
    stop, target = float(answer.stop_price), float(answer.take_profit_price)
    yield from (
        stop,
        target,
        abs(entry - stop),
        abs(target - entry),
        abs(entry - stop) / entry,
        abs(target - entry) / entry,
    )
    if entry != stop:
        yield abs(target - entry) / abs(entry - stop)


# -- openings -------------------------------------------------------------------


def _open_faults(answer: TradeAnswer, view: InstrumentView, facts: Facts) -> Iterator[str]:
    if view.held_long > 0 or view.held_short > 0:
        yield "a position is held; it may be closed, not added to or turned round"
    if answer.close_side is not None:
        yield "close_side belongs to close only"
    if answer.risk_fraction <= 0:
        yield "risk_fraction must be above 0 for an opening"
    directions = {each.direction for each in answer.evidence if round(each.weight, WEIGHT_DIGITS) > 0}
    if len(answer.evidence) < 2 or "against" not in directions or "for" not in directions:
        yield "an opening needs at least two pieces of evidence with a weight above 0, one for and one against it"
    if not 0 < view.bid <= view.ask:
        yield "there is no usable bid and ask; nothing can be opened"
        return
    yield from _level_faults(answer, view, facts)


def _level_faults(answer: TradeAnswer, view: InstrumentView, facts: Facts) -> Iterator[str]:
    stop, target = answer.stop_price, answer.take_profit_price
    if stop is None or target is None:
        yield "an opening needs stop_price and take_profit_price"
        return
    long = answer.action == "open_long"
    entry = view.ask if long else view.bid
    if not (stop < entry < target if long else target < entry < stop):
        sides = (
            "stop_price below and take_profit_price above" if long else "stop_price above and take_profit_price below"
        )
        yield f"{answer.action} enters at {entry}: {sides} it"
        return
    atr = facts.atr.get(answer.symbol)
    if not atr:
        yield f"{answer.symbol}.atr14 is unknown, so no stop can be judged and nothing may be opened"
        return
    reach = float(abs(entry - stop)) / atr
    if not STOP_ATR[0] - _REL <= reach <= STOP_ATR[1] + _REL:
        yield f"the stop is {reach:.2f} ATR away; it must be {STOP_ATR[0]:g} to {STOP_ATR[1]:g} (ATR is {atr:g})"
    ratio = net_reward(view, entry, stop, target)
    if ratio < REWARD_MIN:
        yield f"reward after costs is {ratio:.2f} times the risk; at least {REWARD_MIN:g} is needed"


def net_reward(view: InstrumentView, entry: Decimal, stop: Decimal, target: Decimal) -> float:
    """Reward over risk after the taker fee of both ways, each as it would be paid."""
    fee = view.instrument.taker_fee
    reward = abs(target - entry) - fee * (entry + target)
    risk = abs(entry - stop) + fee * (entry + stop)
    return float(reward / risk) if risk > 0 else 0.0


def _plain(text: str) -> str:
    """Repeat a model's own id in a sentence: letters, digits and . _ - only."""
    return re.sub(r"[^A-Za-z0-9._-]", "?", text)
