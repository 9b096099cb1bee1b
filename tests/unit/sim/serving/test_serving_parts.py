"""What every loopback exchange shares: faults, limits, keys, arguments, state files, connections."""

import asyncio
from decimal import Decimal

import orjson
import pytest

from terminal.sim.market.engine import MarketEngine
from terminal.sim.serving.connection import StreamConnection
from terminal.sim.serving.digits import StepText, average_price, change_fraction, text
from terminal.sim.serving.faults import SHARED_KINDS, Fault, FaultScript
from terminal.sim.serving.founding import opening_ms
from terminal.sim.serving.options import StartOptions, credentials_for
from terminal.sim.serving.program import arguments_of
from terminal.sim.serving.store import StateFileError, read_state


def test_a_venue_knows_the_shared_faults_and_its_own():
    script = FaultScript(SHARED_KINDS | {"own"})
    script.add(Fault("own", path="BTC", count=2))
    with pytest.raises(ValueError, match="own"):
        script.add(Fault("another"))
    assert script.is_active("own", "BTCUSDT")
    assert not script.is_active("own", "ETHUSDT")
    assert script.take("own", "ETHUSDT") is None
    assert [script.take("own", "BTCUSDT") is not None for _ in range(3)] == [True, True, False]


def test_a_fault_without_a_count_lasts_until_its_kind_is_ended():
    script = FaultScript(SHARED_KINDS | {"own"})
    script.add(Fault("own", count=-1))
    script.add(Fault("429", count=-1))
    assert all(script.take("own") is not None for _ in range(5))
    script.end("own")
    assert [each["kind"] for each in script.active()] == ["429"]


def test_keys_are_each_venues_own_and_the_same_for_a_seed():
    weex, hashkey = credentials_for(7), credentials_for(7, "hashkey", passphrase=False)
    assert weex == credentials_for(7, "weex")
    assert len({weex.secret, hashkey.secret, credentials_for(8, "hashkey").secret}) == 3
    assert (hashkey.key.startswith("hashkey_sim_"), hashkey.passphrase, bool(weex.passphrase)) == (True, "", True)


def test_arguments_are_start_options():
    given = arguments_of(
        "program", None, ["--seed", "5", "--anchor-ms", "9", "--balance", "12.5", "--exit-with-parent"]
    )
    options = StartOptions(**given)
    assert (options.seed, options.anchor_ms, options.balance, options.exit_with_parent) == (5, 9, Decimal("12.5"), True)


@pytest.mark.parametrize("content", [{"format": 1, "venue": "weex"}, {"format": 2, "venue": "woox"}, []])
def test_another_venues_file_is_not_read(tmp_path, content):
    path = tmp_path / "state.json"
    path.write_bytes(orjson.dumps(content))
    with pytest.raises(StateFileError, match="move it away"):
        read_state(path, "woox")


def test_the_clock_begins_now_unless_a_start_was_given():
    market = MarketEngine(seed=1, start_ms=1_765_423_440_000, history_minutes=10)
    assert opening_ms(StartOptions(start_ms=market.start_ms), market) == market.start_ms
    assert opening_ms(StartOptions(), market) > market.start_ms


def test_figures():
    assert [text(Decimal(x)) for x in ("1.500", "-0", "1E+3", "0.000")] == ["1.5", "0", "1000", "0"]
    assert StepText(Decimal(100))(7) == "700"
    assert average_price(Decimal(10), Decimal(3), Decimal("0.01")) == Decimal("3.33")
    assert average_price(Decimal(0), Decimal(0), Decimal("0.01")) == 0
    assert change_fraction(101, 100) == "0.010000"


class SlowSocket:
    """A socket whose sending takes a turn of the loop, and that never hears anything."""

    def __init__(self):
        self.sent = []
        self.client_state = None

    async def send_text(self, frame):
        await asyncio.sleep(0)
        self.sent.append(frame)

    async def receive(self):
        await asyncio.Event().wait()


class OneConnection(StreamConnection):
    def __init__(self, socket):
        super().__init__(socket, lambda: False)
        self.has_left = False

    def hear(self, text):
        raise AssertionError(text)

    async def beat(self):
        await self.drained()

    def left(self):
        self.has_left = True


@pytest.mark.asyncio
async def test_what_was_queued_goes_out_before_a_goodbye():
    socket = SlowSocket()
    connection = OneConnection(socket)
    for number in range(50):
        connection.send([number])
    assert connection.waiting == 50
    await connection.serve()
    assert [orjson.loads(frame) for frame in socket.sent] == [[number] for number in range(50)]
    assert connection.has_left
