"""A cycle's outcome is told once for all pairs it holds for."""

from terminal.services.review.cycle_words import grouped


def test_one_reason_for_several_pairs_is_said_once_and_the_order_stays():
    lines = (
        "ETH short blocked: trading is halted: the disk is full",
        "BTC long proposed",
        "XRP long blocked: trading is halted: the disk is full",
        "ADA short proposed",
        "LTC short skipped: a proposal of it is open",
    )
    assert grouped(lines) == (
        "ETH short, XRP long blocked: trading is halted: the disk is full",
        "BTC long, ADA short proposed",
        "LTC short skipped: a proposal of it is open",
    )


def test_what_differs_is_said_apart_and_a_single_word_stays_one():
    assert grouped(("ETH short blocked: 501 of 500 USDT", "XRP long blocked: 502 of 500 USDT", "nothing")) == (
        "ETH short blocked: 501 of 500 USDT",
        "XRP long blocked: 502 of 500 USDT",
        "nothing",
    )
