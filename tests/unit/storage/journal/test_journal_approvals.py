"""One decision, one approval, one order: the file itself refuses a second; amended terms and the mode come back."""

from dataclasses import replace
from decimal import Decimal

import pytest
from journal_records import TERMS, approved, closed, decided, frozen, intended, opened, order, proposed

from terminal.domain.ai_log import AiLogState
from terminal.domain.approval import Amendment, ClickVoided, DeskMode, DeskModeSet, PriceBand, RecheckRow
from terminal.domain.errors import DuplicateRecord, StorageError
from terminal.domain.records import AiLogAnswered, AiLogFrozen, ApprovalGiven, IntentCommitted
from terminal.domain.review import ReviewState

pytestmark = pytest.mark.asyncio

ROWS = (RecheckRow("Price", "60000", "60100", "+0.167 %", ok=False),)
BAND = PriceBand(Decimal(59910), Decimal(60090))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.sqlite"


def second_order(name: str) -> IntentCommitted:
    other = replace(order(name), client_order_id=f"again-{name}")
    return replace(intended(name), order=other)


@pytest.mark.parametrize(
    "again",
    [
        (approved("d1"),),
        (second_order("d1"),),
        (approved("d1"), second_order("d1")),
        (intended("d1"),),
        (proposed("d1"),),
    ],
)
async def test_a_second_approval_or_order_of_a_decision_is_refused(path, again):
    journal = await opened(path)
    await journal.commit(decided("d1"), proposed("d1"))
    await journal.commit(approved("d1"), intended("d1"))
    with pytest.raises(DuplicateRecord):
        await journal.commit(*again)
    await journal.aclose()


async def test_no_order_of_a_decision_without_its_approval(path):
    journal = await opened(path)
    await journal.commit(decided("d1"), proposed("d1"))
    with pytest.raises(StorageError):
        await journal.commit(intended("d1"))
    await journal.aclose()


async def test_nothing_is_approved_after_its_click_was_voided(path):
    journal = await opened(path)
    await journal.commit(decided("d1"), proposed("d1"))
    click = ClickVoided("d1", "Ada", "key A", "ab" * 32, ROWS, 3)
    await journal.commit(click, closed("d1", ReviewState.VOIDED))
    with pytest.raises(DuplicateRecord):
        await journal.commit(approved("d1"), intended("d1"))
    recovered = await journal.load()
    assert [each.state for each in recovered.history] == [ReviewState.VOIDED]
    await journal.aclose()


async def test_amended_terms_and_what_the_card_was_bound_to_come_back(path):
    journal = await opened(path)
    terms = replace(TERMS, size=TERMS.size / 2)
    change = Amendment(size=terms.size)
    card = replace(proposed("d1"), band=BAND, fingerprint="aa" * 32, rules="1", mode=DeskMode.AUTO)
    approval = replace(
        approved("d1").approval,
        fingerprint="aa" * 32,
        sent_fingerprint="bb" * 32,
        rows=ROWS,
        amendment=change,
        terms=terms,
    )
    await journal.commit(decided("d1"), frozen("d1"), card)
    own = frozen("d1").log
    amended = replace(own, log_id="amended", stage="Order Execution", supersedes=own.log_id)
    await journal.commit(
        AiLogFrozen(amended),
        AiLogAnswered(own.log_id, 0, AiLogState.KEPT.value, "", "superseded", 3),
        ApprovalGiven(approval),
        replace(intended("d1"), order=replace(order("d1"), terms=terms)),
    )
    await journal.aclose()
    again = await opened(path, boot_id="boot-2")
    recovered = await again.load()
    (shown,) = recovered.history
    assert (shown.terms, shown.amendment, shown.fingerprint) == (terms, change, "bb" * 32)
    assert (shown.band, shown.mode) == (BAND, DeskMode.AUTO)
    assert recovered.approvals == (approval,)
    first, second = recovered.ai_logs
    assert (first.state, second.state, second.supersedes) == (AiLogState.KEPT, AiLogState.WAITING, own.log_id)
    await again.aclose()


async def test_the_newest_mode_comes_back(path):
    journal = await opened(path)
    assert (await journal.load()).desk_mode is None
    await journal.commit(DeskModeSet(DeskMode.SHADOW, "Ada", "typed", 1))
    newest = DeskModeSet(DeskMode.AUTO, "Ada", "typed", 2)
    await journal.commit(newest)
    assert (await journal.load()).desk_mode == newest
    await journal.aclose()
