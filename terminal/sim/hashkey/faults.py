"""HashKey's own faults, beside those every venue knows.

    kind              effect
    418               that status: the address is blocked; with `delay_ms` the block itself (at once): every
                      request and every new stream is turned away for that many real milliseconds
    halt              the symbol in `path` ("" = all) is not traded: status HALT, orders refused
    late_reports      private events reach the stream `delay_ms` real milliseconds late
    repeat_reports    a private event is sent twice
    lost_reports      a private event is not sent at all
    old_depth         a book is followed by the one before it, with its older time
    slow_cancel       an accepted cancellation takes effect `delay_ms` real milliseconds later
    bare_info         exchangeInfo for one symbol is that symbol's object alone
    listen_key_gone   every listen key expires (at once)

`path` of a stream fault is matched against the symbol, of `halt` too. An order
call that is answered -1006 or -1007 is the shared fault `code`, executed when
`after` is true.
"""

from terminal.sim.serving.faults import SHARED_KINDS

KINDS = SHARED_KINDS | {
    "418",
    "halt",
    "late_reports",
    "repeat_reports",
    "lost_reports",
    "old_depth",
    "slow_cancel",
    "bare_info",
    "listen_key_gone",
}
