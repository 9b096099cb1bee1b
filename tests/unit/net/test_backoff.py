from net_kit import FixedChance

from terminal.net.backoff import Backoff


def test_ceiling_doubles_to_the_cap_and_starts_again():
    backoff = Backoff(FixedChance(1.0), first_s=1.0, cap_s=60.0)
    assert [backoff.next_s() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    backoff.reset()
    assert backoff.next_s() == 1


def test_full_jitter_with_a_floor():
    backoff = Backoff(FixedChance(0.0, 0.5, 0.0), first_s=2.0, cap_s=60.0, floor_s=1.0)
    assert [backoff.next_s() for _ in range(3)] == [1.0, 2.0, 1.0]
