"""Small helpers the checks share: how a check is written, and how numbers are."""

from decimal import Decimal

from terminal.domain.canonical import decimal_text
from terminal.domain.risk import Check


def check(rule: str, name: str, passed: bool, text: str) -> Check:
    return Check(rule, name, passed, text)


def missing(rule: str, name: str, what: str) -> Check:
    """What is not known never passes."""
    return Check(rule, name, passed=False, text=f"{what} is not known yet; wait a moment")


def pct(fraction: Decimal) -> str:
    return f"{fraction * 100:.2f} %"


def usdt(amount: Decimal) -> str:
    return f"{amount:.2f} USDT"


def plain(number: Decimal) -> str:
    return decimal_text(number.normalize())
