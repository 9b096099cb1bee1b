"""An order's whole life at a venue other than WEEX: filled in part, killed, found again, cancelled, closed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt

from helpers import fake_llm as llm
from helpers import seat_child
from helpers.asked_llm import answering
from helpers.evidence import read_journal
from helpers.fake_llm import served
from helpers.hand_orders import BTC, ETH, cancel, close_whole, orders_of, propose, ready_here
from helpers.loopback import Loopback, loopback
from helpers.model_seat import use_models
from helpers.seat import Seat, at_the_seat, write_profile
from terminal.app.session import Session, SessionOptions
from terminal.domain.order import Order, OrderState
from terminal.domain.review import ReviewState
from terminal.storage.journal import verify
from terminal.storage.paths import data_root
from terminal.storage.secrets import chain_key

PROFILE = "life"
CRASH_WITHIN_S = 240  # a limit costs nothing while all is well
AWAY = Decimal("0.995")  # below the market: it rests, and the gate's collar lets it
_DONE = {OrderState.FILLED, OrderState.CANCELED}


@dataclass(frozen=True)
class Place:
    """A venue the story is told at. `books` is where its exchange keeps what a product has, `speed` its clock's."""

    venue: str
    product: str = ""
    books: str = ""
    speed: float = 1.0

    def orders(self, state: dict[str, Any]) -> list[dict[str, Any]]:
        """Give the orders that came in over the exchange's API, oldest first."""
        found = (state[self.books] if self.books else state)["orders"]
        return [order for order in found if order["origin"] == "API"]


def wide_levels(facts: dict[str, Any], symbol: str) -> dict[str, Any]:
    """An opening that pays for a spot venue's fees, too: the stop 2 ATR away, the target 5 % above."""
    entry, atr = (float(facts["inputs"][f"{symbol}.{name}"]) for name in ("ask", "atr14"))
    levels = {"stop_price": f"{entry - 2 * atr:.10f}", "take_profit_price": f"{entry * 1.05:.10f}"}
    return llm.opening(facts, symbol, "long", **levels)


@contextmanager
def exchange_of(place: Place, folder: Path) -> Iterator[Loopback]:
    """Run the venue's exchange, and a model that only agrees with what it is asked."""
    script = answering(
        lambda facts, side, symbol: wide_levels(facts, symbol),
        lambda facts: llm.hold(facts, "BTC"),
    )
    with loopback(folder, venue=place.venue, speed=place.speed) as exchange, served(script) as server:
        write_profile(PROFILE, exchange.link, decision_age_s=300)
        file = Path(os.environ["ALPHADESK_HOME"]) / "config" / "profiles" / f"{PROFILE}.toml"
        own = [f'venue = "{place.venue}"', *([f'product = "{place.product}"'] if place.product else [])]
        file.write_text("\n".join(own) + "\n" + file.read_text())
        use_models(PROFILE, server.base_url, "tiny", strategist="language:tiny")
        yield exchange


def kill_with_half_an_order(exchange: Loopback, folder: Path) -> Path:
    """Let the venue fill half of the first order, and kill the program before it hears of that; gives its journal."""
    exchange.fault(kind="partial_fill", share="0.5", delay_ms=3_600_000, count=1)
    words = folder / "first.txt"
    paths = os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH"), str(Path(__file__).parents[1]))))
    with words.open("wb") as said:
        child = subprocess.Popen(
            [sys.executable, seat_child.__file__, "W4-order", PROFILE],
            stdout=said,
            stderr=said,
            env=os.environ | {"PYTHONPATH": paths},
        )
        try:
            code = child.wait(CRASH_WITHIN_S)
        finally:
            child.kill()
    assert code == -signal.SIGKILL, words.read_text(errors="replace")
    exchange.clear_faults()
    (journal,) = data_root().glob("profiles*/*/journal.sqlite")
    return journal


