"""The organiser's API test in the real window on the built-in exchange: all requests shown, no secret among them."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from helpers.seat import at_the_seat
from terminal.app.audit_replay import replay_decisions
from terminal.app.session import SessionOptions
from terminal.domain.rehearsal import RehearsalKind


def click(button):
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def the_api_test(seat, told):
    await seat.ready()
    seat.window.rehearsal.open_test()
    window = seat.window.rehearsal.test
    book = seat.desk.rehearsal
    click(window.run_all)

    def standing():
        return book.of(RehearsalKind.API_TEST)

    await seat.until(book.changed, lambda: standing() is not None and bool(standing().order or standing().verdict))
    click(window.bar.approve)
    await seat.until(book.changed, lambda: bool(standing().verdict))
    told["verdict"], told["seq"] = standing().verdict, standing().record_seq
    told["rows"] = {row.name: row for row in standing().rows}


def test_the_api_test_passes_with_one_click_for_all_and_one_for_the_order(qapp, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("ALPHADESK_HOME", str(tmp_path))
    told = {}
    session = at_the_seat(SessionOptions(), lambda seat: the_api_test(seat, told))
    assert told["verdict"] == "Passed: 8 of 8", told["rows"]
    (order,) = told["rows"]["order"].exchanges
    assert order.request == "POST /capi/v2/order/placeOrder"
    assert '"size": "0.0001"' in order.sent
    assert '"match_price": "0"' in order.sent
    shown = "".join(each.sent + each.request + each.answer for row in told["rows"].values() for each in row.exchanges)
    link = session.link
    assert not [secret for secret in (link.key, link.secret, link.passphrase) if secret in shown]
    assert told["seq"] > 0
    assert replay_decisions("all", session.paths.journal, "demo") == 0
    assert "the order of an API test. No model made this decision" in capsys.readouterr().out
