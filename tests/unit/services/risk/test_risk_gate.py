"""Each check by its number: once passing, once failing, at its border where it has one."""

from dataclasses import fields, replace

import pytest

from helpers.builders import BTC, ETH, D, make_instrument, make_order, make_terms
from terminal.domain.account import Balance
from terminal.domain.capabilities import FULL_CAPABILITIES, ProductKind, TradedVenue
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import Effect, OrderKind, OrderState, PositionSide, Side, TimeInForce
from terminal.domain.position import Position
from terminal.domain.risk import RiskLimits, TradingState
from terminal.services.market.quote import Quote
from terminal.services.pace import PaceFigures
from terminal.services.risk import gate
from terminal.services.risk.context import DecisionFacts, RiskContext, RiskStage
from terminal.services.risk.gate import OPENING, judge

PACE = PaceFigures(0, 0, 0, 0, 0, 0, None, ())
QUOTE = Quote(D("60000.0"), D("60001.0"), D("60000.5"), D("60000.0"), D("60000.0"), 0.5, 0.5)
FACTS = DecisionFacts("d1", 5.0, D("60001.0"), has_approval=True, log_ready=True)
NOON_MS = 1_760_000_400_000  # 09:00 UTC: an hour after a settlement


def ctx(**changes) -> RiskContext:
    """An opening that passes everything."""
    values = {
        "stage": RiskStage.FINAL,
        "terms": make_terms(),
        "limits": RiskLimits(),
        "state": TradingState.ACTIVE,
        "state_reason": "",
        "pause": "",
        "decision": FACTS,
        "now_ms": NOON_MS,
        "instrument": make_instrument(),
        "quote": QUOTE,
        "balance": Balance(D(1_000), D(1_000), D(0), D(0), 0),
        "positions": (),
        "working": (),
        "gross_notional": D(0),
        "leverage": 5,
        "pace": PACE,
        "unknown_orders": 0,
        "unknown_here": False,
        "day_start_equity": D(1_000),
        "peak_equity": D(1_000),
        "log_overdue_s": 0.0,
        "logs_needing_hand": 0,
        "positions_fresh": True,
    }
    return RiskContext(**(values | changes))


def failed(context: RiskContext) -> set[str]:
    return {check.rule for check in judge(context).failures}


def position(size: str = "0.0050", side: PositionSide = PositionSide.LONG, where: InstrumentId = BTC) -> Position:
    return Position(where, side, D(size), D(60_000), 5, D(60), D(0), None, 0)


def closing(size: str = "0.0050") -> dict:
    return {"terms": make_terms(side=Side.SELL, effect=Effect.CLOSE, size=D(size), stop_price=None, target_price=None)}


def test_a_sound_opening_passes_everything():
    verdict = judge(ctx())
    assert verdict.failures == ()
    assert len(verdict.checks) == len(OPENING)
    assert all(check.text for check in verdict.checks)


def test_all_checks_run_and_all_reasons_are_given():
    verdict = judge(ctx(state=TradingState.HALTED, leverage=50, log_overdue_s=61.0))
    assert {check.rule for check in verdict.failures} == {"R1", "R4", "R28"}
    assert len(verdict.checks) == len(OPENING)


def quote(**changes) -> dict:
    return {"quote": replace(QUOTE, **changes)}


def pace(**changes) -> dict:
    return {"pace": replace(PACE, **changes)}


def facts(**changes) -> dict:
    return {"decision": replace(FACTS, **changes)}


def limit_terms(price: str, **changes) -> dict:
    return {"terms": make_terms(kind=OrderKind.LIMIT, tif=TimeInForce.GTC, price=D(price), **changes)}


def resting(side: Side, price: str | None = None, **changes) -> tuple:
    kind = OrderKind.MARKET if price is None else OrderKind.LIMIT
    terms = make_terms(side=side, kind=kind, price=None if price is None else D(price), **changes)
    return (make_order(OrderState.WORKING, terms=terms),)


