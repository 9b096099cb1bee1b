"""Arguments of `alphadesk backtest` that would make a report flatter or fail half way are refused at once."""

import argparse

import pytest

from terminal.app.lab_options import add_backtest

WHOLE = ["backtest", "--from", "2026-06-01", "--to", "2026-06-05", "--out", "x"]


def parsed(*more):
    parser = argparse.ArgumentParser()
    add_backtest(parser.add_subparsers())
    return parser.parse_args([*WHOLE, *more])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("--slippage-bp", "-5"),
        ("--slippage-bp", "nan"),
        ("--slippage-bp", "inf"),
        ("--slippage-bp", "much"),
        ("--pattern", "-1"),
        ("--pattern", "nan"),
        ("--seed", "-1"),
        ("--seed", "1.5"),
        ("--retrain-days", "0"),
        ("--latency-bars", "9"),
        ("--equity", "0"),
        ("--equity", "NaN"),
        ("--strategist", "language:"),
        ("--from", "2026-02-30"),
        ("--source", "venue"),
    ],
)
def test_a_bad_value_is_refused_and_named(capsys, name, value):
    with pytest.raises(SystemExit):
        parsed(f"{name}={value}")
    assert name in capsys.readouterr().err


def test_good_values_are_taken_as_they_are():
    found = parsed("--slippage-bp=0", "--pattern=0", "--seed=0", "--equity=250.5", "--strategist=language:tiny")
    assert (found.slippage_bp, found.pattern, found.seed, str(found.equity)) == (0.0, 0.0, 0, "250.5")
    assert found.strategist == "language:tiny"
