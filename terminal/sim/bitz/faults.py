"""Misbehaviour only this venue knows; see `terminal.sim.serving.faults` for the rest.

kind             effect
rows_as_index    listings come as an object keyed "0", "1", ... instead of an array
rows_as_object   a listing of one row comes as that row
swapped_errors   what is refused in `data` comes in `status`, and the other way round
table_order      signatures over the parameters in the order they were sent are taken too
maintenance      everything private is refused with -112
halt             orders are refused with -200025
"""

from terminal.sim.serving.faults import SHARED_KINDS

KINDS = SHARED_KINDS | {
    "rows_as_index",
    "rows_as_object",
    "swapped_errors",
    "table_order",
    "maintenance",
    "halt",
}