SPOT = replace(
    FULL_CAPABILITIES, product=ProductKind.SPOT, leverage=False, margin_modes=False, short=False, triggers=False
)
ON_SPOT = {
    "venue": TradedVenue("HashKey", SPOT),
    "quote": replace(QUOTE, mark=None, index=None),
    "terms": make_terms(leverage=1),
    "leverage": 1,
    "instrument": make_instrument(min_leverage=1, max_leverage=1),
}
ONE_NET = TradedVenue("WOO X", replace(FULL_CAPABILITIES, hedge_mode=False))
ONE_AT_A_TIME = TradedVenue(
    "Bit-Z", replace(FULL_CAPABILITIES, client_order_ids=False, orders_in_flight_per_instrument=1)
)


FAILS = {
    "R1 reduce only": ("R1", {"state": TradingState.REDUCE_ONLY}),
    "R1 starting": ("R1", {"state": TradingState.STARTING}),
    "R1 halted": ("R1", {"state": TradingState.HALTED}),
    "R1 paused": ("R1", {"pause": "look"}),
    "R2 not one of the eight": ("R2", {"terms": make_terms(instrument_id=InstrumentId("PEPE-PERP"))}),
    "R2 not one the season leaves": ("R2", {"season_pairs": (ETH,)}),
    "R3 no decision": ("R3", {"decision": None}),
    "R3 no approval": ("R3", facts(has_approval=False)),
    "R3 log missing or changed": ("R3", facts(log_ready=False)),
    "R4 above our limit": ("R4", {"leverage": 6}),
    "R4 above the rules": ("R4", {"leverage": 21, "limits": RiskLimits(max_leverage=20)}),
    "R4 order asks for more": ("R4", {"terms": make_terms(leverage=6)}),
    "R4 never read back": ("R4", {"leverage": None}),
    "R5 too large": ("R5", {"terms": make_terms(size=D("0.0084"))}),
    "R6 position": ("R6", {"positions": (position("0.0300"),)}),
    "R6 gross": ("R6", {"gross_notional": D(4_800)}),
    "R6 20x of what is left": ("R6", {"gross_notional": D(1_800), "balance": Balance(D(100), D(900), D(0), D(0), 0)}),
    "R6 waiting openings count": ("R6", {"working": resting(Side.BUY, size=D("0.0300"))}),
    "R7 far from mark": ("R7", quote(mark=D(59_690), last=D(59_900))),
    "R7 no mark": ("R7", quote(mark=None)),
    "R8 wide": ("R8", quote(bid=D(59_930))),
    "R8 crossed": ("R8", quote(bid=D(60_002))),
    "R8 old": ("R8", quote(book_age_s=2.1)),
    "R8 one-sided": ("R8", quote(bid=None)),
    "R9 old book": ("R9", quote(book_age_s=5.1)),
    "R9 old ticker": ("R9", quote(ticker_age_s=5.1)),
    "R9 never seen": ("R9", quote(ticker_age_s=float("inf"))),
    "R10 last away": ("R10", quote(last=D(60_601))),
    "R10 index away": ("R10", quote(index=D(59_399))),
    "R11 old": ("R11", facts(age_s=90.1)),
    "R11 drift since decided": ("R11", quote(ask=D(60_182), bid=D(60_181))),
    "R11 a limit order from a market that moved": ("R11", limit_terms("60001.0") | quote(ask=D(60_182))),
    "R11 no book": ("R11", quote(ask=None)),
    "R11 decided at no price": ("R11", facts(price=D(0))),
    "R11 limit without a book": ("R11", limit_terms("60001.0") | quote(ask=None)),
    "R7 limit far from mark": ("R7", limit_terms("59690.0")),
    "R11 drift while thinking": ("R11", {"stage": RiskStage.DRAFT} | facts(price=D(59_800))),
    "R12 off step": ("R12", {"terms": make_terms(size=D("0.00505"))}),
    "R12 below least": ("R12", {"terms": make_terms(size=D(0))}),
    "R12 above market size": ("R12", {"instrument": make_instrument(max_market_open_size=D("0.0049"))}),
    "R12 above largest": ("R12", {"instrument": make_instrument(max_size=D("0.0049"))}),
    "R12 position too large": ("R12", {"instrument": make_instrument(max_position_size=D("0.0049"))}),
    "R12 stop off tick": ("R12", {"terms": make_terms(stop_price=D("59000.05"))}),
    "R12 contract unknown": ("R12", {"instrument": None}),
    "R13 too little free": ("R13", {"balance": Balance(D(1_000), D("160.4"), D(0), D(0), 0)}),
    "R13 balance unknown": ("R13", {"balance": None}),
    "R13 sized with no leverage": ("R13", {"terms": make_terms(leverage=0)}),
    "R14 too near": ("R14", {"terms": make_terms(leverage=10), "limits": RiskLimits(max_leverage=10)}),
    "R14 stop beyond liquidation": ("R14", {"terms": make_terms(stop_price=D("48000.0"))}),
    "R15 a second": ("R15", pace(orders_last_s=2)),
    "R15 a minute": ("R15", pace(orders_last_min=20)),
    "R15 a day": ("R15", pace(orders_last_day=300)),
    "R15 entry interval": ("R15", pace(entry_age_s=4.9)),
    "R16 calls": ("R16", pace(calls_last_s=5)),
    "R17 here": ("R17", {"working": resting(Side.BUY, size=D("0.0001")) * 3}),
    "R17 in all": ("R17", {"working": resting(Side.BUY, size=D("0.0001"), instrument_id=ETH) * 12}),
    "R18 twin": ("R18", pace(recent=((make_terms(size=D("0.00504")), 9.9),))),
    "R19 market against ours": ("R19", {"working": resting(Side.SELL, "60100")}),
    "R19 limit would cross ours": ("R19", limit_terms("60000.0") | {"working": resting(Side.SELL, "60000.0")}),
    "R19 turning around": (
        "R19",
        pace(recent=tuple((make_terms(side=(Side.SELL, Side.BUY)[at % 2]), 50.0 - at) for at in range(5))),
    ),
    "R20 runaway": ("R20", pace(filled_orders_last_min=5)),
    "R21 rejects": ("R21", pace(rejects_last_min=5)),
    "R21 unclear here": ("R21", {"unknown_here": True, "unknown_orders": 1}),
    "R21 unclear in all": ("R21", {"unknown_orders": 3}),
    "R22 day": ("R22", {"balance": Balance(D(970), D(970), D(0), D(0), 0)}),
    "R23 drawdown": ("R23", {"peak_equity": D(1_000), "balance": Balance(D(920), D(920), D(0), D(0), 0)}),
    "R6 positions older than the last fill": ("R6", {"positions_fresh": False}),
    "R25 no stop": ("R25", {"terms": make_terms(stop_price=None)}),
    "R25 stop above a long": ("R25", {"terms": make_terms(stop_price=D("60100.0"))}),
    "R25 target below a long": ("R25", {"terms": make_terms(target_price=D("59900.0"))}),
    "R25 stop below a short": (
        "R25",
        {"terms": make_terms(side=Side.SELL, stop_price=D("59000.0"), target_price=D("58000.0"))},
    ),
    "R28 overdue": ("R28", {"log_overdue_s": 60.1}),
    "R28 refused": ("R28", {"logs_needing_hand": 1}),
    "R30 before": ("R30", {"now_ms": NOON_MS - 3_600_000 - 59_000}),
    "R30 after": ("R30", {"now_ms": NOON_MS - 3_600_000 + 59_000}),
    "R31 another venue": ("R31", {"venue": TradedVenue("WOO X", FULL_CAPABILITIES, is_competition=True)}),
    "R32 short on spot": (
        "R32",
        ON_SPOT | {"terms": make_terms(side=Side.SELL, leverage=1, stop_price=D(61_000), target_price=None)},
    ),
    "R33 one is on its way": (
        "R33",
        {"venue": ONE_AT_A_TIME, "working": (make_order(OrderState.SUBMITTING, terms=make_terms()),)},
    ),
    "R34 the other side is held": ("R34", {"venue": ONE_NET, "positions": (position(side=PositionSide.SHORT),)}),
    "R34 the other side is being opened": ("R34", {"venue": ONE_NET, "working": resting(side=Side.SELL)}),
}


