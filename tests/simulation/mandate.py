"""What must go wrong in a seed, whatever chance says: every kind in its turn, so that none stays away.

Chance draws by weight, and a light kind may miss a hundred seeds. So the number of a seed names one
kind that is armed in it for certain, in rotation. A fault of requests waits for a placement first; a
run that places too little has it on any write, and in its last steps on any request. A fault of
frames waits in the same way for the private stream, then for any.
"""

from simulation.place import Place, fault_name
from simulation.weather import FRAME_KINDS, IDS

STREAM_ACTS = ("socket cut", "silence")
ACTS = ("crash", *STREAM_ACTS, "clock", "sleep", "matching", "shock", "stranger", "disk", "rate storm")
"""What the storm itself does; see `storm`. Where everything is asked for there is no stream to cut."""
WITHIN = 100
"""In so many seeds in a row every kind has its turn."""


def frame_kinds(place: type[Place]) -> tuple[str, ...]:
    return tuple(f"frame {kind}" for kind in FRAME_KINDS) if place.has_streams else ()


def request_kinds(place: type[Place]) -> tuple[str, ...]:
    return (*IDS, *place.own_kinds)


def kinds_of(place: type[Place]) -> tuple[str, ...]:
    """Give all kinds of fault a venue can have, in the order of their turns."""
    acts = (act for act in ACTS if place.has_streams or act not in STREAM_ACTS)
    own = (fault_name(fault) for fault in place.misbehaviour)
    return tuple(dict.fromkeys((*request_kinds(place), *frame_kinds(place), *acts, *own)))


def due_in(seed: int, place: type[Place]) -> str:
    """Give the kind whose turn a seed is."""
    kinds = kinds_of(place)
    return kinds[seed % len(kinds)]
