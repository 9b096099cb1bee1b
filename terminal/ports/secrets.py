"""Where keys are kept."""

from typing import Protocol


class SecretStore(Protocol):
    """Named secrets of one profile. Never listed, never exported."""

    @property
    def where(self) -> str:
        """Say in plain words where secrets are kept, for the window."""
        ...

    def get(self, name: str) -> str | None: ...

    def set(self, name: str, value: str) -> None: ...

    def delete(self, name: str) -> None: ...