@pytest.mark.parametrize("name", FAILS)
def test_fails(name):
    rule, changes = FAILS[name]
    assert rule in failed(ctx(**changes))


PASSES = {
    "R3 at draft nobody has approved yet": ("R3", {"stage": RiskStage.DRAFT} | facts(has_approval=False)),
    "R4 at the limit": ("R4", {"leverage": 5}),
    "R5 at the limit": ("R5", {"terms": make_terms(size=D("0.0083"))}),
    "R6 just inside": ("R6", {"positions": (position("0.0283"),)}),
    "R6 the other side does not add to a position": (
        "R6",
        {"positions": (position("0.0300", PositionSide.SHORT),)},
    ),
    "R7 just inside": ("R7", quote(mark=D(59_703))),
    "R8 a limit order may wait": ("R8", limit_terms("59990.0") | quote(book_age_s=4.0)),
    "R9 just young enough": ("R9", quote(book_age_s=5.0, ticker_age_s=5.0)),
    "R10 no index is no contradiction": ("R10", quote(index=None)),
    "R11 just young enough": ("R11", facts(age_s=90.0)),
    "R11 a passive limit is no drift": ("R11", limit_terms("59750.0")),
    "R11 a passive short is no drift": ("R11", limit_terms("60250.0", side=Side.SELL)),
    "R7 a passive limit within the collar": ("R7", limit_terms("59750.0")),
    "R13 just enough": ("R13", {"balance": Balance(D(1_000), D("160.6"), D(0), D(0), 0)}),
    "R14 9x leaves ten percent": ("R14", {"terms": make_terms(leverage=9)}),
    "R15 one before": ("R15", pace(orders_last_s=1, orders_last_min=19, orders_last_day=299, entry_age_s=5.0)),
    "R16 one before": ("R16", pace(calls_last_s=4)),
    "R17 one before": ("R17", {"working": resting(Side.BUY, size=D("0.0001")) * 2}),
    "R18 other size": ("R18", pace(recent=((make_terms(size=D("0.0040")), 1.0),))),
    "R18 long ago": ("R18", pace(recent=((make_terms(), 10.1),))),
    "R19 same side": ("R19", {"working": resting(Side.BUY, "60100")}),
    "R19 limits that do not meet": ("R19", limit_terms("59990.0") | {"working": resting(Side.SELL, "60100")}),
    "R19 three turns": (
        "R19",
        pace(recent=tuple((make_terms(side=(Side.SELL, Side.BUY)[at % 2]), 50.0 - at) for at in range(4))),
    ),
    "R19 turns of another minute": (
        "R19",
        pace(recent=tuple((make_terms(side=(Side.SELL, Side.BUY)[at % 2]), 70.0 - at) for at in range(9))),
    ),
    "R20 one before": ("R20", pace(filled_orders_last_min=4)),
    "R21 one before": ("R21", pace(rejects_last_min=4) | {"unknown_orders": 2}),
    "R22 just inside": ("R22", {"balance": Balance(D("970.1"), D(970), D(0), D(0), 0)}),
    "R25 not demanded": ("R25", {"terms": make_terms(stop_price=None), "limits": RiskLimits(stop_required=False)}),
    "R25 short": (
        "R25",
        {"terms": make_terms(side=Side.SELL, stop_price=D("61000.0"), target_price=D("58000.0"))},
    ),
    "R28 just in time": ("R28", {"log_overdue_s": 60.0}),
    "R30 a minute before": ("R30", {"now_ms": NOON_MS - 3_600_000 - 60_000}),
    "R31 its own venue": ("R31", {"venue": TradedVenue("WEEX", FULL_CAPABILITIES, is_competition=True)}),
    "R32 long on spot": ("R32", ON_SPOT),
    "R34 apart": ("R34", {"positions": (position(side=PositionSide.SHORT),)}),
    "R34 the same side": ("R34", {"venue": ONE_NET, "positions": (position(),), "working": resting(Side.BUY)}),
    "R34 another pair": ("R34", {"venue": ONE_NET, "positions": (position(side=PositionSide.SHORT, where=ETH),)}),
    "R33 any number": ("R33", {"working": (make_order(OrderState.SUBMITTING, terms=make_terms()),)}),
}


