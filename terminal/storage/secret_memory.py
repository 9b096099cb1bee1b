"""Secrets for this run only, where nothing may be kept."""

from typing import Final

WHERE: Final = "this program's memory, only until it ends"


class MemorySecrets:
    """Named secrets that end with the program."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    @property
    def where(self) -> str:
        """Say in plain words where secrets are kept, for the window."""
        return WHERE

    def get(self, name: str) -> str | None:
        return self._kept.get(name)

    def set(self, name: str, value: str) -> None:
        self._kept[name] = value

    def delete(self, name: str) -> None:
        """Forget a secret; one that is not there is no error."""
        self._kept.pop(name, None)
