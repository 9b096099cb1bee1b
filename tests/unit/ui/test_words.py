import pytest

from helpers.desk_events import order, proposal, terms
from terminal.domain.ai_log import AiLogState
from terminal.domain.messages import Level, ModelPhase
from terminal.domain.order import Effect, OrderKind, OrderState, Side, TimeInForce
from terminal.domain.review import ReviewState
from terminal.domain.risk import TradingState
from terminal.ui.theme.tokens import DARK
from terminal.ui.viewmodels import words


@pytest.mark.parametrize(
    ("table", "enum"),
    [
        (words.ORDER_STATE, OrderState),
        (words.TRADING_STATE, TradingState),
        (words.LEVEL, Level),
        (words.MODEL_PHASE, ModelPhase),
        (words.AI_LOG_STATE, AiLogState),
        (words.REVIEW_STATE, ReviewState),
    ],
)
def test_every_state_has_words_of_its_own_and_a_tone_of_the_palette(table, enum):
    assert set(table) == set(enum)
    assert len({text for text, _ in table.values()}) == len(table)
    assert {tone for _, tone in table.values()} <= set(DARK.__slots__)


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("bar closed: 8 hold (16 ms).", "Bar closed: 8 hold (16 ms)."),
        ("done..", "Done."),
        ("Is it?", "Is it?"),
        ("wait…", "Wait…"),
        ("", ""),
    ],
)
def test_a_note_becomes_one_sentence(note, said):
    assert words.sentence(note) == said


def test_a_model_goes_by_its_first_word():
    assert words.short_model("embedded-ridge/1 feat09 seed7") == "embedded-ridge/1"
    assert words.short_model("  ") == ""


def test_order_acts_and_kinds():
    assert words.order_act(terms("BTC")) == "open long"
    assert words.order_act(terms("BTC", Side.BUY, Effect.CLOSE)) == "close short"
    assert words.order_kind(terms("BTC", tif=TimeInForce.POST_ONLY)) == "limit post-only"
    assert words.order_kind(terms("BTC", tif=TimeInForce.IOC)) == "limit IOC"
    assert words.order_kind(terms("BTC", kind=OrderKind.MARKET, price=None)) == "market"


@pytest.mark.parametrize("state", list(OrderState))
def test_only_orders_resting_at_the_venue_can_be_cancelled(state):
    resting = {OrderState.ACKED, OrderState.WORKING, OrderState.PARTIAL}
    assert words.can_cancel(order("BTC", 1, state)) is (state in resting)


def test_a_proposal_in_a_line():
    assert words.proposal_line(proposal("ETH", 1)) == "Open long 0.059 ETH at 3,010.63"
