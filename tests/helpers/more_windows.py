"""The windows and forms beside the main window, filled, for their pictures."""

from dataclasses import replace
from decimal import Decimal

from PySide6.QtWidgets import QApplication, QWidget

from helpers.desk_events import NOW_MS, NOW_S, candles, decision, proposal
from terminal.domain.ai_log import AiLogState
from terminal.domain.canonical import canonical_json
from terminal.domain.ensemble import EnsembleSettings, MemberSettings, VoteMode
from terminal.domain.instrument import perpetual
from terminal.domain.language_model import LanguageModel, StrategySettings
from terminal.domain.market import Candle, Interval
from terminal.domain.order import PositionSide
from terminal.domain.past import BarsLearnt, RecordedDay
from terminal.domain.records import AiLogAnswered, DecisionRecorded, SessionOpened
from terminal.domain.risk import TradingState
from terminal.domain.time_messages import (
    BarsThen,
    DayMark,
    DayOpened,
    DaySealed,
    DecisionThen,
    MarkKind,
    ModelChoice,
    MomentShown,
    OpenDay,
    PastCell,
    PastPart,
    PastPosition,
    PastSection,
)
from terminal.ui.viewmodels.model_shelf import Saved
from terminal.ui.widgets.models.ensemble_form import EnsembleForm
from terminal.ui.widgets.models.form import ModelForm
from terminal.ui.widgets.review.decision_card import DecisionCard
from terminal.ui.widgets.time_machine.window import TimeWindow

BTC = perpetual("BTC")
CARD_PX = 380
_MIN = 60_000
_BEGAN = NOW_MS - 200 * _MIN
_MEMBERS = ("embedded", "language:one", "language:two", "language:judge")


def open_more(window: QWidget, desk) -> dict[str, QWidget]:
    """Open what a picture is taken of, by the name of its file."""
    made = {
        "votes": _card(window, desk),
        "language model": _models(window, desk),
        "ensemble": EnsembleForm(desk.models, window),
        "time machine": _time(window, desk),
    }
    for each in made.values():
        each.show()
    made["time machine"].resize(1_280, 720)
    for _ in range(4):  # pages settle in steps
        card = made["votes"]
        card.resize(CARD_PX, max(card.heightForWidth(CARD_PX), card.sizeHint().height()))
        QApplication.processEvents()
    return made


def _models(window: QWidget, desk) -> ModelForm:
    one, two, judge = (LanguageModel(name, "http://127.0.0.1:1/v1", "m") for name in ("one", "two", "judge"))
    members = (
        MemberSettings("embedded"),
        MemberSettings("language:one", 0.5),
        MemberSettings("language:judge", vetoes=True),
    )
    settings = StrategySettings("embedded", (one, two, judge), EnsembleSettings(members, 2, VoteMode.MAJORITY))
    desk.models.offer(settings, lambda *_: None, lambda *args: Saved(args[0]))
    return ModelForm(desk.models, window)


def _card(window: QWidget, desk) -> DecisionCard:
    def vote(member, action, state="voted", *, vetoes=False, detail=""):
        made = {"member": member, "model": f"{member}/1", "state": state, "weight": 1.0, "action": action}
        return made | {"side": "", "confidence": 0.6, "vetoes": vetoes, "detail": detail}

    votes = [
        vote("embedded", "OPEN_LONG"),
        vote("language:one", "HOLD"),
        vote("language:two", None, "failed", detail="its account is not paid"),
        vote("language:judge", "OPEN_LONG", vetoes=True),
    ]
    sheet = {"rule": {}, "votes": votes, "leader": "embedded", "supporters": ["embedded"], "veto": None}
    sheet |= {"dissenters": ["language:one"], "share": 0.7, "reason": "2 of 3", "half_size": True}
    given = proposal("BTC", 1)
    output = canonical_json({"ensemble": sheet})
    card = DecisionCard(replace(given, decision=replace(given.decision, output_json=output, model="ensemble[4]/1a2b")))
    card.setParent(window)
    card.set_selected(True)
    card.set_figures(desk.instruments[BTC], desk.balance, None)
    card.show_price(given.decision.reference_price)
    card.tick(NOW_S)
    return card


def _time(window: QWidget, desk) -> TimeWindow:
    made = TimeWindow(desk, window)
    made.open_day(OpenDay())
    day = RecordedDay(1, 200, _BEGAN, _BEGAN + 199 * _MIN)
    desk.apply(DayOpened(day, (day,), _marks(), 190, "d-0001", (BTC,), (ModelChoice("named:embedded", "Embedded"),)))
    known = tuple(_on_tick(each) for each in candles("BTC", Interval.M15, 300))
    desk.apply(BarsThen(BTC, Interval.M15, (BarsLearnt(2, True, known),)))
    desk.apply(DaySealed(day, None, "every record fits its seal"))
    held = (PastPosition(BTC, PositionSide.LONG, Decimal("0.0059"), Decimal("90612.4")),)
    active = TradingState.ACTIVE
    money = (Decimal("1048.27"), Decimal("812.09"), 12.0)
    desk.apply(MomentShown(190, _BEGAN + 189 * _MIN, *money, active, "", None, held, (), "d-0001"))
    desk.apply(_then())
    made._rest.stop()
    made.pages.tabs.setCurrentIndex(1)
    return made


def _on_tick(bar: Candle) -> Candle:
    open_, high, low, close = (round(price, 1) for price in (bar.open, bar.high, bar.low, bar.close))
    return replace(bar, open=open_, high=high, low=low, close=close)


def _marks() -> tuple[DayMark, ...]:
    made = DecisionRecorded(decision("BTC", 1))
    opened = SessionOpened("1.0", "weex", simulated=True, at_ms=_BEGAN)
    answered = AiLogAnswered("log", 1, AiLogState.ACCEPTED.value, "0", "ok", _BEGAN)
    every = [(1, MarkKind.STATE, "accent", opened)]
    every += [(seq, MarkKind.DECISION, "ai", made) for seq in (30, 60, 90, 120, 180)]
    every += [(seq, MarkKind.LOG, "up", answered) for seq in (66, 100, 126, 186)]
    return tuple(
        DayMark(seq, _BEGAN + seq * _MIN, kind, tone, BTC, "d-0001" if kind is MarkKind.DECISION else "", None, record)
        for seq, kind, tone, record in sorted(every, key=lambda each: each[0])
    )


def _then() -> DecisionThen:
    said = decision("BTC", 1)
    terms = (("Confidence", "68.0 %"), ("Entry", "at the market"), ("Stop", "89,870.0"), ("Target", "92,510.0"))
    weighed = (
        ("for", "up", "15m distance to EMA21", "−0.41 ATR", "+0.420"),
        ("against", "down", "Funding", "91 %", "−0.120"),
    )
    first = PastPart(
        180, _BEGAN + 179 * _MIN, "Open long BTC", (said.explanation, f"Said by {said.model}"), ("Term", "Value"),
        tuple((PastCell(name, "muted"), PastCell(value)) for name, value in terms),
    )  # fmt: skip
    second = PastPart(
        180, _BEGAN + 179 * _MIN, "What it weighed", (), ("", "Input", "Value", "Weight"),
        tuple((PastCell(word, tone), *map(PastCell, cells)) for word, tone, *cells in weighed),
    )  # fmt: skip
    return DecisionThen(said.decision_id, said, ((PastSection.DECISION, (first, second)),), ())
