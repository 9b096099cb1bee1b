"""Kinds of values on the command line that more than one command takes; bad ones are refused in words."""

import argparse
from decimal import Decimal, InvalidOperation


def money(text: str) -> Decimal:
    """Read an amount above 0."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise argparse.ArgumentTypeError(f"{text!r} is not an amount") from None
    if not (value.is_finite() and value > 0):
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value
