"""The test of an account: in order, to the first failure, and nothing is changed by it."""

import pytest

from helpers.builders import make_instrument
from helpers.fake_clock import ManualClock
from helpers.fake_feed import FakeFeed
from helpers.fake_venue import FakeVenue
from terminal.domain.account_check import StepState
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.errors import AuthFailed, RateLimited, VenueUnavailable
from terminal.ports.market_feed import LinkHealth
from terminal.services.account_check import AccountCheck

pytestmark = pytest.mark.asyncio
ALL = ["reach", "clock", "key", "contracts", "leverage"]


class Bench:
    """An account between fakes, and the last word on each step."""

    def __init__(self, *, with_key=True):
        self.clock = ManualClock()
        self.feed = FakeFeed(self.clock, ALLOWED_INSTRUMENTS)
        self.venue = FakeVenue(self.clock)
        self.steps = {}
        self.told = []
        self.check = AccountCheck(self.feed, self.venue if with_key else None, self.hear)

    def hear(self, step):
        self.steps[step.name] = step
        self.told.append((step.name, step.state))

    def states(self):
        return [step.state for step in self.steps.values()]


async def test_all_steps_pass_in_order_and_change_nothing():
    bench = Bench()
    assert await bench.check.run()
    assert list(bench.steps) == ALL
    assert bench.states() == [StepState.OK] * 5
    assert [name for name, state in bench.told if state is StepState.RUNNING] == ALL
    assert [name for name, state in bench.told[:5] if state is StepState.WAITING] == ALL
    assert bench.venue.calls == []  # no order, no cancel, no log
    assert bench.venue.settings == {}
    assert "1,000.00 USDT" in bench.steps["key"].words


async def test_paper_tries_only_what_needs_no_key():
    bench = Bench(with_key=False)
    assert await bench.check.run()
    assert list(bench.steps) == ["reach", "clock", "contracts"]


@pytest.mark.parametrize(
    ("error", "words", "hint"),
    [
        (AuthFailed("signature check failed", code="40009"), "signature check failed [40009]", "paste all of it again"),
        (RateLimited("slow down", retry_after_s=12.0), "slow down", "Wait 12 s"),
        (VenueUnavailable("connection refused"), "connection refused", "internet connection"),
        (AuthFailed("IP not allowed", code="40018", hint="Add this address."), "IP not allowed [40018]", "Add this"),
    ],
)
async def test_the_first_failure_says_what_to_do_and_ends_it(error, words, hint):
    bench = Bench()
    bench.venue.read_error = error
    assert not await bench.check.run()
    assert bench.states() == [StepState.OK, StepState.OK, StepState.FAILED, StepState.SKIPPED, StepState.SKIPPED]
    assert bench.steps["key"].words == words
    assert hint in bench.steps["key"].hint


@pytest.mark.parametrize(
    ("offset_ms", "state", "words"),
    [
        (20.0, StepState.OK, "right within 20 ms"),
        (-5_000.0, StepState.OK, "5.0 s behind ours; requests are signed with the corrected time"),
        (40_000.0, StepState.FAILED, "40.0 s ahead of ours"),
    ],
)
async def test_the_clock_is_told_and_refused_only_beyond_the_venues_window(offset_ms, state, words):
    bench = Bench()
    bench.feed.health = lambda: LinkHealth(offset_ms, 20.0, 10, 500)
    assert await bench.check.run() is (state is StepState.OK)
    assert bench.steps["clock"].state is state
    assert words in bench.steps["clock"].words


async def test_a_pair_without_a_contract_is_named():
    bench = Bench()
    found = tuple(make_instrument(each) for each in ALLOWED_INSTRUMENTS if each != "DOGE-PERP")

    async def instruments():
        return found

    bench.feed.instruments = instruments
    assert not await bench.check.run()
    assert bench.steps["contracts"].words == "the venue lists no contract of DOGE"
    assert bench.steps["leverage"].state is StepState.SKIPPED


async def test_a_leverage_above_the_rules_is_a_remark_and_stays_as_it_is():
    bench = Bench()
    bench.venue.settings = {ALLOWED_INSTRUMENTS[0]: 100}
    assert await bench.check.run()
    assert "BTC 100x" in bench.steps["leverage"].words
    assert bench.venue.settings == {ALLOWED_INSTRUMENTS[0]: 100}
