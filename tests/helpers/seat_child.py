"""The real window in a process of its own: a person asks for BTC and approves, and the process dies of it.

    python seat_child.py POINT PROFILE

Killed by itself the moment the record of POINT is durable, as in `crash_child`.
"""

import sys

from helpers.crash_child import POINTS, kill_after

TRIES = 3


def main(point: str, profile: str) -> int:
    """Open the window and place one market order; gives an exit code only if nothing killed it."""
    from PySide6.QtCore import Qt

    from helpers.hand_orders import BTC, active, propose, ready_here
    from helpers.seat import Seat, at_the_seat
    from terminal.app.session import SessionOptions
    from terminal.domain.review import ReviewState

    async def order_and_die(seat: Seat) -> None:
        await ready_here(seat)
        for _ in range(TRIES):  # approved while all is compared anew, the desk sends nothing and says: ask again
            decision_id = await propose(seat, BTC)
            seat.window.review.show_card(decision_id)
            await seat.press(Qt.Key.Key_A)
            await seat.answered(decision_id, ReviewState.VOIDED)  # the kill comes first
            await active(seat)
        raise AssertionError(f"nothing was killed; the desk:\n{seat.story()}")

    kill_after(POINTS[point])
    at_the_seat(SessionOptions(profile=profile), order_and_die)
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
