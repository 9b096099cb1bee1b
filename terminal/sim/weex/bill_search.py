"""Finding bills, for both dialects."""

from terminal.sim.exchange.records import Bill
from terminal.sim.exchange.terms import BillKind
from terminal.sim.weex.venue import Venue

_KINDS = {kind.value: kind for kind in BillKind}


def search_bills(
    venue: Venue, pair: str | None, kind: str | None, start_ms: int | None, end_ms: int | None
) -> list[Bill]:
    """Matching bills, newest first; None accepts all, a kind that never occurs finds none."""

    def wanted(bill: Bill) -> bool:
        return (
            pair in {None, bill.pair}
            and (kind is None or bill.kind is _KINDS.get(kind))
            and (start_ms is None or bill.created_ms >= start_ms)
            and (end_ms is None or bill.created_ms <= end_ms)
        )

    return [bill for bill in reversed(venue.exchange.books.bills) if wanted(bill)]
