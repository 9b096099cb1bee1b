"""The venue's listings come as an array, as one object, or as an object keyed "0", "1", ...: all are rows.

Its printed samples are no valid JSON, so nothing tells which it is where.
"""

from typing import Any

from terminal.domain.errors import MalformedReply


def rows_of(data: Any, key: str) -> list[Any]:
    """Give the rows of a listing.

    Args:
        data: what the envelope carries; empty in any shape means no rows.
        key: a field every row has, by which one row is told from an object of rows.

    Raises:
        MalformedReply: it is none of the three.
    """
    if isinstance(data, list):
        return data
    if isinstance(data, dict):
        if key in data:
            return [data]
        if all(isinstance(row, dict) for row in data.values()):
            return list(data.values())
    elif data is None or data == "":
        return []
    raise MalformedReply("The answer is no listing.")
