"""Sets up one profile's account: tests what was entered, keeps the key, writes the profile.

The form and the text prompt share it. Blocking calls (vault, key derivation, disk) run in
threads; nothing here keeps a secret longer than the call that needs it.
"""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import replace

from terminal.app.account_profile import entry_of, profile_of, refuse_another
from terminal.app.venue_link import open_adapter
from terminal.domain.errors import ConfigError, StorageError
from terminal.domain.venues import COMPETITION_VENUE, venue_title
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.ports.secrets import SecretStore
from terminal.runtime.clock import SystemClock
from terminal.services.account_check import AccountCheck, Report
from terminal.storage.account import AccountKey, AccountRecord, Place, account_record, checked_key, keep_key
from terminal.storage.endpoints import Endpoints
from terminal.storage.paths import DEMO, ProfilePaths, checked_name, profile_paths
from terminal.storage.profile_file import write_profile
from terminal.storage.profiles import Mode, Profile, load_profile, profile_file
from terminal.storage.secret_file import FileSecrets
from terminal.storage.secret_memory import MemorySecrets
from terminal.storage.secrets import KeyringSecrets
from terminal.ui.viewmodels.account_form import MODES, AccountEntry
from terminal.ui.viewmodels.account_place import AccountPlace

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
        venue: str = "",
        site: str = "",
        product: str = "",
        connection: str = "",
        endpoints: Endpoints | None = None,
        vault_of: VaultOf = KeyringSecrets,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """Prepare for a profile; `endpoints` other than the venue's own are for tests.

        `venue` "" is the profile's own, WEEX for a new one; `site`, `product` and `connection` (the file of
        an exchange on this machine) likewise.

        Raises:
            ConfigError: the name cannot name such a profile.
        """
        if checked_name(name) == DEMO:
            raise ConfigError("The demo needs no account. Name another profile, e.g. --profile live --mode live.")
        self.name = name
        given = {"venue": venue, "site": site, "product": product, "connection": connection}
        self._given = {part: value for part, value in given.items() if value}
        self.held: AccountKey | None = None
        self._clock = clock
        self._chance = chance
        self._endpoints = endpoints
        self._vault_of = vault_of
        self._environ = environ

    def start_entry(self, mode: str, reviewer: str) -> AccountEntry:
        """Give what the form begins with: the profile as it is, or a new one.

        Raises:
            ConfigError: the profile's file does not read, nothing says which mode is meant, or another
                venue is than that of the profile.
        """
        known = self._known()
        mode = mode or (self.name if known is None else known.mode.value)
        if mode not in MODES:
            raise ConfigError(f"Say what profile {self.name} is for: --mode {', '.join(MODES)}.")
        if known is None:
            return AccountEntry(mode, "v2", reviewer, "").at(replace(AccountPlace(), **self._given))
        entry = replace(entry_of(known), mode=mode)
        entry = entry.at(replace(entry.place, **self._given))
        refuse_another(known, Mode(mode), entry.place)
        return entry

    @property
    def is_known(self) -> bool:
        """True for a profile that is there already: its account keeps its venue."""
        return profile_file(self.name, self._environ).is_file()

    async def place_words(self, mode: str, venue: str = "") -> tuple[str, bool]:
        """Say where a key of this mode would lie, and whether that is the system's vault; "" is the profile's venue."""
        if not Mode(mode).has_key:
            return "", True
        vault = await asyncio.to_thread(self._vault, self._kind(Mode(mode), venue))
        return ("", False) if vault is None else (vault.where, True)

    def known_words(self, mode: str, venue: str = "") -> str:
        """Say what is known of an earlier key; "" when there is none."""
        if not self.is_known:  # folders are made for accounts, not for choices that are looked at
            return ""
        try:
            record = account_record(self._paths(self._kind(Mode(mode), venue)))
        except StorageError as error:
            return str(error)
        return "" if record is None else f"This profile has a key already: {record.words}. Saving replaces it."

    async def test(self, entry: AccountEntry, report: Report) -> bool:
        """Try the account as it was entered; True when every step passed.

        Raises:
            ConfigError: what was entered makes no request.
        """
        key = _key_of(entry)
        profile = self.profile_of(entry)
        link = profile.connection
        if link is not None:
            key = AccountKey(link.key, link.secret, link.passphrase)
        adapter = open_adapter(
            (self._endpoints or profile.endpoints) if link is None else link.endpoints,
            key,
            self._clock if link is None else SystemClock(rate=link.speed),
            self._chance,
            venue=profile.venue,
            api_version=profile.api_version,
            site=profile.site,
            product=profile.product,
            may_trade=False,
            route=profile.route,
        )
        try:
            title = venue_title(profile.venue)
            check = AccountCheck(adapter, None if key is None else adapter, report, title, own_time=link is not None)
            return await check.run()
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
        profile = self.profile_of(entry)
        key = _key_of(entry)
        record = None if key is None else self._keep(profile, key, entry.password, tested=tested)
        write_profile(profile, profile_file(self.name, self._environ))
        how_to_open = f"Open it with 'alphadesk --profile {self.name}'."
        if record is None:
            return f"Profile {self.name} ({profile.mode.value}) is saved. {how_to_open}"
        return f"Profile {self.name} ({profile.mode.value}): {record.words}. {how_to_open}"

    def _keep(self, profile: Profile, key: AccountKey, password: str, *, tested: bool) -> AccountRecord:
        paths = self._paths(profile.kind)
        now_ms = self._clock.now_ms()
        vault = self._vault(profile.kind)
        if vault is not None:
            return keep_key(paths, vault, Place.VAULT, key, tested=tested, now_ms=now_ms)
        if password:
            file = FileSecrets(paths.secrets_file, profile.vault_name, monotonic_s=self._clock.monotonic_s)
            file.create(password)
            return keep_key(paths, file, Place.FILE, key, tested=tested, now_ms=now_ms)
        self.held = key
        return keep_key(paths, MemorySecrets(), Place.MEMORY, key, tested=tested, now_ms=now_ms)

    def _vault(self, kind: str) -> SecretStore | None:
        try:
            return self._vault_of(f"{kind}/{self.name}")
        except StorageError:  # none that can be trusted, or none that answers
            return None

    def profile_of(self, entry: AccountEntry) -> Profile:
        """Give the profile an entry would become.

        Raises:
            ConfigError: it cannot be, or would make another account of the one that is there.
        """
        return profile_of(self.name, self._known(), entry)

    def _kind(self, mode: Mode, venue: str) -> str:
        known = None if venue else self._known()
        own = self._given.get("venue") or (COMPETITION_VENUE if known is None else known.venue)
        return Profile(self.name, mode, venue or own).kind

    def _known(self) -> Profile | None:
        return load_profile(self.name, self._environ) if self.is_known else None

    def _paths(self, kind: str) -> ProfilePaths:
        return profile_paths(self.name, self._environ, mode=kind)


def _key_of(entry: AccountEntry) -> AccountKey | None:
    return checked_key(entry.key, entry.secret, entry.passphrase, entry.venue) if entry.needs_key else None
