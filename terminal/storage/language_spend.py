"""What language models cost, by day, in a small file beside the journal: a restart must not open the purse anew."""

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from terminal.domain.causes import cause
from terminal.domain.errors import StorageError
from terminal.storage.private_file import write_private

_DAYS_KEPT: Final = 8


class SpendFile:
    """A `SpendBook` on disk: read once, replaced whole at each change. One program at a time has it (profile lock)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sums: dict[str, dict[str, Decimal]] | None = None

    def spent(self, name: str, day: str) -> Decimal:
        """Give what `name` cost on `day`.

        Raises:
            StorageError: the file cannot be read; nobody knows what may still be spent.
        """
        return self._loaded().get(day, {}).get(name, Decimal(0))

    def add(self, name: str, day: str, usd: Decimal) -> None:
        """Note a cost, durable at return.

        Raises:
            StorageError: it could not be written; nothing may be spent on it.
        """
        sums = {each: dict(costs) for each, costs in self._loaded().items()}
        costs = sums.setdefault(day, {})
        costs[name] = max(Decimal(0), costs.get(name, Decimal(0)) + usd)
        sums = {each: sums[each] for each in sorted(sums)[-_DAYS_KEPT:]}
        plain = {each: {model: format(cost, "f") for model, cost in of.items()} for each, of in sums.items()}
        write_private(self._path, json.dumps(plain, sort_keys=True).encode())
        self._sums = sums

    def _loaded(self) -> dict[str, dict[str, Decimal]]:
        if self._sums is None:
            self._sums = self._read()
        return self._sums

    def _read(self) -> dict[str, dict[str, Decimal]]:
        try:
            text = self._path.read_text("utf-8")
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._unusable(error) from error
        try:
            found = {
                day: {name: Decimal(cost) for name, cost in costs.items()} for day, costs in json.loads(text).items()
            }
        except (ValueError, AttributeError, TypeError, InvalidOperation) as error:
            raise self._unusable(error) from error
        if not all(cost.is_finite() and cost >= 0 for costs in found.values() for cost in costs.values()):
            raise self._unusable(ValueError("a cost is no amount"))
        return found

    def _unusable(self, error: Exception) -> StorageError:
        return StorageError(
            f"{self._path} does not tell what language models cost today: {cause(error)}. Move it away to begin anew; "
            "until then no paid model is asked."
        )