BORDERS = {
    "R1 active": ("R1", {"state": TradingState.ACTIVE}),
    "R2 the last of the eight": ("R2", {"terms": make_terms(instrument_id=ALLOWED_INSTRUMENTS[-1])}),
    "R6 gross exactly at the limit": ("R6", {"gross_notional": D(5_000) - D("300.005")}),
    "R8 spread at the limit": ("R8", quote(bid=D("59941.05"), ask=D(60_001))),
    "R8 book just young enough": ("R8", quote(book_age_s=2.0)),
    "R10 exactly one percent": ("R10", quote(last=D(60_600), mark=D(60_000), index=D(60_000))),
    "R11 drift at the limit": ("R11", quote(ask=D("60181.003"), bid=D(60_180))),
    "R12 exactly the least size": ("R12", {"terms": make_terms(size=D("0.0001"))}),
    "R12 exactly the largest market size": ("R12", {"instrument": make_instrument(max_market_open_size=D("0.0050"))}),
    "R18 exactly the window": ("R18", pace(recent=((make_terms(), 10.01),))),
    "R23 just inside": ("R23", {"peak_equity": D(1_000), "balance": Balance(D("920.1"), D(920), D(0), D(0), 0)}),
    "R24 the whole position": ("R24", closing() | {"positions": (position(),)}),
    "R25 one tick below": ("R25", {"terms": make_terms(stop_price=D("60000.9"))}),
}


