"""Rectangles, lines and pieces of a picture by the hundred, handed to the painter in one call.

Qt takes such things as an array of C++ objects, which are nothing but doubles in a row. Here the
row is a NumPy array and its first element is shown to Qt as the object it stands for.
"""

from typing import Final, Generic, TypeVar, cast

import numpy as np
import shiboken6
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Kind = TypeVar("Kind")

_FIRST_ROOM: Final = 64


class ObjectRow(Generic[Kind]):
    """Room for objects of one kind; it grows and is kept from frame to frame.

    Attributes:
        first: the first object, as the painter's functions for arrays want it.
    """

    first: Kind

    def __init__(self, kind: type[Kind], fields: int) -> None:
        """`fields` is the number of doubles an object of `kind` is made of."""
        self._kind = kind
        self._make(_FIRST_ROOM, fields)

    def of(self, count: int) -> Floats:
        """Give room for `count` objects, (count, fields) float64, to be filled in before drawing."""
        if count > len(self._numbers):
            self._make(2 * count, self._numbers.shape[1])
        return self._numbers[:count]

    def _make(self, count: int, fields: int) -> None:
        self._numbers = np.empty((count, fields))
        self.first = cast("Kind", shiboken6.wrapInstance(self._numbers.ctypes.data, self._kind))