async def rest_of_the_life(seat: Seat, told: dict[str, Any]) -> None:
    """Find the order again; let another one rest and cancel it; close what is held."""
    await ready_here(seat)
    await seat.until(seat.desk.order_changed, lambda: any(each.state in _DONE for each in orders_of(seat, BTC)))
    (told["found"],) = orders_of(seat, BTC)
    await seat.until(seat.desk.positions_changed, lambda: bool(seat.desk.positions))
    (told["held"],) = seat.desk.positions
    told["resting"] = await rest_and_cancel(seat)
    told["closing"] = await close(seat)


async def rest_and_cancel(seat: Seat) -> Order:
    """Ask for a limit below the market, approve it, see it rest, press its Cancel."""
    margins = seat.desk.margins  # after a quick restart a venue may let few readings of leverage through
    await seat.until(margins.changed, lambda: ETH in margins.in_force)
    decision_id = await propose(seat, ETH, AWAY)
    seat.window.review.show_card(decision_id)
    assert await seat.press(Qt.Key.Key_A) == decision_id
    await seat.answered(decision_id, ReviewState.APPROVED)
    order = await reached(seat, ETH, OrderState.WORKING)
    cancel(seat, order)
    return await reached(seat, ETH, OrderState.CANCELED)


async def reached(seat: Seat, instrument_id: str, state: OrderState) -> Order:
    """Wait until the newest order of a pair is in a state; give it."""

    def newest() -> Order | None:
        found = orders_of(seat, instrument_id)
        return found[-1] if found and found[-1].state is state else None

    await seat.until(seat.desk.order_changed, newest)
    order = newest()
    assert order is not None
    return order


async def close(seat: Seat) -> Order:
    """Press the position's 100 %; give the closing order once nothing is held."""
    close_whole(seat)
    await seat.until(seat.desk.positions_changed, lambda: not seat.desk.positions)
    await seat.until(seat.desk.order_changed, lambda: len(orders_of(seat, BTC)) > 1)
    return await reached(seat, BTC, OrderState.FILLED)


def live(place: Place, folder: Path) -> None:
    """Tell the whole story at a venue, and compare the journal with the exchange's own books."""
    told: dict[str, Any] = {}
    with exchange_of(place, folder) as exchange:
        journal = kill_with_half_an_order(exchange, folder)
        (intended,) = read_journal(journal).orders
        (taken,) = place.orders(exchange.state())
        session = at_the_seat(SessionOptions(profile=PROFILE), lambda seat: rest_of_the_life(seat, told))
        orders, counts = place.orders(exchange.state()), exchange.state()["client_oid_counts"]
    assert session.paths.journal == journal
    judge_the_half(intended, taken, told)
    judge_the_rest(session, told, orders, counts)


def judge_the_half(intended: Order, taken: dict[str, Any], told: dict[str, Any]) -> None:
    """Check that the new start knows of the lost fill what the exchange knows, under the same id."""
    found, held = told["found"], told["held"]
    assert intended.filled_size == 0, "the program was killed before it heard of the fill"
    assert found.client_order_id == intended.client_order_id
    assert found.venue_order_id == taken["order_id"]
    assert 0 < found.filled_size < found.terms.size
    assert held.instrument_id == BTC
    assert 0 < held.size <= found.filled_size


def judge_the_rest(
    session: Session, told: dict[str, Any], orders: list[dict[str, Any]], counts: dict[str, int]
) -> None:
    """Check that each order is at the exchange once, as the journal has it, and that the chain is whole."""
    resting, closing = told["resting"], told["closing"]
    assert resting.filled_size == 0
    ids = [told[name].venue_order_id for name in ("found", "resting", "closing")]
    assert [order["order_id"] for order in orders] == ids, "each order went out once, and no other did"
    assert set(counts.values()) <= {1}
    assert closing.filled_size == told["held"].size
    kept = read_journal(session.paths.journal)
    assert [order.venue_order_id for order in kept.orders] == ids
    assert verify(session.paths.journal, chain_key(session.profile, session.paths)).is_good
