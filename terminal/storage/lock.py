"""One running program a profile: a lock the operating system drops when its holder dies."""

import os
import sys
from pathlib import Path
from typing import Final

from terminal.domain.causes import cause
from terminal.domain.errors import ProfileInUse, StorageError

# Windows locks byte ranges and hides them from readers: lock far behind the pid.
_FAR: Final = 1 << 20


class ProfileLock:
    """The held lock. The file stays; only the lock on it counts."""

    def __init__(self, path: Path) -> None:
        """Take the lock and write our process id into the file.

        Raises:
            ProfileInUse: another running program holds it.
            StorageError: the file cannot be opened or locked.
        """
        self._path = path
        self._handle = -1
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise _unusable(path, error) from error
        try:
            if not _try_lock(handle):
                raise _in_use(path, handle)
            os.ftruncate(handle, 0)
            os.write(handle, f"{os.getpid()}\n".encode())
        except OSError as error:
            os.close(handle)
            raise _unusable(path, error) from error
        except ProfileInUse:
            os.close(handle)
            raise
        self._handle = handle

    def release(self) -> None:
        """Let another program in. Safe to call twice."""
        if self._handle >= 0:
            os.close(self._handle)  # the system drops the lock with the handle
            self._handle = -1

    def __enter__(self) -> "ProfileLock":
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _in_use(path: Path, handle: int) -> ProfileInUse:
    pid = os.read(handle, 32).decode("ascii", "replace").strip()
    who = f"the running program with process id {pid}" if pid.isdigit() else "another running program"
    return ProfileInUse(
        f"The profile {path.parent.name} is in use by {who}. Go on in its window, close it first, "
        "or start with another --profile."
    )


def _unusable(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"The lock file {path} cannot be used ({cause(error)}). Give this user write access to {path.parent}, "
        "or choose another place with ALPHADESK_HOME."
    )
