"""WOO X's own faults, beside those every venue knows.

kind               effect
gateway            HTTP 200 `{"code":503,...}` without `success`, before or `after` the request took effect
codeless           `{"success":false,"message":...}` without a code, before or `after`
maintenance        systemInfo tells status `code`: "1" refuses trading, "2" everything but systemInfo
stale_book         while in force, REST shows the books of the moment it came into force: behind the stream
one_sided          books of symbols containing `path` have no asks
wide_book          the book API orders trade against is ten times as wide around the middle
depth_gap          a book change is lost on the way (`path` is part of the topic)
late_cancel        a cancel is carried out `delay_ms` real milliseconds after CANCEL_SENT
late_reject        an order is accepted, then reported REJECTED with `message`
edit_rejected      an edit is answered EDIT_SENT, then reported as rejected (mt 1)
report_twice       an execution report comes twice
reports_shuffled   the execution reports of one beat come in reverse order
odd_push           a balance or position push has a shape nobody knows
listen_key_expired the listen key expires (at once)
ms_times           order and trade times are integer ms, as documented, instead of the live text in seconds
seed_cancel        DELETE /v3/trade/order also takes a form body with symbol and order_id
"""

from typing import Final

from terminal.sim.serving.faults import REQUEST_KINDS, SHARED_KINDS

OWN_REQUEST_KINDS: Final = frozenset({"gateway", "codeless"})
WOO_REQUEST_KINDS: Final = REQUEST_KINDS | OWN_REQUEST_KINDS
KINDS: Final = (
    SHARED_KINDS
    | OWN_REQUEST_KINDS
    | {
        "maintenance",
        "stale_book",
        "one_sided",
        "wide_book",
        "depth_gap",
        "late_cancel",
        "late_reject",
        "edit_rejected",
        "report_twice",
        "reports_shuffled",
        "odd_push",
        "listen_key_expired",
        "ms_times",
        "seed_cancel",
    }
)
