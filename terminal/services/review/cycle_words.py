"""What became of a cycle's pairs, in as few words as it takes."""

from collections.abc import Iterable


def grouped(lines: Iterable[str]) -> tuple[str, ...]:
    """Say once what holds for several pairs.

    `ETH short blocked: halted` and `XRP long blocked: halted` give `ETH short, XRP long blocked: halted`.
    """
    subjects: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        head, colon, why = line.partition(": ")
        subject, _, verb = head.rpartition(" ")
        subjects.setdefault((verb, colon + why), []).append(subject)
    return tuple(f"{', '.join(who)} {verb}{why}".lstrip() for (verb, why), who in subjects.items())