@pytest.mark.parametrize("name", BORDERS)
def test_borders(name):
    rule, changes = BORDERS[name]
    assert rule not in failed(ctx(**changes))


IN_THE_GATE = {f"R{number}" for number in range(1, 35)} - {"R26", "R27", "R29"}


def test_every_rule_has_its_cases_and_runs_in_the_fixed_order():
    """R26, R27 and R29 are not checks of an order; see test_safety_rules."""
    fails, passes = ({name.split()[0] for name in cases} for cases in (FAILS, PASSES | BORDERS))
    assert fails | {"R24"} == IN_THE_GATE
    assert passes == IN_THE_GATE
    ran = [int(check.rule[1:]) for check in judge(ctx()).checks]
    assert ran == sorted(ran)
    assert {f"R{number}" for number in ran} == IN_THE_GATE


@pytest.mark.parametrize("name", PASSES)
def test_passes(name):
    rule, changes = PASSES[name]
    assert rule not in failed(ctx(**changes))


def test_r24_a_close_is_within_what_is_held():
    assert failed(ctx(**closing(), positions=(position(),))) == set()
    assert failed(ctx(**closing("0.0051"), positions=(position(),))) == {"R24"}
    assert failed(ctx(**closing(), positions=())) == {"R24"}
    assert failed(ctx(**closing(), positions=(position(side=PositionSide.SHORT),))) == {"R24"}
    under_way = make_order(OrderState.ACKED, terms=closing("0.0030")["terms"])
    assert failed(ctx(**closing("0.0021"), positions=(position(),), working=(under_way,))) == {"R24"}
    assert failed(ctx(**closing("0.0020"), positions=(position(),), working=(under_way,))) == set()


def test_exits_meet_only_their_own_checks():
    """Nothing of state, model, logs, prices or losses keeps anyone in a position."""
    worst = {
        "state": TradingState.HALTED,
        "pause": "everything is wrong",
        "decision": None,
        "quote": Quote(None, None, None, None, None, float("inf"), float("inf")),
        "balance": None,
        "leverage": None,
        "unknown_here": True,
        "unknown_orders": 9,
        "day_start_equity": None,
        "peak_equity": None,
        "log_overdue_s": 9_999.0,
        "logs_needing_hand": 9,
        "pace": PaceFigures(99, 99, 99, 999, 99, 99, 0.0, ()),
        "season_pairs": (ETH,),
    }
    verdict = judge(ctx(**closing(), positions=(position(),), **worst))
    assert verdict.allowed
    assert [check.rule for check in verdict.checks] == ["R2", "R12", "R24", "R31"]


@pytest.mark.parametrize(("terms", "passes"), [({}, False), (closing(), True)], ids=["opening", "exit"])
def test_a_check_that_breaks_down_stops_openings_and_keeps_nobody_in_a_position(terms, passes, monkeypatch):
    def r13_margin(_ctx):
        raise ZeroDivisionError

    monkeypatch.setattr(gate, "OPENING", (r13_margin, *OPENING[:2]))
    monkeypatch.setattr(gate, "REDUCING", (r13_margin, *gate.REDUCING))
    broken, *others = judge(ctx(**terms, positions=(position(),))).checks
    assert (broken.rule, broken.name, broken.passed, broken.crashed) == ("R13", "Margin", passes, True)
    assert "log file" in broken.text
    assert others
    assert all(check.passed and not check.crashed for check in others)


