"""The .deb on a Debian that has never seen it: install, selftest, demo, uninstall, nothing left.

Needs root, debootstrap and a Debian mirror. The root file system is made in a folder; every command in it
runs in a mount namespace of its own, so that nothing stays mounted whatever happens.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from check.display import CheckFailed

NEEDS = {"debootstrap": "debootstrap", "unshare": "util-linux"}
SUITE = "bookworm"
_USER = "newcomer"
_CHANGES_ANYWAY = ("/var/lib/dpkg", "/var/lib/apt", "/var/cache", "/var/log", "/home", "/etc/ld.so.cache")
_MOUNTS = (
    "mount -t proc proc {root}/proc",
    "mount -t sysfs -o ro sys {root}/sys",
    "mount -t tmpfs -o mode=1777 shm {root}/dev/shm",
    "mount -t tmpfs -o mode=1777 tmp {root}/tmp",
    "mount -t devpts -o ptmxmode=0666 pts {root}/dev/pts",
)


@dataclass(frozen=True, slots=True)
class BareRoot:
    """A Debian in a folder."""

    root: Path

    def make(self) -> str:
        """Lay a minimal Debian down, unless one lies there."""
        if not (self.root / "usr" / "bin" / "apt-get").exists():
            _call(["debootstrap", "--variant=minbase", SUITE, str(self.root)], 900)
        (self.root / "dev" / "shm").mkdir(exist_ok=True)
        for name in ("hosts", "resolv.conf"):
            shutil.copyfile(f"/etc/{name}", self.root / "etc" / name)
        self.run("apt-get", "update", "-qq")
        self.run("sh", "-c", f"id {_USER} 2>/dev/null || useradd --create-home {_USER}")
        (self.root / "root" / "alphadesk.deb").touch()
        packages = self.run("dpkg-query", "-W", "-f=.").count(".")
        return f"Debian {(self.root / 'etc/debian_version').read_text().strip()} with {packages} packages"

    def install(self, deb: Path) -> str:
        """Install with apt, dependencies from the mirror; every library must then be found."""
        shutil.copyfile(deb, self.root / "root" / "alphadesk.deb")
        told = self.run(
            "apt-get", "install", "-y", "-q", "--no-install-recommends", "/root/alphadesk.deb", within_s=600
        )
        missing = self._missing_libraries()
        if missing:
            raise CheckFailed(f"libraries are missing: {'; '.join(missing)}")
        return f"installed; {told.count('Setting up')} packages with it; every library is found"

    def selftest(self) -> str:
        report = self._json("alphadesk", "selftest", within_s=300)
        if not report["ok"]:
            raise CheckFailed(f"selftest: {[each for each in report['steps'] if not each['ok']]}")
        return f"selftest of {len(report['steps'])} steps in {report['seconds']} s, packaged: {report['packaged']}"

    def demo(self, seconds: int = 60) -> str:
        """Run the demo as an ordinary user, with a journal that stays."""
        told = self._json(
            "env",
            f"ALPHADESK_HOME=/home/{_USER}/desk",
            "alphadesk",
            "demo",
            "--headless",
            "--seconds",
            str(seconds),
            "--out",
            f"/home/{_USER}/demo",
            within_s=300,
        )
        if not told["whole_passports"]:
            raise CheckFailed(f"no order was proved in all seven steps: {told}")
        verified = self.run(*self._as_user("env", f"ALPHADESK_HOME=/home/{_USER}/desk", "alphadesk", "verify")).strip()
        return f"{told['whole_passports']} whole passports in {told['seconds']} s; {verified}"

    def remove(self, before: set[str]) -> str:
        """Purge; what was not there `before` the installation must be gone, but for the user's own folders."""
        self.run("apt-get", "purge", "-y", "-q", "alphadesk")
        ours = sorted(path for path in self.files() - before if "alphadesk" in path.lower())
        if ours:
            raise CheckFailed(f"left behind: {', '.join(ours[:10])}")
        self.run("apt-get", "autoremove", "--purge", "-y", "-q")
        others = self.files() - before
        kept = self.root / "home" / _USER / "desk" / "data" / "profiles" / "demo" / "journal.sqlite"
        if not kept.exists():
            raise CheckFailed("the user's journal is gone")
        return f"nothing of it is left, the user's journal stays; {len(others)} files of its dependencies remain"

    def files(self) -> set[str]:
        """Every path that only an installation changes."""
        found = self.run("find", "/", "-xdev", "-not", "-type", "d").splitlines()
        return {path for path in found if not path.startswith(_CHANGES_ANYWAY)}

    def run(self, *command: str, within_s: float = 300) -> str:
        """Run a command inside, as root; give what it printed.

        Raises:
            CheckFailed: it failed.
        """
        inside = ["chroot", str(self.root), "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"]
        script = " && ".join((*(each.format(root=self.root) for each in _MOUNTS), 'exec "$@"'))
        whole = ["unshare", "--mount", "sh", "-c", script, "sh", *inside, "DEBIAN_FRONTEND=noninteractive", *command]
        return _call(whole, within_s)

    def _missing_libraries(self) -> list[str]:
        folder = "/usr/lib/alphadesk"
        script = (
            f"export LD_LIBRARY_PATH={folder}/_internal:{folder}/_internal/PySide6/Qt/lib; "
            f"find {folder} -name '*.so*' -type f | while read f; do "
            'ldd "$f" 2>/dev/null | grep \'not found\' | sed "s|^|${f##*/}:|"; done; true'
        )
        # Wayland's part of Qt is for desktops that have Wayland, and bring its libraries.
        lines = self.run("sh", "-c", script).splitlines()
        return sorted({" ".join(line.split()) for line in lines if "libwayland" not in line})

    def _json(self, *command: str, within_s: float) -> dict[str, Any]:
        lines = self.run(*self._as_user(*command), within_s=within_s).strip().splitlines()
        report: dict[str, Any] = json.loads(lines[-1])
        return report

    @staticmethod
    def _as_user(*command: str) -> tuple[str, ...]:
        return ("runuser", "-u", _USER, "--", "env", f"HOME=/home/{_USER}", *command)


def check_on_bare_root(folder: Path, deb: Path) -> None:
    """Do all steps, and tell each.

    Raises:
        CheckFailed: one of them failed.
    """
    bare = BareRoot(folder)
    _tell("bare root", bare.make())
    before = bare.files()
    _tell("install", bare.install(deb))
    _tell("selftest", bare.selftest())
    _tell("demo", bare.demo())
    _tell("uninstall", bare.remove(before))


def _tell(name: str, words: str) -> None:
    print(f"ok   {name}: {words}", flush=True)


def _call(command: list[str], within_s: float) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=within_s)
    except subprocess.TimeoutExpired:
        raise CheckFailed(f"{command[-1]} did not end within {within_s:g} s") from None
    if done.returncode != 0:
        words = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise CheckFailed(f"{' '.join(command[-3:])} ended with {done.returncode}:\n{words}")
    return done.stdout
