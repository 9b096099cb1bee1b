"""A value that changes from record to record, and what it was at any of them."""

from bisect import bisect_right
from typing import Generic, TypeVar

T = TypeVar("T")


class Track(Generic[T]):
    """Values by record number, put in order; looking one up costs a search, however long the day was."""

    def __init__(self, first: T) -> None:
        self._seqs: list[int] = [0]
        self._values: list[T] = [first]

    @property
    def newest(self) -> T:
        return self._values[-1]

    def put(self, seq: int, value: T) -> None:
        """Note the value from this record on.

        Raises:
            ValueError: a later record was put already.
        """
        if seq < self._seqs[-1]:
            raise ValueError(f"record {seq} comes after record {self._seqs[-1]}; feed records in order")
        self._seqs.append(seq)
        self._values.append(value)

    def at(self, seq: int) -> T:
        """Give the value after a record."""
        return self._values[bisect_right(self._seqs, seq) - 1]