def test_a_rest_below_the_least_size_can_still_be_closed():
    small = ctx(**closing("0.0050"), positions=(position(),), instrument=make_instrument(min_size=D("0.0100")))
    assert judge(small).allowed


def test_what_is_not_known_never_passes():
    """Take each optional fact away: something must fail, and nothing may crash."""
    optional = {"decision", "instrument", "balance", "leverage", "day_start_equity", "peak_equity"}
    assert optional <= {field.name for field in fields(RiskContext)}
    for name in optional:
        assert failed(ctx(**{name: None})), name
    for name in ("bid", "ask", "last", "mark"):
        assert failed(ctx(**quote(**{name: None}))), name


def test_a_sound_purchase_on_spot_passes_without_mark_leverage_and_funding():
    verdict = judge(ctx(**ON_SPOT, now_ms=NOON_MS - 3_600_000))  # at a settlement, which spot does not have
    assert verdict.failures == ()
    texts = {check.rule: check.text for check in verdict.checks}
    assert "no leverage" in texts["R4"]
    assert "middle of the book" in texts["R7"]
    assert "kept by this program" in texts["R25"]


def test_r7_and_r10_still_measure_on_spot():
    away = ON_SPOT | {"quote": replace(QUOTE, mark=None, index=None, last=D(60_701))}
    assert failed(ctx(**away)) == {"R10"}
    blind = ON_SPOT | {"quote": replace(QUOTE, mark=None, index=None, bid=None)}
    assert {"R7", "R10"} <= failed(ctx(**blind))


def test_r32_nothing_is_sold_short_on_spot_and_exits_are_no_shorts():
    short = {"terms": make_terms(side=Side.SELL, leverage=1, stop_price=D(61_000), target_price=None)}
    context = ctx(**(ON_SPOT | short))
    assert "R32" in failed(context)
    assert "not sold short" in judge(context).text
    assert failed(ctx(**(ON_SPOT | closing() | {"positions": (position(),)}))) == set()
    assert "R32" not in failed(ctx(terms=make_terms(side=Side.SELL)))


def test_r4_an_order_sized_with_leverage_fits_no_spot_venue():
    assert failed(ctx(**(ON_SPOT | {"terms": make_terms(leverage=2)}))) == {"R4"}


@pytest.mark.parametrize("terms", [{}, closing()], ids=["opening", "exit"])
def test_r31_under_the_competition_no_order_goes_to_another_venue(terms):
    elsewhere = {"venue": TradedVenue("WOO X", FULL_CAPABILITIES, is_competition=True), "positions": (position(),)}
    assert "R31" in failed(ctx(**terms, **elsewhere))
    assert "only WEEX" in judge(ctx(**terms, **elsewhere)).text
    at_home = {"venue": TradedVenue("WEEX", FULL_CAPABILITIES, is_competition=True), "positions": (position(),)}
    assert "R31" not in failed(ctx(**terms, **at_home))
    assert "R31" not in failed(ctx(**terms, venue=TradedVenue("WOO X"), positions=(position(),)))


@pytest.mark.parametrize("state", [OrderState.SUBMITTING, OrderState.UNKNOWN])
def test_r33_one_order_of_a_pair_on_its_way_where_ids_are_not_kept(state):
    sent = (make_order(state, terms=make_terms(side=Side.BUY)),)
    assert "R33" in failed(ctx(venue=ONE_AT_A_TIME, working=sent))
    other = (make_order(state, terms=make_terms(instrument_id=ETH)),)
    assert "R33" not in failed(ctx(venue=ONE_AT_A_TIME, working=other))
    resting_one = (make_order(OrderState.WORKING, terms=make_terms(side=Side.BUY)),)
    assert "R33" not in failed(ctx(venue=ONE_AT_A_TIME, working=resting_one))


def test_r12_the_least_worth_of_an_order_holds_for_openings_only():
    rules = make_instrument(min_notional=D(400))
    assert failed(ctx(instrument=rules)) == {"R12"}
    assert "less than the least order" in judge(ctx(instrument=rules)).text
    assert failed(ctx(instrument=make_instrument(min_notional=D(300)))) == set()
    assert failed(ctx(instrument=rules, positions=(position(),), **closing())) == set()
