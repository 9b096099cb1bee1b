"""Sets up one profile's account: tests what was entered, keeps the key, writes the profile.

The form and the text prompt share it. Blocking calls (vault, key derivation, disk) run in
threads; nothing here keeps a secret longer than the call that needs it.
"""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import replace

from terminal.app.venue_link import open_adapter
from terminal.domain.errors import ConfigError, StorageError
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.ports.secrets import SecretStore
from terminal.services.account_check import AccountCheck, Report
from terminal.storage.account import AccountKey, AccountRecord, Place, account_record, checked_key, keep_key
from terminal.storage.paths import DEMO, ProfilePaths, checked_name, profile_paths
from terminal.storage.profile_file import write_profile
from terminal.storage.profiles import Endpoints, Mode, Profile, load_profile, official_endpoints, profile_file
from terminal.storage.proxy import checked_proxy
from terminal.storage.secret_file import FileSecrets
from terminal.storage.secret_memory import MemorySecrets
from terminal.storage.secrets import KeyringSecrets
from terminal.ui.viewmodels.account_form import MODES, AccountEntry

VaultOf = Callable[[str], SecretStore]


class AccountSetup:
    """One profile being set up.

    Attributes:
        held: the key, when it was saved for this run only; otherwise None.
    """

    def __init__(
        self,
        name: str,
        clock: Clock,
        chance: Chance,
        *,
        endpoints: Endpoints | None = None,
        vault_of: VaultOf = KeyringSecrets,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """Prepare for a profile; `endpoints` other than the venue's own are for tests.

        Raises:
            ConfigError: the name cannot name such a profile.
        """
        if checked_name(name) == DEMO:
            raise ConfigError("The demo needs no account. Name another profile, e.g. --profile live --mode live.")
        self.name = name
        self.held: AccountKey | None = None
        self._clock = clock
        self._chance = chance
        self._endpoints = endpoints
        self._vault_of = vault_of
        self._environ = environ

    def start_entry(self, mode: str, reviewer: str) -> AccountEntry:
        """Give what the form begins with: the profile as it is, or a new one.

        Raises:
            ConfigError: the profile's file does not read, or nothing says which mode is meant.
        """
        known = self._known()
        mode = mode or (self.name if known is None else known.mode.value)
        if mode not in MODES:
            raise ConfigError(f"Say what profile {self.name} is for: --mode {', '.join(MODES)}.")
        if known is None:
            return AccountEntry(mode, "v2", reviewer, "")
        return AccountEntry(mode, known.api_version, known.reviewer, known.proxy or "")

    async def place_words(self, mode: str) -> tuple[str, bool]:
        """Say where a key of this mode would lie, and whether that is the system's vault."""
        vault = await asyncio.to_thread(self._vault, Mode(mode))
        return ("", False) if vault is None else (vault.where, True)

    def known_words(self, mode: str) -> str:
        """Say what is known of an earlier key; "" when there is none."""
        try:
            record = account_record(self._paths(Mode(mode)))
        except StorageError as error:
            return str(error)
        return "" if record is None else f"This profile has a key already: {record.words}. Saving replaces it."

    async def test(self, entry: AccountEntry, report: Report) -> bool:
        """Try the account as it was entered; True when every step passed.

        Raises:
            ConfigError: what was entered makes no request.
        """
        key = _key_of(entry)
        route = self._profile(entry).route
        endpoints = self._endpoints or official_endpoints(entry.api_version)
        adapter = open_adapter(endpoints, key, self._clock, self._chance, api_version=entry.api_version, route=route)
        try:
            return await AccountCheck(adapter, None if key is None else adapter, report).run()
        finally:
            await adapter.aclose()

    async def save(self, entry: AccountEntry, *, tested: bool) -> str:
        """Keep the key and write the profile; gives words about it.

        Raises:
            ConfigError: what was entered cannot be a profile.
            StorageError: it could not be kept.
        """
        return await asyncio.to_thread(self._save, entry, tested)

    # -- inside, on a thread -------------------------------------------------------

    def _save(self, entry: AccountEntry, tested: bool) -> str:
        profile = self._profile(entry)
        key = _key_of(entry)
        record = None if key is None else self._keep(profile, key, entry.password, tested=tested)
        write_profile(profile, profile_file(self.name, self._environ))
        how_to_open = f"Open it with 'alphadesk --profile {self.name}'."
        if record is None:
            return f"Profile {self.name} ({profile.mode.value}) is saved. {how_to_open}"
        return f"Profile {self.name} ({profile.mode.value}): {record.words}. {how_to_open}"

    def _keep(self, profile: Profile, key: AccountKey, password: str, *, tested: bool) -> AccountRecord:
        paths = self._paths(profile.mode)
        now_ms = self._clock.now_ms()
        vault = self._vault(profile.mode)
        if vault is not None:
            return keep_key(paths, vault, Place.VAULT, key, tested=tested, now_ms=now_ms)
        if password:
            file = FileSecrets(paths.secrets_file, profile.vault_name, monotonic_s=self._clock.monotonic_s)
            file.create(password)
            return keep_key(paths, file, Place.FILE, key, tested=tested, now_ms=now_ms)
        self.held = key
        return keep_key(paths, MemorySecrets(), Place.MEMORY, key, tested=tested, now_ms=now_ms)

    def _vault(self, mode: Mode) -> SecretStore | None:
        try:
            return self._vault_of(f"{mode.value}/{self.name}")
        except StorageError:  # none that can be trusted, or none that answers
            return None

    def _profile(self, entry: AccountEntry) -> Profile:
        """Put the entry over what the profile's file says: limits and season stay."""
        mode = Mode(entry.mode)
        known = self._known()
        base = known if known is not None and known.mode is mode else Profile(self.name, mode, "weex")
        limits = base.limits if known is None else known.limits
        return replace(
            base,
            limits=limits,
            reviewer=entry.reviewer,
            api_version=entry.api_version,
            proxy=checked_proxy(entry.proxy),
        )

    def _known(self) -> Profile | None:
        return load_profile(self.name, self._environ) if profile_file(self.name, self._environ).is_file() else None

    def _paths(self, mode: Mode) -> ProfilePaths:
        return profile_paths(self.name, self._environ, mode=mode.value)


def _key_of(entry: AccountEntry) -> AccountKey | None:
    return checked_key(entry.key, entry.secret, entry.passphrase) if entry.needs_key else None
