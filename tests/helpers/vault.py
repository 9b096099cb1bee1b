"""A vault of the system in memory, under a name that is trusted, and a search for what got out of it."""

import base64
from collections.abc import Iterable
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from terminal.storage import secrets


class Vault(KeyringBackend):
    """What is kept in it; `locked` makes every question fail."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service, username):
        self._open()
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self._open()
        self.kept[service, username] = password

    def delete_password(self, service, username):
        self._open()
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")

    def _open(self) -> None:
        if self.locked:
            raise KeyringLocked("the collection is locked")


def use_vault(monkeypatch: pytest.MonkeyPatch) -> Vault:
    """Let this be the system's vault for the length of a test."""
    vault = Vault()
    monkeypatch.setitem(secrets.VAULTS, (Vault.__module__, Vault.__qualname__), "a vault for tests")
    monkeypatch.setattr("keyring.get_keyring", lambda: vault)
    return vault


def shapes_of(secret: str) -> dict[str, bytes]:
    """Give every form a secret may hide in."""
    plain = secret.encode()
    inner = base64.b64encode(plain)[: len(plain) // 3 * 4]  # without the last group: it depends on what follows
    return {
        "plain": plain,
        "reversed": plain[::-1],
        "hex": plain.hex().encode(),
        "base64": inner,
        "base64 of url": base64.urlsafe_b64encode(plain)[: len(inner)],
    }


def leaks(places: Iterable[Path], *canaries: str) -> list[str]:
    """Name every file under `places` in which a secret can be found, in whatever form."""
    found = []
    for place in places:
        files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
        for file in files:
            content = file.read_bytes().lower()
            found += [
                f"{file.name}: {shape}"
                for canary in canaries
                for shape, text in shapes_of(canary).items()
                if text.lower() in content
            ]
    return found
