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
from terminal.domain.venues import COMPETITION_VENUE, venue_title
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.ports.secrets import SecretStore
from terminal.services.account_check import AccountCheck, Report
from terminal.storage.account import AccountKey, AccountRecord, Place, account_record, checked_key, keep_key
from terminal.storage.endpoints import Endpoints
from terminal.storage.paths import DEMO, ProfilePaths, checked_name, profile_paths
from terminal.storage.profile_file import write_profile
from terminal.storage.profile_venue import check_venue
from terminal.storage.profiles import Mode, Profile, load_profile, profile_file
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
        venue: str = "",
        site: str = "",
        product: str = "",
        endpoints: Endpoints | None = None,
        vault_of: VaultOf = KeyringSecrets,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """Prepare for a profile; `endpoints` other than the venue's own are for tests.

        `venue` "" is the profile's own, WEEX for a new one; `site` and `product` likewise.

        Raises:
            ConfigError: the name cannot name such a profile.
        """
        if checked_name(name) == DEMO:
            raise ConfigError("The demo needs no account. Name another profile, e.g. --profile live --mode live.")
        self.name = name
        self._given = {"venue": venue, "site": site, "product": product}
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
        venue = self._venue(known)
        if known is None:
            return AccountEntry(mode, "v2", reviewer, "", venue=venue)
        return AccountEntry(mode, known.api_version, known.reviewer, known.proxy or "", venue=venue)

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
        profile = self._profile(entry)
        adapter = open_adapter(
            self._endpoints or profile.endpoints,
            key,
            self._clock,
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
            return await AccountCheck(adapter, None if key is None else adapter, report, title).run()
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
            return self._vault_of(f"{self._kind(mode)}/{self.name}")
        except StorageError:  # none that can be trusted, or none that answers
            return None

    def _profile(self, entry: AccountEntry) -> Profile:
        """Put the entry over what the profile's file says: limits and season stay."""
        mode = Mode(entry.mode)
        known = self._known()
        same = known is not None and known.mode is mode and known.venue == entry.venue
        base = known if known is not None and same else Profile(self.name, mode, entry.venue)
        limits = base.limits if known is None else known.limits
        profile = replace(
            base,
            limits=limits,
            site=self._given["site"] or base.site,
            product=self._given["product"] or base.product,
            reviewer=entry.reviewer,
            api_version=entry.api_version,
            proxy=checked_proxy(entry.proxy),
        )
        try:
            check_venue(profile.mode, profile.venue, profile.site, profile.product, profile.references)
        except ValueError as error:
            raise ConfigError(f"{error}.") from error
        return profile

    def _venue(self, known: Profile | None) -> str:
        return self._given["venue"] or (COMPETITION_VENUE if known is None else known.venue)

    def _kind(self, mode: Mode) -> str:
        return Profile(self.name, mode, self._venue(self._known())).kind

    def _known(self) -> Profile | None:
        return load_profile(self.name, self._environ) if profile_file(self.name, self._environ).is_file() else None

    def _paths(self, mode: Mode) -> ProfilePaths:
        return profile_paths(self.name, self._environ, mode=self._kind(mode))


def _key_of(entry: AccountEntry) -> AccountKey | None:
    return checked_key(entry.key, entry.secret, entry.passphrase, entry.venue) if entry.needs_key else None
