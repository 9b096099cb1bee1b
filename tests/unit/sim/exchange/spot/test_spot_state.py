"""The spot account goes to disk and comes back the same."""

import orjson
import pytest

from terminal.sim.exchange.spot.state import SpotBooksWriter, load_spot_books, show_spot_books
from terminal.sim.exchange.terms import OrderStatus


def stored(seat):
    return orjson.loads(SpotBooksWriter(seat.books).dump())


def test_books_come_back_as_they_were(seat, spot_rules):
    seat.place("0.01")
    seat.cancel(seat.place("0.02", "90000"))
    seat.place("0.03", "80000")
    seat.sell("0", amount="100")
    back = load_spot_books(stored(seat), spot_rules, 1)

    assert show_spot_books(back) == show_spot_books(seat.books)
    assert back.client_oids == seat.books.client_oids
    assert back.ids.next() == seat.books.ids.next()


def test_open_orders_rest_again(seat, seat_on, spot_rules):
    resting = seat.place("0.03", "80000")
    again = seat_on(load_spot_books(stored(seat), spot_rules, 1))

    assert again.market.books["BTC"].resting(resting.order_id) == 300
    again.cancel(again.books.orders[resting.order_id])
    assert (again.locked(), again.free()) == (0, 10_000)


def test_an_order_that_never_reached_the_book_reaches_it_after_the_restart(seat, seat_on, spot_rules):
    from terminal.sim.exchange.matching_faults import MatchingFaults

    seat.exchange.set_matching_faults(MatchingFaults(late_ms=60_000, count=2))
    by_size, by_amount = seat.place("0.001"), seat.place("0", amount="500")
    again = seat_on(load_spot_books(stored(seat), spot_rules, 1))

    for order in (by_size, by_amount):
        assert again.books.orders[order.order_id].status is OrderStatus.FILLED


def test_what_is_final_is_written_once_and_stays(seat):
    writer = SpotBooksWriter(seat.books)
    seat.place("0.01")
    first = orjson.loads(writer.dump())
    seat.place("0.01")
    second = orjson.loads(writer.dump())

    assert second["fills"][:1] == first["fills"]
    assert second["orders"][:1] == first["orders"]
    assert len(second["orders"]) == 2


@pytest.mark.parametrize("change", [{"format": 9}, {"holdings": 3}])
def test_another_format_is_refused(seat, spot_rules, change):
    with pytest.raises((ValueError, TypeError, AttributeError)):
        load_spot_books(stored(seat) | change, spot_rules, 1)
